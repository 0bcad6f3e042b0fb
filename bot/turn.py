"""One message, one piece of a transaction: deduplicate, load, replay, act, queue the replies.

Messages of different people that wait together share one commit. If one of them fails, the
group is rolled back and each is taken alone; nothing is acknowledged before its commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import cached_property

import orjson
from sqlalchemy import Connection

from bot import danger, logs
from bot.channels.message import Incoming, Outgoing, Taken
from bot.enclosure import packed, unpacked
from bot.exchange import Exchange
from bot.house import House
from bot.logs import place_of
from bot.underway import Underway
from dialogue.registry import Registry
from dialogue.say import read_on
from domain.library import Library
from domain.trouble import Refused
from storage import inbox, trouble
from storage.session import Store, Unavailable

GROUP = 64


@dataclass(frozen=True)
class Turns:
    """Takes messages; the only door through which a person's words change anything."""

    store: Store
    clock: Callable[[], datetime]
    zone: tzinfo
    registry: Registry
    library: Library
    underway: Underway = field(default_factory=Underway)

    @cached_property
    def house(self) -> House:
        return House(self.store.keys, self.zone, self.registry, self.library, self.underway)

    def take(self, message: Incoming) -> Taken:
        return self.take_many([message])[0]

    def take_many(self, messages: Sequence[Incoming], *, again: bool = False) -> list[Taken]:
        """In the order given; `again`: a stuck message, before those that wait behind it.

        Raises Unavailable when nothing could be saved.
        """
        if len({message.person_id for message in messages}) < len(messages):
            return [self.take(message) for message in messages]
        try:
            with self.store.work() as db:
                return self._group(db, messages, again)
        except Unavailable:
            raise
        except Exception as error:
            if len(messages) > 1:
                return [self.take(message) for message in messages]
            return [self._alone(messages[0], error)]

    def _group(self, db: Connection, messages: Sequence[Incoming], again: bool) -> list[Taken]:
        people = inbox.load_people(db, (message.person_id for message in messages))
        if again:
            before_it = [self._before(db, who) for who in people.values()]
            people = {who.account.id: who for who in before_it if who is not None}
            if len(people) < len(before_it):
                return [Taken("stuck") for _ in messages]
        before = inbox.seen(db, [(message.source, message.key) for message in messages])
        writes = inbox.Writes()
        taken = [self._one(db, message, people, before, writes) for message in messages]
        inbox.write(db, writes)
        return taken

    def _before(self, db: Connection, who: inbox.Somebody) -> inbox.Somebody | None:
        """For a stuck message: as she was when she sent it, ahead of those that wait behind it;
        None while an emergency has overtaken it."""
        found = danger.go_back(db, self.store.keys, self.registry, who, self.clock())
        return replace(found, stuck=0) if found else None

    def _one(
        self,
        db: Connection,
        message: Incoming,
        people: dict[int, inbox.Somebody],
        before: dict[tuple[str, str], str],
        writes: inbox.Writes,
    ) -> Taken:
        somebody = people.get(message.person_id)
        if somebody is None or not somebody.active:
            return Taken("stranger")
        known = before.get((message.source, message.key))
        if known is not None:
            return Taken("duplicate" if known == digest(message) else "reused")
        exchange = Exchange(self.house, db, somebody, message, self.clock())
        if somebody.stuck and not danger.overtakes(self.registry, somebody, message):
            trouble.queue(db, self.store.keys, somebody.account.id, _kept(message), self.clock())
            receipt = trouble.receipt_of(message.source, message.key)
            return Taken("stuck", (exchange.sorry(receipt, "trouble.waiting"),))
        with read_on(self.house.day(exchange.now)):
            replies = exchange.hold()
        self._write(writes, exchange, replies)
        return Taken("new", tuple(replies))

    def _write(self, writes: inbox.Writes, exchange: Exchange, replies: Sequence[Outgoing]) -> None:
        message, now = exchange.message, exchange.now
        writes.received.append(
            {
                "source": message.source,
                "key": message.key,
                "person_id": message.person_id,
                "digest": digest(message),
                "at": now,
            }
        )
        writes.outgoing += [
            inbox.outgoing_row(
                self.store.keys,
                reply.person_id,
                message.source,
                reply.data_class,
                reply.dedupe_key,
                reply.body,
                now,
            )
            for reply in replies
        ]
        writes.new_talks += exchange.kept.new_talks
        writes.talks += exchange.kept.talks
        writes.people += exchange.kept.people

    def _alone(self, message: Incoming, error: Exception) -> Taken:
        """What a single message's failure leaves behind, apart from the rolled-back work."""
        with self.store.work() as db:
            somebody = inbox.load_people(db, [message.person_id]).get(message.person_id)
            if somebody is None:
                return Taken("stranger")
            if inbox.seen(db, [(message.source, message.key)]):
                return Taken("duplicate")  # another worker has done with it meanwhile
            writes = inbox.Writes()
            exchange = Exchange(self.house, db, somebody, message, self.clock())
            if isinstance(error, Refused):
                with read_on(self.house.day(exchange.now)):
                    replies = exchange.refuse(error)
                state = "new"
            else:
                kept = _kept(message) | {"shown": message.shown or somebody.mark}
                receipt, dead = trouble.keep(
                    db, self.store.keys, message.person_id, kept, error, self.clock()
                )
                _log(message, error, receipt, dead=dead)
                replies = [exchange.sorry(receipt, "trouble.dead" if dead else "trouble.stuck")]
                state = "dead" if dead else "stuck"
                if not dead:
                    return Taken("stuck", tuple(replies))
            self._write(writes, exchange, replies)
            inbox.write(db, writes)
        return Taken(state, tuple(replies))

    def retry_stuck(self) -> int:
        """Takes the first stuck message of each person once more; how many are done with."""
        with self.store.work() as db:
            waiting = trouble.waiting(db, self.store.keys)
        return sum(self._retry(person_id, kept) for person_id, kept in waiting)

    def _retry(self, person_id: int, kept: dict[str, object]) -> bool:
        taken = self.take_many([_unkept(person_id, kept)], again=True)[0]
        done = taken.state != "stuck"
        with self.store.work() as db:
            if done:
                trouble.forget(db, person_id, kept, dead=taken.state == "dead")
            trouble.settle(db, person_id)
        return done


def _log(message: Incoming, error: Exception, receipt: str, *, dead: bool) -> None:
    """Where the bug is, for the engineer; what was said stays sealed under the receipt."""
    logs.error(
        "turn.failed",
        receipt=receipt,
        person=message.person_id,
        source=message.source,
        error=type(error).__name__,
        place=place_of(error.__traceback__),
        dead=dead,
    )


def digest(message: Incoming) -> str:
    parts: list[object] = [message.text, list(message.tokens)]
    if message.files:  # by what was sent: an encoder need not give the same bytes twice
        parts.append([file.sent for file in message.files])
    said = orjson.dumps(parts)
    return hashlib.blake2b(said, digest_size=16).hexdigest()


def _kept(message: Incoming) -> dict[str, object]:
    return {
        "source": message.source,
        "key": message.key,
        "text": message.text,
        "tokens": list(message.tokens),
        "shown": message.shown,
        "files": packed(message.files),
    }


def _unkept(person_id: int, kept: dict[str, object]) -> Incoming:
    return Incoming(
        source=str(kept["source"]),
        key=str(kept["key"]),
        person_id=person_id,
        text=str(kept["text"]),
        tokens=tuple(kept["tokens"]),  # type: ignore[arg-type]
        shown=kept["shown"],  # type: ignore[arg-type]
        files=unpacked(kept.get("files", ())),
    )
