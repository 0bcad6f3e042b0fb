"""A child's file: what it shows to whom, drawn and in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import tables as t
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Talks
from tests.web.lived import Lived, card, commands, enter, headings, look_up


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


@pytest.fixture
def town(lived_town: Town) -> Town:
    return lived_town


async def test_a_director_reads_the_whole_file_of_a_child(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小樟")
    assert headings(page) == [
        "亮点",
        "孩子与身边的人",
        "接下来",
        "等级和总分",
        "六个方面",
        "走访和联系",
    ]
    assert "爱画画" in card(page, "亮点")
    who = card(page, "孩子与身边的人")
    for words in ("10 岁，男孩", "榆树村", "奶奶", "李主任", "0576-0000011"):
        assert words in who
    graded = card(page, "等级和总分")
    for words in ("▲ 红", "最近一次 83/100", "2026-11 得分 83/100", "待复核", "持续高分"):
        assert words in graded
    assert "走访 小满-02" in commands(page)
    assert "儿童主任 李主任" in card(page, "走访和联系")
    row = lived.audit()[-1]
    assert (row.action, row.subject) == ("child.viewed", "child:小满-02")
    assert row.detail == {"scores": True, "page": True}


async def test_every_drawing_has_its_words_and_the_numbers_as_a_table(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小樟")
    drawings = page.page.xpath("//svg[not(@aria-hidden)]")
    assert len(drawings) == 7
    for each in drawings:
        assert each.get("role") == "img"
        for id in each.get("aria-labelledby").split():
            assert page.page.get_element_by_id(id).text_content().strip()
    rows = [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in page.page.xpath("//details//tr")
    ]
    assert rows[0] == ["月份", "家庭", "外观", "社区", "邻里", "支持", "关注", "总分", "等级"]
    assert rows[1][0] == "2026-11"
    assert rows[1][7:] == ["83", "▲ 红"]
    assert rows[2] == ["2026-10", "没有"]
    assert sum(float(points) for points in rows[1][1:7]) == pytest.approx(83, abs=0.6)


async def test_the_policy_of_the_page_needs_no_exception(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小樟")
    assert page.page.xpath("//@style | //style | //*[@onclick] | //script[not(@src)]") == []
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert page.answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_mother_reads_no_score_no_flag_no_alert_and_her_own_contacts_only(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "王妈妈")
    await look_up(page, "小榆")
    assert headings(page) == ["亮点", "孩子与身边的人", "接下来", "走访和联系"]
    assert page.page.xpath("//svg") == []
    for words in ("红", "分数", "警报", "高风险", "复核", "李主任 ·"):
        assert words not in page.text
    assert "王妈妈，3月2日 周一起" in card(page, "孩子与身边的人")
    assert {"联系 小满-01"} == set(commands(page))
    told = card(page, "走访和联系")
    assert "爱心妈妈 王妈妈" in told
    assert "走访 ·" not in told
    assert lived.audit()[-1].detail == {"scores": False, "page": True}


async def test_the_station_finds_what_waits_for_it(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "陈站长")
    await look_up(page, "小樟")
    assert "等您复核" in card(page, "接下来")
    assert "待复核" in commands(page)
    await look_up(page, "小榆")
    with lived.town.store.work() as db:
        open_ones = [
            row.receipt
            for row in db.execute(t.alert.select().where(t.alert.c.state != "closed"))
            if row.child_id == lived.town.children["小榆"] and row.state != "false_alarm"
        ]
    assert open_ones
    for receipt in open_ones:
        assert receipt in card(page, "接下来")
        assert f"警报 {receipt}" in commands(page)
    assert set(lived.audit()[-1].detail["alerts"]) == set(open_ones)


async def test_a_button_of_the_file_opens_the_conversation_in_the_chat(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小榆")
    await page.press("走访")
    assert (page.status, page.path) == (200, "/")
    assert "哪一天去看小榆（小满-01）的" in page.newest


async def test_who_confirmed_stands_in_the_file_and_the_reason_for_who_decides(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "陈站长")
    await page.open("/")  # to the chat
    for words in ("/待复核", "小满-02", "确认高风险", "家访两次，情况属实"):
        await page.write(words)
    await look_up(page, "小樟")
    graded = card(page, "等级和总分")
    assert "已确认高风险" in graded
    assert "陈站长 于11月" in graded
    assert "家访两次，情况属实" in graded
    await enter(lived, stranger, "李主任")
    await look_up(page, "小樟")
    assert "陈站长 于11月" in page.text
    assert "家访两次" not in page.text


async def test_what_was_corrected_or_withdrawn_is_shown_as_such(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小樟")
    before = len(page.page.xpath("//ol[@class='timeline']/li"))
    await correct(lived)
    await look_up(page, "小樟")
    gone = page.page.xpath("//ol[@class='timeline']/li[@class='gone']")
    assert [each.xpath(".//strong")[0].text for each in gone] == ["已更正，不计", "已撤回，不计"]
    assert len(page.page.xpath("//ol[@class='timeline']/li")) == before + 2


async def correct(lived: Lived) -> None:
    """Of the last visit a later version counts; another was taken back."""
    v, now = t.visit.c, lived.town.clock()
    with lived.town.store.work() as db:
        rows = db.execute(t.visit.select().where(v.child_id == lived.town.children["小樟"])).all()
        last = next(row for row in rows if row.kind == "visit" and row.withdrawn_at is None)
        held = {name: value for name, value in last._mapping.items() if name != "id"}
        db.execute(update(t.visit).where(v.id == last.id).values(withdrawn_at=now))
        keys, answers = lived.town.store.keys, f"visit:answers:{last.key}"
        for name, more in (
            ("LATER-00001", {"supersedes": last.id}),
            ("BACK0-00001", {"withdrawn_at": now, "day": last.day - timedelta(1)}),
        ):
            sealed = keys.seal(keys.unseal(last.answers, answers), f"visit:answers:{name}")
            row = held | {"key": name, "receipt": name, "answers": sealed, "scoring": None} | more
            db.execute(t.visit.insert().values(**row))


async def test_brothers_and_sisters_lead_to_each_other(lived: Lived, stranger: Browser) -> None:
    lived.bear("小桐", "小满-21", "elm", household="H-1")
    lived.bear("小梧", "小满-22", "elm", household="H-1")
    lived.bear("小柳", "小满-23", "elm", household="H-2")
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小桐")
    assert card(page, "兄弟姐妹") == "兄弟姐妹 小梧"
    assert lived.audit()[-1].detail["family"] == ["小满-22"]
    [address] = page.page.xpath("//ul[@class='kin']//a/@href")
    await page.open(address)
    assert "小梧" in page.page.xpath("//h1")[0].text_content()
    await look_up(page, "小柳")
    assert "兄弟姐妹" not in headings(page)


async def test_a_child_of_whom_nothing_is_known_yet_has_a_page(
    lived: Lived, stranger: Browser
) -> None:
    lived.bear("小柳", "小满-23", "elm", school="榆树小学")
    page = await enter(lived, stranger, "李主任")
    await look_up(page, "小柳")
    assert headings(page) == ["亮点", "孩子与身边的人", "接下来", "走访和联系"]
    assert "还没有记下" in card(page, "亮点")
    assert "榆树小学" in card(page, "孩子与身边的人")
    assert "还没有结对" in page.text
