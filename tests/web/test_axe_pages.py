"""The pages beside the chat against axe-core, on the narrowest phone: nothing found, nothing runs
over, everything can be hit with a thumb, and paper holds what it should."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import pins
from storage import tables as t
from tests.town import Town
from tests.web.conftest import Talks, link_of
from tests.web.lived import REASON, Lived
from tests.web.test_axe import enter, looks, violations
from tests.web.test_chromium import phone, pytestmark  # noqa: F401  (skips without Chromium)

SMALL = """least => [...document.querySelectorAll("a, button, select, summary, input, textarea")]
  .filter(each => !each.matches(".skip, .hide, [hidden], [type=hidden]"))
  .map(each => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < least || box.width < least))
  .map(([what, box]) => `${what} ${box.width} x ${box.height}`)"""
OVER = "() => document.documentElement.scrollWidth - innerWidth"


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


@pytest.fixture
def town(lived_town: Town) -> Town:
    return lived_town


async def sign_in(page: Any, lived: Lived, name: str) -> None:
    await page.context.clear_cookies()
    await page.goto(str(lived.server.make_url(f"/in/{link_of(lived.town, name)}")))
    await enter(page)


async def states(page: Any, lived: Lived) -> AsyncIterator[str]:
    """Each page with what it may hold."""

    async def go(path: str) -> None:
        await page.goto(str(lived.server.make_url(path)))

    lived.bear("小桐", "小满-21", "elm", household="H-1")
    lived.bear("小梧", "小满-22", "elm", household="H-1")
    await sign_in(page, lived, "陈站长")
    await go("/children")
    yield "list"
    await page.fill("#q", "xiaoyu")
    await page.click(".search button")
    yield "found"
    await page.fill("#q", "nobody")
    await page.click(".search button")
    yield "nobody"
    for name in ("小樟", "小桐", "小榆"):
        await go("/children")
        await page.click(f".children a:has-text('{name}')")
        if await page.locator("summary").count():
            await page.click("summary")
        yield f"file of {name}"
    for of in ("mothers", "directors"):
        await go(f"/ranking?of={of}&span=year")
        yield f"ranking of {of}"
    async for state in proofs(page, lived):
        yield state
    await sign_in(page, lived, "何中心")
    await go("/children")
    await page.click(".children a:has-text('小榆')")
    yield "reason"
    await page.evaluate("() => document.querySelector('#reason').removeAttribute('minlength')")
    await page.fill("#reason", "看看")
    await page.click(".reason button")
    yield "reason too short"
    await page.fill("#reason", REASON)
    await page.click(".reason button")
    yield "file with a reason"
    await sign_in(page, lived, "王妈妈")
    await go("/children")
    await page.click(".children a")
    yield "file for a mother"


async def proofs(page: Any, lived: Lived) -> AsyncIterator[str]:
    """A PIN is set, refused, asked for; and what is shown without it."""

    async def go(path: str) -> None:
        await page.goto(str(lived.server.make_url(path)))

    await go("/pin/new")
    yield "a PIN to be set"
    await page.fill("#pin", "123456")
    await page.fill("#again", "123456")
    await page.click(".reason button")
    yield "a PIN that is too easy"
    lived.town.clock.now += timedelta(minutes=11)
    await go("/pin")
    yield "a new sign-in is needed"
    with lived.town.store.work() as db:
        who, now = lived.town.people["陈站长"], lived.town.clock()
        pins.choose(db, lived.town.store.keys, who, "839271", now)
    await go("/children")
    yield "list without levels"
    await page.click(".children a >> nth=0")
    yield "the PIN is needed"
    await page.fill("#pin", "271839")
    await page.click("button.main")
    yield "it was another PIN"
    await page.fill("#pin", "839271")
    await page.click("button.main")
    await go("/devices")
    yield "devices with a PIN"


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_axe_finds_nothing_and_nothing_is_too_wide_or_too_small(
    lang: str, lived: Lived
) -> None:
    with lived.town.store.work() as db:
        db.execute(update(t.person).values(lang=lang))
    async with phone(width=320) as page:
        found: dict[str, Any] = {}
        async for state in states(page, lived):
            async for look in looks(page):
                wrong = await violations(page)
                wrong += await page.evaluate(SMALL, 59.5 if "large" in look else 43.5)
                if over := await page.evaluate(OVER):
                    wrong.append(f"{over} px too wide")
                if wrong:
                    found[f"{state}, {look}"] = wrong
        page.wrong.clear()  # that one answer was 422
        assert found == {}


async def test_a_file_is_printed_with_its_numbers_and_without_the_screens_buttons(
    lived: Lived,
) -> None:
    async with phone(width=794) as page:
        await sign_in(page, lived, "李主任")
        await page.goto(str(lived.server.make_url("/children")))
        await page.click(".children a:has-text('小樟')")
        assert await page.is_visible("[data-print]")
        await page.emulate_media(media="print", color_scheme="dark")
        for gone in ("#head", "[data-print]", ".tasks form", "summary"):
            assert not await page.is_visible(gone), gone
        assert "李主任" in await page.inner_text(".printed")
        assert await page.is_visible("details td")
        paper, ink = await page.evaluate(
            "() => { const it = getComputedStyle(document.body);"
            " return [it.backgroundColor, it.color] }"
        )
        assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")
        assert await page.evaluate(OVER) <= 0


async def test_printing_is_one_press(lived: Lived) -> None:
    async with phone() as page:
        await sign_in(page, lived, "李主任")
        await page.goto(str(lived.server.make_url("/children")))
        await page.click(".children a:has-text('小樟')")
        await page.evaluate("() => { window.print = () => { document.title = 'printed' } }")
        await page.click("[data-print]")
        assert await page.title() == "printed"


async def test_everything_works_without_a_script(server: BaseTestServer, lived: Lived) -> None:
    async with phone(java_script_enabled=False) as page:
        await sign_in(page, lived, "李主任")
        await page.goto(str(server.make_url("/children")))
        await page.fill("#q", "xz")
        await page.click(".search button")
        assert await page.locator(".children a").count() == 1
        assert page.url.endswith("/children")
        await page.click(".children a")
        assert "小樟" in await page.inner_text("h1")
        assert not await page.is_visible("[data-print]")
        await page.click("summary")
        assert await page.is_visible("details td")
        await page.click(".tasks button")
        await page.wait_for_selector("#newest:has-text('哪一天去看小樟')")
