"""Limits that survive a restart: how often somebody may try something within some time.

Each is a bucket that fills by one with every try and drains evenly: full means wait. Whom it
counts (an address, a person) stands in it only as a keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import tables as t
from storage.crypto import Keys


@dataclass(frozen=True)
class Limit:
    """At most `most` at once, and again as many `per` this time."""

    name: str
    most: int
    per: timedelta


@dataclass(frozen=True)
class Meter:
    """The limits of one deployment at one moment, in one transaction."""

    db: Connection
    keys: Keys
    now: datetime

    def spare(self, limit: Limit, whom: str) -> bool:
        """Whether one more try fits; counts nothing."""
        return self._level(limit, self._name(limit, whom)) + 1 <= limit.most

    def take(self, limit: Limit, whom: str) -> bool:
        """Counts a try. False, and nothing counted, when it does not fit any more."""
        name = self._name(limit, whom)
        self._hold(name)
        level = self._level(limit, name) + 1
        if level > limit.most:
            return False
        drained = self.now + limit.per * (level / limit.most)
        values = {"level": level, "at": self.now, "empty_at": drained}
        self.db.execute(update(t.bucket).where(t.bucket.c.name == name).values(**values))
        return True

    def _name(self, limit: Limit, whom: str) -> str:
        return f"{limit.name}:{self.keys.hide(f'{limit.name}/{whom}')}"

    def _hold(self, name: str) -> None:
        """The bucket's row, held until the transaction ends: two at once are counted as two."""
        here = select(t.bucket.c.name).where(t.bucket.c.name == name).with_for_update()
        if self.db.execute(here).first():
            return
        try:
            with self.db.begin_nested():
                empty = {"name": name, "level": 0.0, "at": self.now, "empty_at": self.now}
                self.db.execute(insert(t.bucket).values(**empty))
        except IntegrityError:
            self.db.execute(here)

    def _level(self, limit: Limit, name: str) -> float:
        """What is in the bucket now. A clock that went back drains nothing."""
        bucket = t.bucket.c
        row = self.db.execute(select(bucket.level, bucket.at).where(bucket.name == name)).first()
        if row is None:
            return 0.0
        gone = max(self.now - row.at, timedelta(0)) / limit.per * limit.most
        return float(max(row.level - gone, 0.0))


def forget(db: Connection, now: datetime) -> int:
    """Buckets that count nothing any more."""
    return int(db.execute(delete(t.bucket).where(t.bucket.c.empty_at <= now)).rowcount)
