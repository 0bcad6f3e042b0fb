"""A link that one was given is passed on: copied, or by the phone's own way."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import BaseTestServer

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from tests.town import Town
from tests.web.conftest import Talks
from tests.web.test_chromium import phone, pytestmark, sign_in  # noqa: F401  (skips without one)
from tests.web.test_join import invited


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


async def test_the_whole_address_is_copied(server: BaseTestServer, town: Town) -> None:
    address = str(server.make_url(f"/join/{invited(town).token}"))
    async with phone(permissions=["clipboard-read", "clipboard-write"]) as page:
        await sign_in(page, server, town)
        await page.goto(f"{address}/card")
        assert await page.inner_text("#url") == address
        await page.click("[data-copy]")
        await page.wait_for_selector("#copied:has-text('已复制')")
        assert await page.evaluate("() => navigator.clipboard.readText()") == address


async def test_it_is_handed_to_the_phone_where_that_can_share(
    server: BaseTestServer, town: Town
) -> None:
    address = str(server.make_url(f"/join/{invited(town).token}"))
    async with phone() as page:
        await page.add_init_script("navigator.share = async (what) => { window.shared = what.url }")
        await sign_in(page, server, town)
        await page.goto(f"{address}/card")
        await page.click("[data-share]")
        assert await page.evaluate("() => window.shared") == address
