"""Servers that are killed at random moments while people record, and what is left afterwards."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from time import monotonic

from sqlalchemy import Connection, func, select

from bot.doctor import examine
from bot.settings import make_settings
from storage import inbox
from storage import tables as t
from storage.session import Store, open_store
from tests.soak.people import found
from tests.soak.served import Served, serving
from tests.soak.visitor import STEPS, Visitor

MOMENT = 0.2  # seconds within which a kill strikes: a check-in takes longer
EACH = 50  # check-ins of one person


@dataclass
class Run:
    """One soak: how much of what, with which seed."""

    data: Path
    url: str
    kills: int
    check_ins: int
    each: int = EACH
    chance: random.Random = field(default_factory=lambda: random.Random(3))
    servers: list[Served] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    done: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    seconds: float = 0.0

    async def run(self) -> None:
        """On PostgreSQL two servers share the database: who writes to one listens to the other."""
        mothers = found(self.data, self.url, self.check_ins // self.each)
        began = monotonic()
        async with AsyncExitStack() as stack:
            for _ in range(2 if self.url else 1):
                self.servers.append(await stack.enter_async_context(serving(self.data, self.url)))
            places = [served.address for served in self.servers]
            self.visitors = [
                Visitor.of(mother, places[n % len(places)], places[(n + 1) % len(places)])
                for n, mother in enumerate(mothers)
            ]
            killing = asyncio.create_task(self._kill())
            await asyncio.gather(*(each.live(self.each, self._count) for each in self.visitors))
            await killing
        self.seconds = monotonic() - began

    def _count(self) -> None:
        self.done += 1
        self.moved.set()

    async def _kill(self) -> None:
        """Spread over the whole work, each at a random moment; started again at once."""
        for number in range(1, self.kills + 1):
            while self.done < number * self.check_ins // (self.kills + 1):
                self.moved.clear()
                await self.moved.wait()
            await asyncio.sleep(self.chance.random() * MOMENT)
            server = self.chance.choice(self.servers)
            await server.kill()
            await server.start()

    @property
    def killed(self) -> int:
        return sum(server.kills for server in self.servers)


@dataclass
class Account:
    """What was lost, what was done twice, what was shown twice; all three must be empty."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def settle(run: Run) -> Account:
    """Compares what people were answered with what the database holds."""
    account = Account()
    store = open_store(run.data, run.url)
    with closing(store), store.work() as db:
        for visitor in run.visitors:
            _records(db, visitor, account)
            _bubbles(db, store, visitor, account)
        if not store.postgres:
            for pragma in ("integrity_check", "cipher_integrity_check", "foreign_key_check"):
                rows = db.exec_driver_sql(f"PRAGMA {pragma}").all()
                account.broken += [f"{pragma}: {row}" for row in rows if tuple(row) != ("ok",)]
        account.broken += ["stuck"] * db.execute(select(func.count(t.stuck.c.id))).scalar_one()
    settings = make_settings(data=run.data, database_url=run.url)
    findings = [each for each in examine(settings) if each.name != "disk"]
    account.broken += [f"{each.name}: {each.what}" for each in findings if not each.good]
    account.broken += [line for server in run.servers for line in server.complaints]
    return account


def _records(db: Connection, visitor: Visitor, account: Account) -> None:
    """Each acknowledged receipt once: its record, its audit row, the points that it was told."""
    v, a, e = t.visit.c, t.audit.c, t.entry.c
    me = visitor.mother.id
    kept = Counter(db.execute(select(v.receipt).where(v.visitor_id == me)).scalars())
    known = select(a.detail).where(a.actor_id == me, a.action == "contact.recorded")
    audited = Counter(detail["receipt"] for detail in db.execute(known).scalars())
    lines = db.execute(select(e.source, e.rule).where(e.person_id == me))
    booked = Counter((line.source, line.rule) for line in lines)
    for receipt in visitor.receipts:
        account.lost += [receipt] * (not kept[receipt] or not audited[receipt])
    for count in (kept, audited, Counter(visitor.receipts), booked):
        account.double += [str(one) for one, times in count.items() if times > 1]
    account.double += [one for one in kept | audited if one not in visitor.receipts]
    account.broken += [str(line) for line in booked if line[0][6:] not in kept]
    told = sum(words.count("积分 +") for words in visitor.answered.values())
    if told != len(booked):
        account.double.append(f"{told} lines of points were told and {len(booked)} booked")


def _bubbles(db: Connection, store: Store, visitor: Visitor, account: Account) -> None:
    """Each answer once: in the database, in what her page heard, on the page as it is now."""
    shown, answered = visitor.listener.shown, visitor.answered
    told = inbox.told(db, store.keys, visitor.mother.id, limit=10_000)
    ids = [number for number, *_ in told]
    account.lost += [f"bubble {one}" for one in answered if one not in ids]
    account.lost += [f"unheard {one}" for one in ids if one not in shown]
    account.lost += [f"other words {one}" for one in answered if answered[one] != shown.get(one)]
    page = [int(item.get("id")[1:]) for item in visitor.items()]
    account.lost += [f"not on the page {one}" for one in ids[-50:] if one not in page]
    account.double += [f"bubble {one}" for one in ids[1:] if one not in answered]
    account.double += ["a message more than was sent"] * (len(answered) != visitor.sent)
    account.repeated += visitor.doubled
    said = [shown[one] for one in sorted(shown)]
    account.repeated += [one for one, after in pairwise(said) if one == after]
    receipts = Counter(one for one in said if "回执" in one)
    account.repeated += [one for one, times in receipts.items() if times > 1]
    if len(said) != visitor.sent + 1 or visitor.sent % STEPS:  # the greeting comes first
        account.repeated.append(f"{len(said)} bubbles for {visitor.sent} messages")
