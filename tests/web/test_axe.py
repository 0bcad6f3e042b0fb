"""Every page and state of the chat against axe-core: WCAG 2.2 AA and best practice, no violation.

The conversations are the real ones; each state is looked at in both languages, light and dark,
in the usual and in large print, on the narrowest phone.
"""

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
from storage import tables as t
from tests.town import Town
from tests.web.conftest import Talks, link_of
from tests.web.test_chromium import phone, pytestmark  # noqa: F401  (skips without Chromium)
from tests.web.test_outage import away

axes = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is missing")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
QUIET = ("都没有", "都好", "None of these", "none of these", "all fine")
LANGS = {"zh": ("更正", "联系", "紧急", "帮助"), "en": ("amend", "contact", "emergency", "help")}


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


async def violations(page: Any) -> list[str]:
    """What axe finds on the page as it stands, by rule and place."""
    only = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found = await axes.Axe().run(page, options=only)
    return [
        f"{each['id']}: {node['html']} ({node['failureSummary']})"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


async def enter(page: Any) -> None:
    await page.click("button.main")
    await page.wait_for_selector("#bar")


async def say(page: Any, text: str) -> None:
    """Words, and the page that answers them: with its own key for the next ones."""
    before = await page.locator("#bar [name=key]").input_value()
    await page.fill("#words", text)
    await page.click("#bar button")
    await page.wait_for_function(
        "key => !document.querySelector('#words').value"
        " && document.querySelector('#bar [name=key]').value !== key",
        arg=before,
    )


async def visit(page: Any) -> AsyncIterator[str]:
    """A visit by its first or quiet buttons, stopping at each kind of question."""
    seen: set[str] = set()
    last = page.locator("#log > ol > li:last-child")
    for _ in range(60):
        kind = await last.evaluate(
            "li => li.querySelector('.answers') ? 'review' : li.querySelector('.tick') ? 'many'"
            " : li.querySelector('.entry') ? 'entry' : 'choice'"
        )
        if kind not in seen:
            yield f"visit {kind}"
        seen.add(kind)
        before = await page.locator("#log > ol > li").count()
        labels = await last.locator(".options button").all_inner_texts()
        quiet = [n for n, label in enumerate(labels) if any(word in label for word in QUIET)]
        place = -1 if kind == "review" else quiet[0] if quiet else 0
        await last.locator(".options button").nth(place).click()
        await page.wait_for_function(
            "n => document.querySelectorAll('#log > ol > li').length > n", arg=before
        )
        if kind == "review":
            yield "visit end"
            return
    raise AssertionError("the visit does not end")


async def states(page: Any, server: BaseTestServer, town: Town, lang: str) -> AsyncIterator[str]:
    """From the door to the last page."""
    await page.goto(str(server.make_url("/")))
    yield "home"
    await page.goto(str(server.make_url(f"/in/{link_of(town, '李主任')}")))
    yield "door"
    await enter(page)
    yield "first words"
    await page.click("summary")
    yield "menu"
    await page.click("summary")
    await say(page, "visit 小榆")
    async for state in visit(page):
        yield state
    await page.goto("about:blank")  # else the page leaves by itself when her session is over
    town.clock.now += timedelta(days=28)
    await page.goto(str(server.make_url(f"/in/{link_of(town, '李主任')}")))
    await enter(page)
    for words in ("visit 小榆", "1", "1"):
        await say(page, words)
    yield "a section as last time"
    amend, contact, emergency, help_ = LANGS[lang]
    await say(page, amend)
    yield "a list"
    await say(page, "children 小榆")
    yield "portrait"
    for words in ("ranking", "2", "1", "1", help_, "what?", emergency):
        await say(page, words)
        yield words
    with away(town):
        await page.reload()
        yield "away"
    await page.goto(str(server.make_url("/nowhere")))
    yield "missing"
    await page.goto(str(server.make_url("/in/spent")))
    yield "spent"


async def looks(page: Any) -> AsyncIterator[str]:
    """The same page light and dark, in the usual and in large print."""
    for large in (False, True):
        await page.evaluate("on => document.documentElement.classList.toggle('large', on)", large)
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            yield f"{scheme}{' large' if large else ''}"
    await page.evaluate("() => document.documentElement.classList.remove('large')")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_axe_finds_nothing_on_any_page(lang: str, server: BaseTestServer, town: Town) -> None:
    with town.store.work() as db:
        db.execute(update(t.person).values(lang=lang))
    async with phone(width=320) as page:
        found = {}
        async for state in states(page, server, town, lang):
            async for look in looks(page):
                if wrong := await violations(page):
                    found[f"{state}, {look}"] = wrong
        page.wrong.clear()  # that some answers were 404, 410 and 503
        assert found == {}


async def test_axe_finds_what_is_wrong() -> None:
    async with phone() as page:
        await page.set_content("<p style='color: #aaa'>pale</p><input><img src='data:,'>")
        wrong = " ".join(await violations(page))
        page.wrong.clear()
    assert {"color-contrast", "label", "image-alt"} <= {
        each.partition(":")[0] for each in wrong.split() if each.endswith(":")
    }
