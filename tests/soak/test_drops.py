"""R30: connections that drop all the time; pages go on from the last message that they got."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import func, select

from bot.web.server import WebHouse
from storage import doors, inbox
from storage import tables as t
from storage.inbox import load_account
from storage.session import open_store
from tests.conftest import both
from tests.soak.cutter import Cutter, cutter
from tests.soak.listener import Listener
from tests.soak.people import found
from tests.soak.report import NIGHT, note
from tests.soak.served import Away, serving
from tests.town import Town
from tests.web.test_chromium import CHROMIUM, phone, sign_in
from tests.web.test_say import told_row

MESSAGES = 1000
BETWEEN = 0.2 if NIGHT else 0.02  # seconds: the whole lasts 3 minutes, or 20 seconds
LEAST, MOST = (1.0, 10.0) if NIGHT else (0.1, 1.0)
SOON = 20.0
LOST = re.compile(r"net::ERR|network error|Failed to fetch")
"""What a browser says of connections that are gone."""

chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is missing")


async def tell_all(house: WebHouse, town: Town) -> list[int]:
    """A thousand messages to one person; their numbers, in their order."""
    for number in range(MESSAGES):
        row = told_row(town, "王妈妈", f"第 {number} 条")
        await house.intake.read(lambda db, row=row: db.execute(row))  # type: ignore[misc]
        await asyncio.sleep(BETWEEN)
    read = partial(inbox.told, keys=house.keys, person_id=town.people["王妈妈"], limit=9999)
    return [number for number, *_ in await house.intake.read(read)]


async def signed_in(house: WebHouse, town: Town) -> str:
    def enter(db: Any) -> str:
        account = load_account(db, town.people["王妈妈"])
        assert account
        return doors.open_session(db, house.keys, account, town.clock(), shared=False)

    return await house.intake.read(enter)


def note_drops(place: str, between: Cutter, due: list[int], shown: list[int], began: float) -> None:
    note(
        "R30",
        place,
        messages=len(due),
        cuts=between.cuts,
        missing=len(set(due) - set(shown)),
        doubled=len(shown) - len(set(shown)),
        seconds=round(monotonic() - began, 1),
    )


@both()
async def test_a_thousand_messages_arrive_once_over_connections_that_drop(
    server: BaseTestServer, house: WebHouse, town: Town
) -> None:
    """R30, budget half a minute on each database; at night four minutes, with real seconds."""
    began, place = monotonic(), "postgresql" if town.store.postgres else "sqlite"
    async with cutter(server.port, LEAST, MOST) as between:
        between.cutting.set()
        listener = Listener(between.address, await signed_in(house, town), 0)
        listening = asyncio.create_task(listener.listen())
        due = await tell_all(house, town)
        async with asyncio.timeout(SOON):
            await listener.until(set(due))
        listening.cancel()
        await asyncio.wait([listening])
    note_drops(place, between, due, listener.order, began)
    assert listener.order == due
    assert between.cuts >= 10
    assert town.store.postgres or listener.again == 0, "one writer tells nothing again"


@chromium
async def test_the_page_itself_shows_each_of_a_thousand_messages_once(
    server: BaseTestServer, house: WebHouse, town: Town
) -> None:
    """R30 in a browser, budget one minute; at night five."""
    began = monotonic()
    items = "[...document.querySelectorAll('#log > ol > li')].map(li => +li.id.slice(1))"
    async with cutter(server.port, LEAST, MOST) as between, phone() as page:
        await sign_in(page, Away(between.address), town)
        between.cutting.set()
        due = await tell_all(house, town)
        count = f"() => document.querySelectorAll('#log > ol > li').length >= {len(due)}"
        await page.wait_for_function(count, timeout=SOON * 1000)
        shown = await page.evaluate(items)
        page.wrong[:] = [each for each in page.wrong if not LOST.search(each)]
    note_drops("chromium", between, due, shown, began)
    assert shown == due
    assert between.cuts >= 10


@chromium
async def test_while_the_server_is_dead_a_page_says_that_nothing_is_saved(tmp_path: Path) -> None:
    """R30, R03: what is shown as said has been committed; budget half a minute."""
    (mother,) = found(tmp_path, "", 1)
    said = "#log .said:has-text('联系登记')"
    async with serving(tmp_path) as served, phone() as page:
        cookie = {"name": "yumiao", "value": mother.cookie, "url": served.address}
        await page.context.add_cookies([cookie])
        await page.goto(served.address)
        await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")
        await served.kill()
        await page.fill("#words", "联系登记")
        await page.click("#bar button")
        await page.wait_for_selector("#status:has-text('还没有保存')")
        assert await page.locator(said).count() == 0
        assert await page.input_value("#words") == "联系登记"
        await served.start()
        await page.wait_for_selector(said)
        assert await page.locator("#status").text_content() == ""
        assert await page.locator(said).count() == 1
        await page.reload()
        assert await page.locator(said).count() == 1
        page.wrong[:] = [each for each in page.wrong if not LOST.search(each)]
    with closing(open_store(tmp_path)) as store, store.work() as db:
        assert db.execute(select(func.count()).select_from(t.received)).scalar_one() == 1
