"""Points: one's own ledger, what waits to be confirmed, and the rankings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, select

from domain.roles import Reach, Right
from storage import tables as t
from storage.rows import fetch
from storage.sight import MOST, Sight, reach_clause, reach_values, reach_ways


@dataclass(frozen=True)
class EntryRef:
    """One line of the ledger."""

    id: int
    person_id: int
    person: str
    rule: str
    source: str
    state: str
    points: int
    minutes: int
    day: date
    child_code: str | None


@dataclass(frozen=True)
class Sum:
    """Booked and pending points and minutes of a period."""

    booked: int = 0
    pending: int = 0
    minutes: int = 0


LINE = (
    t.entry.c.id,
    t.entry.c.person_id,
    t.person.c.name,
    t.entry.c.rule,
    t.entry.c.source,
    t.entry.c.state,
    t.entry.c.points,
    t.entry.c.minutes,
    t.entry.c.day,
    t.child.c.code,
)


def _lines(state: ColumnElement[str] = t.entry.c.state) -> Select[Any]:
    return (
        select(*(state if column is t.entry.c.state else column for column in LINE))
        .join(t.person, t.person.c.id == t.entry.c.person_id)
        .outerjoin(t.child, t.child.c.id == t.entry.c.child_id)
    )


def _later(*states: str) -> ColumnElement[bool]:
    """Whether the same source has another line in one of these states."""
    e, later = t.entry.c, t.entry.alias("later")
    same = (later.c.rule == e.rule, later.c.source == e.source, later.c.state.in_(states))
    return select(later.c.id).where(*same).correlate(t.entry).exists()


def my_points(look: Sight, period: str) -> Sum:
    """One's own sums, as long as one holds the right to points."""
    if not look.account.may(Right.OWN_POINTS):
        return Sum()
    s = t.total.c
    row = look.db.execute(
        select(s.booked, s.pending, s.minutes).where(
            s.person_id == look.account.id, s.period == period
        )
    ).first()
    return Sum(*row) if row else Sum()


def my_entries(look: Sight, limit: int = 12) -> list[EntryRef]:
    """One's own ledger lines, the newest first. Of what waited and was confirmed only the booked
    line; what waited and was never booked is "dropped" once it is settled."""
    if not look.account.may(Right.OWN_POINTS):
        return []
    e = t.entry.c
    waited = e.state == "pending"
    state = case((waited & _later("reversed"), "dropped"), else_=e.state)
    rows = look.db.execute(
        _lines(state)
        .where(e.person_id == look.account.id, ~(waited & _later("booked")))
        .order_by(t.entry.c.day.desc(), t.entry.c.id.desc())
        .limit(limit)
    )
    return [EntryRef(*row) for row in rows]


def to_confirm(look: Sight, limit: int | None = 50) -> list[EntryRef]:
    """Pending lines for children in reach that nobody has settled; never one's own. All of them
    where `limit` is None."""
    values = reach_values(look, Right.CONFIRM_POINTS) | {"limit": MOST if limit is None else limit}
    rows = fetch(look.db, _unsettled(reach_ways(look, Right.CONFIRM_POINTS)), values)
    return [EntryRef(*row) for row in rows]


@cache
def _unsettled(ways: tuple[Reach, ...]) -> Select[Any]:
    e, later = t.entry.c, t.entry.alias("later")
    settled = (
        select(later.c.id)
        .where(later.c.rule == e.rule, later.c.source == e.source, later.c.state != "pending")
        .correlate(t.entry)
        .exists()
    )
    # A few children lead to their lines; by the state SQLite would walk all that ever waited.
    near = all(way in (Reach.ASSIGNED, Reach.VILLAGE) for way in ways)
    waits = (e.state.concat("") if near else e.state) == "pending"
    return (
        _lines()
        .where(reach_clause(ways), waits, e.person_id != bindparam("me"), ~settled)
        .order_by(e.day, e.id)
        .limit(bindparam("limit"))
    )
