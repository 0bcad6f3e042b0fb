"""Telling somebody something: queued once under its key, in her language, for her channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.privacy import DataClass
from storage import tables as t
from storage.crypto import Keys
from storage.inbox import outgoing_row
from storage.rows import add, find

Show = Callable[[Any, str], dict[str, Any]]
CHANNEL = "web"
"""Where everybody reads what she is told; the outbox sends it on to other channels."""


@dataclass(frozen=True)
class Telling:
    """Who tells, at which moment; `show` puts an answer into words for another person."""

    db: Connection
    keys: Keys
    now: datetime
    show: Show


def tell(telling: Telling, person_id: int, answer: object, dedupe: str, carries: DataClass) -> int:
    """1 if the message is new, 0 if it was queued under this key before."""
    db = telling.db
    if find(db, t.outgoing, ("id",), dedupe_key=dedupe):
        return 0
    body = telling.show(answer, find(db, t.person, ("lang",), id=person_id).lang)
    row = outgoing_row(telling.keys, person_id, CHANNEL, carries, dedupe, body, telling.now)
    add(db, t.outgoing, **row)
    return 1
