"""Server-sent events: what is new reaches an open page, and nothing after a sign-out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestServer
from lxml import html
from sqlalchemy import update

from bot.web.server import WebHouse, make_app
from bot.web.stream import Hub
from storage import doors
from storage import tables as t
from storage.fading import fade_old
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, link_of
from tests.web.test_say import tell

SOON = 5.0


@dataclass
class Event:
    """One event as a browser would see it."""

    kind: str = "message"
    id: str = ""
    data: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.data)

    @property
    def words(self) -> str:
        """What was told, without its moment."""
        return str(html.fromstring(self.text).xpath("string(.//div[@class='told']/p[1])"))


@dataclass
class Ear:
    """An EventSource."""

    answer: ClientResponse

    async def hear(self) -> Event | None:
        """The next event; None when the server has closed the stream."""
        event = Event()
        async with asyncio.timeout(SOON):
            while line := await self.answer.content.readline():
                name, _, value = line.decode().rstrip("\r\n").partition(": ")
                if name == "" and event.data:
                    return event
                if name == "data":
                    event.data.append(value)
                elif name == "event":
                    event.kind = value
                elif name == "id":
                    event.id = value
        return None


@asynccontextmanager
async def listening(
    browser: Browser, after: str | None = None, last: str = ""
) -> AsyncIterator[Ear]:
    """An ear from what the page knows on."""
    known = [item.get("id")[1:] for item in browser.page.xpath("//div[@id='log']/ol/li")]
    after = (known or ["0"])[-1] if after is None else after
    headers = {"Last-Event-ID": last} if last else {}
    async with browser.client.get(f"/events?after={after}", headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        yield Ear(answer)


async def test_a_page_catches_up_from_the_message_that_it_knows(mother: Browser) -> None:
    for words in ("走访", "1", "2"):
        await mother.write(words)
    ids = [item.get("id")[1:] for item in mother.page.xpath("//div[@id='log']/ol/li")]
    async with listening(mother, after=ids[-3]) as ear:
        first, second = await ear.hear(), await ear.hear()
        assert first
        assert second
        assert [first.id, second.id] == ids[-2:]
        assert "吃什么" in first.text
        assert "<form" not in first.text
        assert "几杯茶" in second.text
        assert "<form" in second.text


async def test_a_page_that_comes_back_says_the_last_message_it_got(mother: Browser) -> None:
    for words in ("走访", "1", "2"):
        await mother.write(words)
    ids = [item.get("id")[1:] for item in mother.page.xpath("//div[@id='log']/ol/li")]
    async with listening(mother, after="0", last=ids[-2]) as ear:
        event = await ear.hear()
        assert event
        assert event.id == ids[-1]


async def test_what_is_said_in_one_tab_appears_in_the_other(mother: Browser) -> None:
    async with listening(mother) as ear:
        await mother.write("走访")
        question = await ear.hear()
        assert question
        assert question.kind == "message"
        assert "走访" in question.text
        assert "请谁来喝茶?" in question.text
        await mother.press("小榆")
        event = await ear.hear()
        assert event
        assert "吃什么?" in event.text


async def test_the_buttons_of_an_event_can_be_pressed(mother: Browser) -> None:
    async with listening(mother) as ear:
        await mother.write("走访")
        event = await ear.hear()
        assert event
        mother.page = html.document_fromstring(event.text)
        await mother.press("小樟")
        assert "吃什么?" in mother.newest


async def test_a_notice_from_elsewhere_arrives_by_itself(mother: Browser, town: Town) -> None:
    async with listening(mother) as ear:
        tell(town, "王妈妈", "明天有课")
        event = await ear.hear()
        assert event
        assert "明天有课" in event.text
        assert "data-settles" not in event.text


async def test_nobody_hears_what_another_is_told(mother: Browser, enter: Enter, town: Town) -> None:
    other = await enter("李主任")
    async with listening(other) as ear:
        await mother.write("走访")
        tell(town, "李主任", "只给李主任")
        event = await ear.hear()
        assert event
        assert "只给李主任" in event.text


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "1e9", "٣", "0x10"])
async def test_an_odd_place_begins_at_the_beginning(mother: Browser, after: str) -> None:
    await mother.write("走访")
    async with listening(mother, after=after) as ear:
        event = await ear.hear()
        assert event
        assert "您好" in event.text


async def test_what_comes_is_in_the_language_that_she_reads_now(
    mother: Browser, town: Town
) -> None:
    ids = [item.get("id")[1:] for item in mother.page.xpath("//div[@id='log']/ol/li")]
    async with listening(mother, after=ids[-1]) as ear:
        with town.store.work() as db:
            db.execute(update(t.person).where(t.person.c.code == "M-01").values(lang="en"))
        tell(town, "王妈妈", "tea at four")
        event = await ear.hear()
        assert event
        assert "Read aloud" in event.text


async def test_the_stream_ends_when_she_signs_out(mother: Browser) -> None:
    async with listening(mother) as ear:
        began = monotonic()
        await mother.press("退出")
        await _ends(ear, began)


async def test_the_stream_ends_when_she_says_sign_me_out_everywhere(mother: Browser) -> None:
    await mother.write("孩子")
    ids = [item.get("id")[1:] for item in mother.page.xpath("//div[@id='log']/ol/li")]
    async with listening(mother, after=ids[-1]) as ear:
        began = monotonic()
        await mother.write("退出所有设备")
        await _ends(ear, began)


async def test_the_stream_ends_when_the_station_revokes_it(mother: Browser, town: Town) -> None:
    async with listening(mother) as ear:
        await asyncio.sleep(0.3)
        began = monotonic()
        with town.store.work() as db:
            doors.end_all(db, town.people["王妈妈"], town.clock())
        await _ends(ear, began)


async def test_the_stream_ends_when_she_leaves(mother: Browser, town: Town) -> None:
    async with listening(mother) as ear:
        with town.store.work() as db:
            db.execute(update(t.person).where(t.person.c.code == "M-01").values(active=False))
        await _ends(ear, monotonic())


async def test_the_server_stops_with_open_streams(house: WebHouse, town: Town) -> None:
    server = TestServer(make_app(house))
    await server.start_server()
    async with Browser(server) as browser:
        await browser.open(f"/in/{link_of(town, '王妈妈')}")
        await browser.press("登录")
        async with listening(browser):
            began = monotonic()
            await server.close()
            assert monotonic() - began < SOON


async def test_a_stranger_hears_nothing(stranger: Browser) -> None:
    await stranger.open("/events")
    assert stranger.status == 401


async def _ends(ear: Ear, began: float) -> None:
    """Within a second (a generous deadline here); nothing but a goodbye comes before."""
    event = await ear.hear()
    assert event is None or event.kind == "bye"
    assert await ear.hear() is None
    assert monotonic() - began < 3


@pytest.mark.parametrize("steps", range(8))
async def test_the_hub_stops_at_whatever_moment_it_is_told_to(house: WebHouse, steps: int) -> None:
    """Also in the very moment when the bell has rung: else the server would never end."""
    hub = Hub(house)
    task = asyncio.create_task(hub.run())
    hub._bell.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    hub.close()
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=1)
    task.cancel()
    assert done


async def test_of_what_has_faded_in_a_row_one_is_shown(mother: Browser, town: Town) -> None:
    for words in ("一", "二", "三"):
        tell(town, "王妈妈", words)
    with town.store.work() as db:
        db.execute(update(t.outgoing).values(data_class="D3"))
        assert fade_old(db, town.store.keys, town.clock() + timedelta(days=1)) == 4
    tell(town, "王妈妈", "四")
    await mother.open()
    assert len(mother.bubbles) == 2
    assert "旧消息" in mother.bubbles[0]
    async with listening(mother, after="0") as ear:
        first, second = await ear.hear(), await ear.hear()
        assert first
        assert second
        assert "四" in second.text
