"""Around a child, on both databases: who came in which role, which version counts, who decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, update

from domain.roles import Right
from storage import tables as t
from storage.look import Look
from storage.see.around import Trace
from tests.conftest import both
from tests.storage.filled import look_of
from tests.town import Town

DAY = date(2026, 11, 20)
TOLD = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@contextmanager
def looking(town: Town, name: str) -> Iterator[Look]:
    with town.store.work() as db:
        yield look_of(town.store, db, town.people[name], town)


def tell(town: Town, who: str, name: str, **more: object) -> None:
    """A visit or contact of 小榆 under this receipt."""
    row = {
        "key": name,
        "receipt": name,
        "kind": "visit",
        "child_id": town.children["小榆"],
        "visitor_id": town.people[who],
        "day": DAY,
        "mode": "home",
        "seen": True,
        "minutes": 0,
        "form": "visit",
        "version": "1",
        "assessed": False,
        "recorded_at": TOLD,
        "known_at": TOLD,
        "answers": b"",
    }
    with town.store.work() as db:
        db.execute(insert(t.visit).values(**row | more))


def number(town: Town, receipt: str) -> int:
    with town.store.work() as db:
        v = t.visit.c
        return int(db.execute(t.visit.select().where(v.receipt == receipt)).one().id)


def traces(town: Town, name: str) -> dict[str, Trace]:
    with looking(town, name) as look:
        child = look.child("小满-01", Right.SEE_CHILD)
        return {each.receipt: each for each in look.traces(child)}


@both()
def test_who_came_is_named_with_the_role_of_that_visit(town: Town) -> None:
    tell(town, "李主任", "A")
    tell(town, "王妈妈", "B", kind="contact", mode="call")
    tell(town, "钱协调", "C")  # whose role visits nobody
    found = traces(town, "李主任")
    assert {each.receipt: (each.who, each.role) for each in found.values()} == {
        "A": ("李主任", "child_director"),
        "B": ("王妈妈", "loving_mother"),
        "C": ("钱协调", ""),
    }
    assert set(traces(town, "王妈妈")) == {"B"}


@both()
def test_a_version_is_corrected_as_long_as_a_later_one_counts(town: Town) -> None:
    gone = TOLD + timedelta(hours=1)
    tell(town, "李主任", "first", withdrawn_at=gone)
    tell(town, "李主任", "second", withdrawn_at=gone, supersedes=number(town, "first"))
    tell(town, "李主任", "third", supersedes=number(town, "second"))
    tell(town, "李主任", "alone", withdrawn_at=gone)
    assert {name: each.state for name, each in traces(town, "李主任").items()} == {
        "first": "corrected",
        "second": "corrected",
        "third": "stands",
        "alone": "withdrawn",
    }
    with town.store.work() as db:
        db.execute(update(t.visit).where(t.visit.c.receipt == "third").values(withdrawn_at=gone))
    assert {each.state for each in traces(town, "李主任").values()} == {"withdrawn"}


@both()
def test_of_two_corrections_that_which_stands_counts(town: Town) -> None:
    gone = TOLD + timedelta(hours=1)
    tell(town, "李主任", "first", withdrawn_at=gone)
    tell(town, "李主任", "stands", supersedes=number(town, "first"))
    tell(town, "李主任", "taken back", supersedes=number(town, "first"), withdrawn_at=gone)
    states = {name: each.state for name, each in traces(town, "李主任").items()}
    assert states == {"first": "corrected", "stands": "stands", "taken back": "withdrawn"}


@both()
def test_around_a_child_are_its_village_its_directors_and_its_loving_mothers(town: Town) -> None:
    with looking(town, "王妈妈") as look:
        found = look.around(look.child("小满-01", Right.SEE_CHILD))
        assert found is not None
        assert found.village == {"zh": "榆树村", "en": "Elm village"}
        assert found.directors == ("李主任",)
        assert [(each.name, each.since) for each in found.mothers] == [("王妈妈", date(2026, 3, 2))]
        assert found.phone == "0576-0000011"


@both()
def test_why_a_flag_was_decided_is_told_to_those_who_decide(town: Town) -> None:
    keys = town.store.keys
    with town.store.work() as db:
        village = db.execute(t.child.select().where(t.child.c.code == "小满-01")).one().path
        db.execute(
            insert(t.flag).values(
                key="F",
                child_id=town.children["小榆"],
                path=village,
                triggers="A",
                level="red",
                state="closed",
                opened_at=TOLD,
                decided_by=town.people["陈站长"],
                decided_at=TOLD,
                closed_by=town.people["何中心"],
                closed_at=TOLD,
                evidence=keys.seal(b'{"zh":"x","en":"x"}', "flag:evidence:F"),
                reason=keys.seal("属实".encode(), "flag:reason:F"),
                closed_reason=keys.seal("好转".encode(), "flag:closed:F"),
            )
        )
    told = {}
    for name in ("李主任", "陈站长", "王妈妈"):
        with looking(town, name) as look:
            child = look.child("小满-01", Right.SEE_CHILD)
            told[name] = [
                (each.state, word.who, word.reason)
                for each in look.flag_story(child)
                for word in (each.decided, each.closed)
                if word
            ]
    assert told == {
        "李主任": [("closed", "陈站长", ""), ("closed", "何中心", "")],
        "陈站长": [("closed", "陈站长", "属实"), ("closed", "何中心", "好转")],
        "王妈妈": [],
    }
