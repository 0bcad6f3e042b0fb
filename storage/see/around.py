"""Around a child: the village, who answers for it, who keeps company, whom to telephone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select

from domain.roles import RIGHTS, Right, Role
from storage import tables as t
from storage.see.children import ChildRef, V, is_reached, village_of, whole_file
from storage.see.people import phone_at
from storage.sight import Sight, children_in_reach

P = t.pairing.c
ABOUT = (V.id, V.receipt, V.kind, V.day, V.mode, V.seen, V.withdrawn_at, V.supersedes)
LOGGED = {"visit": Right.LOG_VISIT, "contact": Right.LOG_CONTACT}


@dataclass(frozen=True)
class Paired:
    """A loving mother who keeps the child company, and since when."""

    name: str
    since: date


@dataclass(frozen=True)
class Around:
    """The child's village by language, its directors, the loving mothers, the telephone of the
    nearest station."""

    village: Mapping[str, str]
    directors: tuple[str, ...]
    mothers: tuple[Paired, ...]
    phone: str


@dataclass(frozen=True)
class Trace:
    """One visit or contact as it was told, with the role of who told it. `state`: `stands`,
    `corrected` (a later version counts) or `withdrawn`."""

    receipt: str
    kind: str
    day: date
    mode: str
    seen: bool
    who: str
    role: str
    state: str


def around(look: Sight, child: ChildRef) -> Around | None:
    """For whoever may see the child; None for everybody else."""
    if not is_reached(look, child, Right.SEE_CHILD):
        return None
    mothers = look.db.execute(
        select(t.person.c.name, P.since)
        .join(t.person, t.person.c.id == P.mother_id)
        .where(P.child_id == child.id, P.until.is_(None))
        .order_by(P.since, P.id)
    )
    return Around(
        village_of(look, child.path),
        _directors(look, child),
        tuple(Paired(*row) for row in mothers),
        phone_at(look, child.path),
    )


def _directors(look: Sight, child: ChildRef) -> tuple[str, ...]:
    o = t.post.c
    found = look.db.execute(
        select(t.person.c.name)
        .join(t.post, o.person_id == t.person.c.id)
        .where(o.unit_id == child.unit_id, o.role == Role.CHILD_DIRECTOR.value, o.until.is_(None))
        .order_by(o.since, o.id)
    )
    return tuple(found.scalars())


def traces(look: Sight, child: ChildRef) -> list[Trace]:
    """All that was told of a child, the newest first, also what counts no more; a loving mother
    sees her own contacts only."""
    found = (
        select(*ABOUT, t.person.c.name, _role().label("role"))
        .join(t.child, t.child.c.id == V.child_id)
        .join(t.person, t.person.c.id == V.visitor_id)
        .where(children_in_reach(look, Right.SEE_CHILD), V.child_id == child.id)
        .where(or_(whole_file(look), V.visitor_id == look.account.id))
        .order_by(V.day.desc(), V.id.desc())
    )
    rows = look.db.execute(found).all()
    later = {row.supersedes: row for row in sorted(rows, key=_standing)}
    return [
        Trace(
            row.receipt,
            row.kind,
            row.day,
            row.mode,
            row.seen,
            row.name,
            row.role or "",
            _state(row, later),
        )
        for row in rows
    ]


def _standing(row: Any) -> tuple[bool, int]:
    """Of several corrections of one visit that which stands comes last, else the newest."""
    return row.withdrawn_at is None, row.id


def _state(row: Any, later: Mapping[int | None, Any]) -> str:
    """A version is corrected while what came after it counts, or was itself corrected."""
    if row.withdrawn_at is None:
        return "stands"
    after = later.get(row.id)
    return "corrected" if after and _state(after, later) != "withdrawn" else "withdrawn"


def _role() -> Any:
    """In which role she came: one that she held on that day and that may come so."""
    o = t.post.c
    ways = [
        and_(V.kind == kind, o.role.in_([role for role in RIGHTS if right in RIGHTS[role]]))
        for kind, right in LOGGED.items()
    ]
    held = (o.person_id == V.visitor_id, o.since <= V.day, or_(*ways))
    return (
        select(o.role).where(*held).order_by(o.since.desc(), o.id.desc()).limit(1).scalar_subquery()
    )
