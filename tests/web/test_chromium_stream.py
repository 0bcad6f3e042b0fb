"""In a real browser: what comes by the stream, and an older page that is laid over it."""

from __future__ import annotations

from typing import Any

from aiohttp.test_utils import BaseTestServer

from bot.web.server import WebHouse
from tests.town import Town
from tests.web.test_chromium import phone, pytestmark, say, sign_in
from tests.web.test_say import told_row

__all__ = ["pytestmark"]


async def tell(house: WebHouse, town: Town, text: str) -> None:
    """In the storage thread, where the page's own words are written meanwhile."""
    row = told_row(town, "王妈妈", text)
    await house.intake.read(lambda db: db.execute(row))


async def test_what_came_while_the_answer_was_under_way_stays(
    server: BaseTestServer, house: WebHouse, town: Town
) -> None:
    """The answer is the page as it was before the notice."""

    async def meanwhile(route: Any) -> None:
        answer = await route.fetch()
        await tell(house, town, "明天有课")
        await page.wait_for_selector("#log .told:has-text('明天有课')")
        await route.fulfill(response=answer)

    async with phone() as page:
        await sign_in(page, server, town)
        await page.route("**/say", meanwhile)
        async with page.expect_response("**/say"):
            await page.fill("#words", "走访")
            await page.click("#bar button")
        await page.unroute("**/say")
        await page.wait_for_timeout(500)
        told = await page.locator("#log > ol > li").all_text_contents()
        assert [words in text for words, text in zip(WORDS, told[-2:], strict=True)] == [True] * 2
        await page.click("#log button:has-text('小樟')")
        await page.wait_for_selector("#log > ol > li:last-child .told:has-text('吃什么?')")
        assert await page.locator("#log .told:has-text('明天有课')").count() == 1


WORDS = ("请谁来喝茶?", "明天有课")


async def test_a_page_laid_over_shows_each_message_once(
    server: BaseTestServer, house: WebHouse, town: Town
) -> None:
    ids = "[...document.querySelectorAll('#log > ol > li')].map(li => +li.id.slice(1))"
    async with phone() as page:
        await sign_in(page, server, town)
        for number in range(5):
            await tell(house, town, f"第 {number} 条")
            await say(page, "走访", "请谁来喝茶?")
            await page.wait_for_function(f"() => {ids}.length == {2 * number + 3}")
        shown = await page.evaluate(ids)
        assert shown == sorted(set(shown))
        await page.reload()
        assert await page.evaluate(ids) == shown


async def test_a_notice_leaves_the_open_question_where_it_is(
    server: BaseTestServer, house: WebHouse, town: Town
) -> None:
    """It is spoken by the log; a button leads to it."""
    async with phone() as page:
        await sign_in(page, server, town)
        await say(page, "走访", "请谁来喝茶?")
        await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")
        where = """() => [document.activeElement.closest('li').id,
            document.querySelector('#main').scrollTop]"""
        before = await page.evaluate(where)
        for number in range(3):
            await tell(house, town, f"第 {number} 条")
        await page.wait_for_selector("#log .told:has-text('第 2 条')")
        assert await page.evaluate(where) == before
        await page.click("#fresh")
        assert not await page.is_visible("#fresh")
        newest = "() => document.activeElement.closest('li').textContent.includes('第 2 条')"
        assert await page.evaluate(newest)


async def test_where_nothing_is_asked_a_notice_is_led_to(
    server: BaseTestServer, house: WebHouse, town: Town
) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        await page.wait_for_function("() => document.querySelector('#ear')._htmx?.sse")
        await tell(house, town, "明天有课")
        await page.wait_for_selector("#log .told:has-text('明天有课')")
        led = "() => document.activeElement.textContent.includes('明天有课')"
        await page.wait_for_function(led)
        assert not await page.is_visible("#fresh")
