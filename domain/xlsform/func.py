"""The functions of the ODK XForms specification that lxml lacks or does otherwise."""

import base64
import hashlib
import math
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from lxml import etree

from domain.xlsform.date import date_text, format_stamp, from_days, read_stamp, stamp_text, to_days
from domain.xlsform.geo import area, distance
from domain.xlsform.value import (
    Value,
    compare,
    numbers,
    round_half_up,
    texts,
    to_bool,
    to_number,
    to_text,
)

SPACE = "y"
"""The namespace of these functions in a rewritten expression."""
Function = Callable[..., object]
Key = tuple[str, str]
LONGEST = 2_000
Thing = TypeVar("Thing")
CLASSES = {
    r"\p{L}": r"[^\W\d_]",
    r"\p{Alpha}": "[A-Za-z]",
    r"\p{N}": r"\d",
    r"\p{Nd}": r"\d",
    r"\p{Digit}": r"\d",
    r"\p{Lu}": "[A-Z]",
    r"\p{Ll}": "[a-z]",
    r"\p{Alnum}": "[A-Za-z0-9]",
    r"\p{IsHan}": "[㐀-鿿]",
    r"\p{Han}": "[㐀-鿿]",
    r"\p{script=Han}": "[㐀-鿿]",
}


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression as the specification writes it; re.error when it is none."""
    for java, python in CLASSES.items():
        text = text.replace(java, python)
    return re.compile(text)


def regex(_: object, value: Value, wanted: Value) -> bool:
    text = to_text(value)
    try:
        return len(text) <= LONGEST and pattern(to_text(wanted)).fullmatch(text) is not None
    except re.error:  # a literal pattern was checked at load; this one came from an answer
        return False


def choose(_: object, test: Value, yes: Value, no: Value) -> Value:
    return yes if to_bool(test) else no


def coalesce(_: object, first: Value, second: Value) -> Value:
    return first if to_text(first) else second


def words(value: Value) -> list[str]:
    return to_text(value).split()


def selected(_: object, value: Value, wanted: Value) -> bool:
    return to_text(wanted).strip() in words(value)


def selected_at(_: object, value: Value, at: Value) -> str:
    number = to_number(at)
    found = words(value)
    return found[int(number)] if 0 <= number < len(found) else ""


def whole(_: object, value: Value) -> float:
    number = to_number(value)
    return number if math.isnan(number) or math.isinf(number) else float(math.trunc(number))


def rounded(_: object, value: Value, places: Value = 0.0) -> float:
    digits = to_number(places)
    return round_half_up(to_number(value), 0 if math.isnan(digits) else int(digits))


def known(values: tuple[Value, ...]) -> list[float]:
    """The numbers among the values; blanks and words are left out."""
    found = [number for value in values for number in numbers(value)]
    return [number for number in found if not math.isnan(number)]


def total(_: object, value: Value) -> float:
    return math.fsum(known((value,)))


def lowest(_: object, *values: Value) -> float:
    return min(known(values), default=math.nan)


def highest(_: object, *values: Value) -> float:
    return max(known(values), default=math.nan)


def join(_: object, separator: Value, *values: Value) -> str:
    return to_text(separator).join(text for value in values for text in texts(value))


def concat(_: object, *values: Value) -> str:
    return "".join(text for value in values for text in texts(value))


def substr(_: object, value: Value, start: Value, end: Value | None = None) -> str:
    text = to_text(value)
    first = to_number(start)
    last = len(text) if end is None else to_number(end)
    if math.isnan(first) or math.isnan(last):
        return ""
    return text[int(first) : int(last)]


def ends_with(_: object, value: Value, tail: Value) -> bool:
    return to_text(value).endswith(to_text(tail))


def checklist(_: object, least: Value, most: Value, *values: Value) -> bool:
    weights = [1.0 for value in values for _one in texts(value)]
    return between(least, most, values, weights)


def weighted(_: object, least: Value, most: Value, *values: Value) -> bool:
    weights = [number for value in values[1::2] for number in numbers(value)]
    return between(least, most, values[::2], weights)


def between(least: Value, most: Value, values: tuple[Value, ...], weights: list[float]) -> bool:
    ticks = [text in ("1", "true", "yes") for value in values for text in texts(value)]
    score = sum(weight for tick, weight in zip(ticks, weights, strict=False) if tick)
    low, high = to_number(least), to_number(most)
    return (low < 0 or score >= low) and (high < 0 or score <= high)


def non_empty(_: object, value: Value) -> float:
    return float(sum(text != "" for text in texts(value)))


def from_string(_: object, value: Value) -> bool:
    return to_text(value) in ("true", "1")


def day(_: object, value: Value) -> str:
    return date_text(to_number(value))


def stamp(_: object, value: Value) -> str:
    text = to_text(value)
    return text if "T" in text and read_stamp(text) else stamp_text(to_number(value))


def decimal_time(_: object, value: Value) -> float:
    days = to_days(to_text(value).strip())
    return days - math.floor(days) if not math.isnan(days) else days


def formatted(_: object, value: Value, wanted: Value) -> str:
    found = from_days(to_number(value))
    try:
        return "" if found is None else format_stamp(found, to_text(wanted))
    except ValueError:
        return ""


def position(_: object, value: Value) -> float:
    """The place of a repeat's instance among its kind, from 1."""
    if not isinstance(value, list) or not value:
        return math.nan
    own = value[0].get("of")
    return 1.0 + sum(other.get("of") == own for other in value[0].itersiblings(preceding=True))


def item_at(_: object, value: Value, at: Value) -> list[etree._Element]:
    number = to_number(at)
    if not isinstance(value, list) or math.isnan(number) or not 1 <= number <= len(value):
        return []
    return [value[int(number) - 1]]


def digest(_: object, value: Value, name: Value, form: Value = "base64") -> str:
    wanted = to_text(name).replace("-", "").lower()
    if wanted not in ("md5", "sha1", "sha256", "sha384", "sha512"):
        return ""
    raw = hashlib.new(wanted, to_text(value).encode(), usedforsecurity=False).digest()
    return raw.hex() if to_text(form) == "hex" else base64.b64encode(raw).decode()


def decoded(_: object, value: Value) -> str:
    try:
        return base64.b64decode(to_text(value)).decode()
    except ValueError:
        return ""


def shuffled(value: list[Thing], seed: float) -> list[Thing]:
    """ODK's shuffle: Fisher-Yates with the Park-Miller numbers from a seed."""
    found = list(value)
    state = int(seed) % 2147483647
    state = state + 2147483646 if state <= 0 else state
    for last in range(len(found) - 1, 0, -1):
        state = state * 16807 % 2147483647
        other = int((state - 1) / 2147483646 * (last + 1))
        found[last], found[other] = found[other], found[last]
    return found


def calculated(run: Callable[[float], float]) -> Function:
    """A function of one number that says NaN where it has no value."""

    def one(_: object, value: Value) -> float:
        try:
            return run(to_number(value))
        except (ValueError, OverflowError):
            return math.nan

    return one


def power(_: object, base: Value, exponent: Value) -> float:
    try:
        return math.pow(to_number(base), to_number(exponent))
    except (ValueError, OverflowError):
        return math.nan


def common() -> dict[Key, Function]:
    """The functions that are the same in every form, by their name in an expression."""
    numeric = {
        name: calculated(getattr(math, name))
        for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sqrt", "log", "log10", "exp")
    }
    found: Mapping[str, Function] = {
        **numeric,
        "abs": calculated(abs),
        "exp10": calculated(lambda number: math.pow(10, number)),
        "atan2": lambda _, y, x: math.atan2(to_number(y), to_number(x)),
        "pi": lambda _: math.pi,
        "pow": power,
        "if": choose,
        "coalesce": coalesce,
        "regex": regex,
        "selected": selected,
        "selected-at": selected_at,
        "count-selected": lambda _, value: float(len(words(value))),
        "int": whole,
        "round": rounded,
        "sum": total,
        "min": lowest,
        "max": highest,
        "join": join,
        "concat": concat,
        "substr": substr,
        "ends-with": ends_with,
        "checklist": checklist,
        "weighted-checklist": weighted,
        "count-non-empty": non_empty,
        "boolean-from-string": from_string,
        "date": day,
        "date-time": stamp,
        "decimal-time": decimal_time,
        "decimal-date-time": lambda _, value: to_number(value),
        "format-date": formatted,
        "format-date-time": formatted,
        "position": position,
        "at": item_at,
        "digest": digest,
        "base64-decode": decoded,
        "area": lambda _, value: area(texts(value)),
        "distance": lambda _, *values: distance([t for v in values for t in texts(v)]),
        "number": lambda _, value: to_number(value),
        "string": lambda _, value: to_text(value),
        "bool": lambda _, value: to_bool(value),
        "compare": lambda _, op, left, right: compare(op, left, right),
    }
    return {(SPACE, name): run for name, run in found.items()}
