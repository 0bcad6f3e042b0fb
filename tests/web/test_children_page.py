"""The list of the children: who is on it, how one is found, what is noted, what leaves it."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from typing import Any

import pytest

import handlers  # noqa: F401  (registers every conversation)
from bot.web.children import PAGE
from dialogue.registry import conversations
from domain.library import packaged
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Talks
from tests.web.lived import REASON, WORDS, Lived, enter, links, look_up
from tests.web.test_outage import away

TOKEN = re.compile(r"/children/[A-Za-z0-9_-]{22}")


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


@pytest.fixture
def town(lived_town: Town) -> Town:
    return lived_town


async def search(browser: Browser, words: str, **more: str) -> list[str]:
    await browser.open("/children")
    await browser.post("/children", {"csrf": browser.field("csrf"), "q": words, **more})
    return [*links(browser)]


async def test_a_director_sees_her_village_with_levels_and_what_is_due(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    assert set(links(page)) == {"小榆", "小樟", "小桂"}
    assert "▲ 红" in page.text
    assert "共 3 个孩子" in page.text
    assert "前走访" in page.text
    [row] = lived.audit()
    assert (row.action, row.subject) == ("child.listed", "children")
    assert set(row.detail["children"]) == {"小满-01", "小满-02", "小满-03"}


async def test_a_mother_sees_whom_she_keeps_company_and_no_level(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "王妈妈")
    assert set(links(page)) == {"小榆"}
    for mark in ("▲", "◆", "■", "●", "走访", "逾期"):
        assert mark not in card_of_list(page)


def card_of_list(page: Browser) -> str:
    return str(page.page.xpath("//ul[@class='children']")[0].text_content())


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("小榆", {"小榆"}),
        ("xiaoyu", {"小榆"}),
        ("XiaoY", {"小榆"}),
        ("xy", {"小榆"}),
        ("榆", {"小榆"}),
        ("小满-02", {"小樟"}),
        ("小满02", {"小樟"}),
        ("02", {"小樟"}),
        ("xiǎo yú", {"小榆"}),
        ("shan", {"单小苗"}),
        ("dan", {"单小苗"}),
        ("sxm", {"单小苗"}),
        ("le", {"乐乐"}),
        ("yueyue", {"乐乐"}),
        ("ｘｙ", {"小榆"}),
        ("小枫", set()),
        ("谷雨-01", set()),
        ("<b>", set()),
        ("", {"小榆", "小樟", "小桂", "单小苗", "乐乐"}),
    ],
)
async def test_search_finds_names_codes_sounds_heteronyms_and_initials(
    lived: Lived, stranger: Browser, words: str, found: set[str]
) -> None:
    lived.bear("单小苗", "小满-11", "elm")
    lived.bear("乐乐", "小满-12", "elm")
    page = await enter(lived, stranger, "李主任")
    assert set(await search(page, words)) == found
    assert page.path == "/children"
    assert page.field("q") == words
    assert ("没有找到" in page.text) is not bool(found)
    assert len(lived.audit()[-1].detail["children"]) == len(found)
    assert set(lived.audit()[-1].detail) == {"children", "page"}, "what she sought is no matter"


async def test_a_long_list_has_pages_and_each_shown_child_is_noted(
    lived: Lived, stranger: Browser
) -> None:
    for number in range(PAGE + 5):
        lived.bear(f"小苗{number}", f"大暑-{number:02}", "elm")
    page = await enter(lived, stranger, "李主任")
    first = set(links(page))
    assert len(first) == PAGE
    await page.press("下一页")
    assert len(links(page)) == 8
    assert not first & set(links(page))
    assert [len(row.detail["children"]) for row in lived.audit()] == [PAGE, 8]
    assert len(await search(page, "小苗", page="2")) == 5
    for wrong in ("0", "-1", "x", "99", "9999", "²"):
        await page.open(f"/children?page={wrong}")
        assert page.status == 200


async def test_a_search_without_the_pages_own_token_is_refused(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    token = page.field("csrf")
    await page.post("/children", {"q": "小榆"})
    assert page.status == 403
    await page.post("/children", {"csrf": token, "q": "小榆"}, Origin="http://evil.example")
    assert page.status == 403


async def test_neither_address_nor_title_nor_link_tells_of_a_child(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小樟")
    assert TOKEN.fullmatch(page.path)
    assert page.page.xpath("//title")[0].text == "孩子档案 · 育苗"
    assert page.page.xpath("//meta[@property or @name='description']") == []
    for address in page.page.xpath("//@href | //@src | //@action"):
        assert not [word for word in WORDS if word in address]


@pytest.mark.parametrize("robot", ["TelegramBot (like TwitterBot)", "MicroMessenger", "curl/8"])
async def test_a_robot_that_looks_ahead_learns_nothing(
    lived: Lived, stranger: Browser, robot: str
) -> None:
    page = await enter(lived, stranger, "李主任")
    addresses = ["/children", "/ranking", "/ranking?of=directors", *links(page).values()]
    before = len(lived.audit())
    page.client.session.cookie_jar.clear()
    page.headers["User-Agent"] = robot
    for address in addresses:
        for read in (page.open(address), page.post(address, {"q": "小榆", "reason": REASON})):
            await read
            assert page.status in (401, 405, 404)
            told = page.source + str(page.answer.headers)
            assert not [word for word in (*WORDS, *lived.town.people) if word in told]
    assert len(lived.audit()) == before


async def test_the_page_says_when_the_database_is_away(
    lived: Lived, stranger: Browser, town: Town
) -> None:
    page = await enter(lived, stranger, "李主任")
    address = links(page)["小榆"]
    with away(town):
        for path in (address, "/children", "/ranking"):
            await page.open(path)
            assert page.status == 503
            assert "小榆" not in page.source


async def test_hostile_names_stay_text(lived: Lived, stranger: Browser) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    lived.bear(hostile, "小满-31", "elm", carer=hostile, strengths=[hostile], school=hostile)
    page = await enter(lived, stranger, "李主任")
    scripts = len(page.page.xpath("//script"))
    await look_up(page, hostile)
    assert page.text.count(hostile) >= 4
    assert page.page.xpath("//img[not(@alt)]") == []
    assert len(page.page.xpath("//script")) == scripts


@pytest.mark.parametrize("path", ["/children", "/children/x", "/ranking"])
async def test_every_answer_of_these_pages_carries_the_headers(
    lived: Lived, stranger: Browser, path: str
) -> None:
    for name in ("", "李主任"):
        if name:
            await lived.visit(stranger, lived.town.people[name])
        for asked in (stranger.open(path), stranger.post(path, {"q": "小榆"})):
            sent = (await asked).answer.headers
            assert "default-src 'none'" in sent["Content-Security-Policy"]
            assert "unsafe" not in sent["Content-Security-Policy"]
            assert sent["Cache-Control"] == "no-store"
            assert sent["Referrer-Policy"] == "no-referrer"
            assert sent["X-Robots-Tag"] == "noindex"


async def test_an_emergency_is_one_press_away(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任")
    await page.press("紧急")
    assert (page.status, page.path) == (200, "/")
    assert "110" in page.newest


def test_the_assets_of_all_pages_are_light() -> None:
    static: Any = files("bot.web") / "static"
    kept = [each for each in static.rglob("*") if each.is_file() and each.name != "LICENSE"]
    assert sum(len(gzip.compress(each.read_bytes())) for each in kept) < 40 * 1024
