"""The rankings' page: volunteers and staff by right, never a child, nobody who does not want it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from domain.roles import RIGHTS, Right
from storage import tables as t
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Talks
from tests.web.lived import WORDS, Lived


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


@pytest.fixture
def town(lived_town: Town) -> Town:
    return lived_town


async def enter(lived: Lived, browser: Browser, name: str, rest: str = "") -> Browser:
    await lived.visit(browser, lived.town.people[name])
    return await browser.open(f"/ranking{rest}")


def rows(page: Browser) -> list[str]:
    return [" ".join(row.text_content().split()) for row in page.page.xpath("//tbody/tr")]


def units(page: Browser) -> dict[str, str]:
    return {each.text: each.get("value") for each in page.page.xpath("//select[@name='unit']/*")}


def chosen(page: Browser) -> list[str]:
    return [each.text for each in page.page.xpath("//option[@selected]")]


def opt_out(lived: Lived, name: str) -> None:
    with lived.town.store.work() as db:
        mine = t.person.c.id == lived.town.people[name]
        db.execute(update(t.person).where(mine).values(ranked=False))


async def test_mothers_stand_by_their_points_with_hours_beside(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "王妈妈")
    [row] = rows(page)
    assert row.startswith("1 ★ 王妈妈 （您）榆树村")
    assert "分，" in row
    assert "您排第 1 名，共 1 人。" in page.text
    assert chosen(page) == ["爱心妈妈（按积分）", "本月", "榆树村"]
    full = page.page.xpath("//svg/rect[@class='full']/@width")
    assert full == ["100.0%"]


async def test_directors_stand_by_the_children_whom_they_have_seen(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任", "?of=directors&span=year")
    assert any("★ 李主任 （您）榆树村" in row and "/3 个孩子（" in row for row in rows(page))
    kinds = page.page.xpath("//tbody/tr[1]//svg/@class")
    assert kinds == ["bar first", "bar second"]
    assert "您排第 1 名" in page.text


async def test_the_bars_are_silent_and_the_table_speaks(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任", "?of=directors")
    for each in page.page.xpath("//svg"):
        assert each.get("aria-hidden") == "true"
    heads = [each.text_content() for each in page.page.xpath("//thead//th")]
    assert heads == ["名次", "姓名", "见到的孩子、按时的走访"]
    assert page.page.xpath("//caption")[0].text == "排行 · 本月 · 榆树村"


async def test_who_has_opted_out_keeps_her_place_and_is_not_named(
    lived: Lived, stranger: Browser
) -> None:
    opt_out(lived, "王妈妈")
    page = await enter(lived, stranger, "王妈妈")
    assert rows(page) == []
    assert "您排第 1 名，共 1 人。" in page.text
    assert "您没有公开自己的名次" in page.text
    await enter(lived, stranger, "李主任")
    assert "王妈妈" not in page.source


async def test_a_director_who_has_opted_out_is_not_named_either(
    lived: Lived, stranger: Browser
) -> None:
    opt_out(lived, "李主任")
    page = await enter(lived, stranger, "陈站长", "?of=directors&span=year")
    assert "周主任" in page.text
    assert "李主任" not in page.source


async def test_the_page_and_the_chat_say_the_same(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "钱协调", "?span=quarter")
    names = [name for each in page.page.xpath("//tbody//th") if (name := each.text.strip())]
    assert names
    await page.open("/")  # to the chat
    for words in ("/排行", "1", "2", "1"):
        await page.write(words)
    for name in names:
        assert name in page.newest


async def test_places_are_chosen_as_in_the_chat(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "孙经理")
    assert set(units(page)) == {"玉苗市未保中心", "东溪未保站", "西岭未保站"}
    await page.open(f"/ranking?unit={units(page)['东溪未保站']}&span=year")
    assert chosen(page)[1:] == ["今年", "东溪未保站"]
    assert {"榆树村", "樟树村"} < set(units(page))
    elm = units(page)["榆树村"]
    await page.open(f"/ranking?unit={elm}")
    assert chosen(page)[2] == "榆树村"
    assert len(rows(page)) == 1
    pine = lived.town.units["pine"]
    await page.open(f"/ranking?unit={pine}")
    assert chosen(page)[2] == "松树村"
    assert "这段时间还没有记录" in page.text


@pytest.mark.parametrize(
    "wrong",
    ["of=children", "span=week", "unit=x", "unit=0", "unit=99999", "unit=%C2%B2", "of=", "span="],
)
async def test_what_cannot_be_chosen_is_missing(
    lived: Lived, stranger: Browser, wrong: str
) -> None:
    page = await enter(lived, stranger, "孙经理", f"?{wrong}")
    assert page.status == 404


async def test_another_citys_place_is_missing(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "孙经理", f"?unit={lived.town.units['far']}")
    assert page.status == 404


async def test_every_role_with_the_right_and_no_other_sees_it_and_never_a_child(
    lived: Lived, stranger: Browser
) -> None:
    for (role, place), person in lived.staff.items():
        page = await lived.visit(stranger, person)
        for of in ("mothers", "directors"):
            await page.open(f"/ranking?of={of}&span=year")
            due = 200 if Right.RANKING in RIGHTS[role] else 404
            assert page.status == due, (role, place)
            assert not [word for word in WORDS if word in page.source]
            assert due == 200 or "妈妈" not in page.text


async def test_a_stranger_is_asked_to_sign_in(lived: Lived, stranger: Browser) -> None:
    await stranger.open("/ranking")
    assert stranger.status == 401
    assert not [name for name in lived.town.people if name in stranger.source]


async def test_the_head_leads_to_the_pages_of_ones_rights_and_out(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "孙经理")
    assert page.page.xpath("//nav/a/@href") == ["/", "/today", "/ranking", "/devices"]
    await enter(lived, stranger, "李主任")
    mine = ["/", "/today", "/children", "/ranking", "/devices"]
    assert page.page.xpath("//nav/a/@href") == mine
    assert page.page.xpath("//nav/a[@aria-current='page']/@href") == ["/ranking"]
    await page.press("退出")
    await page.open("/ranking")
    assert page.status == 401
