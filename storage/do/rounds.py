"""The rounds: when a child was last seen in person, and when the next visit is due."""

from __future__ import annotations

from datetime import date, tzinfo

from sqlalchemy import BindParameter, Connection, bindparam, select

from domain.rhythm import after_emergency, next_visit
from domain.scorer import Level
from storage import tables as t
from storage.rows import change, fetch, first

CHILD: BindParameter[int] = bindparam("child")
S, A, V = t.score.c, t.alert.c, t.visit.c
SEEN = (
    select(V.day)
    .where(V.child_id == CHILD, V.kind == "visit", V.seen, V.withdrawn_at.is_(None))
    .order_by(V.day.desc())
    .limit(1)
)
TOLD = (
    select(A.at)
    .where(A.child_id == CHILD, A.level != "P", A.state != "false_alarm")
    .order_by(A.at.desc(), A.id.desc())
    .limit(1)
)
STANDING = (
    select(
        t.child.c.enrolled,
        t.risk.c.level,
        SEEN.scalar_subquery().label("seen"),
        TOLD.scalar_subquery().label("told"),
    )
    .outerjoin(t.risk, t.risk.c.child_id == t.child.c.id)
    .where(t.child.c.id == CHILD)
)
LEVELS = (
    select(S.day, S.level)
    .where(S.child_id == CHILD, S.current)
    .order_by(S.day.desc(), S.id.desc())
    .limit(6)
)


def set_clock(db: Connection, zone: tzinfo, child_id: int) -> None:
    """Writes both days down with the child."""
    seen, due = _due(db, zone, child_id)
    change(db, t.child, {"id": child_id}, last_seen=seen, next_visit=due)


def _due(db: Connection, zone: tzinfo, child_id: int) -> tuple[date | None, date]:
    """By the child's level, and soon after an emergency (R0, R1) that was no false alarm."""
    row = first(db, STANDING, {"child": child_id})
    level: Level = row.level or "green"
    risen = None if level == "green" else _risen(db, child_id, level)
    regular = next_visit(row.seen, level, row.enrolled, since=risen)
    told = row.told.astimezone(zone).date() if row.told else None
    if told is None or (row.seen is not None and row.seen > told):
        return row.seen, regular
    return row.seen, min(regular, after_emergency(told))


def _risen(db: Connection, child_id: int, level: Level) -> date | None:
    """The day since which the child has stood at this level, after a lower one."""
    since = None
    for row in fetch(db, LEVELS, {"child": child_id}):
        if row.level != level:
            return since
        since = row.day
    return None
