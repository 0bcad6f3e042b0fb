"""The pages by which a newcomer joins, against axe-core, as in test_axe."""

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
from tests.web.test_join import PHONE, decide, invited


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


async def use(page: Any, phone: str) -> None:
    await page.fill("#phone", phone)
    await page.click("button.main")
    await page.wait_for_load_state()


async def states(page: Any, server: BaseTestServer, town: Town) -> AsyncIterator[str]:
    """From the spoken code and the link to the page that says that she is let in."""
    await page.goto(str(server.make_url("/join")))
    yield "code"
    ticket = invited(town)
    await page.goto(str(server.make_url(f"/join/{ticket.token}")))
    yield "link"
    await use(page, "12")
    yield "no number"
    await use(page, "13800138009")
    yield "wrong"
    await use(page, PHONE)
    await page.wait_for_url("**/join/wait")
    yield "waits"
    decide(town)
    await page.goto(str(server.make_url("/join/wait")))
    yield "approved"
    await page.click("button.main")
    await page.wait_for_selector("#bar")
    await page.goto(str(server.make_url("/join/wait")))
    yield "gone"
    await page.goto(str(server.make_url(f"/in/{link_of(town, '陈站长')}")))
    await page.click("button.main")
    await page.wait_for_selector("#bar")
    await page.goto(str(server.make_url(f"/join/{ticket.token}/card")))
    yield "card"
    wide = await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not wide, "the QR code and its link fit a narrow phone"


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_axe_finds_nothing_on_the_way_in(
    lang: str, server: BaseTestServer, town: Town
) -> None:
    with town.store.work() as db:
        db.execute(update(t.person).values(lang=lang))
    async with phone(width=320) as page:
        found = {}
        async for state in states(page, server, town):
            async for look in looks(page):
                if wrong := await violations(page):
                    found[f"{state}, {look}"] = wrong
        page.wrong.clear()  # that some answers were 400, 403 and 404
        assert found == {}
