"""The ledger under any order of awards, settlements and reversals, over borders of months.

Kept totals always equal the sums of the lines; caps are never exceeded; nothing counts twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from dialogue.show import show_answer
from domain.points import rules
from domain.trouble import Refused
from storage import tables as t
from storage.act import Act
from storage.do import ledger
from storage.do.ledger import Award
from storage.founding import Founding
from storage.inbox import load_account
from storage.operator import unbalanced
from tests.conftest import both
from tests.storage.filled import look_as
from tests.town import CITY, JOINED, Town, pair

FIRST = date(2026, 10, 29)  # three months, a quarter and a year end within the days below
DAYS = 70
RULES = ("P01", "P02", "P03", "P04", "P07", "P08")
CHILDREN = ("小榆", "小樟", None)
Step = tuple[str, int, int, int]

steps = st.lists(
    st.tuples(
        st.sampled_from(("award", "award", "award", "again", "book", "reject", "reverse")),
        st.integers(0, DAYS - 1),
        st.integers(0, len(RULES) - 1),
        st.integers(0, len(CHILDREN) - 1),
    ),
    max_size=40,
)


@dataclass
class Ledger:
    """王妈妈 earns, 李主任 settles; every deed at its moment."""

    town: Town
    db: Connection
    made: int = 0

    def act(self, name: str, day: date) -> Act:
        account = load_account(self.db, self.town.people[name])
        assert account is not None
        look = look_as(self.town.store, self.db, account, self.town)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=CITY)
        return Act(look, noon, self.made, show_answer)

    def take(self, step: Step) -> None:
        kind, ago, rule, child = step
        day = FIRST + timedelta(days=ago)
        match kind:
            case "award":
                self.made += 1
                self.award(f"visit:{self.made}", day, RULES[rule], CHILDREN[child])
            case "again" if self.made:
                self.award(f"visit:{self.made}", day, RULES[rule], CHILDREN[child])
            case "book" | "reject":
                self.settle(day, rule, booked=kind == "book")
            case "reverse":
                ledger.reverse(self.act("王妈妈", day), f"visit:{1 + ago % 20}", "withdrawn")

    def award(self, source: str, day: date, rule: str, child: str | None) -> int:
        child_id = self.town.children[child] if child else None
        return self.act("王妈妈", day).award(Award(rule, source, day, child_id, 30))

    def settle(self, day: date, number: int, *, booked: bool) -> None:
        rows = self.db.execute(select(t.entry.c.id).where(t.entry.c.state == "pending")).all()
        if rows:
            try:
                entry = rows[number % len(rows)].id
                self.act("李主任", day).settle(entry, booked=booked)
            except Refused:
                pass

    def lines(self) -> list[Any]:
        return list(self.db.execute(select(t.entry).order_by(t.entry.c.id)))


def standing(lines: list[Any]) -> list[Any]:
    """One line for each rule and source that has not been reversed."""
    gone = {(line.rule, line.source) for line in lines if line.state == "reversed"}
    found = {(line.rule, line.source): line for line in lines}
    return [line for key, line in found.items() if key not in gone]


def check_caps(lines: list[Any]) -> None:
    counts: dict[str, Counter[Any]] = {}
    for line in standing(lines):
        month, year = line.day.strftime("%Y-%m"), line.day.year
        keys = {
            "child_month": (line.rule, line.child_id, month),
            "month": (line.rule, month),
            "child_year": (line.rule, line.child_id, year),
            "year": (line.rule, year),
        }
        for name, key in keys.items():
            counts.setdefault(name, Counter())[key] += 1
    for name, found in counts.items():
        for key, many in found.items():
            cap = getattr(rules()[key[0]].caps, name)
            assert cap is None or many <= cap, (name, key)


def check_lines(lines: list[Any]) -> None:
    """Each rule and source is pending, booked and reversed at most once, and in this order."""
    states: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        states.setdefault((line.rule, line.source), []).append(line.state)
    for (rule, _), found in states.items():
        first = "booked" if rules()[rule].automatic else "pending"
        assert found[0] == first
        assert found in (
            [first],
            [first, "reversed"],
            ["pending", "booked"],
            ["pending", "booked", "reversed"],
        )


def run(town: Town, story: list[Step]) -> None:
    with town.store.engine.connect() as db, db.begin() as work:
        kept = Ledger(town, db)
        for step in story:
            kept.take(step)
            assert unbalanced(db) == []
        lines = kept.lines()
        check_caps(lines)
        check_lines(lines)
        total = db.execute(select(func.sum(t.total.c.booked)).where(t.total.c.period == "2026"))
        booked = sum(
            line.points
            for line in standing(lines)
            if line.state == "booked" and line.day.year == 2026
        )
        assert (total.scalar() or 0) == booked
        work.rollback()


@pytest.fixture
def paired(town: Town) -> Town:
    with town.store.work() as db:
        founding = Founding(db, town.store.keys)
        pair(founding, "P-02", town.people["王妈妈"], town.children["小樟"], JOINED)
    return town


SQLITE = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@SQLITE
@given(story=steps)
def test_totals_and_caps_hold_in_every_story(paired: Town, story: list[Step]) -> None:
    run(paired, story)


@both()
@settings(SQLITE, max_examples=6)
@given(story=steps)
def test_totals_and_caps_hold_on_both_databases(paired: Town, story: list[Step]) -> None:
    run(paired, story)


def award(town: Town, moment: datetime, source: str) -> int:
    """A call at a moment, dated by the clock on the wall."""
    with town.store.work() as db:
        kept = Ledger(town, db)
        return kept.award(source, moment.astimezone(CITY).date(), "P01", "小榆")


def sums(town: Town) -> dict[str, int]:
    with town.store.work() as db:
        return {row.period: row.booked for row in db.execute(select(t.total))}


def test_a_call_before_midnight_belongs_to_the_month_that_ends(paired: Town) -> None:
    """23:50 on 30 November in the city is 15:50 in Greenwich; ten minutes later is December."""
    late = datetime(2026, 11, 30, 15, 50, tzinfo=UTC)
    assert award(paired, late, "visit:A") == 2
    assert award(paired, late + timedelta(minutes=15), "visit:B") == 2
    found = sums(paired)
    assert (found["2026-11"], found["2026-12"], found["2026-Q4"], found["2026"]) == (2, 2, 4, 4)


def test_the_cap_of_a_month_begins_anew_at_midnight_in_the_city(paired: Town) -> None:
    last = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    given_points = [award(paired, last, f"visit:{number}") for number in range(5)]
    assert given_points == [2, 2, 2, 2, 0]
    assert award(paired, last + timedelta(hours=1, minutes=1), "visit:next") == 2


def test_the_year_ends_at_midnight_in_the_city(paired: Town) -> None:
    eve = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    award(paired, eve, "visit:A")
    award(paired, eve + timedelta(minutes=2), "visit:B")
    found = sums(paired)
    assert (found["2026"], found["2027"], found["2026-Q4"], found["2027-Q1"]) == (2, 2, 2, 2)


def test_a_withdrawn_source_makes_room_under_the_cap(paired: Town) -> None:
    noon = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
    for number in range(4):
        award(paired, noon, f"visit:{number}")
    assert award(paired, noon, "visit:full") == 0
    with paired.store.work() as db:
        ledger.reverse(Ledger(paired, db).act("王妈妈", date(2026, 11, 20)), "visit:0", "x")
    assert award(paired, noon, "visit:room") == 2
    assert sums(paired)["2026-11"] == 8


@both()
def test_the_database_itself_refuses_a_line_that_stands_already(paired: Town) -> None:
    """Two workers at once: the rule, the source and the state stand once."""
    from sqlalchemy.exc import IntegrityError

    award(paired, datetime(2026, 11, 20, 4, 0, tzinfo=UTC), "visit:A")
    with paired.store.work() as db:
        line = db.execute(select(t.entry)).one()._asdict()
    line.pop("id")
    with pytest.raises(IntegrityError), paired.store.work() as db:
        db.execute(t.entry.insert().values(line))
