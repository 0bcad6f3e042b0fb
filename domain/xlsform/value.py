"""The values of XPath as lxml hands them over, and how one becomes another."""

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation

from lxml import etree

from domain.xlsform.date import to_days

Value = float | bool | str | list[etree._Element]
FALSE_WORDS = ("", "0", "false")


def texts(value: Value) -> list[str]:
    """The strings of a value: one per node, or the value itself."""
    if isinstance(value, list):
        return [node_text(node) for node in value]
    return [to_text(value)]


def node_text(node: etree._Element | str) -> str:
    """What stands in a node; attributes and text nodes come as strings already."""
    return str(node) if isinstance(node, str) else "".join(str(part) for part in node.itertext())


def to_text(value: Value) -> str:
    """A value as XForms writes it: no `.0`, no exponent, booleans in words, NaN as nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return node_text(value[0]) if value else ""
    if isinstance(value, float | int):
        return number_text(float(value))
    return str(value)


def number_text(number: float) -> str:
    if math.isnan(number) or math.isinf(number):
        return ""
    if number == int(number):
        return str(int(number))
    return format(Decimal(repr(round(number, 12))), "f")


def to_number(value: Value) -> float:
    """A value as a number; dates as days since 1970, anything else that is no number as NaN."""
    if isinstance(value, float | int):
        return float(value)
    text = to_text(value).strip()
    if not text:
        return math.nan
    if text[0] in "-.0123456789":
        try:
            return float(text)
        except ValueError:
            return to_days(text)
    return math.nan


def to_bool(value: Value) -> bool:
    """Whether a value counts as true: a text that is not empty, a number that is not zero."""
    if isinstance(value, list):
        return to_text(value) != ""
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


def spoken_bool(value: Value) -> bool:
    """As `to_bool`, but the texts `false` and `0` are no: for a comparison with a boolean."""
    return to_text(value) not in FALSE_WORDS if isinstance(value, list | str) else to_bool(value)


def compare(op: str, left: Value, right: Value) -> bool:
    """XPath's comparison, with dates as days: any pair of nodes that fits is enough."""
    if isinstance(left, bool) or isinstance(right, bool):
        return ordered(op, float(spoken_bool(left)), float(spoken_bool(right)))
    equal = op in ("=", "!=")
    if equal and not isinstance(left, float) and not isinstance(right, float):
        wanted = op == "="
        return any(same(a, b) is wanted for a in texts(left) for b in texts(right))
    return any(ordered(op, a, b) for a in numbers(left) for b in numbers(right))


def same(a: str, b: str) -> bool:
    """Whether two texts are equal, or the same moment written in two ways."""
    return a == b or (a[:1].isdigit() and b[:1].isdigit() and to_days(a) == to_days(b))


def numbers(value: Value) -> list[float]:
    """The numbers of a value: one per node, or the value itself."""
    if isinstance(value, list):
        return [to_number(node_text(node)) for node in value]
    return [to_number(value)]


def ordered(op: str, a: float, b: float) -> bool:
    match op:
        case "=":
            return a == b
        case "!=":
            return a != b
        case "<":
            return a < b
        case "<=":
            return a <= b
        case ">":
            return a > b
        case _:
            return a >= b


def round_half_up(number: float, places: int) -> float:
    """Rounded as XPath does, halves towards positive infinity, to so many decimal places."""
    if math.isnan(number) or math.isinf(number):
        return number
    way = ROUND_HALF_UP if number > 0 else ROUND_HALF_DOWN
    try:
        return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), rounding=way))
    except InvalidOperation:
        return number
