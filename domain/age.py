"""Ages: whole years by the calendar, the bands of the form, and the stage of school."""

from __future__ import annotations

from datetime import date
from typing import Literal

Band = Literal["0-2", "3-5", "6-17"]
Stage = Literal["home", "kindergarten", "primary", "junior", "senior", "grown"]

SCHOOL_YEAR_BEGINS = (9, 1)
GROWN = 18


def age_on(birth: date, day: date) -> int:
    """Whole years (周岁) on a local date; the birthday itself counts.

    Whoever was born on 29 February has the birthday on 1 March in common years, as Chinese
    practice counts. ValueError for a day before the birth.
    """
    if day < birth:
        raise ValueError(f"{day} lies before the birth on {birth}")
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_grown(birth: date, day: date) -> bool:
    """Whether somebody is a minor no longer on this day (Minors Protection Law art. 2).

    A day before the birth, as of a birth written down wrongly, finds nobody grown.
    """
    return birth <= day and age_on(birth, day) >= GROWN


def band(age: int) -> Band:
    """The band of the visit form that fits an age in years best; whoever is grown has the last.

    ValueError before the birth.
    """
    if age < 0:
        raise ValueError(f"{age} is no age")
    if age < 3:
        return "0-2"
    return "3-5" if age < 6 else "6-17"


def stage(birth: date, day: date) -> Stage:
    """The usual stage of school: by the age reached when the running school year began.

    Compulsory School Law art. 11: a child who is 6 by the beginning of the school year goes to
    school; nine years are compulsory (6 primary, 3 junior). A usual stage, no record of it.
    """
    began = date(day.year, *SCHOOL_YEAR_BEGINS)
    if day < began:
        began = date(day.year - 1, *SCHOOL_YEAR_BEGINS)
    age = age_on(birth, began) if birth <= began else 0
    ends: tuple[tuple[int, Stage], ...] = (
        (3, "home"),
        (6, "kindergarten"),
        (12, "primary"),
        (15, "junior"),
        (18, "senior"),
    )
    return next((name for end, name in ends if age < end), "grown")
