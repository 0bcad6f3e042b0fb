"""What was told about children fades: after days, and when its reader has no business with it.
With her last post, so does what she was told about people: telephones, links, codes.

The record stays where it belongs; only the copy in a person's chat goes. The row stays too, so
that her chat keeps its order, and says that something was here.
"""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from domain.privacy import DataClass
from storage import tables as t
from storage.crypto import Keys

PERSONAL = (DataClass.CHILD.value, DataClass.CASE.value)
OF_ADULTS = (*PERSONAL, DataClass.ADULT.value)
FADED = {"kind": "faded"}
ENDED = ("done", "cancelled", "sealed")
AT_ONCE = 500
FADE = (
    update(t.outgoing)
    .where(t.outgoing.c.id == bindparam("row"))
    .values(body=bindparam("faded"), data_class=DataClass.INTERNAL.value)
)


def fade_old(db: Connection, keys: Keys, before: datetime) -> int:
    """Messages about children that were told before this moment, some hundred at a time."""
    return _fade(db, keys, t.outgoing.c.at < before)


def fade_person(db: Connection, keys: Keys, person_id: int, *, gone: bool = False) -> int:
    """All that this person was told about children: a post or pairing of hers has ended. Of who
    is `gone` also what she was told about adults."""
    faded = 0
    hers, classes = t.outgoing.c.person_id == person_id, OF_ADULTS if gone else PERSONAL
    while some := _fade(db, keys, hers, classes):
        faded += some
    return faded


def _fade(
    db: Connection, keys: Keys, where: ColumnElement[bool], classes: tuple[str, ...] = PERSONAL
) -> int:
    o = t.outgoing.c
    rows = db.execute(
        select(o.id, o.dedupe_key)
        .where(o.data_class.in_(classes), where)
        .order_by(o.at)
        .limit(AT_ONCE)
    ).all()
    words = orjson.dumps(FADED)
    sealed = [
        {"row": row.id, "faded": keys.seal(words, f"outgoing:body:{row.dedupe_key}")}
        for row in rows
    ]
    if sealed:
        db.execute(FADE, sealed)
    return len(rows)


def blank_ended(db: Connection, before: datetime) -> int:
    """The answers of conversations that ended before this moment: what counts is recorded."""
    k = t.talk.c
    ended = (k.state.in_(ENDED), k.touched < before)
    gone = update(t.talk).where(*ended).values(state="blanked", answers=b"", facts=b"")
    return int(db.execute(gone).rowcount)
