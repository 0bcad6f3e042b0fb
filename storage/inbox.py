"""The rows of a turn: people, their open conversations, what was received, what is told.

The hot path: Core statements that are compiled once, one of each kind for a whole group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from domain.roles import Account, Grant, Role
from storage import tables as t
from storage.crypto import Keys
from storage.rows import fetch, first, write_all

Counters = tuple[int, int | None, bool]


@dataclass
class Somebody:
    """A person at the moment of a turn: her account, her counters, her open conversation.

    `stored` are the counters as her row has them.
    """

    account: Account
    greeted: bool
    active: bool
    talks: int
    talk: int | None
    stuck: int
    open: dict[str, Any] | None = None
    stored: Counters | None = None

    @property
    def counters(self) -> Counters:
        return self.talks, self.talk, self.greeted

    @property
    def mark(self) -> str | None:
        """What a page shows of her open conversation: its number and revision."""
        return f"{self.talk}.{self.open['revision']}" if self.open else None


@dataclass
class Writes:
    """What a group of turns will write, row by row, in one statement of each kind."""

    received: list[dict[str, Any]] = field(default_factory=list)
    new_talks: list[dict[str, Any]] = field(default_factory=list)
    talks: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    outgoing: list[dict[str, Any]] = field(default_factory=list)


_PERSON = select(
    *(t.person.c[name] for name in ("id", "code", "name", "lang", "large", "ranked")),
    *(t.person.c[name] for name in ("greeted", "active", "talks", "talk", "stuck")),
    t.talk.c.conversation,
    t.talk.c.state,
    t.talk.c.revision,
    t.talk.c.answers,
    t.talk.c.facts,
    t.talk.c.outcome,
    t.talk.c.started,
).outerjoin(t.talk, (t.talk.c.person_id == t.person.c.id) & (t.talk.c.number == t.person.c.talk))
PEOPLE = _PERSON.where(t.person.c.id.in_(bindparam("ids", expanding=True))).order_by(t.person.c.id)
LOCK = (
    select(t.person.c.id)
    .where(t.person.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(t.person.c.id)
    .with_for_update()
)
PERSON = _PERSON.where(t.person.c.id == bindparam("id"))
_POSTS = (
    select(t.post.c.person_id, t.post.c.role, t.post.c.unit_id, t.unit.c.path)
    .join(t.unit, t.unit.c.id == t.post.c.unit_id)
    .where(t.post.c.until.is_(None))
)
POSTS = _POSTS.where(t.post.c.person_id.in_(bindparam("ids", expanding=True)))
POSTS_OF = _POSTS.where(t.post.c.person_id == bindparam("id"))
FEW = 4
SEEN = select(t.received.c.source, t.received.c.key, t.received.c.digest).where(
    tuple_(t.received.c.source, t.received.c.key).in_(bindparam("keys", expanding=True))
)
SEEN_ONE = select(t.received.c.source, t.received.c.key, t.received.c.digest).where(
    t.received.c.source == bindparam("source"), t.received.c.key == bindparam("key")
)
RECEIVE = insert(t.received)
NEW_TALK = insert(t.talk)
CHANGING = ("state", "revision", "answers", "outcome", "touched")
KEEP_TALK = (
    update(t.talk)
    .where(t.talk.c.person_id == bindparam("p"), t.talk.c.number == bindparam("n"))
    .values({name: bindparam(name) for name in CHANGING})
)
KEEP_FACTS = KEEP_TALK.values(facts=bindparam("facts"))
KEEP_PERSON = (
    update(t.person)
    .where(t.person.c.id == bindparam("p"))
    .values(talks=bindparam("talks"), talk=bindparam("talk"), greeted=bindparam("greeted"))
)
TELL = insert(t.outgoing)


def load_people(db: Connection, ids: Iterable[int]) -> dict[int, Somebody]:
    """Locks the people in sorted order (PostgreSQL), so that groups cannot deadlock.

    Locking is a statement of its own: only the next one sees what was saved while it waited.
    """
    wanted = sorted(set(ids))
    if db.dialect.name == "postgresql":
        db.execute(LOCK, {"ids": wanted})
    rows, posts = _read_people(db, wanted)
    grants: dict[int, list[Grant]] = {}
    for row in posts:
        grants.setdefault(row.person_id, []).append(Grant(Role(row.role), row.unit_id, row.path))
    return {row.id: _somebody(row, grants.get(row.id, [])) for row in rows}


def _read_people(db: Connection, wanted: list[int]) -> tuple[list[Any], list[Any]]:
    """People and their posts; a few one by one, many by one statement of each kind."""
    if len(wanted) > FEW:
        ids = {"ids": wanted}
        return list(db.execute(PEOPLE, ids)), list(db.execute(POSTS, ids))
    people = [row for each in wanted for row in fetch(db, PERSON, {"id": each})]
    return people, [row for each in wanted for row in fetch(db, POSTS_OF, {"id": each})]


def _somebody(row: Any, grants: list[Grant]) -> Somebody:
    account = Account(
        row.id, row.code, row.name, row.lang, tuple(grants), bool(row.large), bool(row.ranked)
    )
    talk = None
    if row.conversation is not None:
        names = ("conversation", "state", "revision", "answers", "facts", "outcome", "started")
        talk = {name: getattr(row, name) for name in names}
    stored = (row.talks, row.talk, row.greeted)
    return Somebody(account, row.greeted, row.active, row.talks, row.talk, row.stuck, talk, stored)


def load_talk(db: Connection, person_id: int, number: int) -> dict[str, Any] | None:
    row = (
        db.execute(select(t.talk).where(t.talk.c.person_id == person_id, t.talk.c.number == number))
        .mappings()
        .first()
    )
    return dict(row) if row else None


def shelve(db: Connection, person_id: int, number: int, before: int | None) -> None:
    """Parks a conversation, and goes back to the one that was open before it."""
    mine = (t.talk.c.person_id == person_id, t.talk.c.number == number)
    db.execute(update(t.talk).where(*mine).values(state="parked"))
    db.execute(update(t.person).where(t.person.c.id == person_id).values(talk=before))


def load_account(db: Connection, person_id: int) -> Account | None:
    """Who somebody is, for reading; None when unknown or no longer active."""
    rows, posts = _read_people(db, [person_id])
    if not rows or not rows[0].active:
        return None
    grants = [Grant(Role(row.role), row.unit_id, row.path) for row in posts]
    return _somebody(rows[0], grants).account


def seen(db: Connection, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The digests of messages that were taken before."""
    if len(keys) > FEW:
        rows = list(db.execute(SEEN, {"keys": list(keys)}))
    else:
        found = (first(db, SEEN_ONE, {"source": source, "key": key}) for source, key in keys)
        rows = [row for row in found if row]
    return {(row.source, row.key): row.digest for row in rows}


def write(db: Connection, writes: Writes) -> None:
    for statement, rows in (
        (RECEIVE, writes.received),
        (NEW_TALK, writes.new_talks),
        (KEEP_TALK, [row for row in writes.talks if "facts" not in row]),
        (KEEP_FACTS, [row for row in writes.talks if "facts" in row]),
        (KEEP_PERSON, writes.people),
        (TELL, writes.outgoing),
    ):
        if rows:
            write_all(db, statement, rows)


def outgoing_row(
    keys: Keys, person_id: int, channel: str, data_class: str, dedupe: str, body: Any, at: datetime
) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "channel": channel,
        "state": "queued" if channel == "telegram" else "sent",
        "data_class": data_class,
        "dedupe_key": dedupe,
        "body": keys.seal(orjson.dumps(body), f"outgoing:body:{dedupe}"),
        "at": at,
        "not_before": None,
        "expires_at": None,
    }


def told(
    db: Connection, keys: Keys, person_id: int, after: int = 0, limit: int = 200
) -> list[tuple[int, datetime, dict[str, Any]]]:
    """What a person was told after message `after`, the oldest first, each with its `class`."""
    o = t.outgoing.c
    rows = db.execute(
        select(o.id, o.at, o.dedupe_key, o.body, o.data_class)
        .where(o.person_id == person_id, o.id > after)
        .order_by(o.id)
        .limit(limit)
    )
    return [(row.id, row.at, _body(keys, row) | {"class": row.data_class}) for row in rows]


def _body(keys: Keys, row: Any) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(keys.unseal(row.body, f"outgoing:body:{row.dedupe_key}"))
    return body


def languages(db: Connection, ids: Iterable[int]) -> dict[int, str]:
    """What people read now."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = db.execute(select(t.person.c.id, t.person.c.lang).where(t.person.c.id.in_(wanted)))
    return {row.id: row.lang for row in rows}


def newest(db: Connection, person_id: int, count: int) -> int:
    """The id before a person's `count` newest messages, from which a page begins."""
    o = t.outgoing.c
    ids = (
        db.execute(
            select(o.id).where(o.person_id == person_id).order_by(o.id.desc()).limit(count + 1)
        )
        .scalars()
        .all()
    )
    return int(ids[-1]) if len(ids) > count else 0
