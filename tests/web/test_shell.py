"""As an app on a phone: installable, with a shell that needs no network, and posts that wait."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import BaseTestServer

from storage import doors
from tests.town import Town
from tests.web.browser import Browser
from tests.web.cable import Cable, cable
from tests.web.conftest import link_of, received
from tests.web.test_chromium import phone, pytestmark  # noqa: F401  (skips without Chromium)

READY = "() => navigator.serviceWorker.ready.then(() => true)"
WAITING = """() => new Promise((done) => {
    const opened = indexedDB.open("yumiao", 1);
    opened.onsuccess = () => {
        if (!opened.result.objectStoreNames.length) return done(0);
        const asked = opened.result.transaction("posts").objectStore("posts").count();
        asked.onsuccess = () => (opened.result.close(), done(asked.result));
    };
})"""


@asynccontextmanager
async def at_the_door(
    server: BaseTestServer, town: Town, shared: bool = False
) -> AsyncIterator[tuple[Any, Cable]]:
    """A phone that is signed in, and the cable that it hangs on."""
    assert server.port
    async with cable(server.port) as laid, phone(service_workers="allow") as page:
        await page.goto(f"http://127.0.0.1:{laid.port}/in/{link_of(town, '王妈妈')}")
        if shared:
            await page.check("[name=shared]")
        await page.click("button.main")
        await page.wait_for_selector("#bar")
        await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")
        yield page, laid
        page.wrong.clear()  # that there was no network for a while


async def test_it_can_be_installed(stranger: Browser) -> None:
    answer = await stranger.client.get("/manifest.webmanifest")
    found = json.loads(await answer.text())
    assert (found["name"], found["start_url"], found["display"]) == ("育苗", "/", "standalone")
    assert {"192x192", "512x512"} == {each["sizes"] for each in found["icons"]}
    for icon in found["icons"]:
        drawn = await stranger.client.get(icon["src"])
        assert drawn.content_type == "image/png"


async def test_the_worker_keeps_the_shell_and_nothing_of_anybody(stranger: Browser) -> None:
    text = await (await stranger.client.get("/sw.js")).text()
    shell = json.loads(text.partition("const SHELL = ")[2].partition(";")[0])
    assert shell[0] == "/offline"
    for address in shell:
        answer = await stranger.client.get(address)
        assert answer.status == 200
        assert address == "/offline" or "immutable" in answer.headers["Cache-Control"]


async def test_without_a_network_the_shell_says_so(server: BaseTestServer, town: Town) -> None:
    async with at_the_door(server, town) as (page, laid):
        assert await page.evaluate(READY)
        await page.reload()
        laid.pull()
        await page.goto(f"http://127.0.0.1:{laid.port}/")
        assert "离线，草稿已保存在本机" in await page.inner_text("main")
        cached = "async () => (await (await caches.keys()).map((n) => n)).length"
        assert await page.evaluate(cached) == 1


async def test_what_is_said_without_a_network_is_sent_once_there_is_one(
    server: BaseTestServer, town: Town
) -> None:
    """Also when the page was closed meanwhile; and the page does not show it as said before."""
    async with at_the_door(server, town) as (page, laid):
        assert await page.evaluate(READY)
        await page.reload()
        await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")
        laid.pull()
        await page.fill("#words", "走访")
        await page.click("#bar button")
        await page.wait_for_function("() => document.querySelector('#status').textContent")
        assert await page.locator(".said").count() == 0
        assert await page.input_value("#words") == "走访"
        assert received(town) == 0
        assert await page.evaluate(WAITING) == 1
        other = await page.context.new_page()
        await page.close()
        laid.plug()
        await other.goto(f"http://127.0.0.1:{laid.port}/")
        assert "请谁来喝茶" in await other.inner_text("#log > ol > li:last-child")
        assert received(town) == 1
        assert await other.evaluate(WAITING) == 0


async def test_a_page_that_stays_open_sends_it_itself(server: BaseTestServer, town: Town) -> None:
    async with at_the_door(server, town) as (page, laid):
        assert await page.evaluate(READY)
        await page.reload()
        laid.pull()
        await page.fill("#words", "走访")
        await page.click("#bar button")
        await page.wait_for_function("() => document.querySelector('#status').textContent")
        laid.plug()
        await page.wait_for_selector("#log .told:has-text('请谁来喝茶')")
        assert received(town) == 1
        assert await page.locator("#log .told:has-text('请谁来喝茶')").count() == 1
        assert await page.evaluate(WAITING) == 0


async def test_a_shared_computer_keeps_nothing(server: BaseTestServer, town: Town) -> None:
    async with at_the_door(server, town, shared=True) as (page, _):
        count = "async () => (await navigator.serviceWorker.getRegistrations()).length"
        assert await page.evaluate(count) == 0


async def test_signing_out_leaves_nothing_behind(mother: Browser) -> None:
    path, sent = mother.filled("退出")
    async with mother.client.post(
        path,
        data=sent,
        headers={"Origin": mother.origin, "Sec-Fetch-Site": "same-origin"},
        allow_redirects=False,
    ) as answer:
        assert answer.headers["Clear-Site-Data"] == '"storage"'


async def say_offline(page: Any, laid: Cable) -> None:
    """Something is said without a network, and the page is left."""
    assert await page.evaluate(READY)
    await page.reload()
    await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")
    laid.pull()
    await page.fill("#words", "菜单")
    await page.click("#bar button")
    await page.wait_for_function("() => document.querySelector('#status').textContent")
    assert await page.evaluate(WAITING) == 1
    await page.goto("about:blank")


async def test_what_waits_outlives_the_session_and_goes_when_she_is_in_again(
    server: BaseTestServer, town: Town
) -> None:
    async with at_the_door(server, town) as (page, laid):
        await say_offline(page, laid)
        town.clock.now += timedelta(days=31)
        laid.plug()
        await page.goto(f"http://127.0.0.1:{laid.port}/")
        assert "请用登录链接打开" in await page.inner_text("h1")
        await page.wait_for_selector("#waiting:visible")
        assert received(town) == 0
        await page.goto(f"http://127.0.0.1:{laid.port}/in/{link_of(town, '王妈妈')}")
        await page.wait_for_selector("#waiting:visible")
        await page.click("button.main")
        await page.wait_for_selector("#bar")
        await page.wait_for_function(f"async () => await ({WAITING})() === 0")
        assert received(town) == 1


async def test_what_waits_is_not_sent_for_somebody_else(server: BaseTestServer, town: Town) -> None:
    async with at_the_door(server, town) as (page, laid):
        await say_offline(page, laid)
        laid.plug()
        town.clock.now += timedelta(days=31)
        await page.goto(f"http://127.0.0.1:{laid.port}/in/{link_of(town, '郑妈妈')}")
        await page.click("button.main")
        await page.wait_for_selector("#bar")
        await page.wait_for_function(f"async () => await ({WAITING})() === 0")
        assert received(town) == 0


async def test_signed_out_from_elsewhere_nothing_waits_any_more(
    server: BaseTestServer, town: Town
) -> None:
    """A lost phone: whoever holds it finds nothing of hers."""
    async with at_the_door(server, town) as (page, laid):
        await say_offline(page, laid)
        with town.store.work() as db:
            doors.end_all(db, town.people["王妈妈"], town.clock())
        laid.plug()
        await page.goto(f"http://127.0.0.1:{laid.port}/")
        await page.wait_for_function(f"async () => await ({WAITING})() === 0")
        assert received(town) == 0
