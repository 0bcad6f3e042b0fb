"""Corrections and late entries, as whole conversations: the same answers give the same record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import operator
from storage import tables as t
from storage.see.children import unseal_answers
from tests.handlers.stage import Stage, read
from tests.town import Somebody

Open = Callable[[str], Stage]
SAME = ("以上都没有，其余不变", "不变")
SUBMIT = "提交本次走访"
MANY = 80


def play(stage: Stage, *lines: str) -> str:
    """Plays these lines; what the bot said last."""
    return "\n".join(stage.play(lines))


def rows(stage: Stage, query: Any) -> Sequence[Any]:
    with stage.town.store.work() as db:
        return db.execute(query).all()


def standing(stage: Stage, code: str = "小满-01") -> Any:
    """The newest visit of the child that counts."""
    v = t.visit.c
    query = select(t.visit).join(t.child, t.child.c.id == v.child_id)
    return rows(
        stage, query.where(t.child.c.code == code, v.withdrawn_at.is_(None)).order_by(v.id)
    )[-1]


def held(stage: Stage, visit: Any) -> dict[str, Any]:
    return unseal_answers(stage.town.store.keys, visit.key, visit.answers)


def score(stage: Stage, visit_id: int) -> Any:
    s = t.score.c
    query = select(s.total, s.smoothed, s.level).where(s.visit_id == visit_id, s.current)
    return rows(stage, query)[0]


def amend(stage: Stage, visit: str, other: Mapping[str, tuple[str, ...]], *more: str) -> Somebody:
    """Fills the form again: as last time, but for questions with these words. `more` is pressed
    on the review screen, before it is submitted."""
    play(stage, "> 更正", f"> [{visit}]")
    who = stage.people[stage.speaker]
    for _ in range(MANY):
        labels = {*who.labels}
        found = next((presses for words, presses in other.items() if words in who.text), None)
        if SUBMIT in labels:
            break
        same = next((label for label in SAME if label in labels), None)
        for press in found or ((same,) if same else ("以上都没有",)):
            play(stage, f"> [{press}]")
    play(stage, *more, f"> [{SUBMIT}]")
    return who


UNASKED = {
    "上学情况怎么样": ("没问到",),
    "上网：": ("不愿回答",),
    "同伴：": ("没问到",),
}


def test_amending_without_a_change_gives_the_same_score(open_stage: Open) -> None:
    """Also of what was not asked, and what was declined: it builds on the month before."""
    stage = open_stage("zh")
    lines = [*read("visit-not-asked", "zh")]
    play(stage, *lines[: lines.index("# 小樟第一次走访，一多半没问到。")])
    before = standing(stage)
    found = score(stage, before.id)
    play(stage, "# 2026-12-22T09:00+08:00")
    amend(stage, "小榆 12月21日", UNASKED)
    after = standing(stage)
    assert after.supersedes == before.id
    assert score(stage, after.id) == found
    assert held(stage, after) == held(stage, before)


def test_amending_twice_does_not_make_answers_older(open_stage: Open) -> None:
    stage = open_stage("zh")
    lines = [*read("visit-not-asked", "zh")]
    play(stage, *lines[: lines.index("# 小樟第一次走访，一多半没问到。")])
    before = held(stage, standing(stage))
    for day in ("22", "23"):
        play(stage, f"# 2026-12-{day}T09:00+08:00")
        amend(stage, "小榆 12月21日", UNASKED)
    assert held(stage, standing(stage))["stale"] == before["stale"]
    assert before["stale"]["C/C1"] == ["normal", 1]


def test_a_correction_keeps_the_day_by_which_the_visit_was_due(open_stage: Open) -> None:
    """Else a late visit would become a punctual one in the ranking."""
    stage = open_stage("zh")
    play(stage, "+ visit-first")
    before = standing(stage)
    play(stage, "@ 李主任 zh", "# 2026-11-25T09:00+08:00")
    amend(stage, "小榆 11月23日", {})
    after = standing(stage)
    assert before.due < before.day
    assert (after.due, after.known_at) == (before.due, before.known_at)
    assert after.recorded_at > before.recorded_at


def test_a_late_entry_is_explained_by_its_own_score(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-not-asked", "@ 李主任")
    said = play(stage, "> 走访 小榆", "> 11-25", *["> 1"] * 7, "> [以上都没有]")
    assert "核对" in said
    said = play(stage, f"> [{SUBMIT}]")
    assert "2026-11 得分" in said
    assert "2026-12 得分" not in said


def test_a_late_entry_shows_what_was_held_before_that_day(open_stage: Open) -> None:
    """The later visit did not ask for school; that is none of the earlier one's business."""
    stage = open_stage("zh")
    play(stage, "+ visit-not-asked", "@ 李主任")
    said = play(stage, "> 走访 小榆", "> 11-25", *["> 1"] * 3)
    assert "上网：偏多" in said, "declined in December, answered in November"
    play(stage, *["> 1"] * 4, "> [以上都没有]", f"> [{SUBMIT}]")
    late = standing(stage)
    assert late.day.isoformat() == "2026-11-25"
    assert held(stage, late)["stale"] == {}


def test_amending_does_not_raise_the_alarm_again(open_stage: Open) -> None:
    stage = open_stage("zh")
    lines = [*read("visit-urgent", "zh")]
    play(stage, *lines[: lines.index("# 走访可以撤回，警报不会：警报由人来答复。")])
    play(stage, "# 2026-12-22T09:00+08:00")
    ticks = ("说过不想活", "选好了")
    amend(stage, "小榆 12月21日", {"心理信号：孩子有": ticks[:1], "紧急事项：现在": ticks})
    a = t.alert.c
    assert rows(stage, select(a.codes)) == [("EM05b",)]
    assert held(stage, standing(stage))["urgent"] == ["EM05b"]


def test_amending_raises_the_alarm_for_what_is_new(open_stage: Open) -> None:
    stage = open_stage("zh")
    lines = [*read("visit-urgent", "zh")]
    play(stage, *lines[: lines.index("# 走访可以撤回，警报不会：警报由人来答复。")])
    play(stage, "# 2026-12-22T09:00+08:00", "> 更正", "> [小榆 12月21日]", *["> 1"] * 7)
    said = play(stage, "> [已有自伤]")
    assert "先打电话" in said
    assert rows(stage, select(t.alert.c.codes)) == [("EM05b",), ("EM05",)]


def test_amending_does_not_repeat_a_priority_notice(open_stage: Open) -> None:
    stage = open_stage("zh")
    lines = [*read("visit-priority", "zh")]
    play(stage, *lines[: lines.index("# 如果回答「是」，就是紧急事项。")])
    play(stage, "@ 陈站长", "> 警报", "> 1", "> [已处理完毕]", "> 已联系学校", "@ 李主任")
    play(stage, "# 2026-11-25T09:00+08:00")
    harsh = {
        "教养方式：照护人": ("打骂",),
        "是否疑似": ("否",),
        "上学情况怎么样": ("应上学而辍学",),
    }
    amend(stage, "小樟 11月23日", harsh)
    assert rows(stage, select(t.alert.c.codes)) == [("P1 P2",)]


def test_a_correction_is_not_asked_whether_it_is_another_visit(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-23T12:00+08:00")
    assert "另外一次" not in play(stage, "> 更正", "> [小榆 11月23日]")


HIGH, QUIET = 83, 2


def told_late(open_stage: Open) -> tuple[Stage, str]:
    """On 24 November a quiet visit of the 5th is told, after the alarming one of the 23rd; and
    what the bot says to it."""
    stage = open_stage("zh")
    play(stage, "+ visit-high", "@ 李主任 zh", "# 2026-11-24T09:00+08:00", "> 走访 小樟", "> 11-5")
    who = stage.people["李主任"]
    for _ in range(MANY):
        if SUBMIT in who.labels:
            break
        play(stage, "> [以上都没有]" if "以上都没有" in who.labels else "> 1")
    return stage, play(stage, f"> [{SUBMIT}]")


def portrayed(stage: Stage) -> set[int]:
    """The child's total by the level, the bars, the reason, and to the operator."""
    said = play(stage, "> 孩子 小樟")
    with stage.town.store.work() as db:
        found = operator.child(db, stage.town.store.keys, "小满-02")
    assert found
    told = re.findall(r"(?:最近一次|得分) (\d+)/100", said)
    bars = re.findall(r"[█░] (\d+)/", said)
    assert (len(told), len(bars)) == (2, 6)
    return {*map(int, told), sum(map(int, bars)), found["total"]}


def moved(stage: Stage, visit: str, day: str) -> None:
    """A correction of its day alone, a while after what was said before."""
    stage.town.clock.now += timedelta(minutes=11)
    amend(stage, visit, {}, "> [修改：日期]", f"> {day}")


def taken_back(stage: Stage) -> None:
    assert "已撤回" in play(stage, "> 撤回", "> [是]")


def test_a_late_entry_does_not_take_the_place_of_a_newer_visit(open_stage: Open) -> None:
    stage, said = told_late(open_stage)
    assert f"2026-11 得分 {QUIET}/100，平滑分 {QUIET}（线 40）" in said
    assert f"但以同月日期更晚的一次为准：得分 {HIGH}/100，平滑分 {HIGH}；" in said
    assert f"（合计 {QUIET}）" in said
    assert portrayed(stage) == {HIGH}
    taken_back(stage)
    assert portrayed(stage) == {HIGH}


@pytest.mark.parametrize(("visit", "day"), [("小樟 11月23日", "11-3"), ("小樟 11月5日", "11-24")])
def test_the_visit_of_the_newest_day_stands_after_a_correction_of_days(
    open_stage: Open, visit: str, day: str
) -> None:
    """Whichever of the two is moved behind the other; and not when that is taken back."""
    stage, _ = told_late(open_stage)
    moved(stage, visit, day)
    assert portrayed(stage) == {QUIET}
    taken_back(stage)
    assert portrayed(stage) == {HIGH}
