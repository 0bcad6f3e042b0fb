"""Copies of children's data go when their days are over; the record and the order stay."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import inbox
from storage import tables as t
from storage.founding import Founding
from storage.upkeep import Upkeep
from tests.conftest import both
from tests.town import MORNING, Somebody, Town

VISIT = ("走访 小榆", "1", *("1",) * 3)


def meet(town: Town, name: str) -> Somebody:
    return Somebody(town.turns(conversations, packaged()), town.people[name])


def faded(town: Town, name: str) -> list[bool]:
    """Of each message that this person was told whether it has faded."""
    with town.store.work() as db:
        told = inbox.told(db, town.store.keys, town.people[name])
    return [body["kind"] == "faded" for _, _, body in told]


def sweep(town: Town, days: float) -> int:
    with town.store.work() as db:
        now = MORNING + timedelta(days=days)
        return Upkeep(db, town.store.keys, now, lambda answer, lang: {}).fade()


@both()
def test_what_was_told_of_a_child_fades_after_a_week(town: Town) -> None:
    director = meet(town, "李主任")
    director.say("帮助")
    for words in VISIT:
        director.say(words)
    count = len(faded(town, "李主任"))
    assert sweep(town, 6.9) == 0
    assert sweep(town, 7.1) > 0
    after = faded(town, "李主任")
    assert len(after) == count, "the chat keeps its order"
    assert after[0] is False, "the greeting tells of nobody"
    assert after[-1] is True
    assert sweep(town, 7.1) == 0


@both()
def test_when_a_pairing_ends_her_copies_fade_at_once(town: Town) -> None:
    mother = meet(town, "王妈妈")
    mother.say("孩子")
    assert not any(faded(town, "王妈妈"))
    with town.store.work() as db:
        pair = db.execute(select(t.pairing.c.id)).scalars().first()
        assert pair is not None
        Founding(db, town.store.keys).part(pair, date(2026, 11, 23))
    assert any(faded(town, "王妈妈"))


@both()
def test_answers_of_a_conversation_that_ended_are_blanked(town: Town) -> None:
    mother = meet(town, "王妈妈")
    for words in ("联系", "今天", "电话", "2", "1", "1", "1"):
        mother.say(words)
    assert sweep(town, 0.5) == 0
    assert sweep(town, 1.1) >= 1
    with town.store.work() as db:
        rows = db.execute(select(t.talk.c.state, t.talk.c.answers, t.talk.c.outcome)).all()
    assert [(row.state, bytes(row.answers)) for row in rows] == [("blanked", b"")]
    assert rows[0].outcome, "a second tap on its last button still gets the receipt"


@both()
def test_what_was_cancelled_comes_back_for_a_day_and_no_longer(town: Town) -> None:
    director = meet(town, "李主任")
    for words in ("走访 小榆", "1", "1", "取消"):
        director.say(words)
    director.say("找回 1")
    assert "见到" in director.text
    director.say("取消")
    sweep(town, 1.1)
    director.say("找回 1")
    assert "不在了" in director.text
