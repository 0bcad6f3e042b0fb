"""Upkeep: what the clock's sweeps read and write; they act for nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import Connection, delete, insert, select, update

from domain.privacy import DataClass
from storage import attachments, doors, fading, invites, limits, months
from storage import tables as t
from storage.crypto import Keys
from storage.telling import Show, Telling, tell

RECEIVED = timedelta(days=30)
ENDED = timedelta(days=1)  # longer than anything that still asks what a conversation was about
TOLD = timedelta(days=7)  # as long as a draft lives


@dataclass(frozen=True)
class IdleDraft:
    """A conversation that nobody has touched for a while."""

    person_id: int
    number: int
    conversation: str
    touched: datetime

    @property
    def key(self) -> str:
        return f"{self.person_id}/{self.number}"


@dataclass(frozen=True)
class Upkeep:
    """One sweep's transaction."""

    db: Connection
    keys: Keys
    now: datetime
    show: Show

    def idle_drafts(self, before: datetime) -> list[IdleDraft]:
        d = t.talk.c
        rows = self.db.execute(
            select(d.person_id, d.number, d.conversation, d.touched)
            .where(d.state.in_(("active", "parked")), d.touched <= before)
            .order_by(d.touched)
            .limit(1000)
        )
        return [IdleDraft(*row) for row in rows]

    def expire(self, draft: IdleDraft) -> bool:
        """The draft's answers are blanked: they are children's data without a purpose.

        False when another worker has expired it or its owner has just gone on with it.
        """
        d = t.talk.c
        mine = (d.person_id == draft.person_id, d.number == draft.number)
        idle = (d.state.in_(("active", "parked")), d.touched == draft.touched)
        gone = update(t.talk).where(*mine, *idle).values(state="expired", answers=b"", facts=b"")
        if self.db.execute(gone).rowcount == 0:
            return False
        self.db.execute(
            update(t.person)
            .where(t.person.c.id == draft.person_id, t.person.c.talk == draft.number)
            .values(talk=None)
        )
        return True

    def tell(self, person_id: int, answer: object, dedupe: str, carries: DataClass) -> int:
        """Queues a message once under its key: 1 if it is new, else 0."""
        telling = Telling(self.db, self.keys, self.now, self.show)
        return tell(telling, person_id, answer, dedupe, carries)

    def forget_received(self) -> int:
        """Keys of messages older than any sender's retry, and doors closed as long."""
        old = t.received.c.at < self.now - RECEIVED
        doors.forget(self.db, self.now - RECEIVED)
        invites.forget(self.db, self.now - RECEIVED)
        limits.forget(self.db, self.now)
        return int(self.db.execute(delete(t.received).where(old)).rowcount)

    def fade(self) -> int:
        """Copies of children's data whose days are over: answers of conversations that have
        ended, and what was told about children."""
        blanked = fading.blank_ended(self.db, self.now - ENDED)
        return blanked + fading.fade_old(self.db, self.keys, self.now - TOLD)

    def drop_orphans(self) -> int:
        """Files whose conversation was called off, has expired or ended without them."""
        return attachments.drop_orphans(self.db)

    def count_months(self, zone: tzinfo) -> int:
        """Some children in whose scores the end of a month was missing."""
        return months.count_months(self.db, self.keys, self.now.astimezone(zone).date(), zone)

    def beat(self, job: str, did: str) -> None:
        """A job says when it ran and what it did."""
        values = {"at": self.now, "did": did}
        changed = self.db.execute(
            update(t.heartbeat).where(t.heartbeat.c.job == job).values(**values)
        )
        if changed.rowcount == 0:
            self.db.execute(insert(t.heartbeat).values(job=job, **values))
