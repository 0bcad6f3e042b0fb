"""A confirmed flag is closed by a person of its station or the centre, once, with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from domain.trouble import Refused
from storage import tables as t
from tests.storage.casebook import Casebook, scored
from tests.town import Town

NOON = "2026-11-10 12:00"


@pytest.fixture
def book(town: Town) -> Casebook:
    found = Casebook(town)
    found.visit(NOON, scored(60))
    return found


def close(book: Casebook, who: str) -> None:
    (flag,) = book.rows(select(t.flag.c.id))
    with book.town.store.work() as db:
        book.act(db, who, NOON).close_flag(flag.id, "well again")


def test_what_waits_is_not_closed_but_decided(book: Casebook) -> None:
    with pytest.raises(Refused):
        close(book, "陈站长")
    assert book.flags == ["suspected"]


@pytest.mark.parametrize("who", ["李主任", "王妈妈", "吴站长", "钱协调"])
def test_nobody_else_closes_it(book: Casebook, who: str) -> None:
    book.decide(NOON, confirmed=True)
    with pytest.raises(Refused):
        close(book, who)
    assert book.flags == ["confirmed"]


def test_who_closed_it_when_and_why_is_kept_beside_the_confirmation(book: Casebook) -> None:
    book.decide(NOON, confirmed=True)
    close(book, "何中心")
    with pytest.raises(Refused):
        close(book, "陈站长")
    (row,) = book.rows(select(t.flag))
    people, unseal = book.town.people, book.town.store.keys.unseal
    assert (row.state, row.decided_by, row.closed_by) == (
        "closed",
        people["陈站长"],
        people["何中心"],
    )
    assert row.closed_at == book.town.clock.now
    assert unseal(row.reason, f"flag:reason:{row.key}") == b"on the spot"
    assert unseal(row.closed_reason, f"flag:closed:{row.key}") == b"well again"
