"""An emergency is never lost, never doubled, and never says more than is true."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from domain.privacy import DataClass
from storage import inbox
from storage import tables as t
from tests.town import JOINED, Somebody, Town

FAMILY = ("祖辈", "较好", "每月 1–3 次", "沟通良好", "没有", "稳定", "安全整洁")
LOOKS = ("整洁、合季节", "正常", "平稳、愿意交流")
CHILD = "这次走访哪个孩子"


def meet(town: Town, name: str) -> Somebody:
    with town.store.work() as db:
        db.execute(update(t.person).values(greeted=True))
    return Somebody(town.turns(conversations, packaged()), town.people[name])


def rows(town: Town, *columns: Any) -> list[Any]:
    with town.store.work() as db:
        return [tuple(row) for row in db.execute(select(*columns).order_by(t.alert.c.id))]


def classes(town: Town, name: str) -> list[str]:
    o = t.outgoing.c
    with town.store.work() as db:
        return list(
            db.execute(
                select(o.data_class).where(o.person_id == town.people[name]).order_by(o.id)
            ).scalars()
        )


def newest(town: Town, name: str) -> str:
    with town.store.work() as db:
        return str(inbox.told(db, town.store.keys, town.people[name])[-1][2]["text"])


def to_the_scars(director: Somebody, child: str) -> None:
    director.press(next(label for label in director.labels if label.startswith(child)))
    director.press(director.labels[0])
    for label in ("入户", "是", *FAMILY, *LOOKS):
        director.press(label)


def test_another_child_in_a_resumed_draft_has_an_alert_of_its_own(fresh_town: Town) -> None:
    director = meet(fresh_town, "李主任")
    director.say("走访")
    to_the_scars(director, "小榆")
    director.press("多处或疑似人为")
    director.say("草稿")
    while CHILD not in director.text:
        director.press("back")
    to_the_scars(director, "小樟")
    director.press("多处或疑似人为")
    assert "110" in director.text
    children = fresh_town.children
    assert rows(fresh_town, t.alert.c.child_id, t.alert.c.codes) == [
        (children["小榆"], "EM04"),
        (children["小樟"], "EM04"),
    ]


def cry(who: Somebody, code: str = "EM07", child: str = "小榆") -> None:
    who.say("紧急")
    who.say(code)
    if "哪个孩子" in who.text:
        mine = [label for label in who.labels if label.startswith(child)]
        who.press((mine or who.labels)[-1])


@pytest.mark.parametrize("words", ["police please come", "police", "已报警 快来"])
def test_a_stray_word_notes_no_report_to_the_police(fresh_town: Town, words: str) -> None:
    director = meet(fresh_town, "李主任")
    cry(director)
    director.say(words)
    assert rows(fresh_town, t.alert.c.police_at) == [(None,)]
    assert "您本人已经打过 110" in director.text
    director.say("是")
    ((noted,),) = rows(fresh_town, t.alert.c.police_at)
    assert noted is not None


@pytest.mark.parametrize("name", ["孙经理", "钱协调", "何中心", "吴站长", "王妈妈"])
def test_the_call_for_help_is_open_to_everybody(fresh_town: Town, name: str) -> None:
    who = meet(fresh_town, name)
    cry(who)
    assert "110" in who.text
    assert len(rows(fresh_town, t.alert.c.id)) == 1


def test_without_any_role_the_alert_goes_to_the_station_of_her_unit(fresh_town: Town) -> None:
    mother = meet(fresh_town, "王妈妈")
    with fresh_town.store.work() as db:
        db.execute(
            update(t.post).where(t.post.c.person_id == mother.person_id).values(until=JOINED)
        )
        db.execute(update(t.pairing).values(until=JOINED))
    cry(mother)
    assert "0576-0000011" in mother.text
    assert rows(fresh_town, t.alert.c.child_id) == [(None,)]
    assert "紧急" in newest(fresh_town, "陈站长")


def test_a_role_that_ends_does_not_lose_an_urgent_answer(fresh_town: Town) -> None:
    director = meet(fresh_town, "李主任")
    director.say("走访")
    to_the_scars(director, "小榆")
    with fresh_town.store.work() as db:
        mine = t.post.c.person_id == director.person_id
        db.execute(update(t.post).where(mine).values(until=JOINED))
    director.press("多处或疑似人为")
    assert director.text.startswith("先打电话")
    assert rows(fresh_town, t.alert.c.child_id) == [(fresh_town.children["小榆"],)]


def test_the_notice_is_internal_and_the_outcome_says_who(fresh_town: Town) -> None:
    director, station = meet(fresh_town, "李主任"), meet(fresh_town, "陈站长")
    cry(director)
    assert classes(fresh_town, "陈站长") == [DataClass.INTERNAL]
    ((receipt,),) = rows(fresh_town, t.alert.c.receipt)
    with fresh_town.store.work() as db:
        mine = t.person.c.id == director.person_id
        db.execute(update(t.person).where(mine).values(lang="en"))
    for state, words in (("确认，马上处理", "has taken it on"), ("误报", "false alarm")):
        station.say(f"警报 {receipt}")
        station.press(state)
        if state == "误报":
            station.say("孩子在奶奶家")
        said = newest(fresh_town, "李主任")
        assert all(part in said for part in (receipt, words, "陈站长", "Dongxi station"))
        assert not [name for name in fresh_town.children if name in said]
        assert classes(fresh_town, "李主任")[-1] == DataClass.ADULT


def test_whoever_raises_and_answers_it_is_not_told_twice(fresh_town: Town) -> None:
    station = meet(fresh_town, "陈站长")
    cry(station)
    before = len(classes(fresh_town, "陈站长"))
    ((receipt,),) = rows(fresh_town, t.alert.c.receipt)
    station.say(f"警报 {receipt}")
    station.press("确认，马上处理")
    assert len(classes(fresh_town, "陈站长")) == before + 2, "one reply to each message"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("新增，解释不清或反复", "EM04b"),
        ("新增, 解释不清 或反复", "EM04b"),
        ("NEW, unexplained or repeated", "EM04b"),
        ("3", "EM04b"),
        ("隐私部位受伤(听说或告知)", "EM01"),
    ],
)
def test_an_urgent_answer_is_read_alike_when_the_child_was_handed_over(
    typed: str, code: str, fresh_town: Town
) -> None:
    """In either language, with or without blanks, as the question itself would have read it."""
    director = meet(fresh_town, "李主任")
    director.say("走访")
    to_the_scars(director, "小榆")
    with fresh_town.store.work() as db:
        pine = {"unit_id": fresh_town.units["pine"]}
        mine = t.child.c.id == fresh_town.children["小榆"]
        db.execute(update(t.child).where(mine).values(**pine))
    director.say(typed)
    assert "110" in director.text
    assert rows(fresh_town, t.alert.c.codes) == [(code,)]
