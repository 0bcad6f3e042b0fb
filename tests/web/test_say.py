"""What becomes of words and buttons that a page sends."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Insert, func, select

from storage import tables as t
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, received


async def test_her_own_words_stand_before_the_answer(mother: Browser) -> None:
    await mother.write("走访")
    said = mother.page.xpath("//*[@class='said']")
    assert said[-1].text_content().endswith("走访")
    await mother.press("小榆")
    assert mother.page.xpath("//*[@class='said']")[-1].text_content().endswith("小榆")


async def test_a_form_sent_twice_is_one_message(mother: Browser, town: Town) -> None:
    words = mother.written("走访")
    for _ in range(3):
        await mother.post(*words)
        assert mother.path == "/"
    assert received(town) == 1


async def test_a_form_sent_twice_at_once_is_one_message(mother: Browser, town: Town) -> None:
    path, fields = mother.written("走访")
    sent = {"Origin": mother.origin}
    posts = (mother.client.post(path, data=fields, headers=sent) for _ in range(10))
    found = await asyncio.gather(*posts)
    assert {answer.status for answer in found} == {200}
    assert received(town) == 1


async def test_a_used_form_with_other_words_is_a_clear_refusal(mother: Browser, town: Town) -> None:
    first = mother.written("走访")
    await mother.post(*first)
    other = [(name, "积分" if name == "text" else value) for name, value in first[1]]
    await mother.post("/say", other)
    assert mother.status == 409
    assert "没有保存" in mother.text
    assert received(town) == 1


async def test_an_empty_message_is_no_message(mother: Browser, town: Town) -> None:
    await mother.write("  \r\n ")
    assert mother.status == 200
    assert received(town) == 0


async def test_words_from_a_page_that_is_behind_are_not_taken_for_an_answer(
    mother: Browser,
) -> None:
    old = mother.written("1")
    await mother.open("/")  # a second page, with keys of its own
    await mother.write("走访")
    await mother.post(*old)
    assert "还没有显示" in mother.newest
    assert "请谁来喝茶?" in mother.newest


async def test_a_button_of_an_older_page_is_answered_and_lands_nowhere(mother: Browser) -> None:
    await mother.write("走访")
    old = mother.filled("小松")
    again = [(name, "anotherkey" if name == "key" else value) for name, value in old[1]]
    await mother.post(*old)
    await mother.post("/say", again)
    assert "已经回答过" in mother.newest
    assert "吃什么?" in mother.newest


async def test_another_persons_button_does_nothing(mother: Browser, enter: Enter) -> None:
    await mother.write("走访")
    stolen = dict(mother.filled("小榆")[1])["cb"]
    other = await enter("李主任")
    await other.write("走访")
    path, fields = other.filled("小樟")
    await other.post(path, [(n, stolen if n == "cb" else v) for n, v in fields])
    assert "不是给您的" in other.newest
    assert "请谁来喝茶?" in other.newest


async def test_boxes_may_all_stay_empty(mother: Browser) -> None:
    await mother.write("走访")
    await mother.press("小榆")
    await mother.press("选好了")
    assert "几杯茶?" in mother.newest


@pytest.mark.parametrize("length", [2001, 5000])
async def test_a_long_text_is_answered_by_the_dialogue(mother: Browser, length: int) -> None:
    await mother.write("孩子")
    await mother.write("字" * length)
    assert mother.status == 200
    assert str(length) in mother.newest


@pytest.mark.parametrize("text", ["🌱" * 5000, "👨\u200d👧", "\u202eabc", "a\0b", "e\u0301" * 100])
async def test_odd_characters_never_break_a_page(mother: Browser, text: str) -> None:
    await mother.write("孩子")
    await mother.write(text)
    assert mother.status == 200
    await mother.open("/")
    assert mother.status == 200


async def test_a_message_that_fails_is_kept_and_said_so(mother: Browser, town: Town) -> None:
    await mother.write("排行")
    assert mother.status == 202
    assert "E-" in mother.text
    assert "ZeroDivision" not in mother.source
    assert _count(town, t.stuck) == 1


async def test_a_notice_leaves_the_open_question_its_buttons(mother: Browser, town: Town) -> None:
    await mother.write("走访")
    tell(town, "王妈妈", "明天有课")
    await mother.open("/")
    assert "明天有课" in mother.newest
    assert mother.labels[:3] == ["小榆", "小樟", "小松"]
    await mother.press("小榆")
    assert "吃什么?" in mother.newest


async def test_the_page_speaks_the_persons_language(mother: Browser, town: Town) -> None:
    with town.store.work() as db:
        db.execute(t.person.update().where(t.person.c.code == "M-01").values(lang="en"))
    await mother.open("/")
    assert mother.page.get("lang") == "en"
    assert "Sign out" in mother.text


def tell(town: Town, name: str, text: str) -> None:
    """As Act.tell does for somebody else."""
    with town.store.work() as db:
        db.execute(told_row(town, name, text))


def told_row(town: Town, name: str, text: str) -> Insert:
    from storage.inbox import outgoing_row

    body = {"kind": "end", "text": text, "buttons": [], "controls": []}
    key, person = f"notice:{text}", town.people[name]
    row = outgoing_row(town.store.keys, person, "web", "D1", key, body, town.clock())
    return t.outgoing.insert().values(row)


def _count(town: Town, table: object) -> int:
    with town.store.work() as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar() or 0)  # type: ignore[arg-type]


async def test_a_rank_is_pressed_in_its_order(mother: Browser) -> None:
    """Not in the order in which a page sends its boxes."""
    await mother.write("确认")
    for label in ("米糕", "枣糕", "豆沙包", "枣糕"):
        await mother.press(label)
    assert [each.text_content() for each in mother.page.xpath("//*[@class='ranked']")] == [
        "2豆沙包",
        "1米糕",
    ]
    await mother.press("选好了")
    assert "邀请好了:rice bean" in mother.newest


async def test_large_print_is_offered_until_she_has_said_a_little(
    mother: Browser, town: Town
) -> None:
    """Also where notices came before her."""
    for number in range(4):
        tell(town, "王妈妈", f"第 {number} 条")
    await mother.open("/")
    assert mother.page.xpath("//aside[@class='offer']")
    await mother.write("走访")
    assert mother.page.xpath("//aside[@class='offer']")
    await mother.write("小榆")
    assert not mother.page.xpath("//aside[@class='offer']")
