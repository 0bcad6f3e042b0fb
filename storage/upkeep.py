"""Upkeep: what the clock's sweeps read and write; they act for nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from domain.privacy import DataClass
from storage import doors
from storage import tables as t
from storage.crypto import Keys
from storage.inbox import outgoing_row

RECEIVED = timedelta(days=30)


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
    show: Callable[[Any, str], dict[str, Any]]

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
        known = select(t.outgoing.c.id).where(t.outgoing.c.dedupe_key == dedupe)
        if self.db.execute(known).first():
            return 0
        lang = self.db.execute(
            select(t.person.c.lang).where(t.person.c.id == person_id)
        ).scalar_one()
        body = self.show(answer, lang)
        row = outgoing_row(self.keys, person_id, "web", carries, dedupe, body, self.now)
        self.db.execute(insert(t.outgoing).values(row))
        return 1

    def forget_received(self) -> int:
        """Keys of messages older than any sender's retry, and doors closed as long."""
        old = t.received.c.at < self.now - RECEIVED
        doors.forget(self.db, self.now - RECEIVED)
        return int(self.db.execute(delete(t.received).where(old)).rowcount)

    def beat(self, job: str, did: str) -> None:
        """A job says when it ran and what it did."""
        values = {"at": self.now, "did": did}
        changed = self.db.execute(
            update(t.heartbeat).where(t.heartbeat.c.job == job).values(**values)
        )
        if changed.rowcount == 0:
            self.db.execute(insert(t.heartbeat).values(job=job, **values))
