"""The months of a file: the newest collection of each, a year at most, half a year at least."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from handlers.portrait import FEWEST, MONTHS, months_of
from storage.see.scores import ScoreRef

TODAY = date(2026, 11, 23)
DAYS = st.lists(st.dates(date(2024, 1, 1), TODAY), max_size=30)


def score(day: date, total: int = 10) -> ScoreRef:
    return ScoreRef(day, total, float(total), "green", {"subs": []})


def test_of_a_month_the_newest_collection_counts() -> None:
    newest_first = [score(date(2026, 11, 20), 30), score(date(2026, 11, 2), 20)]
    assert [each.score and each.score.total for each in months_of(newest_first, TODAY)] == [
        *[None] * 5,
        30,
    ]


def test_months_without_a_collection_stand_empty_between_the_others() -> None:
    found = months_of([score(date(2026, 10, 9), 9), score(date(2026, 1, 31), 1)], TODAY)
    assert [each.first for each in found] == [date(2026, month, 1) for month in range(1, 12)]
    assert {each.first.month for each in found if each.score} == {1, 10}


def test_what_is_older_than_a_year_is_left_out() -> None:
    assert months_of([score(date(2025, 11, 30))], TODAY) == []
    assert len(months_of([score(date(2025, 12, 1))], TODAY)) == MONTHS
    assert months_of([], TODAY) == []


def test_january_follows_december() -> None:
    found = months_of([score(date(2025, 12, 31))], date(2026, 1, 1))
    assert [f"{each.first:%Y-%m}" for each in found][-2:] == ["2025-12", "2026-01"]


@given(DAYS)
def test_there_are_half_a_year_to_a_year_of_months_up_to_today(days: list[date]) -> None:
    found = months_of([score(day) for day in sorted(days, reverse=True)], TODAY)
    if found:
        assert FEWEST <= len(found) <= MONTHS
        assert found[-1].first == TODAY.replace(day=1)
    for each in found:
        if each.score:
            assert each.score.day.replace(day=1) == each.first
            within = [day for day in days if day.replace(day=1) == each.first]
            assert each.score.day == max(within)
