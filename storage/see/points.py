"""Points: one's own ledger, what waits to be confirmed, and the rankings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, false, func, or_, select

from domain.roles import Reach, Right
from storage import tables as t
from storage.rows import fetch
from storage.sight import Sight, reach_clause, reach_values, reach_ways


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


@dataclass(frozen=True)
class Rank:
    """A place in a ranking: loving mothers by booked points, hours beside."""

    place: int
    person_id: int
    name: str
    unit: Mapping[str, str]
    booked: int
    minutes: int


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


def _lines() -> Select[Any]:
    return (
        select(*LINE)
        .join(t.person, t.person.c.id == t.entry.c.person_id)
        .outerjoin(t.child, t.child.c.id == t.entry.c.child_id)
    )


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
    """One's own ledger lines, the newest first."""
    if not look.account.may(Right.OWN_POINTS):
        return []
    rows = look.db.execute(
        _lines()
        .where(t.entry.c.person_id == look.account.id)
        .order_by(t.entry.c.day.desc(), t.entry.c.id.desc())
        .limit(limit)
    )
    return [EntryRef(*row) for row in rows]


def to_confirm(look: Sight, limit: int = 50) -> list[EntryRef]:
    """Pending lines for children in reach that nobody has settled; never one's own."""
    values = reach_values(look, Right.CONFIRM_POINTS) | {"limit": limit}
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
    return (
        _lines()
        .where(reach_clause(ways), e.state == "pending", e.person_id != bindparam("me"), ~settled)
        .order_by(e.day, e.id)
        .limit(bindparam("limit"))
    )


def ranking(look: Sight, period: str, path: str, limit: int = 20) -> list[Rank]:
    """Loving mothers of a unit (its path) by booked points; who opted out keeps her place
    and is not named. Equal points share a place. Nothing outside one's own city is found."""
    everybody = _ranked(look, period, path).subquery()
    e = everybody.c
    rows = look.db.execute(
        select(e.place, e.id, e.name, e.unit, e.unit_en, e.booked, e.minutes)
        .where(e.ranked)
        .order_by(e.place, e.id)
        .limit(limit)
    )
    return [Rank(row.place, row.id, row.name, _names(row), row.booked, row.minutes) for row in rows]


def my_place(look: Sight, period: str, path: str) -> tuple[int, int] | None:
    """One's own place and how many are ranked there; None without booked points."""
    everybody = _ranked(look, period, path).subquery()
    place = look.db.execute(
        select(everybody.c.place).where(everybody.c.id == look.account.id)
    ).scalar()
    if place is None:
        return None
    return place, look.db.execute(select(func.count()).select_from(everybody)).scalar_one()


def _ranked(look: Sight, period: str, path: str) -> Select[Any]:
    s, p, u = t.total.c, t.person.c, t.unit.c
    place = func.rank().over(order_by=s.booked.desc()).label("place")
    return (
        select(place, p.id, p.name, u.name.label("unit"), u.name_en.label("unit_en"))
        .add_columns(s.booked, s.minutes, p.ranked)
        .join(t.person, p.id == s.person_id)
        .join(t.unit, u.id == p.unit_id)
        .where(s.period == period, s.booked > 0, p.active)
        .where(u.path.startswith(path, autoescape=True), _own_city(look))
    )


def _names(row: Any) -> dict[str, str]:
    return {"zh": row.unit, "en": row.unit_en}


def _own_city(look: Sight) -> ColumnElement[bool]:
    """The ranking shows volunteers only and is open to all of a city who hold the right."""
    paths = (grant.path for _, grant in look.account.reaches(Right.RANKING))
    cities = sorted({"/" + path.split("/")[1] + "/" for path in paths})
    within = (t.unit.c.path.startswith(city, autoescape=True) for city in cities)
    return or_(false(), *within)


@dataclass(frozen=True)
class Diligence:
    """A director's place: share of her children seen, share of visits in time (0 to 1)."""

    place: int
    person_id: int
    name: str
    unit: Mapping[str, str]
    children: int
    seen: int
    in_time: float

    @property
    def coverage(self) -> float:
        return self.seen / self.children if self.children else 0.0


def directors(look: Sight, since: date, until: date, path: str, limit: int = 20) -> list[Diligence]:
    """Child directors of a unit by coverage, then punctuality, between two days inclusive."""
    rows = look.db.execute(_diligence(since, until, path, _own_city(look))).all()
    found = [
        Diligence(0, r.id, r.name, _names(r), r.children, r.seen or 0, _share(r.in_time, r.visits))
        for r in rows
    ]
    found.sort(key=lambda d: (-d.coverage, -d.in_time, d.person_id))
    return _diligent_places(found)[:limit]


def _share(part: int | None, whole: int | None) -> float:
    return (part or 0) / whole if whole else 0.0


def _diligence(since: date, until: date, path: str, allowed: ColumnElement[bool]) -> Select[Any]:
    v, p, u, o = t.visit.c, t.person.c, t.unit.c, t.post.c
    made = (
        select(
            v.visitor_id,
            func.count(func.distinct(v.child_id)).label("seen"),
            func.count().label("visits"),
            func.sum(case((v.due.is_(None) | (v.day <= v.due), 1), else_=0)).label("in_time"),
        )
        .where(v.kind == "visit", v.seen, v.withdrawn_at.is_(None), v.day.between(since, until))
        .group_by(v.visitor_id)
        .subquery()
    )
    theirs = (
        select(t.child.c.unit_id, func.count().label("children"))
        .where(t.child.c.active)
        .group_by(t.child.c.unit_id)
        .subquery()
    )
    return (
        select(p.id, p.name, u.name.label("unit"), u.name_en.label("unit_en"))
        .add_columns(theirs.c.children, made.c.seen, made.c.visits, made.c.in_time)
        .join(t.post, o.person_id == p.id)
        .join(t.unit, u.id == o.unit_id)
        .join(theirs, theirs.c.unit_id == u.id)
        .outerjoin(made, made.c.visitor_id == p.id)
        .where(o.role == "child_director", o.until.is_(None), p.active, p.ranked)
        .where(u.path.startswith(path, autoescape=True), allowed)
    )


def _diligent_places(found: list[Diligence]) -> list[Diligence]:
    ranks: list[Diligence] = []
    for number, each in enumerate(found, 1):
        before = ranks[-1] if ranks else None
        same = before and (before.coverage, before.in_time) == (each.coverage, each.in_time)
        ranks.append(replace(each, place=before.place if before and same else number))
    return ranks
