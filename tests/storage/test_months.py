"""Months that end without a visit count by themselves: once, and never the running one."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select, update

from dialogue.show import show_answer
from domain.scorer import State, default_rules
from domain.scorer.flags import is_lost, unseen_months
from storage import tables as t
from storage.do import standing
from storage.months import count_months
from storage.upkeep import Upkeep
from tests.conftest import both
from tests.storage.casebook import Casebook, moment, scored
from tests.town import CITY, Town


@pytest.fixture
def book(town: Town) -> Casebook:
    return Casebook(town)


def tick(book: Casebook, at: str) -> int:
    with book.town.store.work() as db:
        upkeep = Upkeep(db, book.town.store.keys, moment(at), show_answer)
        return upkeep.count_months(CITY)


def state(book: Casebook) -> State:
    child = book.child_id
    with book.town.store.work() as db:
        return standing.load(db, book.town.store.keys, child)


def unseen(book: Casebook) -> tuple[int, bool]:
    found = state(book)
    months = unseen_months(found)
    return months, is_lost(months, found.now.flag, default_rules())


def test_a_child_whom_nobody_visits_is_lost_after_two_months(book: Casebook) -> None:
    book.visit("2026-08-20 09:00", scored(10))
    found = []
    for at in ("2026-08-31 23:59", "2026-09-01 00:01", "2026-09-30 12:00", "2026-10-01 00:01",
               "2026-11-01 00:01"):  # fmt: skip
        tick(book, at)
        found.append((*unseen(book), book.level))
    assert found == [
        (0, False, "green"),
        (0, False, "green"),
        (0, False, "green"),
        (1, False, "green"),
        (2, True, "yellow"),
    ]


def test_the_month_ends_at_midnight_of_the_place(book: Casebook) -> None:
    book.visit("2026-08-20 09:00", scored(10))
    with book.town.store.work() as db:
        at = datetime.fromisoformat("2026-09-30T16:30+00:00")  # half past midnight in the city
        Upkeep(db, book.town.store.keys, at, show_answer).count_months(CITY)
    assert unseen(book) == (1, False)


@both()
def test_a_second_tick_changes_nothing(book: Casebook) -> None:
    book.visit("2026-08-20 09:00", scored(10))
    assert tick(book, "2026-11-02 09:00") > 0
    before = state(book)
    assert tick(book, "2026-11-02 09:01") == 0
    assert tick(book, "2026-11-30 23:00") == 0
    assert state(book) == before


def test_a_tick_takes_so_many_children_and_no_more(book: Casebook) -> None:
    day, keys = moment("2026-11-02 09:00").date(), book.town.store.keys
    taken = []
    for _ in range(4):
        with book.town.store.work() as db:
            taken.append(count_months(db, keys, day, CITY, limit=2))
    assert taken == [2, 2, 1, 0]


def test_children_who_have_left_are_not_counted(book: Casebook) -> None:
    book.visit("2026-08-20 09:00", scored(10))
    with book.town.store.work() as db:
        db.execute(update(t.child).values(active=False))
    assert tick(book, "2026-11-02 09:00") == 0
    assert unseen(book) == (0, False)


def test_a_child_never_visited_is_lost_two_months_after_the_first_tick(book: Casebook) -> None:
    """Months before anybody counted are nobody's miss: a county begins with all its children."""
    tick(book, "2026-08-10 09:00")
    assert state(book) == State()
    tick(book, "2026-09-01 09:00")
    tick(book, "2026-10-01 09:00")
    assert (*unseen(book), book.level) == (2, True, "yellow")


def test_a_late_entry_makes_good_a_month_that_was_counted(book: Casebook) -> None:
    book.visit("2026-08-20 09:00", scored(10))
    tick(book, "2026-11-01 09:00")
    assert unseen(book) == (2, True)
    book.visit("2026-11-02 09:00", scored(10), day="2026-10-28")
    assert (*unseen(book), book.level) == (0, False, "green")


def test_learning_again_keeps_the_months_that_were_counted(book: Casebook) -> None:
    tick(book, "2026-08-10 09:00")
    tick(book, "2026-10-01 09:00")
    visit = book.visit("2026-11-10 09:00", scored(10))
    book.undo("2026-11-10 09:05", visit)
    assert unseen(book) == (3, True)
    assert book.level == "yellow"


def test_a_call_by_phone_in_the_running_month_misses_nothing_yet(book: Casebook) -> None:
    book.visit("2026-10-20 09:00", scored(60))
    book.visit("2026-11-03 09:00", scored(55, seen=False))
    assert unseen(book) == (0, False)
    tick(book, "2026-12-01 09:00")
    assert unseen(book) == (1, True)


def test_the_due_day_follows_the_level(book: Casebook) -> None:
    book.visit("2026-08-20 09:00", scored(10))
    query = select(t.child.c.next_visit).where(t.child.c.code == book.code)
    before = book.rows(query)
    tick(book, "2026-11-01 09:00")
    assert book.rows(query) == before, "yellow is visited as often as green"
