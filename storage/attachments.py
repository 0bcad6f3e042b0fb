"""The rows of files: kept with the answer that they are, bound to the visit that records it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update

from domain.media import STORED, TAKEN
from storage import tables as t
from storage.crypto import Keys

A, TALK = t.attachment.c, t.talk.c
MONTHLY_FILES, MONTHLY_BYTES = 300, 200 << 20
OPEN = ("active", "parked")
WANTED = (*OPEN, "cancelled")  # what was cancelled can be had back for a day, and is not shown
SHORTEST, LONGEST = 26, 27  # of the names that STORED describes


@dataclass(frozen=True)
class NewFile:
    """A file that a question has taken: `file` is its name as an answer, `name` the sender's."""

    file: str
    owner_id: int
    talk: int
    name: str
    content: bytes = field(repr=False)


def keep(db: Connection, keys: Keys, new: NewFile, now: datetime) -> None:
    """In the transaction of the answer, so that there is never the one without the other."""
    id, _, ending = new.file.partition(".")
    db.execute(
        insert(t.attachment).values(
            id=id,
            owner_id=new.owner_id,
            talk=new.talk,
            kind=TAKEN[ending].takes,
            media_type=TAKEN[ending].type,
            size=len(new.content),
            sha256=hashlib.sha256(new.content).hexdigest(),
            visit_id=None,
            at=now,
            name=keys.seal(new.name.encode(), place("name", id)),
            content=keys.seal(new.content, place("content", id)),
        )
    )


def place(column: str, id: str) -> str:
    """Where a sealed field of this row stands."""
    return f"attachment:{column}:{id}"


def is_full(db: Connection, owner_id: int, size: int, now: datetime) -> bool:
    """Whether one more file is too much for this person's month."""
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    sums = select(func.count(), func.coalesce(func.sum(A.size), 0))
    count, held = db.execute(sums.where(A.owner_id == owner_id, A.at >= month)).one()
    return bool(count >= MONTHLY_FILES or held + size > MONTHLY_BYTES)


def named(values: Iterable[Any]) -> list[str]:
    """The ids of the files among these answers; no statement is run for answers without."""
    return [
        value.partition(".")[0]
        for value in values
        if isinstance(value, str) and SHORTEST <= len(value) <= LONGEST and STORED.fullmatch(value)
    ]


def bind(db: Connection, ids: list[str], owner_id: int, talk: int, visit_id: int) -> None:
    """These files belong to this visit from now on, if they are of this conversation."""
    mine = (A.id.in_(ids), A.owner_id == owner_id, A.talk == talk, A.visit_id.is_(None))
    db.execute(update(t.attachment).where(*mine).values(visit_id=visit_id))


def hand_on(db: Connection, ids: list[str], before: int, visit_id: int) -> None:
    """These files of the visit `before` belong to its correction from now on."""
    kept = (A.id.in_(ids), A.visit_id == before)
    db.execute(update(t.attachment).where(*kept).values(visit_id=visit_id))


def hand_back(db: Connection, visit_id: int, before: int, talk: int) -> None:
    """What a correction had taken over goes back; what came in its own conversation stays."""
    kept = (A.visit_id == visit_id, A.talk != talk)
    db.execute(update(t.attachment).where(*kept).values(visit_id=before))


def is_drafted(states: tuple[str, ...] = OPEN) -> ColumnElement[bool]:
    """Files that hang on a conversation that goes on or waits to be gone on with."""
    going = TALK.state.in_(states) & (TALK.person_id == A.owner_id) & (TALK.number == A.talk)
    return A.visit_id.is_(None) & exists().where(going).correlate(t.attachment)


def drop_orphans(db: Connection) -> int:
    """Files of conversations that have ended without recording them; how many there were."""
    gone = delete(t.attachment).where(A.visit_id.is_(None), ~is_drafted(WANTED))
    return int(db.execute(gone).rowcount)
