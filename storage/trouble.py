"""Messages whose handling raised: kept with their body, tried again, told after five tries."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from storage import tables as t
from storage.crypto import Keys, WrongKey

TRIES = 5
Kept = dict[str, object]


def receipt_of(source: object, key: object) -> str:
    """A short number to read out on the telephone."""
    return "E-" + hashlib.blake2b(f"{source}/{key}".encode(), digest_size=4).hexdigest().upper()


def keep(
    db: Connection, keys: Keys, person_id: int, kept: Kept, error: Exception, now: datetime
) -> tuple[str, bool]:
    """One more failed try of this message: its receipt, and whether it was the last."""
    receipt = receipt_of(kept["source"], kept["key"])
    before = _row(db, kept)
    tries = (before.tries if before else 0) + 1
    if before is None:
        _insert(db, keys, person_id, kept, now, tries=1, error=type(error).__name__)
    else:
        db.execute(
            update(t.stuck)
            .where(t.stuck.c.id == before.id)
            .values(tries=tries, error=type(error).__name__, dead=tries >= TRIES)
        )
    settle(db, person_id)
    return receipt, tries >= TRIES


def queue(db: Connection, keys: Keys, person_id: int, kept: Kept, now: datetime) -> None:
    """A later message waits behind the stuck one, in order."""
    if _row(db, kept) is None:
        _insert(db, keys, person_id, kept, now, tries=0, error="")


def _insert(
    db: Connection, keys: Keys, person_id: int, kept: Kept, now: datetime, tries: int, error: str
) -> None:
    place = f"stuck:body:{kept['source']}/{kept['key']}"
    db.execute(
        insert(t.stuck).values(
            person_id=person_id,
            source=kept["source"],
            key=kept["key"],
            body=keys.seal(orjson.dumps(kept), place),
            tries=tries,
            error=error,
            dead=False,
            receipt=receipt_of(kept["source"], kept["key"]),
            at=now,
        )
    )


def _row(db: Connection, kept: Kept) -> Any:
    s = t.stuck.c
    return db.execute(
        select(s.id, s.tries).where(s.source == kept["source"], s.key == kept["key"])
    ).first()


def waiting(db: Connection, keys: Keys) -> list[tuple[int, Kept]]:
    """The first stuck message of each person; what another key has sealed stays where it is."""
    s = t.stuck.c
    first = select(func.min(s.id)).where(~s.dead).group_by(s.person_id)
    rows = db.execute(select(t.stuck).where(s.id.in_(first)).order_by(s.id)).mappings().all()
    found = []
    for row in rows:
        with suppress(WrongKey):
            body = keys.unseal(row["body"], f"stuck:body:{row['source']}/{row['key']}")
            found.append((row["person_id"], orjson.loads(body)))
    return found


def forget(db: Connection, person_id: int, kept: Kept, *, dead: bool) -> None:
    """Done with; a dead letter stays for the operator."""
    s = t.stuck.c
    where = (s.person_id == person_id, s.source == kept["source"], s.key == kept["key"])
    if dead:
        db.execute(update(t.stuck).where(*where).values(dead=True))
    else:
        db.execute(delete(t.stuck).where(*where, ~s.dead))


def settle(db: Connection, person_id: int) -> None:
    """Counts anew how many messages of this person wait; first nobody else may add one."""
    s, p = t.stuck.c, t.person.c
    db.execute(select(p.id).where(p.id == person_id).with_for_update())
    count = select(func.count()).where(s.person_id == person_id, ~s.dead).scalar_subquery()
    db.execute(update(t.person).where(t.person.c.id == person_id).values(stuck=count))
