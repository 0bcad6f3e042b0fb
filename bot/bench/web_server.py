"""The server that `bench web` measures: one process, a crowd that is signed in."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, func, select

from bot.bench.start import memory_of
from bot.bench.town import Crowd, crowd, whole
from bot.intake import Intake
from bot.serve import free_port
from bot.web.server import WebHouse, make_app
from dialogue.registry import Answer
from dialogue.show import show_answer
from domain.privacy import DataClass
from storage import doors
from storage import tables as t
from storage.inbox import load_account
from storage.telling import Telling, tell

READERS = 300
"""How many of the crowd have a full page; the others have just come in."""
VISITS = 2  # whole ones, which leave more than 50 messages


@dataclass
class Served:
    """Where the server is, who is signed in, and the number of the newest message."""

    address: str
    cookies: list[str]
    newest: int
    pipe: Any = field(default=None, compare=False)

    async def ask(self, what: str) -> Any:
        """`memory` in MB, or `tell`: everybody is told something; when it was committed."""
        self.pipe.send(what)
        return await asyncio.get_running_loop().run_in_executor(None, self.pipe.recv)


def serve_crowd(folder: Path, people: int, pipe: Pipe) -> None:
    """Serves until it is told to stop. Runs in a process of its own."""
    with crowd(folder, people) as here:
        for _ in range(VISITS):
            whole(here, here.directors[:READERS])
            here.later(30)
        asyncio.run(_serve(here, pipe))


async def _serve(here: Crowd, pipe: Pipe) -> None:
    intake = Intake(here.turns)
    house = WebHouse(intake, here.turns.clock)
    runner = web.AppRunner(make_app(house), access_log=None, shutdown_timeout=1)
    await runner.setup()
    port = free_port("127.0.0.1", 18_080)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    cookies = await intake.read(lambda db: _sign_in(db, here))
    newest = await intake.read(_newest)
    pipe.send(Served(f"http://127.0.0.1:{port}", cookies, newest))
    loop, rounds = asyncio.get_running_loop(), 0
    while (asked := await loop.run_in_executor(None, pipe.recv)) != "stop":
        if asked == "memory":
            pipe.send(memory_of(os.getpid()))
        else:
            rounds += 1
            await intake.read(_telling(here, rounds))
            committed = time.perf_counter()
            intake.ring_all()
            pipe.send(committed)
    await runner.cleanup()
    intake.close()


def _sign_in(db: Connection, here: Crowd) -> list[str]:
    keys, now = here.turns.store.keys, here.turns.clock()
    accounts = [load_account(db, person) for person in here.directors]
    return [doors.open_session(db, keys, each, now, shared=False) for each in accounts if each]


def _telling(here: Crowd, number: int) -> Callable[[Connection], None]:
    def work(db: Connection) -> None:
        telling = Telling(db, here.turns.store.keys, here.turns.clock(), show_answer)
        for person in here.directors:
            key = f"bench/{number}/{person}"
            tell(telling, person, Answer("明天下午两点有课。"), key, DataClass.INTERNAL)

    return work


def _newest(db: Connection) -> int:
    """The newest message that anybody has been told."""
    return int(db.execute(select(func.max(t.outgoing.c.id))).scalar() or 0)
