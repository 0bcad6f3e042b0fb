"""Whom something was told since the last look, also what was committed late.

In PostgreSQL a smaller number may be committed after a larger one: numbers that are missing are
asked for again until nobody can hold them any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection, func, or_, select

from storage import tables as t

LATE = timedelta(minutes=1)
"""No transaction that tells something is open for longer."""
MOST = 1024  # missing numbers that are asked for: each failed turn leaves some for ever


@dataclass(frozen=True)
class Watch:
    """Up to which message somebody has looked, and which numbers below were missing, each with
    the moment (in seconds of any clock that goes on) at which it was first missed."""

    seen: int
    missing: dict[int, float] = field(default_factory=dict)


def begin(db: Connection, moment: float) -> Watch:
    """Watches from now on; what is being committed just now counts as new."""
    o = t.outgoing.c
    seen = int(db.execute(select(func.max(o.id))).scalar() or 0)
    there = db.execute(select(o.id).where(o.id > seen - MOST)).scalars()
    return Watch(seen, dict.fromkeys(_gaps(max(seen - MOST, 0), seen, there), moment))


def look(db: Connection, watch: Watch, moment: float) -> tuple[set[int], Watch]:
    """Who was told something since, and how to watch on; what was missing for long is let go."""
    o = t.outgoing.c
    since = or_(o.id > watch.seen, o.id.in_(list(watch.missing)))
    found = {row.id: row.person_id for row in db.execute(select(o.id, o.person_id).where(since))}
    seen = max(watch.seen, *found, 0)
    oldest = moment - LATE.total_seconds()
    missing = {
        number: missed
        for number, missed in watch.missing.items()
        if number not in found and missed > oldest
    }
    missing |= dict.fromkeys(_gaps(watch.seen, seen, found), moment)
    return set(found.values()), Watch(seen, dict(list(missing.items())[-MOST:]))


def _gaps(after: int, upto: int, there: Iterable[int]) -> list[int]:
    """The newest numbers above `after` that nothing has."""
    known = set(there)
    return [n for n in range(max(after, upto - MOST) + 1, upto) if n not in known]


def settled(db: Connection, person_id: int, after: int, most: int) -> int:
    """The id up to which nothing can join any more what she was told up to message `after`.

    What came late began at most LATE before `after` was told, whenever that was. It is looked
    for among the `most` newest, which are those that a page shows.
    """
    if db.dialect.name == "sqlite":
        return after  # one writer: in the order of their numbers
    o = t.outgoing.c
    rows = db.execute(
        select(o.id, o.at)
        .where(o.person_id == person_id, o.id <= after)
        .order_by(o.id.desc())
        .limit(most)
    ).all()
    return min((row.id - 1 for row in rows if row.at >= rows[0].at - LATE), default=after)
