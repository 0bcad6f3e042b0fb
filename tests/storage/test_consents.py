"""Nobody is paired without the guardian's word; the newest one stands, for one child only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Connection, select

from dialogue.registry import Answer
from dialogue.show import show_answer
from domain.roles import Right
from domain.trouble import Refused
from storage import consents
from storage import tables as t
from storage.act import Act
from storage.consents import NewConsent
from storage.founding import Founding
from storage.see.children import ChildRef
from tests.conftest import both
from tests.storage.filled import look_of, rows
from tests.town import MORNING, Town

DAY = date(2026, 11, 20)
WORD = Answer("told")


@dataclass
class Table:
    """Where a guardian's word is written down, in one transaction."""

    town: Town
    db: Connection

    @property
    def founding(self) -> Founding:
        return Founding(self.db, self.town.store.keys)

    def act(self, who: str = "李主任") -> Act:
        look = look_of(self.town.store, self.db, self.town.people[who], self.town)
        return Act(look, self.town.clock.now, 1, show_answer)

    def child(self, code: str) -> ChildRef:
        return self.act("何中心").look.child(code, Right.SEE_CHILD)

    def say(self, code: str, kind: str, who: str = "李主任") -> None:
        self.act(who).record_consent(self.child(code), NewConsent(kind, "奶奶", DAY, MORNING))

    def pair(self, code: str) -> int:
        mother, child = self.town.people["王妈妈"], self.child(code)
        return self.founding.pair(f"P-{code}", mother, child.id, DAY)


@pytest.fixture
def table(town: Town) -> Iterator[Table]:
    with town.store.work() as db:
        yield Table(town, db)


@both()
def test_nobody_is_paired_before_the_guardian_has_agreed(table: Table) -> None:
    with pytest.raises(Refused, match="consent.missing"):
        table.pair("小满-02")
    for kind in (consents.WRITTEN, consents.SPOKEN):
        table.say("小满-02", kind)
        assert table.pair("小满-02")
        table.say("小满-02", consents.WITHDRAWN)
        with pytest.raises(Refused, match="consent.missing"):
            table.pair("小满-02")
        table.db.execute(t.pairing.delete().where(t.pairing.c.code == "P-小满-02"))


def test_a_consent_is_that_of_one_child(table: Table) -> None:
    table.say("小满-02", consents.WRITTEN)
    with pytest.raises(Refused, match="consent.missing"):
        table.pair("小满-03")


def test_every_word_stays_and_the_newest_one_counts(table: Table) -> None:
    for kind in (consents.SPOKEN, consents.WRITTEN, consents.WITHDRAWN):
        table.say("小满-02", kind)
    child = table.child("小满-02")
    kinds = select(t.consent.c.kind).where(t.consent.c.child_id == child.id)
    assert list(table.db.execute(kinds).scalars()) == ["spoken", "written", "withdrawn"]
    found = table.act().look.consent(child)
    assert found is not None
    assert (found.kind, found.who, found.day, found.stands) == ("withdrawn", "奶奶", DAY, False)


def test_who_agreed_is_sealed_and_bound_to_the_child(table: Table) -> None:
    table.say("小满-02", consents.WRITTEN)
    kept = rows(table.db)["consent"][-1]
    assert "奶奶".encode() not in kept.who
    keys = table.town.store.keys
    assert consents.who_of(keys, kept.child_id, kept.who) == "奶奶"
    with pytest.raises(Exception, match="moved"):
        consents.who_of(keys, kept.child_id + 1, kept.who)


def test_nothing_is_withdrawn_where_nothing_stands(table: Table) -> None:
    with pytest.raises(Refused, match="consent.nothing"):
        table.say("小满-02", consents.WITHDRAWN)
    with pytest.raises(ValueError, match="no kind"):
        table.say("小满-02", "maybe")


@both()
def test_with_the_consent_pairings_end_and_the_mothers_reach_with_them(table: Table) -> None:
    child = table.child("小满-01")
    with pytest.raises(Refused, match="consent.stands"):
        table.act().end_pairs(child, WORD)
    table.say("小满-01", consents.WITHDRAWN)
    assert table.act().look.open_pairs(child) == 1
    assert table.act().end_pairs(child, WORD) == 1
    assert table.act().end_pairs(child, WORD) == 0
    assert table.act("王妈妈").look.my_children(Right.SEE_CHILD) == []
    a = t.audit.c
    found = table.db.execute(select(a.action, a.subject).order_by(a.id)).all()
    assert [tuple(row) for row in found] == [
        ("consent.withdrawn", "child:小满-01"),
        ("pairing.ended", "child:小满-01"),
    ]


def test_the_station_of_the_child_is_told_once_and_no_other(table: Table) -> None:
    table.say("小满-01", consents.WITHDRAWN)
    act = table.act()
    assert act.tell_station(table.child("小满-01"), WORD) == 1
    assert act.tell_station(table.child("小满-01"), WORD) == 1
    told = table.db.execute(select(t.outgoing.c.person_id)).scalars().all()
    assert told == [table.town.people["陈站长"]]


def test_a_station_worker_does_not_tell_herself(table: Table) -> None:
    table.say("小满-01", consents.WITHDRAWN, "陈站长")
    assert table.act("陈站长").tell_station(table.child("小满-01"), WORD) == 0


def test_a_pairing_is_not_handed_on_without_a_consent(table: Table) -> None:
    """Of a time when nobody was asked, or after a withdrawal that was not acted on."""
    table.say("小满-01", consents.WITHDRAWN)
    mine = t.post.c.person_id == table.town.people["王妈妈"]
    post = table.db.execute(select(t.post.c.id).where(mine)).scalar_one()
    elm = table.town.units["elm"]
    other = table.town.people["郑妈妈"]
    table.db.execute(t.post.update().where(t.post.c.person_id == other).values(unit_id=elm))
    done = table.act("陈站长").end_post(post, other, WORD)
    assert (done.moved, done.closed) == (0, 1)
