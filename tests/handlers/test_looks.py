"""Whoever looks at a flag or an alert leaves an audit row, also if she only looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from storage import tables as t
from tests.handlers.stage import Stage
from tests.storage.filled import rows

Open = Callable[[str], Stage]
A = t.audit.c


def play(stage: Stage, *lines: str) -> str:
    """Plays these lines; what the bot said last."""
    return "\n".join(stage.play(lines))


def looks(stage: Stage, name: str) -> list[tuple[str, str, Any]]:
    """The looks of a person in their order."""
    with stage.town.store.work() as db:
        who = stage.town.people[name]
        found = db.execute(
            select(A.action, A.subject, A.detail).where(A.actor_id == who).order_by(A.id)
        )
        return [(*row,) for row in found if row.action.endswith(("listed", "viewed"))]


def test_whoever_opens_a_flag_and_cancels_has_looked_at_it(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-high", "@ 陈站长 zh", "> 待复核")
    assert looks(stage, "陈站长") == [("flag.listed", "flags", {"children": ["小满-02"]})]
    play(stage, "> 1", "> what?", "> [返回]", "> 1", "> [取消]")
    assert [each[:2] for each in looks(stage, "陈站长")[1:]] == [("flag.viewed", "child:小满-02")]
    play(stage, "> 待复核", "> 1")
    assert len(looks(stage, "陈站长")) == 4, "a new conversation is a new look"


def test_an_alert_is_looked_at_by_the_list_and_by_the_button_of_its_notice(
    open_stage: Open,
) -> None:
    stage = open_stage("zh")
    play(stage, "+ emergency", "@ 陈站长 zh")
    with stage.town.store.work() as db:
        (alert,) = rows(db)["alert"]
    play(stage, f"> 警报 {alert.receipt}", "> [取消]")
    seen = ("alert.viewed", f"alert:{alert.receipt}", {"child": "小满-01"})
    assert looks(stage, "陈站长") == [seen]
    play(stage, "> 警报", "> 1")
    listed = ("alert.listed", "alerts", {"alerts": [alert.receipt]})
    assert looks(stage, "陈站长") == [seen, listed, seen]


def test_who_finds_nothing_has_looked_at_nothing(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-high", "@ 吴站长 zh", "> 待复核", "> 警报")
    play(stage, "@ 李主任", "> 待复核", "> 警报")
    assert looks(stage, "吴站长") == looks(stage, "李主任") == []


def test_a_look_holds_no_words_of_the_record(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-high", "+ emergency", "@ 陈站长 zh", "> 待复核", "> 1", "> /警报", "> 1")
    with stage.town.store.work() as db:
        audit = str(rows(db)["audit"])
    assert "小樟" not in audit
    assert "得分" not in audit


def test_a_list_of_children_is_a_look_of_all_that_it_names(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "@ 李主任 zh", "> 孩子", "> what?", "> [取消]")
    three = {"children": ["小满-01", "小满-02", "小满-03"]}
    assert looks(stage, "李主任") == [("child.listed", "children", three)]
    play(stage, "> 孩子 小榆")
    assert [each[0] for each in looks(stage, "李主任")[1:]] == ["child.viewed"], "no list was shown"


def test_the_only_child_is_shown_at_once(open_stage: Open) -> None:
    stage = open_stage("zh")
    assert "小松（芒种-01）" in play(stage, "@ 吴站长 zh", "> 孩子")
    assert [each[0] for each in looks(stage, "吴站长")] == ["child.viewed"]


def test_who_is_shown_the_answers_of_last_time_has_looked_at_them(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-12-20T09:00+08:00")
    play(stage, "> 走访 小榆", "> [今天]", "> [与上次相同]", "> [以上都没有]", "> [取消]")
    assert looks(stage, "李主任") == [("visit.viewed", "child:小满-01", {})], "once in a visit"


def test_the_lists_of_what_one_recorded_are_looks(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "> 更正", "> [取消]")
    listed = ("visit.listed", "visits", {"children": ["小满-01"]})
    assert looks(stage, "李主任") == [listed]
    play(stage, "> 撤回", "> [否]")
    assert looks(stage, "李主任") == [listed, listed]


def test_who_reaches_the_whole_city_says_why_and_it_is_kept(open_stage: Open) -> None:
    stage = open_stage("zh")
    said = play(stage, "@ 何中心 zh", "> 孩子 小满-01", "> 看看")
    assert "亮点" not in said
    assert looks(stage, "何中心") == [], "nothing has been shown yet"
    play(stage, "> 接到学校电话，核实近况")
    kept = {"scores": False, "reason": "接到学校电话，核实近况"}
    assert looks(stage, "何中心") == [("child.viewed", "child:小满-01", kept)]
    assert "理由" in play(stage, "> 孩子 小满-01"), "each opening has its own"


def test_who_also_works_nearby_needs_no_reason_there(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "! post 何中心 child_director elm", "@ 何中心 zh")
    assert "亮点" in play(stage, "> 孩子 小满-01")
    assert "理由" in play(stage, "> 孩子 芒种-01")
