"""Whether a value is an answer of its question's type at all."""

import math
import re
from collections.abc import Collection

from domain.xlsform.date import read_clock, read_stamp
from domain.xlsform.item import Item

WHOLE = re.compile(r"-?[0-9]{1,15}")
DECIMAL = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
DAY = re.compile(r"[0-9]{4}-[0-9][0-9]-[0-9][0-9]")
TICK = 1e-9


def fits(item: Item, value: str, allowed: Collection[str]) -> bool:
    """Whether the value has the form of its type; `allowed` are the options now offered."""
    match item.type:
        case "integer":
            return WHOLE.fullmatch(value) is not None
        case "decimal":
            return DECIMAL.fullmatch(value) is not None
        case "range":
            return DECIMAL.fullmatch(value) is not None and in_range(item, float(value))
        case "date":
            return DAY.fullmatch(value) is not None and read_stamp(value) is not None
        case "time":
            return read_clock(value) is not None
        case "dateTime":
            return "T" in value and read_stamp(value) is not None
        case "geopoint":
            return is_point(value)
        case _:
            return chosen(item, value, allowed)


def chosen(item: Item, value: str, allowed: Collection[str]) -> bool:
    parts = value.split()
    match item.type:
        case "select_one":
            return value in allowed
        case "select_multiple":
            return len(set(parts)) == len(parts) and set(parts) <= set(allowed)
        case "rank":
            return sorted(parts) == sorted(allowed)
        case _:
            return True


def in_range(item: Item, number: float) -> bool:
    """Whether a range allows the number: from start to end, by step."""
    start, end, step = (
        number_of(item.parameters.get(name, ""), other)
        for name, other in (("start", 1.0), ("end", 10.0), ("step", 1.0))
    )
    low, high = min(start, end), max(start, end)
    steps = (number - start) / step if step else 0.0
    return low - TICK <= number <= high + TICK and abs(steps - round(steps)) < TICK


def number_of(text: str, other: float) -> float:
    try:
        return float(text)
    except ValueError:
        return other


def is_point(value: str) -> bool:
    """Whether a text is `lat lon`, with altitude and accuracy or without."""
    try:
        numbers = [float(part) for part in value.split()]
    except ValueError:
        return False
    sound = 2 <= len(numbers) <= 4 and all(map(math.isfinite, numbers))
    return sound and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180
