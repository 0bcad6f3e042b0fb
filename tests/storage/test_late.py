"""Of a month's collections that of the newest day stands, whenever each of them became known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select

from domain.scorer import State
from storage import tables as t
from storage.do import scoring, standing
from storage.do.visits import Recorded
from tests.conftest import both
from tests.storage.casebook import Casebook, scored
from tests.storage.test_plans import heard, scans
from tests.town import Town

Deeds = Callable[[Casebook], object]


@pytest.fixture
def book(town: Town) -> Casebook:
    return Casebook(town)


def state(book: Casebook) -> State:
    child = book.child_id
    with book.town.store.work() as db:
        return standing.load(db, book.town.store.keys, child)


def total(book: Casebook) -> int | None:
    r = t.risk.c
    (row,) = book.rows(select(r.total).where(r.child_id == book.child_id))
    return row.total if row.total is None else int(row.total)


def kept(book: Casebook) -> tuple[object, ...]:
    """All that is kept of the child."""
    s = t.score.c
    columns = (s.day, s.total, s.smoothed, s.level)
    rows = book.rows(select(*columns).where(s.current).order_by(s.day, s.id))
    return state(book), total(book), book.flags, rows


def check(book: Casebook) -> None:
    """Learnt again it is the same, and the score of the newest day stands."""
    found = kept(book)
    child = book.child_id
    with book.town.store.work() as db:
        act = book.act(db, book.who, f"{book.town.clock.now:%Y-%m-%d %H:%M}")
        scoring.relearn(act, child)
    assert kept(book) == found
    s = t.score.c
    newest = book.rows(
        select(s.total, s.smoothed).where(s.current).order_by(s.day.desc(), s.id.desc()).limit(1)
    )
    scores = state(book).now.scores
    assert newest == ([(total(book), scores.smoothed)] if newest else [])


def late_entry(book: Casebook) -> Recorded:
    book.visit("2026-11-23 09:00", scored(86))
    return book.visit("2026-11-24 09:00", scored(11), day="2026-11-05")


def moved_back(book: Casebook) -> Recorded:
    book.visit("2026-11-10 09:00", scored(86))
    low = book.visit("2026-11-23 09:00", scored(11))
    assert total(book) == 11
    return book.visit("2026-11-24 09:00", scored(11), day="2026-11-05", instead=low)


def moved_on(book: Casebook) -> Recorded:
    high = book.visit("2026-11-10 09:00", scored(86))
    book.visit("2026-11-15 09:00", scored(11))
    return book.visit("2026-11-24 09:00", scored(86), day="2026-11-20", instead=high)


def taken_back(book: Casebook) -> None:
    book.visit("2026-11-20 09:00", scored(86), day="2026-11-20")
    late = book.visit("2026-11-23 09:00", scored(50), day="2026-11-05")
    book.undo("2026-11-23 09:05", late)
    newest = book.visit("2026-11-23 10:00", scored(11))
    book.undo("2026-11-23 10:05", newest)


def word_between(book: Casebook) -> Recorded:
    book.visit("2026-11-23 09:00", scored(86))
    book.decide("2026-11-24 09:00", confirmed=True)
    return book.visit("2026-11-25 09:00", scored(11), day="2026-11-05")


def of_another_month(book: Casebook) -> Recorded:
    book.visit("2026-10-23 09:00", scored(86))
    return book.visit("2026-11-04 09:00", scored(11), day="2026-10-05")


DEEDS = (late_entry, moved_back, moved_on, taken_back, word_between, of_another_month)


@pytest.mark.parametrize("deeds", DEEDS, ids=lambda each: each.__name__)
def test_the_score_of_the_newest_day_stands(book: Casebook, deeds: Deeds) -> None:
    deeds(book)
    assert total(book) == 86
    check(book)


@both()
@pytest.mark.parametrize("seed", range(6))
def test_whatever_becomes_known_learning_again_gives_the_same(book: Casebook, seed: int) -> None:
    """Late entries, corrections to and fro, withdrawals, alarms, words: after each one."""
    chance, visits = Random(seed), list[Recorded]()
    for day in range(6, 28, 2):
        at = f"2026-11-{day:02d} 09:00"
        found = scored(chance.randrange(100), chance.choice(("", "", "EM10")))
        told = f"2026-{chance.choice(('10-2', '11-0', '11-0'))}{chance.randint(1, 6)}"
        deed = chance.choice(("visit", "late", "late", "amend", "undo", "alarm", "decide"))
        if deed == "amend" and visits:
            place = chance.randrange(len(visits))
            visits[place] = book.visit(at, found, day=told, instead=visits[place])
        elif deed == "alarm":
            book.alarm(at, chance.choice(("EM04", "EM10")))
        elif deed == "decide" and "suspected" in book.flags:
            book.decide(at, confirmed=chance.random() < 0.5)
        else:
            visits.append(book.visit(at, found, day="" if deed == "visit" else told))
        if deed == "undo":
            book.undo(f"{at[:-1]}5", visits.pop())
        check(book)


def test_a_late_entry_may_open_a_flag_that_the_station_could_not_know_of(book: Casebook) -> None:
    book.visit("2026-11-20 09:00", scored(45))
    book.decide("2026-11-21 09:00", confirmed=False)
    book.visit("2026-11-23 09:00", scored(60), day="2026-11-05")
    assert (book.flags, total(book)) == (["rejected", "suspected"], 45)
    check(book)


def test_a_visit_that_is_no_assessment_makes_no_other_one_late(book: Casebook) -> None:
    asked_little = replace(scored(90).assessment, assessed=False)
    book.visit("2026-11-23 09:00", replace(scored(90), assessment=asked_little))
    book.visit("2026-11-24 09:00", scored(11), day="2026-11-10")
    book.visit("2026-11-25 09:00", scored(30), day="2026-11-15")
    assert total(book) == 30
    check(book)


def test_only_a_second_visit_of_a_month_asks_for_a_newer_day(book: Casebook) -> None:
    asked = []
    for at in ("2026-10-10 09:00", "2026-11-10 09:00", "2026-11-11 09:00"):
        with heard(book.town.store) as found:
            book.visit(at, scored(20))
        asked.append([sql for sql in found if "score.day >" in sql])
    assert [len(each) for each in asked] == [0, 0, 1]
    assert scans(book.town.store, asked[-1][0]) == []
