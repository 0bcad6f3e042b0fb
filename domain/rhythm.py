"""The rhythm of visits: when a child is due, by its grade.

All days are local dates. Due dates move earlier, never later, when they meet a day off.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Grade = Literal["green", "yellow", "orange", "red"]
GRADES: tuple[Grade, ...] = ("green", "yellow", "orange", "red")
WorkingDay = Callable[[date], bool]


@dataclass(frozen=True)
class Ladder:
    """Days around a due date: when to remind, when to tell the supervisor and the centre."""

    remind: tuple[int, ...]
    supervisor: int
    centre: int


@dataclass(frozen=True)
class Rhythm:
    """The intervals of one grade in days; 0 is none. `first_visit`: after turning this grade."""

    visit: int
    first_visit: int
    collection_months: int
    social_worker: int
    contact: int
    contact_needs_consent: bool
    mother_visit: int
    review: int
    ladder: Ladder


def weekday(day: date) -> bool:
    """Monday to Friday; holidays are handed in by whoever knows them."""
    return day.weekday() < 5


@cache
def rhythm(level: Grade) -> Rhythm:
    """The intervals of a grade."""
    row = _data()[level]
    ladder = Ladder(**{**row["ladder"], "remind": tuple(row["ladder"]["remind"])})
    return Rhythm(**{**row, "ladder": ladder})


def next_visit(
    last_seen: date | None,
    level: Grade,
    enrolled: date,
    since: date | None = None,
    working_day: WorkingDay = weekday,
) -> date:
    """The day by which the director must have seen the child in person.

    Never seen: 3 working days after enrolment. Else the interval of the grade after the last
    visit in person. `since` is the day on which the grade began: a child not seen since is
    never due before that day, and in red at the latest 3 days after it.
    """
    plan = rhythm(level)
    if last_seen is None:
        due = add_working_days(enrolled, _data()["new"]["visit_working_days"], working_day)
        return min(due, _first(since, plan)) if since and plan.first_visit else due
    due = last_seen + timedelta(plan.visit)
    if since and since > last_seen:
        due = _first(since, plan) if plan.first_visit else max(due, since)
        return _earlier(due, since, working_day)
    return _earlier(due, last_seen, working_day)


def after_emergency(told: date) -> date:
    """The day by which a child is seen after an emergency of level R0 or R1; no day off."""
    return told + timedelta(_data()["after_emergency"]["visit"])


def next_contact(
    last: date | None, level: Grade, paired: date, consent: bool = False
) -> date | None:
    """When the loving mother's next call is due; None where she needs a consent first."""
    plan = rhythm(level)
    if plan.contact_needs_consent and not consent:
        return None
    return (last or paired) + timedelta(plan.contact)


def next_meeting(last: date | None, level: Grade, paired: date) -> date | None:
    """When the loving mother's next visit in person is due; None where she does not go alone."""
    days = rhythm(level).mother_visit
    return (last or paired) + timedelta(days) if days else None


def next_review(last: date, level: Grade) -> date:
    """When the grade is to be reviewed again, counted from the last review or grading."""
    return last + timedelta(rhythm(level).review)


def add_working_days(day: date, count: int, working_day: WorkingDay = weekday) -> date:
    """The last of so many working days after a day, which does not count itself."""
    while count:
        day += timedelta(1)
        count -= working_day(day)
    return day


def _first(since: date, plan: Rhythm) -> date:
    return since + timedelta(plan.first_visit)


def _earlier(due: date, after: date, working_day: WorkingDay) -> date:
    """The last working day up to `due` and after `after`, or `due` if there is none."""
    day = due
    while day > after:
        if working_day(day):
            return day
        day -= timedelta(1)
    return due


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("domain").joinpath("rhythm.toml").read_text("utf-8"))
