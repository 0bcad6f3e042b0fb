"""Children: who is in reach, and what their file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, case, false, or_, select

from domain.roles import Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.crypto import Keys
from storage.rows import fetch
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
    known_at: datetime
    replaces: str | None
    """The receipt of the version that this one corrects."""


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
    t.visit.c.known_at,
)
STANDS = t.visit.c.withdrawn_at.is_(None)
V = t.visit.c
EARLIER = t.visit.alias("earlier")
REPLACED = select(EARLIER.c.receipt).where(EARLIER.c.id == V.supersedes).scalar_subquery()
NEWEST_FIRST = (V.day.desc(), V.known_at.desc(), V.id.desc())
"""A correction stands where the visit stood that it corrects."""
KNOWS = frozenset(  # rights that mean knowing who the child is; points and rankings do not
    (
        Right.LOG_VISIT,
        Right.LOG_CONTACT,
        Right.RAISE_ALERT,
        Right.SEE_CHILD,
        Right.SEE_SCORE,
        Right.RECORD_CONSENT,
    )
)


def _refs(look: Sight, rows: Iterable[Any]) -> list[ChildRef]:
    """A loving mother is not told when the next visit is due: it would tell her the level."""
    keys, may = look.keys, look.account.may
    if may(Right.LOG_VISIT) or may(Right.SEE_SCORE):
        return [ChildRef(*(*row, keys)) for row in rows]
    return [ChildRef(*(*row[:5], None, None, row.identity, keys)) for row in rows]


def _listed(look: Sight, right: Right, by: str = "", wanted: object = None) -> list[ChildRef]:
    if right not in KNOWS:
        return []
    found = children_listed(look, right, LISTED, by)
    values = reach_values(look, right) | ({"wanted": wanted} if by else {})
    return _refs(look, fetch(look.db, found, values))


def is_reached(look: Sight, child: ChildRef, right: Right) -> bool:
    return look.account.may(right) and bool(_listed(look, right, "id", child.id))


def _known(look: Sight, right: Right) -> ColumnElement[bool]:
    return children_in_reach(look, right) if right in KNOWS else false()


def whole_file(look: Sight) -> ColumnElement[bool]:
    """Children of whom one may read what others have recorded."""
    rights = (Right.LOG_VISIT, Right.SEE_SCORE)
    return or_(*(children_in_reach(look, right) for right in rights))


def my_children(look: Sight, right: Right) -> list[ChildRef]:
    """Children in reach, those whose visit is due first at the top."""
    found = _listed(look, right)
    return sorted(found, key=lambda each: (each.next_visit or date.max, each.code))


def child(look: Sight, code: str, right: Right) -> ChildRef:
    """One child in reach by its code; Refused when there is none, whatever the reason."""
    found = _listed(look, right, "code", code)
    if not found:
        raise Refused("child.not_yours", code=code)
    return found[0]


def child_by_id(look: Sight, child_id: int, right: Right) -> ChildRef:
    found = _listed(look, right, "id", child_id)
    if not found:
        raise Refused("child.not_yours", code="")
    return found[0]


def unseal_answers(keys: Keys, key: str, sealed: bytes) -> dict[str, Any]:
    """What was recorded: answers, reasons for none, and how long each is stale."""
    found: dict[str, Any] = orjson.loads(keys.unseal(sealed, f"visit:answers:{key}"))
    return found


def visits(look: Sight, child: ChildRef, right: Right, limit: int = 12) -> list[VisitRef]:
    """The newest first; a loving mother sees her own contacts only."""
    v = t.visit.c
    rows = look.db.execute(
        _visited(look)
        .where(_known(look, right), v.child_id == child.id)
        .where(or_(whole_file(look), v.visitor_id == look.account.id))
        .order_by(*NEWEST_FIRST)
        .limit(limit)
    )
    return [VisitRef(*row) for row in rows]


def _visited(look: Sight) -> Select[Any]:
    """Standing visits; the total only where the account may see scores."""
    scored = case((children_in_reach(look, Right.SEE_SCORE), t.visit.c.total))
    columns = [scored if column is t.visit.c.total else column for column in VISITED]
    return (
        select(*columns, REPLACED).join(t.child, t.child.c.id == t.visit.c.child_id).where(STANDS)
    )


def loggable(look: Sight) -> ColumnElement[bool]:
    rights = (Right.LOG_VISIT, Right.LOG_CONTACT)
    return or_(*(children_in_reach(look, right) for right in rights))


def my_visits(look: Sight, since: datetime | None = None, limit: int = 10) -> list[VisitRef]:
    """What this person has recorded about children still in reach, the newest first."""
    found = _visited(look).where(t.visit.c.visitor_id == look.account.id, loggable(look))
    if since is not None:
        found = found.where(t.visit.c.recorded_at >= since)
    rows = look.db.execute(found.order_by(t.visit.c.id.desc()).limit(limit))
    return [VisitRef(*row) for row in rows]


def directors_of(look: Sight, child: ChildRef) -> list[int]:
    """Who answers for a child's village: its child directors, if the child is in reach."""
    here = children_in_reach(look, Right.SEE_CHILD) & (t.child.c.id == child.id)
    rows = look.db.execute(
        select(t.post.c.person_id)
        .join(t.child, t.child.c.unit_id == t.post.c.unit_id)
        .where(here, t.post.c.role == Role.CHILD_DIRECTOR.value, t.post.c.until.is_(None))
    )
    return [row.person_id for row in rows]


def village_of(look: Sight, path: str) -> dict[str, str]:
    """The name of a place by language, one's own if the path is empty; places are public."""
    path = path or next((grant.path for grant in look.account.grants), "")
    u = t.unit.c
    row = look.db.execute(select(u.name, u.name_en).where(u.path == path)).first()
    return {"zh": row.name, "en": row.name_en} if row else {}
