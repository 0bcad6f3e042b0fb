"""Whom words name: two of one name are asked back, and what follows a command at once counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dialogue.registry import conversations
from domain.library import packaged
from storage.founding import Founding, NewChild
from tests.town import Clock, Somebody, Town


@pytest.fixture
def director(fresh_town: Town) -> Somebody:
    """Of a village with two children called 小榆."""
    identity = {"name": "小榆", "sex": "male", "birth": "2015-06-07", "carer": "爷爷"}
    with fresh_town.store.work() as db:
        founding = Founding(db, fresh_town.store.keys)
        founding.child(NewChild("谷雨-41", identity, date(2026, 1, 5)), fresh_town.units["elm"])
    found = Somebody(fresh_town.turns(conversations, packaged()), fresh_town.people["李主任"])
    found.say("帮助")
    return found


@pytest.mark.parametrize("name", ["小榆", "xiaoyu", "xy"])
def test_a_name_that_two_children_bear_is_asked_back(director: Somebody, name: str) -> None:
    director.say("走访")
    director.say(name)
    assert "找到 2 项" in director.text
    assert "谷雨-41" in director.text
    assert "小满-01" in director.text
    director.say("谷雨-41")
    assert director.text.startswith("哪一天去看小榆（谷雨-41）的")


def test_with_the_command_too(director: Somebody) -> None:
    director.say("走访 小榆")
    assert director.text.startswith("这次走访哪个孩子")


def test_in_an_emergency_too_and_the_alarm_names_the_child(director: Somebody) -> None:
    director.say("紧急")
    director.say("#2")
    director.say("完成")
    director.say("小榆")
    assert "找到 2 项" in director.text
    director.say("谷雨-41")
    assert "孩子：小榆（谷雨-41）" in director.text


@pytest.mark.parametrize("words", ["走访小樟", "走访：小樟", "走访　小樟", "走访,小满-02"])
def test_chinese_needs_no_space_before_a_name(director: Somebody, words: str) -> None:
    director.say(words)
    assert director.text.startswith("哪一天去看小樟（小满-02）的")


def test_words_that_only_begin_like_a_command_are_none(director: Somebody) -> None:
    director.say("走访过了没有")
    assert "没有看懂" in director.text


@pytest.mark.parametrize("words", ["紧急小榆", "紧急情况", "紧急！小榆不好了", "紧急：快来"])
def test_an_emergency_is_heard_with_words_attached(director: Somebody, words: str) -> None:
    director.say(words)
    assert "110" in director.text


@pytest.mark.parametrize("words", ["有紧急情况", "很危险", "他被车撞了", "this is urgent"])
def test_words_of_danger_are_offered_the_way_to_help(director: Somebody, words: str) -> None:
    director.say("走访 小满-02")
    director.say(words)
    assert "110" in director.text


def test_today_is_the_day_of_the_answer(fresh_town: Town) -> None:
    """A question that lay open over night does not mean yesterday when it says today."""
    clock = Clock()
    turns = replace(fresh_town, clock=clock).turns(conversations, packaged())
    who = Somebody(turns, fresh_town.people["李主任"])
    who.say("走访 小满-02")
    clock.now += timedelta(days=4)
    who.say("11月27日")
    who.say("返回")
    assert "今天（11月27日" in who.labels[0]
    who.press(who.labels[0])
    for _ in range(60):
        if who.body["kind"] == "review":
            break
        who.say("1")
    assert "11月27日" in who.text
