"""Dates of a form: ISO text to days and back, and the formats of the XForms specification.

A date is a number of days since 1970-01-01; a dateTime is the wall clock as a fraction of that
day, its offset dropped: a form is filled and compared in one county.
"""

import math
import re
from datetime import date, datetime, time, timedelta

EPOCH = date(1970, 1, 1)
STAMP = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?",
    re.ASCII,
)
CLOCK = re.compile(
    r"(\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_stamp(text: str) -> datetime | None:
    """The wall clock of an ISO date or dateTime; None when it is neither."""
    match = STAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, part = match.groups(default="0")
    micro = int(part.ljust(6, "0"))
    try:
        return datetime(  # noqa: DTZ001  the wall clock, on purpose
            int(year), int(month), int(day), int(hour), int(minute), int(second), micro
        )
    except ValueError:
        return None


def read_clock(text: str) -> time | None:
    """The time of an ISO time of day; None when it is none."""
    match = CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, part = match.groups(default="0")
    try:
        return time(int(hour), int(minute), int(second), int(part.ljust(6, "0")))
    except ValueError:
        return None


def to_days(text: str) -> float:
    """Days since 1970 of an ISO date, dateTime or time of day; NaN when the text is none."""
    stamp = read_stamp(text)
    if stamp is not None:
        return (stamp.date() - EPOCH).days + part_of_day(stamp.time())
    clock = read_clock(text)
    return math.nan if clock is None else part_of_day(clock)


def part_of_day(clock: time) -> float:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return seconds / 86400


def from_days(days: float) -> datetime | None:
    """The wall clock so many days after 1970; None when it lies outside the calendar."""
    if math.isnan(days) or math.isinf(days):
        return None
    try:
        midnight = datetime(1970, 1, 1)  # noqa: DTZ001  the wall clock, on purpose
        return midnight + timedelta(seconds=round(days * 86400, 3))
    except OverflowError:
        return None


def date_text(days: float) -> str:
    """The ISO date of so many days after 1970; empty when there is none."""
    found = from_days(days)
    return "" if found is None else found.date().isoformat()


def stamp_text(days: float, offset: str = "") -> str:
    """The ISO dateTime of so many days after 1970; empty when there is none."""
    found = from_days(days)
    return "" if found is None else found.isoformat(timespec="milliseconds") + offset


def format_stamp(stamp: datetime, pattern: str) -> str:
    """The date as the pattern says; ValueError names a sign that XForms does not know."""
    return re.sub(r"%(.?)", lambda sign: part_text(stamp, sign.group(1)), pattern)


def part_text(stamp: datetime, sign: str) -> str:
    match sign:
        case "Y":
            return f"{stamp.year:04}"
        case "y":
            return f"{stamp.year % 100:02}"
        case "m":
            return f"{stamp.month:02}"
        case "n":
            return str(stamp.month)
        case "b":
            return MONTHS[stamp.month - 1]
        case "d":
            return f"{stamp.day:02}"
        case "e":
            return str(stamp.day)
        case "a":
            return WEEK[stamp.weekday()]
        case "W":
            return f"{stamp.isocalendar().week:02}"
        case "w":
            return str(stamp.isoweekday() % 7)
        case _:
            return clock_part(stamp, sign)


def clock_part(stamp: datetime, sign: str) -> str:
    match sign:
        case "H":
            return f"{stamp.hour:02}"
        case "h":
            return str(stamp.hour)
        case "M":
            return f"{stamp.minute:02}"
        case "S":
            return f"{stamp.second:02}"
        case "3":
            return f"{stamp.microsecond // 1000:03}"
        case "%":
            return "%"
        case _:
            raise ValueError(sign)
