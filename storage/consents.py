"""A guardian's consent, for each child and purpose: the newest word stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from storage import tables as t
from storage.crypto import Keys
from storage.rows import add, first

PAIRING = "pairing"
WRITTEN, SPOKEN, WITHDRAWN = "written", "spoken", "withdrawn"
C = t.consent.c


@dataclass(frozen=True)
class NewConsent:
    """What a guardian said on a day: `written`, `spoken` or `withdrawn`; `who` names her."""

    kind: str
    who: str
    day: date
    at: datetime


def record(
    db: Connection, keys: Keys, child_id: int, new: NewConsent, recorded_by: int | None
) -> int:
    sealed = keys.seal(new.who.encode(), _place(child_id))
    row = {"child_id": child_id, "purpose": PAIRING, "kind": new.kind, "who": sealed}
    return add(db, t.consent, **row, recorded_by=recorded_by, day=new.day, at=new.at)


NEWEST: Select[Any] = (
    select(C.kind, C.day, C.who)
    .where(C.child_id == bindparam("child"), C.purpose == bindparam("purpose"))
    .order_by(C.id.desc())
    .limit(1)
)


def newest(db: Connection, child_id: int) -> Any:
    """The row of the newest word, or None."""
    return first(db, NEWEST, {"child": child_id, "purpose": PAIRING})


def stands(db: Connection, child_id: int) -> bool:
    row = newest(db, child_id)
    return row is not None and row.kind != WITHDRAWN


def who_of(keys: Keys, child_id: int, sealed: bytes) -> str:
    return keys.unseal(sealed, _place(child_id)).decode()


def _place(child_id: int) -> str:
    return f"consent:who:{child_id}"
