"""The pages in a real browser: with and without script, on a narrow phone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import BaseTestServer

from storage import doors
from tests.town import Town
from tests.web.conftest import link_of, received
from tests.web.test_outage import away
from tests.web.test_say import tell

CHROMIUM = Path("/usr/bin/chromium")
ELSEWHERE = "yumiao.test"  # plain HTTP that no browser trusts, as in a village office
LIST = Path(__file__).parent.parent / "hostile" / "xss.json"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="chromium is missing: apt-get install -y chromium"
)
sync = pytest.importorskip("playwright.async_api", reason="playwright is missing")


@asynccontextmanager
async def phone(width: int = 360, **options: Any) -> AsyncIterator[Any]:
    """A page that fails the test at any console error, script error, dialog or CSP report. Without
    the worker of the shell, which would answer before a route of the test's."""
    wrong: list[str] = []
    options = {"service_workers": "block"} | options
    async with sync.async_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1"
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", rules]
        )
        context = await browser.new_context(
            viewport={"width": width, "height": 720}, locale="zh-CN", **options
        )
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: wrong.extend([said.text] * (said.type == "error")))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.wrong = wrong
        yield page
        await browser.close()
    assert page.wrong == []


async def sign_in(
    page: Any, server: BaseTestServer, town: Town, host: str = "", *, script: bool = True
) -> None:
    address = server.make_url(f"/in/{link_of(town, '王妈妈')}")
    await page.goto(str(address.with_host(host) if host else address))
    await page.click("button.main")
    await page.wait_for_selector("#bar")
    if script:  # tests write from a thread of their own: not while the page opens its stream
        await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")


async def say(page: Any, text: str, expect: str) -> None:
    await page.fill("#words", text)
    await page.click("#bar button")
    await page.wait_for_selector(f"#log > ol > li:last-child .told:has-text('{expect}')")


async def press(page: Any, label: str, expect: str) -> None:
    await page.click(f"#log > ol > li:last-child button:has-text('{label}')")
    await page.wait_for_selector(f"#log > ol > li:last-child .told:has-text('{expect}')")


async def tea(page: Any) -> AsyncIterator[str]:
    """The whole small conversation, stopping at each of its pages."""
    await say(page, "走访", "请谁来喝茶?")
    yield "choice"
    await press(page, "小樟", "吃什么?")
    await page.click("#log label:has-text('枣糕')")
    await page.click("#log label:has-text('米糕')")
    yield "many"
    await press(page, "选好了", "几杯茶?")
    await page.fill(".entry [name=text]", "3")
    yield "number"
    await press(page, "发送", "哪一天?")
    await page.fill(".entry [name=text]", "2026-11-20")
    yield "day"
    await press(page, "发送", "写一句邀请的话")
    await page.fill("#words", "来喝茶\n带上画")
    await page.click("#bar button")
    await page.wait_for_selector("#log > ol > li:last-child .told:has-text('请再看一遍')")
    yield "review"
    await press(page, "发出邀请", "邀请好了")
    yield "end"


@pytest.mark.parametrize("script", [True, False])
async def test_a_tea_afternoon_is_arranged_on_a_phone(
    script: bool, server: BaseTestServer, town: Town
) -> None:
    async with phone(java_script_enabled=script) as page:
        await sign_in(page, server, town, script=script)
        async for _ in tea(page):
            assert page.url.partition("#")[0].endswith("/")
        assert await page.locator(".said").last.text_content() == "我说：发出邀请"
    assert received(town) == 7


async def slowly(route: Any) -> None:
    answer = await route.fetch()
    await asyncio.sleep(1.5)
    await route.fulfill(response=answer)


async def test_a_tap_that_is_quicker_than_the_answer_is_not_lost(
    server: BaseTestServer, town: Town
) -> None:
    """The next question comes by the stream while the answer to the last form is under way."""
    async with phone() as page:
        await sign_in(page, server, town)
        await page.route("**/say", slowly)
        await say(page, "走访", "请谁来喝茶?")
        await press(page, "小樟", "吃什么?")
        await page.click("#log label:has-text('枣糕')")
        await press(page, "选好了", "几杯茶?")
    assert received(town) == 3


async def test_words_that_are_written_before_the_answer_comes_stay(
    server: BaseTestServer, town: Town
) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await page.route("**/say", slowly)
        await say(page, "走访", "请谁来喝茶?")
        await page.fill("#words", "小")
        await page.wait_for_timeout(2000)
        assert await page.input_value("#words") == "小"
        await page.type("#words", "樟")
        assert await page.input_value("#words") == "小樟", "the caret is still there"
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#log > ol > li:last-child .told:has-text('吃什么?')")
        await page.fill("#words", "枣糕")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#log > ol > li:last-child .told:has-text('几杯茶?')")
    assert received(town) == 3


async def test_the_same_words_to_the_next_question_are_another_answer(
    server: BaseTestServer, town: Town
) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await page.route("**/say", slowly)
        await say(page, "走访", "请谁来喝茶?")
        await say(page, "1", "吃什么?")
        await page.fill("#words", "1")
        await page.wait_for_timeout(2000)
        assert await page.input_value("#words") == "1", "the answer to the first came meanwhile"
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#log > ol > li:last-child .told:has-text('几杯茶?')")
    assert received(town) == 3


@pytest.mark.parametrize(("large", "least"), [(False, 44), (True, 60)])
async def test_nothing_sticks_out_and_every_target_is_large_enough(
    large: bool, least: int, server: BaseTestServer, town: Town
) -> None:
    async with phone(width=320) as page:
        await sign_in(page, server, town)
        if large:
            await page.click("#head button:has-text('大字')")
            await page.wait_for_selector("html.large")
        async for place in tea(page):
            wide = await page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, place
            cut = await page.locator("#foot").evaluate("it => it.scrollHeight - it.clientHeight")
            assert cut == 0, "the field and its button stand whole"
            small = await page.evaluate(
                """least => [...document.querySelectorAll(
                       "button, summary, label.tick, input:not([type=checkbox], [type=hidden])")]
                     .map(each => [each.textContent, each.getBoundingClientRect()])
                     .filter(([, box]) => box.height && (box.height < least || box.width < least))
                     .map(([text, box]) => `${text} ${box.width}x${box.height}`)""",
                least - 0.5,
            )
            assert small == [], place


@pytest.mark.parametrize("script", [True, False])
async def test_plain_http_in_a_village_office_signs_in_and_speaks(
    script: bool, server: BaseTestServer, town: Town
) -> None:
    """No browser sends Sec-Fetch-Site there; the origin alone must tell ours from a stranger's."""
    async with phone(java_script_enabled=script) as page:
        await sign_in(page, server, town, ELSEWHERE, script=script)
        await say(page, "走访", "请谁来喝茶?")
        page.wrong[:] = [each for each in page.wrong if "untrustworthy" not in each]


async def test_a_question_from_the_other_tab_appears_with_its_buttons(
    server: BaseTestServer, town: Town
) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        other = await page.context.new_page()
        await other.goto(page.url)
        await say(other, "走访", "请谁来喝茶?")
        await page.wait_for_selector("#log .told:has-text('请谁来喝茶?')")
        await press(page, "小樟", "吃什么?")
        tell(town, "王妈妈", "明天有课")
        await page.wait_for_selector("#log .told:has-text('明天有课')")
        assert await page.locator("#log [type=checkbox]").count() == 3


async def test_words_that_cannot_be_saved_are_kept_and_sent_once(
    server: BaseTestServer, town: Town
) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await say(page, "孩子", "说一句")
        with away(town):
            await page.fill("#words", "带一本书")
            await page.click("#bar button")
            await page.wait_for_selector("#status:has-text('还没有保存')")
            assert await page.input_value("#words") == "带一本书"
        await page.wait_for_selector("#log .said:has-text('带一本书')")
        assert await page.locator("#status").text_content() == ""
        page.wrong[:] = [each for each in page.wrong if "503" not in each]
    assert received(town) == 2


async def test_a_revoked_page_shows_nothing_any_more(server: BaseTestServer, town: Town) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await say(page, "走访", "请谁来喝茶?")
        with town.store.work() as db:
            doors.end_all(db, town.people["王妈妈"], town.clock())
        await page.wait_for_selector("h1:has-text('请用登录链接打开')")
        assert "喝茶" not in await page.content()


async def test_hostile_words_run_nowhere(server: BaseTestServer, town: Town) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await page.evaluate(
            "document.addEventListener('securitypolicyviolation', e => console.error(e.blockedURI))"
        )
        for text in json.loads(LIST.read_text())[:30]:
            tell(town, "王妈妈", text)
        await say(page, "孩子", "说一句")
        await page.wait_for_function(
            "() => document.querySelectorAll('#log > ol > li').length == 32"
        )
        await page.reload()
        assert await page.locator("#log script, #log img, #log svg, #log iframe").count() == 0


async def test_the_newest_message_has_the_focus_unless_she_is_typing(
    server: BaseTestServer, town: Town
) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await say(page, "孩子", "说一句")
        where = "document.activeElement.closest('li, footer').textContent"
        assert "说一句" in await page.evaluate(where)
        await page.fill("#words", "我正在写")
        await page.focus("#words")
        tell(town, "王妈妈", "明天有课")
        await page.wait_for_selector("#log .told:has-text('明天有课')")
        assert await page.evaluate("document.activeElement.id") == "words"
        assert await page.input_value("#words") == "我正在写"


async def test_three_times_shift_leaves_an_invitation_behind(server: BaseTestServer) -> None:
    async with phone() as page:
        await page.goto(str(server.make_url("/")))
        await page.goto(str(server.make_url(f"/join/{'A' * 22}")))
        elsewhere = str(server.make_url("/offline"))
        await page.evaluate("(url) => (document.querySelector('#exit').href = url)", elsewhere)
        for _ in range(3):
            await page.keyboard.press("Shift")
        await page.wait_for_url(elsewhere)
        await page.go_back()
        assert page.url == str(server.make_url("/")), "the way back leads not to it"
