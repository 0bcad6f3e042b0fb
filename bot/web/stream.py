"""Server-sent events: what is new, to every open page, from one look at the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp_sse import EventSourceResponse
from sqlalchemy import Connection

from bot import logs
from bot.web.bubbles import Told, bubbles_of
from bot.web.guard import Visitor, csrf_of, visitor_of
from bot.web.house import HOUSE, WebHouse
from bot.web.pages import render
from storage import doors, inbox
from storage.session import Unavailable

TICK = 0.5  # seconds; a session that ended elsewhere is found by then
GAP = 0.1  # seconds between two looks, however often the bell rings
PING = 15.0
LAG = 256  # in PostgreSQL a smaller id may be committed after a larger one
ANYBODY = 0


@dataclass(eq=False)
class Stream:
    """One open page: up to which message it has been told. It says goodbye where its session
    has ended, not when the server stops: then the page waits and comes back."""

    visitor: Visitor
    after: int
    behind: bool = True
    ended: bool = False
    goodbye: bool = False
    told: list[Told] = field(default_factory=list)
    rung: asyncio.Event = field(default_factory=asyncio.Event)


class Hub:
    """Looks once for all open pages, when the bell rings and at each tick."""

    def __init__(self, house: WebHouse) -> None:
        self.house = house
        self.streams: set[Stream] = set()
        self.closed = False
        self._seen = 0
        self._bell = house.intake.listen(ANYBODY)

    @contextmanager
    def open(self, visitor: Visitor, after: int) -> Iterator[Stream]:
        stream = Stream(visitor, after)
        self.streams.add(stream)
        self._bell.set()
        try:
            yield stream
        finally:
            self.streams.discard(stream)

    async def run(self) -> None:
        while not self.closed:  # wait_for may swallow a cancellation, if the bell rings just then
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), TICK)
            self._bell.clear()
            if self.streams:
                await self._look()
            await asyncio.sleep(GAP)

    def close(self) -> None:
        self.closed = True
        self.house.intake.hush(ANYBODY, self._bell)
        for stream in self.streams:
            stream.ended = True
            stream.rung.set()

    async def _look(self) -> None:
        streams = list(self.streams)
        try:
            found = await self.house.intake.read(lambda db: self._read(db, streams))
        except Unavailable:
            return  # the pages wait; the next tick looks again
        except Exception as error:
            logs.error("web.stream", error=type(error).__name__)
            return
        for stream, told in found:
            self._tell(stream, told)

    def _read(
        self, db: Connection, streams: list[Stream]
    ) -> list[tuple[Stream, list[Told] | None]]:
        """What each stream has not been told yet; None where its session has ended."""
        keys, now = self.house.keys, self.house.clock()
        self._seen = self._seen or doors.newest(db)
        news = doors.news(db, self._seen - LAG)
        self._seen = max(self._seen, *news.values(), 0)
        standing = doors.open_among(db, keys, {s.visitor.cookie for s in streams}, now)
        found: list[tuple[Stream, list[Told] | None]] = []
        for stream in streams:
            person = stream.visitor.account.id
            if stream.visitor.cookie not in standing:
                found.append((stream, None))
            elif stream.behind or news.get(person, 0) > stream.after:
                found.append((stream, inbox.told(db, keys, person, stream.after)))
        return found

    def _tell(self, stream: Stream, told: list[Told] | None) -> None:
        if told is None:
            stream.ended = stream.goodbye = True
        else:
            stream.behind = False
            stream.told += [each for each in told if each[0] > stream.after]
            stream.after = max([stream.after, *(each[0] for each in told)])
        if told or told is None:
            stream.rung.set()


HUB = web.AppKey("hub", Hub)


async def keep_hub(app: web.Application) -> AsyncIterator[None]:
    hub = app[HUB] = Hub(app[HOUSE])
    task = asyncio.create_task(hub.run())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def close_hub(app: web.Application) -> None:
    """At shutdown, before aiohttp waits for what is still being answered."""
    app[HUB].close()


async def send_events(request: web.Request) -> web.StreamResponse:
    visitor = await visitor_of(request)
    if visitor is None:
        raise web.HTTPUnauthorized
    sse = EventSourceResponse(ping_interval=PING)
    with request.app[HUB].open(visitor, _after(request)) as stream:
        try:
            await sse.prepare(request)
            async with sse:
                await _send(request.app[HOUSE], stream, sse)
        except (ConnectionResetError, TimeoutError):
            pass  # she has closed the page
        except Exception as error:  # half an answer is out: no page can follow it
            logs.error("web.stream", error=type(error).__name__)
    return sse


def _after(request: web.Request) -> int:
    """A browser that comes back says the last message it got; a fresh page knows its own."""
    said = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


async def _send(house: WebHouse, stream: Stream, sse: EventSourceResponse) -> None:
    while sse.is_connected():
        told, stream.told = stream.told, []
        for number, fragment in _fragments(house, stream.visitor, told):
            await sse.send(fragment, id=str(number))
        if stream.goodbye:
            await sse.send("", event="bye")
        if stream.ended:
            return
        if not stream.told:
            stream.rung.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(stream.rung.wait(), PING)


def _fragments(house: WebHouse, visitor: Visitor, told: list[Told]) -> Iterator[tuple[int, str]]:
    csrf, lang = csrf_of(house.keys, visitor.cookie), visitor.account.lang
    for bubble in bubbles_of(told, house.clock(), house.zone, lang):
        yield (
            bubble.id,
            render("message.html", lang, bubble=bubble, csrf=csrf, newest=False),
        )
