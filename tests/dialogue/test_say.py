"""Things to say: a day or moment can never be taken for that of another year."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.say import LANGS, near, put, read_on, say
from tests.town import CITY

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
NEW_YEAR = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("when", "zh", "en"),
    [
        (date(2026, 12, 31), "2026年12月31日 周四", "Thu 31 Dec 2026"),
        (near(date(2026, 12, 31), NEW_YEAR), "2026年12月31日 周四", "Thu 31 Dec 2026"),
        (near(date(2027, 1, 1), NEW_YEAR), "1月1日 周五", "Fri 1 Jan"),
        (datetime(2026, 12, 31, 9, 5, tzinfo=CITY), "2026年12月31日 09:05", "31 Dec 2026 09:05"),
        (near(datetime(2027, 1, 1, 9, 5, tzinfo=CITY), NEW_YEAR), "1月1日 09:05", "1 Jan 09:05"),
    ],
)
def test_a_day_leaves_out_only_the_year_of_today(when: object, zh: str, en: str) -> None:
    assert (put(when, "zh"), put(when, "en")) == (zh, en)


@pytest.mark.parametrize("lang", LANGS)
@given(day=DAYS, other=DAYS, today=DAYS)
def test_two_days_never_read_alike(lang: str, day: date, other: date, today: date) -> None:
    alike = put(near(day, today), lang) == put(near(other, today), lang)
    assert alike == (day == other)


def test_what_is_read_in_another_year_says_its_own() -> None:
    old, new = date(2026, 12, 31), date(2027, 1, 1)
    picked = say("day.pick", name=say("today"), day=near(old, old))
    with read_on(new):
        assert put(picked, "zh") == "今天（2026年12月31日 周四）"
        assert put(near(new, old), "en") == "Fri 1 Jan"
    assert put(picked, "zh") == "今天（12月31日 周四）"
