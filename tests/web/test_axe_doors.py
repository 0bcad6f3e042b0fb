"""The pages of codes, scanning and devices, and what waits today, against axe-core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import tables as t
from tests.town import Town
from tests.web.conftest import Talks, link_of
from tests.web.test_axe import looks, violations
from tests.web.test_chromium import phone, pytestmark  # noqa: F401  (skips without Chromium)

TOKEN = "A" * 22


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


async def states(page: Any, server: BaseTestServer, town: Town) -> AsyncIterator[str]:
    async def go(path: str) -> None:
        await page.goto(str(server.make_url(path)))

    await go("/scan")
    yield "scan"
    await go("/code")
    yield "code"
    await page.fill("#who", "小叶")
    await page.fill("#code", "000000")
    await page.click("button.main")
    await page.wait_for_selector("[role=alert]")
    yield "wrong code"
    await go(f"/in/{link_of(town, '李主任')}")
    await page.click("button.main")
    await page.wait_for_selector("#bar")
    await go("/today")
    yield "today"
    await go("/devices")
    yield "devices"
    await page.click("[name=code]")
    await page.wait_for_selector(".spoken")
    yield "code for another device"
    await go(f"/let/{TOKEN}")
    yield "let"
    await page.click("button.main")
    await page.wait_for_load_state()
    yield "let in"


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_axe_finds_nothing_at_the_doors(
    lang: str, server: BaseTestServer, town: Town
) -> None:
    with town.store.work() as db:
        db.execute(update(t.person).values(lang=lang))
    async with phone(width=320) as page:
        found = {}
        async for state in states(page, server, town):
            wide = "document.documentElement.scrollWidth > window.innerWidth"
            assert not await page.evaluate(wide), state
            async for look in looks(page):
                if wrong := await violations(page):
                    found[f"{state}, {look}"] = wrong
        page.wrong.clear()  # that an answer was 403
        assert found == {}


async def test_axe_finds_nothing_on_a_desk(server: BaseTestServer, town: Town) -> None:
    async with phone(width=1280) as page:
        await page.goto(str(server.make_url(f"/in/{link_of(town, '李主任')}")))
        await page.click("button.main")
        await page.wait_for_selector("#side #today")
        async for look in looks(page):
            assert await violations(page) == [], look
