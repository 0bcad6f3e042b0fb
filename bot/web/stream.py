"""Server-sent events: what is new, to every open page, from one look at the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

from aiohttp import web
from aiohttp_sse import EventSourceResponse
from sqlalchemy import Connection

from bot import logs
from bot.web.bubbles import Reader, Told, bubbles_of
from bot.web.chat import NEWEST
from bot.web.guard import Visitor, csrf_of, visitor_of
from bot.web.house import HOUSE, WebHouse
from bot.web.pages import render
from storage import doors, inbox, news
from storage.session import Unavailable

TICK = 0.5  # seconds; a session that ended elsewhere is found by then
GAP = 0.1  # seconds between two looks, however often the bell rings
PING = 15.0
MOST = 200  # messages to one page in one look
ANYBODY = 0


@dataclass(eq=False)
class Stream:
    """One open page: up to which message it has been told, and which it surely has. It says
    goodbye where its session has ended, not when the server stops: then the page waits and
    comes back."""

    visitor: Visitor
    after: int
    sent: set[int]
    behind: bool = True
    ended: bool = False
    goodbye: bool = False
    lang: str = "zh"
    fresh: bool = False
    told: list[Told] = field(default_factory=list)
    rung: asyncio.Event = field(default_factory=asyncio.Event)


class Hub:
    """Looks once for all open pages, when the bell rings and at each tick.

    A page that has just been opened may be told again what it shows, as far back as something
    may have come late; it leaves out what it has.
    """

    def __init__(self, house: WebHouse) -> None:
        self.house = house
        self.streams: set[Stream] = set()
        self.closed = False
        self._watch: news.Watch | None = None
        self._bell = house.intake.listen(ANYBODY)

    @contextmanager
    def open(self, visitor: Visitor, after: int) -> Iterator[Stream]:
        stream = Stream(visitor, after, {after}, lang=visitor.account.lang)
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
            found, watch = await self.house.intake.read(lambda db: self._read(db, streams))
        except Unavailable:
            return  # the pages wait; the next tick looks again
        except Exception as error:
            logs.error("web.stream", error=type(error).__name__)
            return
        self._watch = watch  # only now: what could not be read is looked for again
        for stream, told in found:
            self._tell(stream, told)

    def _read(
        self, db: Connection, streams: list[Stream]
    ) -> tuple[list[tuple[Stream, list[Told] | None]], news.Watch]:
        """What each stream has not been told yet; None where its session has ended."""
        keys, moment = self.house.keys, monotonic()
        people, watch = news.look(db, self._watch or news.begin(db, moment), moment)
        cookies = {stream.visitor.cookie for stream in streams}
        standing = doors.open_among(db, keys, cookies, self.house.clock())
        found: list[tuple[Stream, list[Told] | None]] = []
        for stream in streams:
            person = stream.visitor.account.id
            stream.fresh = standing.get(stream.visitor.cookie, False)
            if stream.visitor.cookie not in standing:
                found.append((stream, None))
            elif stream.behind or person in people:
                begin = news.settled(db, person, stream.after, NEWEST)
                found.append((stream, inbox.told(db, keys, person, begin, MOST)))
        langs = inbox.languages(db, {each.visitor.account.id for each, told in found if told})
        for stream, _ in found:
            stream.lang = langs.get(stream.visitor.account.id, stream.lang)
        return found, watch

    def _tell(self, stream: Stream, told: list[Told] | None) -> None:
        if told is None:
            stream.ended = stream.goodbye = True
            stream.rung.set()
            return
        stream.behind = len(told) == MOST
        if stream.behind:
            self._bell.set()
        fresh = [each for each in told if each[0] not in stream.sent]
        stream.sent.update(each[0] for each in fresh)
        stream.after = max([stream.after, *(each[0] for each in fresh)])
        stream.told += fresh
        if fresh:
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
    after = _after(request)
    with request.app[HUB].open(visitor, after) as stream:
        try:
            await sse.prepare(request)
            async with sse:
                await _send(request.app[HOUSE], stream, sse, after)
        except (ConnectionResetError, TimeoutError):
            pass  # she has closed the page
        except Exception as error:  # half an answer is out: no page can follow it
            logs.error("web.stream", error=type(error).__name__)
    return sse


def _after(request: web.Request) -> int:
    """A browser that comes back says the last message it got; a fresh page knows its own."""
    said = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0


async def _send(house: WebHouse, stream: Stream, sse: EventSourceResponse, upto: int) -> None:
    """Each under the number from which the page is to go on, also what came late."""
    while sse.is_connected():
        told, stream.told = stream.told, []
        for number, fragment in _fragments(house, stream, told):
            upto = max(upto, number)
            await sse.send(fragment, id=str(upto))
        if stream.goodbye:
            await sse.send("", event="bye")
        if stream.ended:
            return
        if not stream.told:
            stream.rung.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(stream.rung.wait(), PING)


def _fragments(house: WebHouse, stream: Stream, told: list[Told]) -> Iterator[tuple[int, str]]:
    visitor = stream.visitor
    csrf, lang = csrf_of(house.keys, visitor.cookie), stream.lang
    fresh = stream.fresh or not visitor.account.opens_files()
    for bubble in bubbles_of(told, Reader(house.clock(), house.zone, lang, fresh)):
        yield (
            bubble.id,
            render("message.html", lang, bubble=bubble, csrf=csrf, newest=False),
        )
