"""The web chat: first bytes, the page's weight, and what reaches hundreds of open chats."""

from __future__ import annotations

import asyncio
import gzip
import multiprocessing
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp

from bot.bench.figure import Figure
from bot.bench.web_server import Served, serve_crowd

ALONE, EACH = 100, 3  # pages that one person opens; pages that each of the others opens
OTHERS, OPEN = 300, 500
PAUSE = 10.0  # seconds between two pages of one of the others
ROUNDS = 5  # messages to everybody who has her chat open
PATIENCE = 60.0  # seconds
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def measure() -> Iterator[Figure]:
    """One server process; everybody else is in this one."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), OPEN) as served:
        yield from asyncio.run(_pages(served))
        yield from asyncio.run(_streams(served))


@contextmanager
def serving(folder: Path, people: int) -> Iterator[Served]:
    """The server in a process of its own, with a crowd of people who are signed in."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_crowd, args=(folder, people, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        served = ours.recv()
        served.pipe = ours
        yield served
        ours.send("stop")
        process.join(PATIENCE)
    finally:
        process.kill()
        process.join()


async def _pages(served: Served) -> list[Figure]:
    """Pages one after the other; then 300 people open one every ten seconds."""
    async with _session() as web:
        page = await _text(web, served, served.cookies[0])
        await _first_byte(web, served, served.cookies[0])
        alone = [await _first_byte(web, served, served.cookies[0]) for _ in range(ALONE)]

        async def opens(place: int, cookie: str) -> list[float]:
            waits: list[float] = []
            await asyncio.sleep(PAUSE * place / OTHERS)
            for _ in range(EACH):
                waits.append(await _first_byte(web, served, cookie))
                await asyncio.sleep(PAUSE)
            return waits

        others = enumerate(served.cookies[:OTHERS])
        found = await asyncio.gather(*(opens(*each) for each in others))
        crowded = [each for person in found for each in person]
        assets = set(ASSET.findall(page))
        weight = sum([await _weight(web, served, each) for each in assets])
    return [
        *_waits("page, first byte, alone", alone),
        *_waits(f"page, first byte, {OTHERS} people", crowded),
        Figure("chat page of 50 messages", len(page.encode()) / 1024, "KB"),
        Figure("the same, gzip", len(gzip.compress(page.encode())) / 1024, "KB"),
        Figure("all that it loads, gzip", weight / 1024, "KB", 40, "less"),
    ]


def _waits(name: str, waits: list[float]) -> list[Figure]:
    p99 = quantiles(waits, n=100)[98]
    return [
        Figure(f"{name}, p50", 1000 * median(waits), "ms", better="less"),
        Figure(f"{name}, p99", 1000 * p99, "ms", better="less"),
    ]


def _session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=0)
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


def _get(web: aiohttp.ClientSession, served: Served, path: str, cookie: str) -> Any:
    headers = {"Cookie": f"yumiao={cookie}"}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=PATIENCE)
    return web.get(served.address + path, headers=headers, timeout=timeout)


async def _text(web: aiohttp.ClientSession, served: Served, cookie: str) -> str:
    async with _get(web, served, "/", cookie) as answer:
        answer.raise_for_status()
        text: str = await answer.text()
        return text


async def _first_byte(web: aiohttp.ClientSession, served: Served, cookie: str) -> float:
    begun = time.perf_counter()
    async with _get(web, served, "/", cookie) as answer:
        await answer.content.readany()
        spent = time.perf_counter() - begun
        await answer.read()
        return spent


async def _weight(web: aiohttp.ClientSession, served: Served, path: str) -> int:
    """As it goes over the wire to a browser that takes gzip."""
    async with _get(web, served, path, "") as answer:
        return len(gzip.compress(await answer.read(), mtime=0))


@dataclass
class Chat:
    """One open chat: counts the messages that come, and when the last one came."""

    open: bool = False
    came: int = 0
    at: float = 0.0


async def _streams(served: Served) -> list[Figure]:
    chats = [Chat() for _ in range(OPEN)]
    async with _session() as web:
        readers = [
            asyncio.create_task(_read(web, served, cookie, chat))
            for cookie, chat in zip(served.cookies, chats, strict=True)
        ]
        await _until(lambda: all(chat.open for chat in chats), readers)
        idle = await served.ask("memory")
        delays, spent = [], 0.0
        for number in range(ROUNDS):
            before = [chat.came for chat in chats]
            committed = await served.ask("tell")
            await _until(
                lambda before=before: all(  # type: ignore[misc]
                    chat.came > known for chat, known in zip(chats, before, strict=True)
                ),
                readers,
            )
            delays += [chat.at - committed for chat in chats]
            spent += max(chat.at for chat in chats) - committed
            await asyncio.sleep(0.7 if number % 2 else 0.4)  # at another moment of the clock
        busy = await served.ask("memory")
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    memory = max(each for each in (idle, busy) if each is not None) if idle else None
    return [
        Figure(f"messages/s to {OPEN} open chats", ROUNDS * OPEN / spent, "messages/s"),
        *_waits(f"from commit to {OPEN} open chats", delays),
        *([Figure(f"memory, {OPEN} open chats", memory, "MB", 250, "less")] if memory else []),
    ]


async def _read(web: aiohttp.ClientSession, served: Served, cookie: str, chat: Chat) -> None:
    """An open page: it knows what had been told before."""
    async with _get(web, served, f"/events?after={served.newest}", cookie) as answer:
        answer.raise_for_status()
        chat.open = True
        async for line in answer.content:
            if line.startswith(b"id:"):
                chat.came, chat.at = chat.came + 1, time.perf_counter()


async def _until(done: Callable[[], bool], readers: list[asyncio.Task[None]]) -> None:
    """Raises what a reader met, and RuntimeError when it takes too long."""
    end = time.perf_counter() + PATIENCE
    while not done():
        for reader in readers:
            if reader.done():
                reader.result()
                raise RuntimeError("a stream has ended")
        if time.perf_counter() > end:
            raise RuntimeError("the messages do not arrive")
        await asyncio.sleep(0.01)
