"""A page that listens: what it shows after all connections that were lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession
from lxml import html

from tests.web.test_stream import Ear

PAUSE = 0.05  # seconds; a page waits for half a second, then longer
LOST = (ClientError, OSError, TimeoutError)


@dataclass
class Listener:
    """Goes on from the last event that it got, and drops what it shows, as the page does."""

    address: str
    cookie: str
    after: int
    shown: dict[int, str] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    again: int = 0
    lost: int = 0
    last: str = ""
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        """Until it is cancelled."""
        async with ClientSession() as session:
            while True:
                try:
                    await self._once(session)
                except LOST:
                    self.lost += 1
                await asyncio.sleep(PAUSE)

    async def until(self, due: set[int]) -> None:
        """Until all of these are shown."""
        while not due <= self.shown.keys():
            self._heard.clear()
            await self._heard.wait()

    async def _once(self, session: ClientSession) -> None:
        headers = {"Cookie": f"yumiao={self.cookie}", "Accept-Language": "zh-CN"}
        if self.last:
            headers["Last-Event-ID"] = self.last
        async with session.get(f"{self.address}/events?after={self.after}", headers=headers) as on:
            on.raise_for_status()
            ear = Ear(on)
            while event := await ear.hear():
                self.last = event.id or self.last
                if event.data:
                    self._hear(event.text)

    def _hear(self, fragment: str) -> None:
        item = html.fromstring(fragment)
        number = int(str(item.get("id"))[1:])
        if number in self.shown or number <= self.after:
            self.again += 1
            return
        self.shown[number] = words_of(item)
        self.order.append(number)
        self._heard.set()


def words_of(item: html.HtmlElement) -> str:
    """What a bubble says: her words and the answer, without its moment and its buttons."""
    parts = item.xpath(".//p[@class='said'] | .//div[@class='told']/p[not(@class='end')]")
    return "\n".join(" ".join(part.text_content().split()) for part in parts)
