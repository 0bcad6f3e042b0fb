"""The rhythm of visits: intervals, new children, days off."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.rhythm import (
    GRADES,
    Grade,
    Ladder,
    add_working_days,
    after_emergency,
    next_contact,
    next_meeting,
    next_review,
    next_visit,
    rhythm,
    weekday,
)

MONDAY = date(2026, 11, 23)
FRIDAY = date(2026, 11, 27)
LONG_AGO = date(2026, 1, 1)


def every_day(day: date) -> bool:
    return True


def never(day: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("level", "visit", "contact", "mother", "review", "ladder"),
    [
        ("red", 7, 7, 0, 30, Ladder((-1, 0), 1, 2)),
        ("orange", 14, 14, 30, 60, Ladder((-2, 0), 3, 7)),
        ("yellow", 30, 14, 90, 90, Ladder((-5, -2, 0), 5, 14)),
        ("green", 30, 30, 90, 180, Ladder((-5, -2, 0), 7, 21)),
    ],
)
def test_the_intervals_are_the_paper(
    level: Grade, visit: int, contact: int, mother: int, review: int, ladder: Ladder
) -> None:
    plan = rhythm(level)
    assert (plan.visit, plan.contact, plan.mother_visit) == (visit, contact, mother)
    assert (plan.review, plan.ladder, plan.collection_months) == (review, ladder, 1)


@pytest.mark.parametrize(
    ("enrolled", "due"),
    [
        (MONDAY, date(2026, 11, 26)),
        (FRIDAY, date(2026, 12, 2)),
        (date(2026, 11, 28), date(2026, 12, 2)),
    ],
)
def test_a_new_child_is_seen_within_three_working_days(enrolled: date, due: date) -> None:
    assert next_visit(None, "green", enrolled) == due


@pytest.mark.parametrize(("level", "days"), [("red", 7), ("orange", 14), ("yellow", 30)])
def test_the_interval_runs_from_the_last_visit_in_person(level: Grade, days: int) -> None:
    due = next_visit(MONDAY, level, LONG_AGO, working_day=every_day)
    assert due == MONDAY + timedelta(days)


def test_a_due_date_on_a_day_off_moves_earlier() -> None:
    assert next_visit(date(2026, 11, 21), "red", LONG_AGO) == FRIDAY
    assert next_visit(FRIDAY, "green", LONG_AGO) == date(2026, 12, 25)


def test_a_due_date_without_any_working_day_before_it_stays() -> None:
    assert next_visit(MONDAY, "red", LONG_AGO, working_day=never) == MONDAY + timedelta(7)
    until = next_visit(MONDAY, "red", LONG_AGO, working_day=lambda day: day <= MONDAY)
    assert until == MONDAY + timedelta(7)


@pytest.mark.parametrize(
    ("last_seen", "level", "due"),
    [
        (MONDAY - timedelta(1), "red", date(2026, 11, 26)),
        (MONDAY - timedelta(25), "red", date(2026, 11, 26)),
        (MONDAY, "red", date(2026, 11, 30)),  # seen on the day itself
        (MONDAY - timedelta(25), "orange", MONDAY),
        (MONDAY - timedelta(3), "orange", date(2026, 12, 4)),
    ],
)
def test_a_new_grade_gives_a_fair_date(last_seen: date, level: Grade, due: date) -> None:
    assert next_visit(last_seen, level, LONG_AGO, since=MONDAY) == due


def test_a_new_child_that_turns_red_is_seen_within_three_days() -> None:
    assert next_visit(None, "red", FRIDAY, since=FRIDAY) == FRIDAY + timedelta(3)


def test_after_an_emergency_the_child_is_seen_the_next_day_also_at_a_weekend() -> None:
    assert after_emergency(FRIDAY) == date(2026, 11, 28)


def test_loving_mothers_keep_contact_by_grade() -> None:
    assert next_contact(None, "green", MONDAY) == MONDAY + timedelta(30)
    assert next_contact(FRIDAY, "yellow", MONDAY) == FRIDAY + timedelta(14)


def test_contact_with_a_red_child_needs_consent() -> None:
    assert next_contact(MONDAY, "red", MONDAY) is None
    assert next_contact(MONDAY, "red", MONDAY, consent=True) == MONDAY + timedelta(7)


def test_a_loving_mother_never_visits_a_red_child_alone() -> None:
    assert next_meeting(MONDAY, "red", MONDAY) is None
    assert next_meeting(None, "orange", MONDAY) == MONDAY + timedelta(30)


def test_reviews_come_by_grade() -> None:
    assert next_review(MONDAY, "red") == MONDAY + timedelta(30)


def test_no_working_days_later_is_the_same_day() -> None:
    assert add_working_days(MONDAY, 0) == MONDAY


DAYS = st.dates(date(2024, 1, 1), date(2030, 1, 1))


@settings(deadline=None)
@given(DAYS, st.sampled_from(GRADES))
def test_a_visit_is_never_due_later_than_its_interval(seen: date, level: Grade) -> None:
    due = next_visit(seen, level, LONG_AGO)
    assert seen < due <= seen + timedelta(rhythm(level).visit)
    assert weekday(due)


@settings(deadline=None)
@given(DAYS)
def test_a_graver_child_is_never_due_later(seen: date) -> None:
    due = [next_visit(seen, level, LONG_AGO) for level in GRADES]
    assert due == sorted(due, reverse=True)
