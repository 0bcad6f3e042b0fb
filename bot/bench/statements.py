"""The statements of one turn, kept and compiled once, against the same ones written by hand."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection

from bot.bench.figure import Figure
from bot.bench.raw import ANSWERS, BODY
from bot.bench.town import MORNING, Crowd, crowd
from domain.roles import Grant, Role
from storage import inbox, rows

TOGETHER = 64  # turns of one transaction: the commit is the same for both
ROUNDS = 9
BY_HAND = (
    "SELECT p.id, p.code, p.name, p.lang, p.large, p.ranked, p.greeted, p.active, p.talks, p.talk, "
    "p.stuck, k.conversation, k.state, k.revision, k.answers, k.facts, k.outcome, k.started "
    "FROM person p LEFT JOIN talk k ON k.person_id = p.id AND k.number = p.talk WHERE p.id = ?",
    "SELECT o.person_id, o.role, o.unit_id, u.path FROM post o JOIN unit u ON u.id = o.unit_id "
    "WHERE o.until IS NULL AND o.person_id = ?",
    "SELECT source, key, digest FROM received WHERE source = ? AND key = ?",
    "INSERT INTO received (source, key, person_id, digest, at) VALUES (?, ?, ?, ?, ?)",
    "UPDATE talk SET state = ?, revision = ?, answers = ?, outcome = ?, touched = ? "
    "WHERE person_id = ? AND number = ?",
    "INSERT INTO outgoing (person_id, channel, state, data_class, dedupe_key, body, at, "
    "not_before, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
)
NUMBERS = count()


def measure() -> Iterator[Figure]:
    """Read the person, her open conversation and posts; write the three rows of a turn."""
    with tempfile.TemporaryDirectory() as folder, crowd(Path(folder), TOGETHER) as here:
        here.turns.take_many(here.openings(here.directors))
        shares = []
        for _ in range(ROUNDS):
            hand, kept = _spent(here, _by_hand), _spent(here, _kept)
            shares.append(hand / kept)
    yield Figure("kept statements against SQL by hand", median(shares), "x", 0.8)


def _spent(here: Crowd, step: Callable[[Connection, int, str], None]) -> float:
    """Seconds for one transaction of every person's turn."""
    with here.turns.store.work() as db:
        begun = time.perf_counter()
        for person in here.directors:
            step(db, person, f"{next(NUMBERS)}")
        return time.perf_counter() - begun


def _kept(db: Connection, person: int, key: str) -> None:
    """The statements that storage.inbox keeps, as it runs them for one message."""
    row = rows.fetch(db, inbox.PERSON, {"id": person})[0]
    posts = rows.fetch(db, inbox.POSTS_OF, {"id": person})
    tuple(Grant(Role(post.role), post.unit_id, post.path) for post in posts)
    rows.first(db, inbox.SEEN_ONE, {"source": "bench", "key": key})
    received = {"source": "bench", "key": key, "person_id": person, "digest": key, "at": MORNING}
    rows.write_all(db, inbox.RECEIVE, [received])
    rows.write_all(db, inbox.KEEP_TALK, [_talk(person, row.talk)])
    rows.write_all(db, inbox.TELL, [_told(person, key)])


def _talk(person: int, number: int) -> dict[str, Any]:
    return {
        "state": "active",
        "revision": 2,
        "answers": os.urandom(ANSWERS),
        "outcome": "",
        "touched": MORNING,
        "p": person,
        "n": number,
    }


def _told(person: int, key: str) -> dict[str, Any]:
    return {
        "person_id": person,
        "channel": "bench",
        "state": "sent",
        "data_class": "D4",
        "dedupe_key": f"kept:{key}",
        "body": os.urandom(BODY),
        "at": MORNING,
        "not_before": None,
        "expires_at": None,
    }


def _by_hand(db: Connection, person: int, key: str) -> None:
    """The same straight to the driver: places, columns and moments as one writes them out."""
    run: Any = db.connection.driver_connection.execute  # type: ignore[union-attr]
    who, posts, seen, receive, keep, tell = BY_HAND
    row = run(who, (person,)).fetchone()
    datetime.fromisoformat(row[17]).replace(tzinfo=UTC)
    tuple(Grant(Role(role), unit, path) for _, role, unit, path in run(posts, (person,)).fetchall())
    run(seen, ("bench", key)).fetchone()
    run(receive, ("bench", key, person, key, _text(MORNING)))
    run(keep, ("active", 2, os.urandom(ANSWERS), "", _text(MORNING), person, row[9]))
    told = ("bench", "sent", "D4", f"hand:{key}", os.urandom(BODY), _text(MORNING), None, None)
    run(tell, (person, *told))


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
