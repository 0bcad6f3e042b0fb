"""One round, several children: who comes next, and what is offered of the visit before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import orjson
from sqlalchemy import select, update

from storage import tables as t
from tests.handlers.stage import Stage
from tests.town import CHILDREN

Open = Callable[[str], Stage]
CODES = {name: code for name, code, *_ in CHILDREN}
VISIT = ("> [今天]", *["> 1"] * 7, "> [以上都没有]", "> [提交本次走访]")


def play(stage: Stage, *lines: str) -> str:
    """Plays these lines; what the bot said last."""
    return "\n".join(stage.play(lines))


def know(stage: Stage, name: str, **more: object) -> None:
    """Writes this into a child's record."""
    keys, code = stage.town.store.keys, CODES[name]
    place = f"child:identity:{code}"
    with stage.town.store.work() as db:
        where = t.child.c.code == code
        held = orjson.loads(
            keys.unseal(db.execute(select(t.child.c.identity).where(where)).scalar_one(), place)
        )
        sealed = keys.seal(orjson.dumps(held | more), place)
        db.execute(update(t.child).where(where).values(identity=sealed))


def clock(stage: Stage, name: str, **values: date) -> None:
    with stage.town.store.work() as db:
        db.execute(update(t.child).where(t.child.c.code == CODES[name]).values(**values))


def offered(stage: Stage) -> list[str]:
    labels = stage.people[stage.speaker].labels
    return [label.removeprefix("接着走访") for label in labels if label.startswith("接着走访")]


def second_month(open_stage: Open) -> Stage:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任", "# 2026-12-21T09:00+08:00")
    return stage


def test_brothers_and_sisters_come_first_also_when_they_are_not_due(open_stage: Open) -> None:
    stage = second_month(open_stage)
    for name in ("小榆", "小桂"):
        know(stage, name, household="榆树村 3 号")
    clock(stage, "小桂", last_seen=date(2026, 12, 1), next_visit=date(2026, 12, 31))
    play(stage, "> 走访 小榆", *VISIT)
    assert offered(stage) == ["小桂", "小樟"]


def test_a_sister_whom_somebody_has_seen_that_day_is_not_offered(open_stage: Open) -> None:
    stage = second_month(open_stage)
    for name in ("小榆", "小桂"):
        know(stage, name, household="榆树村 3 号")
    clock(stage, "小桂", last_seen=date(2026, 12, 21), next_visit=date(2027, 1, 20))
    play(stage, "> 走访 小榆", *VISIT)
    assert offered(stage) == ["小樟"]


def test_where_no_household_is_known_the_same_carer_comes_first(open_stage: Open) -> None:
    stage = second_month(open_stage)
    know(stage, "小樟", carer="爷爷")
    play(stage, "> 走访 小榆", *VISIT)
    assert offered(stage) == ["小桂", "小樟"]
    know(stage, "小桂", carer="舅舅")
    play(stage, "> 撤回", "> [是]", "> 走访 小榆", *VISIT)
    assert offered(stage) == ["小樟", "小桂"]


def test_who_was_visited_that_day_by_telephone_is_not_offered_again(open_stage: Open) -> None:
    stage = second_month(open_stage)
    play(stage, "> 走访 小樟", "> [今天]", "> [去了]", "> [以上都没有]", "> [提交本次走访]")
    play(stage, "> 走访 小榆", *VISIT)
    assert offered(stage) == ["小桂"]


def test_after_an_attempt_no_round_is_offered(open_stage: Open) -> None:
    stage = second_month(open_stage)
    play(stage, "> 走访 小樟", "> [今天]", "> [去了]", "> [以上都没有]", "> [提交本次走访]")
    assert "同一趟" not in play(stage, "> [接着走访小桂]")


def test_what_was_taken_back_offers_no_round(open_stage: Open) -> None:
    stage = second_month(open_stage)
    play(stage, "> 走访 小榆", *VISIT)
    who = stage.people["李主任"]
    body = who.body
    play(stage, "> 撤回", "> [是]")
    who.body = body
    assert "同一趟" not in play(stage, "> [接着走访小樟]")


def test_a_receipt_of_somebody_else_offers_nothing(open_stage: Open) -> None:
    stage = second_month(open_stage)
    v = t.visit.c
    with stage.town.store.work() as db:
        receipt = db.execute(select(v.receipt)).scalar_one()
        other = stage.town.people["周主任"]
        db.execute(update(t.visit).values(visitor_id=other))
    assert "同一趟" not in play(stage, f"> 走访 小樟 {receipt}")
    assert "今天" in play(stage, f"> 走访 小樟 {receipt}")


def test_a_round_goes_on_also_where_a_question_is_open(open_stage: Open) -> None:
    stage = second_month(open_stage)
    play(stage, "> 走访 小榆", *VISIT)
    who = stage.people["李主任"]
    body = who.body
    play(stage, "> 走访 小桂", "> [今天]")
    who.body = body
    said = play(stage, "> [接着走访小樟]")
    assert "已存为草稿" in said
    assert "同一趟：12月21日" in said
