"""Children: who is in reach, and what their file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import select

from domain.roles import Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.crypto import Keys
from storage.sight import Sight, children_in_reach, children_listed, reach_values


@dataclass(frozen=True)
class ChildRef:
    """A child as somebody with the right sees it in a list."""

    id: int
    code: str
    unit_id: int
    path: str
    enrolled: date
    last_seen: date | None
    next_visit: date | None
    sealed: bytes = field(repr=False)
    keys: Keys = field(repr=False)

    @cached_property
    def identity(self) -> Mapping[str, Any]:
        """Unsealed only when somebody looks."""
        held: Mapping[str, Any] = orjson.loads(
            self.keys.unseal(self.sealed, f"child:identity:{self.code}")
        )
        return held

    @property
    def name(self) -> str:
        return str(self.identity["name"])

    @property
    def birth(self) -> date:
        return date.fromisoformat(self.identity["birth"])

    @property
    def sex(self) -> str:
        return str(self.identity["sex"])


@dataclass(frozen=True)
class VisitRef:
    """A recorded visit without its answers."""

    id: int
    receipt: str
    kind: str
    child_id: int
    visitor_id: int
    day: date
    mode: str
    seen: bool
    minutes: int
    total: int | None
    recorded_at: datetime


LISTED = (
    t.child.c.id,
    t.child.c.code,
    t.child.c.unit_id,
    t.child.c.path,
    t.child.c.enrolled,
    t.child.c.last_seen,
    t.child.c.next_visit,
    t.child.c.identity,
)
VISITED = (
    t.visit.c.id,
    t.visit.c.receipt,
    t.visit.c.kind,
    t.visit.c.child_id,
    t.visit.c.visitor_id,
    t.visit.c.day,
    t.visit.c.mode,
    t.visit.c.seen,
    t.visit.c.minutes,
    t.visit.c.total,
    t.visit.c.recorded_at,
)
STANDS = t.visit.c.withdrawn_at.is_(None)


def ref(row: Any, keys: Keys) -> ChildRef:
    return ChildRef(*(*row, keys))


def my_children(look: Sight, right: Right) -> list[ChildRef]:
    """Children in reach, those whose visit is due first at the top."""
    rows = look.db.execute(children_listed(look, right, LISTED), reach_values(look, right))
    found = [ref(row, look.keys) for row in rows]
    return sorted(found, key=lambda each: (each.next_visit or date.max, each.code))


def child(look: Sight, code: str, right: Right) -> ChildRef:
    """One child in reach by its code; Refused when there is none, whatever the reason."""
    found = children_listed(look, right, LISTED).where(t.child.c.code == code)
    row = look.db.execute(found, reach_values(look, right)).first()
    if row is None:
        raise Refused("child.not_yours", code=code)
    return ref(row, look.keys)


def child_by_id(look: Sight, child_id: int, right: Right) -> ChildRef:
    found = children_listed(look, right, LISTED).where(t.child.c.id == child_id)
    row = look.db.execute(found, reach_values(look, right)).first()
    if row is None:
        raise Refused("child.not_yours", code="")
    return ref(row, look.keys)


def last_held(look: Sight, child: ChildRef, form: str) -> dict[str, Any]:
    """What this child's newest collection with this form holds: answers by path (those of
    an earlier month included), and how stale each is. Empty at the first visit.

    Directors and executives build on any earlier visit; a loving mother only on her own.
    """
    found = select(t.visit.c.key, t.visit.c.answers).where(
        t.visit.c.child_id == child.id, t.visit.c.form == form, STANDS
    )
    if not look.account.may(Right.LOG_VISIT):
        found = found.where(t.visit.c.visitor_id == look.account.id)
    found = found.where(t.visit.c.mode != "tried")
    row = look.db.execute(
        found.order_by(t.visit.c.day.desc(), t.visit.c.id.desc()).limit(1)
    ).first()
    if row is None:
        return {}
    held = unseal_answers(look.keys, row.key, row.answers)
    stale = held["stale"]
    older = {path: value for path, (value, _) in stale.items() if value}
    return {"answers": older | held["answers"], "stale": stale}


def held(look: Sight, visit_id: int) -> dict[str, Any]:
    """What one's own visit holds, for correcting it; Refused when it is not one's own."""
    v = t.visit.c
    row = look.db.execute(
        select(v.key, v.answers).where(v.id == visit_id, v.visitor_id == look.account.id, STANDS)
    ).first()
    if row is None:
        raise Refused("amend.nothing")
    found = unseal_answers(look.keys, row.key, row.answers)
    return {"answers": found["answers"], "stale": found["stale"]}


def unseal_answers(keys: Keys, key: str, sealed: bytes) -> dict[str, Any]:
    """What was recorded: answers, reasons for none, and how long each is stale."""
    found: dict[str, Any] = orjson.loads(keys.unseal(sealed, f"visit:answers:{key}"))
    return found


def visits(look: Sight, child: ChildRef, right: Right, limit: int = 12) -> list[VisitRef]:
    """The newest first; a loving mother sees her own contacts only."""
    found = select(*VISITED).join(t.child, t.child.c.id == t.visit.c.child_id)
    found = found.where(children_in_reach(look, right), t.visit.c.child_id == child.id, STANDS)
    if not look.account.may(Right.LOG_VISIT) and not look.account.may(Right.SEE_SCORE):
        found = found.where(t.visit.c.visitor_id == look.account.id)
    rows = look.db.execute(found.order_by(t.visit.c.day.desc(), t.visit.c.id.desc()).limit(limit))
    return [VisitRef(*row) for row in rows]


def my_visits(look: Sight, since: datetime | None = None, limit: int = 10) -> list[VisitRef]:
    """What this person has recorded, the newest first."""
    found = select(*VISITED).where(t.visit.c.visitor_id == look.account.id, STANDS)
    if since is not None:
        found = found.where(t.visit.c.recorded_at >= since)
    rows = look.db.execute(found.order_by(t.visit.c.id.desc()).limit(limit))
    return [VisitRef(*row) for row in rows]


def paired(look: Sight, child: ChildRef, right: Right) -> str:
    """`none`, `paired` or `contact` (paired, and in contact since the month began)."""
    here = children_in_reach(look, right)
    pair = t.pairing.c
    mother = look.db.execute(
        select(pair.mother_id)
        .join(t.child, t.child.c.id == pair.child_id)
        .where(here, pair.child_id == child.id, pair.until.is_(None))
    ).scalar()
    if mother is None:
        return "none"
    met = look.db.execute(
        select(t.visit.c.id)
        .where(
            t.visit.c.child_id == child.id,
            t.visit.c.visitor_id == mother,
            t.visit.c.day >= look.frame.today.replace(day=1),
            STANDS,
        )
        .limit(1)
    ).first()
    return "contact" if met else "paired"


def directors_of(look: Sight, child: ChildRef) -> list[int]:
    """Who answers for a child's village: its child directors, if the child is in reach."""
    here = children_in_reach(look, Right.SEE_CHILD) & (t.child.c.id == child.id)
    rows = look.db.execute(
        select(t.post.c.person_id)
        .join(t.child, t.child.c.unit_id == t.post.c.unit_id)
        .where(here, t.post.c.role == Role.CHILD_DIRECTOR.value, t.post.c.until.is_(None))
    )
    return [row.person_id for row in rows]


def village_of(look: Sight, path: str) -> str:
    """The name of a place, one's own if it is empty."""
    path = path or look.account.grants[0].path
    return str(look.db.execute(select(t.unit.c.name).where(t.unit.c.path == path)).scalar() or "")
