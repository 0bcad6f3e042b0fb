"""Ages at birthdays, bands and stages of school."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.age import age_on, band, is_grown, stage


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2012, 11, 23), date(2026, 11, 22), 13),
        (date(2012, 11, 23), date(2026, 11, 23), 14),
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2012, 2, 29), date(2026, 2, 28), 13),
        (date(2012, 2, 29), date(2026, 3, 1), 14),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),
        (date(2018, 12, 31), date(2026, 12, 30), 7),
        (date(2018, 12, 31), date(2026, 12, 31), 8),
    ],
)
def test_the_age_changes_on_the_birthday(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


def test_nobody_has_an_age_before_the_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2026, 1, 2), date(2026, 1, 1))


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2020, 1, 1)), st.integers(0, 7000))
def test_an_age_grows_by_at_most_one_a_day(birth: date, days: int) -> None:
    day = birth + timedelta(days)
    assert age_on(birth, day + timedelta(1)) - age_on(birth, day) in (0, 1)
    assert abs(age_on(birth, day) - days / 365.25) < 1.01


@pytest.mark.parametrize(
    ("age", "name"),
    [(0, "0-2"), (2, "0-2"), (3, "3-5"), (5, "3-5"), (6, "6-17"), (17, "6-17"), (18, "6-17")],
)
def test_bands_begin_at_three_and_six(age: int, name: str) -> None:
    assert band(age) == name


@given(st.integers(0, 150))
def test_every_age_has_a_band(age: int) -> None:
    assert band(age) in ("0-2", "3-5", "6-17")


def test_nobody_has_a_band_before_the_birth() -> None:
    with pytest.raises(ValueError, match="no age"):
        band(-1)


@pytest.mark.parametrize(
    ("birth", "day", "grown"),
    [
        (date(2008, 11, 24), date(2026, 11, 23), False),
        (date(2008, 11, 23), date(2026, 11, 23), True),
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2026, 11, 24), date(2026, 11, 23), False),
    ],
)
def test_a_child_is_grown_on_the_eighteenth_birthday(birth: date, day: date, grown: bool) -> None:
    assert is_grown(birth, day) is grown


@pytest.mark.parametrize(
    ("birth", "day", "name"),
    [
        (date(2026, 10, 1), date(2026, 11, 23), "home"),
        (date(2023, 9, 1), date(2026, 9, 1), "kindergarten"),
        (date(2023, 9, 2), date(2026, 9, 1), "home"),
        (date(2020, 9, 1), date(2026, 8, 31), "kindergarten"),
        (date(2020, 9, 1), date(2026, 9, 1), "primary"),
        (date(2020, 9, 2), date(2026, 9, 2), "kindergarten"),
        (date(2014, 8, 31), date(2026, 9, 1), "junior"),
        (date(2011, 8, 31), date(2026, 9, 1), "senior"),
        (date(2008, 8, 31), date(2026, 9, 1), "grown"),
    ],
)
def test_the_stage_is_that_of_the_school_year(birth: date, day: date, name: str) -> None:
    assert stage(birth, day) == name
