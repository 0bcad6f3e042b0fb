"""Whose loving mother kept touch: as it stood on the visit's day, whenever that is asked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection

from domain.roles import Right
from storage.do.visits import NewVisit
from storage.founding import Founding
from tests.storage.casebook import HELD, Casebook
from tests.town import Town, pair

CODE = "小满-01"  # paired with 王妈妈 since March


@pytest.fixture
def book(town: Town) -> Casebook:
    return Casebook(town, CODE)


def meet(book: Casebook, mother: str, at: str, day: str = "") -> None:
    with book.town.store.work() as db:
        act = book.act(db, mother, at)
        child = act.look.child(CODE, Right.LOG_CONTACT)
        when = date.fromisoformat(day or at[:10])
        act.record(NewVisit("contact", child, when, "phone", False, 10, "contact", "1", HELD))


def paired(book: Casebook, day: str, at: str = "2026-12-21 09:00") -> str:
    with book.town.store.work() as db:
        look = book.act(db, book.who, at).look
        child = look.child(CODE, Right.LOG_VISIT)
        return look.paired(child, Right.LOG_VISIT, date.fromisoformat(day))


def founding(book: Casebook, db: Connection) -> Founding:
    return Founding(db, book.town.store.keys)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-10-31", "paired"),
        ("2026-11-09", "paired"),  # in touch later that month: not yet known then
        ("2026-11-10", "paired_contact"),
        ("2026-11-30", "paired_contact"),
        ("2026-12-01", "paired"),
        ("2026-03-02", "paired"),
        ("2026-03-01", "none"),
    ],
)
def test_the_month_of_the_visit_counts_up_to_its_day(book: Casebook, day: str, found: str) -> None:
    meet(book, "王妈妈", "2026-11-10 18:00")
    assert paired(book, day) == found


def test_a_contact_of_this_month_says_nothing_of_a_late_entry_of_the_last(book: Casebook) -> None:
    meet(book, "王妈妈", "2026-12-02 18:00")
    assert paired(book, "2026-11-25", at="2026-12-03 09:00") == "paired"


def test_any_of_several_mothers_will_do(book: Casebook) -> None:
    with book.town.store.work() as db:
        mother, child = book.town.people["郑妈妈"], book.town.children["小榆"]
        pair(founding(book, db), "P-02", mother, child, date(2026, 11, 1))
    meet(book, "郑妈妈", "2026-11-10 18:00")
    assert paired(book, "2026-11-20") == "paired_contact"


def test_a_pairing_counts_as_long_as_it_was_open(book: Casebook) -> None:
    meet(book, "王妈妈", "2026-11-10 18:00")
    with book.town.store.work() as db:
        founding(book, db).part(book.town.pairs["小榆"], date(2026, 11, 15))
    assert paired(book, "2026-11-14") == "paired_contact"
    assert paired(book, "2026-11-15") == "none"


def test_a_contact_taken_back_does_not_count(book: Casebook) -> None:
    meet(book, "王妈妈", "2026-11-10 18:00")
    with book.town.store.work() as db:
        act = book.act(db, "王妈妈", "2026-11-10 18:05")
        act.withdraw(act.look.my_visits()[0].id)
    assert paired(book, "2026-11-20") == "paired"
