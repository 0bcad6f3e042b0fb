"""The ends of months: who was not seen in one is missed, though nobody wrote anything.

Each active child is looked at once a month, some at a time; the running month never counts.
"""

from __future__ import annotations

from datetime import date, tzinfo

from sqlalchemy import Connection, select

from domain.scorer import month_label
from storage import tables as t
from storage.crypto import Keys
from storage.do import rounds, standing
from storage.rows import change, lock

AT_ONCE = 100
C = t.child.c


def count_months(
    db: Connection, keys: Keys, today: date, zone: tzinfo, limit: int = AT_ONCE
) -> int:
    """Takes the months that have ended before this local day into some children's scores; how
    many children there were. A child is counted from the month in which it is first met here.
    """
    last = month_label(today) - 1
    waiting = select(C.id, C.counted).where(C.active, C.counted < last)
    rows = db.execute(waiting.order_by(C.counted, C.id).limit(limit)).all()
    for row in rows:
        lock(db, t.child, row.id)
        before = standing.load(db, keys, row.id)
        state = standing.until(before, last + 1, row.counted + 1 if row.counted else None)
        if state != before:
            standing.keep(db, keys, row.id, state)
            rounds.set_clock(db, zone, row.id)
        change(db, t.child, {"id": row.id}, counted=last)
    return len(rows)
