"""Rankings: loving mothers by booked points, child directors by coverage and punctuality.

Whoever does not want to be named keeps her place and is left out of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select

from domain.roles import Right, Role
from storage import tables as t
from storage.sight import Sight


@dataclass(frozen=True)
class Rank:
    """A place in a ranking: loving mothers by booked points, hours beside."""

    place: int
    person_id: int
    name: str
    unit: Mapping[str, str]
    booked: int
    minutes: int


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
    """A director's place: her children, how many of them she saw, and her visits in time.

    `unit` names her villages by language.
    """

    place: int
    person_id: int
    name: str
    unit: Mapping[str, str]
    children: int
    seen: int
    visits: int
    in_time: int

    @property
    def coverage(self) -> int:
        """How many of her children she saw, in whole percent: as it is shown, so it is ranked."""
        return _percent(self.seen, self.children)

    @property
    def punctuality(self) -> int:
        """How many of her visits were in time, in whole percent."""
        return _percent(self.in_time, self.visits)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True)
class Diligent:
    """The directors of a unit as they are listed, one's own place, and how many have one."""

    listed: tuple[Diligence, ...] = ()
    mine: Diligence | None = None
    count: int = 0


def directors(look: Sight, since: date, until: date, path: str, limit: int = 20) -> Diligent:
    """Child directors of a unit by coverage, then punctuality, between two days inclusive.

    Each counts once, with all her villages below the path and only the children who live there.
    """
    found = _in_order(look, since, until, path)
    listed = tuple(each for each, ranked in found if ranked)[:limit]
    mine = next((each for each, _ in found if each.person_id == look.account.id), None)
    return Diligent(listed, mine, len(found))


def _in_order(look: Sight, since: date, until: date, path: str) -> list[tuple[Diligence, bool]]:
    """Everybody with her place, and whether she may be named."""
    rows = look.db.execute(_villages(since, until, path, _own_city(look))).all()
    people = [_person(list(each)) for _, each in groupby(rows, key=lambda row: row.id)]
    people.sort(key=lambda one: (-one[0].coverage, -one[0].punctuality, one[0].person_id))
    return [*_placed(people)]


def _person(rows: list[Any]) -> tuple[Diligence, bool]:
    """One director's villages taken together."""
    first = rows[0]
    unit = {"zh": "、".join(row.unit for row in rows), "en": ", ".join(r.unit_en for r in rows)}
    names = ("children", "seen", "visits", "in_time")
    sums = [sum(getattr(row, name) or 0 for row in rows) for name in names]
    return Diligence(0, first.id, first.name, unit, *sums), first.ranked


def _placed(people: Iterable[tuple[Diligence, bool]]) -> Iterable[tuple[Diligence, bool]]:
    """Equal coverage and punctuality share a place."""
    place, before = 0, (-1, -1)
    for number, (each, ranked) in enumerate(people, 1):
        mark = (each.coverage, each.punctuality)
        place, before = (place if mark == before else number), mark
        yield replace(each, place=place), ranked


def _villages(since: date, until: date, path: str, allowed: ColumnElement[bool]) -> Select[Any]:
    """One row for each director and village; visits to children of other villages are not hers."""
    v, p, u, o, c = t.visit.c, t.person.c, t.unit.c, t.post.c, t.child.c
    made = (
        select(v.visitor_id, c.unit_id)
        .add_columns(func.count(func.distinct(v.child_id)).label("seen"))
        .add_columns(func.count().label("visits"))
        .add_columns(func.sum(case((v.due.is_(None) | (v.day <= v.due), 1), else_=0)).label("ok"))
        .join(t.child, c.id == v.child_id)
        .where(v.kind == "visit", v.seen, v.withdrawn_at.is_(None), v.day.between(since, until))
        .where(c.active)
        .group_by(v.visitor_id, c.unit_id)
        .subquery()
    )
    theirs = (
        select(c.unit_id, func.count().label("children"))
        .where(c.active)
        .group_by(c.unit_id)
        .subquery()
    )
    own = (made.c.visitor_id == p.id) & (made.c.unit_id == u.id)
    return (
        select(p.id, p.name, p.ranked, u.name.label("unit"), u.name_en.label("unit_en"))
        .add_columns(theirs.c.children, made.c.seen, made.c.visits, made.c.ok.label("in_time"))
        .select_from(t.post)
        .join(t.person, o.person_id == p.id)
        .join(t.unit, u.id == o.unit_id)
        .join(theirs, theirs.c.unit_id == u.id)
        .outerjoin(made, own)
        .where(o.role == Role.CHILD_DIRECTOR.value, o.until.is_(None), p.active)
        .where(u.path.startswith(path, autoescape=True), allowed)
        .order_by(p.id, u.id)
    )
