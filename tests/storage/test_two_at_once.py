"""Two people answer at the same moment: the second is told so, and what the first said stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import select

from domain.trouble import Refused
from storage import tables as t
from storage.act import Act
from storage.session import Store
from tests.storage.casebook import Casebook, scored
from tests.town import Town

NOON = "2026-11-10 12:00"
AGAIN, LATER = "2026-11-10 13:00", "2026-11-10 13:05"
postgres = pytest.mark.parametrize("store", ["postgres"], indirect=True)
Deed = Callable[[Act], object]


def at_once(book: Casebook, first: Deed, second: Deed) -> object:
    """The first deed is done and not yet committed when the second begins; what the second
    came to: its result, or the key of its refusal."""

    def other() -> object:
        try:
            with book.town.store.work() as db:
                return second(book.act(db, "何中心", LATER))
        except Refused as refusal:
            return refusal.key

    with ThreadPoolExecutor(1) as beside:
        with book.town.store.work() as db:
            first(book.act(db, "陈站长", AGAIN))
            waiting = beside.submit(other)
            sleep(0.5)
            assert not waiting.done(), "it waits for the first"
        return waiting.result(10)


def alarmed(store: Store, town: Town) -> tuple[Casebook, int]:
    book = Casebook(town)
    return book, book.alarm(NOON, "EM04").id


@postgres
@pytest.mark.parametrize("first", ["false_alarm", "closed"])
def test_an_alert_is_answered_by_one_of_two(store: Store, town: Town, first: str) -> None:
    book, alert = alarmed(store, town)
    found = at_once(
        book,
        lambda act: act.answer_alert(alert, first, "mine"),
        lambda act: act.answer_alert(alert, "closed", "theirs"),
    )
    a = t.alert.c
    (row,) = book.rows(select(a.state, a.answered_by).where(a.id == alert))
    assert found == "alert.answered"
    assert row == (first, town.people["陈站长"])


@postgres
def test_the_first_moment_at_which_the_police_knew_stays(store: Store, town: Town) -> None:
    book, alert = alarmed(store, town)
    told: list[object] = []
    found = at_once(
        book,
        lambda act: told.append(act.report_police(alert)),
        lambda act: act.report_police(alert),
    )
    assert [found] == told
    assert book.audit("alert.police") == 1


@postgres
def test_a_flag_is_decided_by_one_of_two(store: Store, town: Town) -> None:
    book = Casebook(town)
    book.visit(NOON, scored(60))
    (flag,) = book.rows(select(t.flag.c.id))
    found = at_once(
        book,
        lambda act: act.decide_flag(flag.id, confirmed=True, reason="mine"),
        lambda act: act.decide_flag(flag.id, confirmed=False, reason="theirs"),
    )
    f = t.flag.c
    assert found == "flag.decided"
    assert book.rows(select(f.state, f.decided_by)) == [("confirmed", town.people["陈站长"])]


@postgres
def test_a_flag_is_closed_by_one_of_two(store: Store, town: Town) -> None:
    book = Casebook(town)
    book.visit(NOON, scored(60))
    book.decide(NOON, confirmed=True)
    (flag,) = book.rows(select(t.flag.c.id))
    found = at_once(
        book,
        lambda act: act.close_flag(flag.id, "mine"),
        lambda act: act.close_flag(flag.id, "theirs"),
    )
    f = t.flag.c
    assert found == "flag.decided"
    assert book.rows(select(f.state, f.closed_by)) == [("closed", town.people["陈站长"])]
