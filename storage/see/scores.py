"""Scores, flags and alerts: only for those with the right, by their reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select

from domain.roles import Reach, Right
from storage import tables as t
from storage.rows import fetch
from storage.see.children import ChildRef
from storage.sight import (
    MOST,
    Sight,
    children_in_reach,
    paths_in_reach,
    reach_clause,
    reach_values,
    reach_ways,
)


@dataclass(frozen=True)
class RiskRef:
    """Where a child stands: total of 100 and level after the newest collection."""

    child_id: int
    total: int | None
    level: str


@dataclass(frozen=True)
class ScoreRef:
    """One scored collection: total, level, sub-scores and evidence."""

    day: date
    total: int
    smoothed: float
    level: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class FlagRef:
    """A suspected or confirmed flag of a child."""

    id: int
    child_code: str
    child_id: int
    triggers: str
    level: str
    state: str
    opened_at: datetime
    evidence: Mapping[str, str]


@dataclass(frozen=True)
class FlagNow:
    """What holds of a child's flags: the one that waits, else the one that stands confirmed, else
    the last word that a person has spoken; and when it was spoken."""

    state: str
    at: datetime


@dataclass(frozen=True)
class AlertRef:
    """An emergency as the people who answer it see it in a list: coded, no name."""

    id: int
    receipt: str
    codes: str
    level: str
    state: str
    at: datetime
    child_code: str | None
    village: Mapping[str, str]
    reporter: str
    reporter_id: int
    police_at: datetime | None


def risks(look: Sight) -> dict[int, RiskRef]:
    """By child id, for all children whose score this account may see."""
    rows = look.db.execute(
        select(*(t.risk.c[name] for name in ("child_id", "total", "level")))
        .join(t.child, t.child.c.id == t.risk.c.child_id)
        .where(children_in_reach(look, Right.SEE_SCORE))
    )
    return {row.child_id: RiskRef(*row) for row in rows}


def scores(
    look: Sight, child: ChildRef, limit: int = 12, visit: int | None = None
) -> list[ScoreRef]:
    """The newest first; with `visit` the one of this visit."""
    values = reach_values(look, Right.SEE_SCORE) | {"child": child.id, "limit": limit}
    found = _scores(reach_ways(look, Right.SEE_SCORE), one=visit is not None)
    rows = fetch(look.db, found, values | {"visit": visit})
    unseal = look.keys.unseal
    return [
        ScoreRef(*(*row[:4], orjson.loads(unseal(row.detail, f"score:detail:{row.visit_id}"))))
        for row in rows
    ]


@cache
def _scores(ways: tuple[Reach, ...], *, one: bool) -> Select[Any]:
    s = t.score.c
    found = (
        select(s.day, s.total, s.smoothed, s.level, s.detail, s.visit_id)
        .join(t.child, t.child.c.id == s.child_id)
        .where(reach_clause(ways), s.child_id == bindparam("child"), s.current)
    )
    if one:  # there is one that is current: nothing to sort, and SQLite takes the visit's index
        return found.where(s.visit_id == bindparam("visit"))
    return found.order_by(s.day.desc(), s.id.desc()).limit(bindparam("limit"))


def flags(
    look: Sight, states: tuple[str, ...] = ("suspected",), limit: int | None = 50
) -> list[FlagRef]:
    """Flags that wait for a decision of this account's; all of them where `limit` is None."""
    values = reach_values(look, Right.DECIDE_FLAG) | {"limit": MOST if limit is None else limit}
    rows = fetch(look.db, _flags(reach_ways(look, Right.DECIDE_FLAG), states), values)
    unseal = look.keys.unseal
    return [
        FlagRef(*(*row[:7], orjson.loads(unseal(row.evidence, f"flag:evidence:{row.key}"))))
        for row in rows
    ]


@cache
def _flags(ways: tuple[Reach, ...], states: tuple[str, ...]) -> Select[Any]:
    f = t.flag.c
    return (
        select(f.id, t.child.c.code, f.child_id, f.triggers, f.level, f.state)
        .add_columns(f.opened_at, f.evidence, f.key)
        .join(t.child, t.child.c.id == f.child_id)
        .where(reach_clause(ways), or_(*(f.state == state for state in states)))
        .order_by(f.opened_at.desc(), f.id.desc())
        .limit(bindparam("limit"))
    )


SPOKEN = ("suspected", "confirmed", "rejected", "closed")  # open ones first
WORD = func.coalesce(t.flag.c.closed_at, t.flag.c.decided_at, t.flag.c.opened_at)


def flag_now(look: Sight, child: ChildRef) -> FlagNow | None:
    """For whoever sees the child's score; None where there was no flag."""
    values = reach_values(look, Right.SEE_SCORE) | {"child": child.id}
    rows = fetch(look.db, _spoken(reach_ways(look, Right.SEE_SCORE)), values)
    found = sorted((FlagNow(*row) for row in rows), key=lambda each: each.at, reverse=True)
    for state in SPOKEN[:2]:
        for each in found:
            if each.state == state:
                return each
    return found[0] if found else None


@cache
def _spoken(ways: tuple[Reach, ...]) -> Select[Any]:
    f = t.flag.c
    return (
        select(f.state, WORD.label("at"))
        .join(t.child, t.child.c.id == f.child_id)
        .where(reach_clause(ways), f.child_id == bindparam("child"))
        .where(or_(*(f.state == state for state in SPOKEN)))
    )


def alerts(look: Sight, states: tuple[str, ...] = ("open",), limit: int = 50) -> list[AlertRef]:
    """Alerts that this account may answer, the newest first."""
    return _alerts(look, paths_in_reach(look, Right.ANSWER_ALERT, t.alert.c.path), states, limit)


def alerts_of(look: Sight, child: ChildRef, limit: int = 10) -> list[AlertRef]:
    """Those about one child that are not closed, for whoever answers them."""
    here = paths_in_reach(look, Right.ANSWER_ALERT, t.alert.c.path)
    about = here & (t.alert.c.child_id == child.id)
    return _alerts(look, about, ("open", "acknowledged"), limit)


def my_alerts(look: Sight, limit: int = 10) -> list[AlertRef]:
    """Alerts that this person has raised and that are not closed: also after her post or
    pairing has ended, so that she can say that the police know; then without the child."""
    mine = t.alert.c.reporter_id == look.account.id
    found = _alerts(look, mine, ("open", "acknowledged"), limit)
    here = children_in_reach(look, Right.RAISE_ALERT)
    codes = set(look.db.execute(select(t.child.c.code).where(here)).scalars()) if found else set()
    return [each if each.child_code in codes else replace(each, child_code=None) for each in found]


def police_reports(look: Sight, limit: int = 10) -> list[AlertRef]:
    """Alerts of which "reported to the police" is noted and may be corrected by this account;
    without the child."""
    found = _alerts(look, police_notable(look), ("open", "acknowledged"), limit)
    return [replace(each, child_code=None) for each in found]


def police_notable(look: Sight) -> ColumnElement[bool]:
    """Alerts where the police are noted: by this account, or within its reach to answer."""
    a, audit = t.alert.c, t.audit.c
    noted = (audit.action == "alert.police") & (audit.subject == "alert:" + a.receipt)
    mine = exists().where(noted, audit.actor_id == look.account.id, audit.at == a.police_at)
    return a.police_at.is_not(None) & (mine | paths_in_reach(look, Right.ANSWER_ALERT, a.path))


def _alerts(look: Sight, where: Any, states: tuple[str, ...], limit: int) -> list[AlertRef]:
    a = t.alert.c
    rows = look.db.execute(
        select(
            a.id,
            a.receipt,
            a.codes,
            a.level,
            a.state,
            a.at,
            t.child.c.code.label("child_code"),
            t.person.c.name.label("reporter"),
            a.reporter_id,
            a.police_at,
            a.path,
        )
        .join(t.person, t.person.c.id == a.reporter_id)
        .outerjoin(t.child, t.child.c.id == a.child_id)
        .where(where, a.state.in_(states))
        .order_by(a.at.desc(), a.id.desc())
        .limit(limit)
    ).all()
    names = _villages(look, {row.path for row in rows})
    return [AlertRef(village=names.get(row.path, {}), **_alert(row)) for row in rows]


def _alert(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name != "path"}


def _villages(look: Sight, paths: set[str]) -> dict[str, dict[str, str]]:
    if not paths:
        return {}
    u = t.unit.c
    rows = look.db.execute(select(u.path, u.name, u.name_en).where(u.path.in_(paths)))
    return {row.path: {"zh": row.name, "en": row.name_en} for row in rows}
