"""What waits today, as a page and beside the chat on a wide screen."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import func, select

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import tables as t
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, Talks
from tests.web.test_chromium import phone, pytestmark, sign_in  # noqa: F401


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


def listed(town: Town) -> int:
    with town.store.work() as db:
        return int(
            db.execute(select(func.count()).where(t.audit.c.action == "child.listed")).scalar() or 0
        )


async def test_a_director_sees_whom_to_visit_and_begins_there(enter: Enter, town: Town) -> None:
    page = await enter("李主任")
    await page.open("/today")
    assert "小榆" in page.text
    assert "逾期" in page.text
    assert listed(town) == 1
    await page.press("走访")
    assert page.path == "/"
    assert "哪一天" in page.newest


async def test_a_mother_sees_her_child_and_no_level(enter: Enter, town: Town) -> None:
    page = await enter("王妈妈")
    await page.open("/today")
    assert "小榆" in page.text
    assert "小樟" not in page.text
    assert not page.page.xpath("//*[contains(@class, 'grade')]")


async def test_a_draft_waits(enter: Enter) -> None:
    page = await enter("李主任")
    for words in ("走访 小榆", "1", "走访 小樟"):
        await page.write(words)
    await page.open("/today")
    assert "有 1 份没填完的草稿" in page.text


async def test_who_has_nothing_to_do_is_told_so(enter: Enter, town: Town) -> None:
    page = await enter("孙经理")
    await page.open("/today")
    assert "今天没有等着您的事" in page.text
    assert listed(town) == 0


async def test_a_stranger_sees_nothing(stranger: Browser, town: Town) -> None:
    await stranger.open("/today")
    assert stranger.status == 401
    assert "小榆" not in stranger.source


async def test_on_a_wide_screen_it_stands_beside_the_chat(
    server: BaseTestServer, town: Town
) -> None:
    async with phone(width=1280) as page:
        await sign_in(page, server, town)
        await page.wait_for_selector("#side #today:has-text('小榆')")
        side, main = [await page.locator(each).bounding_box() for each in ("#side", "#main")]
        assert side["x"] >= main["x"] + main["width"] - 1
        assert await page.is_visible("#head nav a:has-text('孩子')")
        assert await page.is_visible("#head button:has-text('退出')")
        assert await page.locator("nav:visible").count() == 1
        await page.click("#side button:has-text('联系')")
        await page.wait_for_selector("#log > ol > li:last-child .told:has-text('哪一天')")


async def test_on_a_phone_it_takes_no_room(server: BaseTestServer, town: Town) -> None:
    async with phone() as page:
        await sign_in(page, server, town)
        assert not await page.locator("#side").is_visible()
        assert not await page.is_visible("#head nav")
        await page.click("summary")
        assert await page.is_visible("#menu nav a:has-text('孩子')")
        assert await page.is_visible("#menu button:has-text('退出')")
        assert listed(town) == 0
