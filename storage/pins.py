"""PINs: six digits with which somebody shows again that it is she, in a browser that knows her.

Five wrong ones lock it for half an hour (S36); after three such times it opens nothing any more,
and a new sign-in is the only way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from storage import tables as t
from storage.crypto import Keys

TRIES = 5
LOCK = timedelta(minutes=30)
LOCKS = 3


@dataclass(frozen=True)
class Tried:
    """What became of a try: it was right, or how many are left, or until when none is taken;
    `gone` when there were too many."""

    right: bool = False
    left: int = 0
    locked: datetime | None = None
    gone: bool = False


def is_set(db: Connection, person_id: int) -> bool:
    return bool(db.execute(select(t.pin.c.person_id).where(t.pin.c.person_id == person_id)).first())


def choose(db: Connection, keys: Keys, person_id: int, pin: str, now: datetime) -> None:
    """Sets or replaces somebody's PIN; that it is a good one is known (domain/pin.py)."""
    again = is_set(db, person_id)
    drop(db, person_id)
    row = {"person_id": person_id, "token": _hidden(keys, person_id, pin), "since": now, "wrong": 0}
    db.execute(insert(t.pin).values(**row))
    _audit(db, person_id, "pin.changed" if again else "pin.set", now)


def attempt(db: Connection, keys: Keys, person_id: int, pin: str, now: datetime) -> Tried:
    """Of tries that come at once each is counted before the next is looked at."""
    p = t.pin.c
    mine = p.person_id == person_id
    row = db.execute(select(p.token, p.wrong, p.locked).where(mine).with_for_update()).first()
    if row is None:
        return Tried(gone=True)
    if row.locked and now < row.locked:
        return Tried(locked=row.locked)
    if row.token == _hidden(keys, person_id, pin):
        db.execute(update(t.pin).where(mine).values(wrong=0, locked=None))
        return Tried(right=True)
    wrong = row.wrong + 1
    if wrong == TRIES * LOCKS:
        drop(db, person_id)
        _audit(db, person_id, "pin.gone", now, wrong=wrong)
        return Tried(gone=True)
    until = now + LOCK if wrong % TRIES == 0 else None
    db.execute(update(t.pin).where(mine).values(wrong=wrong, locked=until))
    if until:
        _audit(db, person_id, "pin.locked", now, wrong=wrong)
    return Tried(left=TRIES - wrong % TRIES, locked=until)


def drop(db: Connection, person_id: int) -> None:
    db.execute(delete(t.pin).where(t.pin.c.person_id == person_id))


def _hidden(keys: Keys, person_id: int, pin: str) -> str:
    return keys.hide(f"pin/{person_id}/{pin}")


def _audit(db: Connection, person_id: int, action: str, now: datetime, **detail: object) -> None:
    row = {"at": now, "actor_id": person_id, "action": action, "subject": f"person:{person_id}"}
    db.execute(insert(t.audit).values(**row, detail=detail))
