"""The day of a visit is changed on the review: what was taken over belongs to its own day."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.handlers.stage import Stage

Open = Callable[[str], Stage]
SAME = ("以上都没有", "以上都没有", "以上都没有", "以上都没有", "与上次相同", "以上都没有")
KEPT = ("不变", "以上都没有", "以上都没有", "以上都没有", "以上都没有", "不变", "以上都没有")
FAMILY = ("无固定照护人", "较好", "每月 1–3 次", "沟通良好", "没有", "稳定", "安全整洁")


def play(stage: Stage, *lines: str) -> str:
    """Plays these lines; what the bot said last."""
    return "\n".join(stage.play(lines))


def taps(*labels: str) -> list[str]:
    return [f"> [{label}]" for label in labels]


def worse_later(stage: Stage) -> None:
    """A visit on 23 November, and one on 20 December that found the family otherwise."""
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-12-20T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", "有变化"))
    said = play(stage, "> 2", *["> 1"] * 6, *taps(*SAME[1:]), "> [以上都没有]")
    assert "核对" in said
    play(stage, "> [提交本次走访]")


def test_another_day_asks_again_what_was_taken_over_from_a_later_visit(open_stage: Open) -> None:
    stage = open_stage("zh")
    worse_later(stage)
    play(stage, "# 2026-12-22T09:00+08:00", "> 走访 小榆", *taps("今天", "与上次相同"))
    play(stage, *taps(*SAME), "> [以上都没有]", "> [修改：日期]")
    said = play(stage, "> 12-10")
    assert "第 1/6 部分 · 家庭情况" in said, "the family was another one before the 20th"
    said = play(stage, "> [以上都没有]")
    assert "核对" in said, "the other sections say the same as they did"
    assert "12月10日" in said


def test_a_day_before_which_nothing_else_was_held_keeps_what_was_taken_over(
    open_stage: Open,
) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-12-22T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", *SAME), "> [以上都没有]")
    assert "核对" in play(stage, "> [修改：日期]", "> 12-10"), "it is still the same last time"


def test_each_correction_has_answers_of_its_own(open_stage: Open) -> None:
    stage = open_stage("zh")
    worse_later(stage)
    play(stage, "# 2026-12-22T09:00+08:00", "> 更正", "> [小榆 12月20日]", *taps(*KEPT))
    said = play(stage, *["> 返回"] * 8)
    assert "更正哪一次走访" in said
    said = play(stage, "> [小榆 11月23日]")
    assert "【原来填的】走访方式" in said, "nothing of the other one's answers"
    said = play(stage, "> [不变]")
    assert "平时由谁照顾：祖辈" in said


def test_the_receipt_behind_the_word_says_which_visit_is_corrected(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-25T09:00+08:00")
    assert "【原来填的】" in play(stage, "> 更正 7N6HN-SBVTV")
    assert "更正哪一次走访" in play(stage, "> [取消]", "> 更正 AAAAA-BBBBB")


@pytest.mark.parametrize("word", ["提交", "确认", "是", "ok", "提交本次走访", "1"])
def test_the_review_is_submitted_by_many_words(word: str, open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-12-22T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", *SAME), "> [以上都没有]")
    assert "已记录小榆" in play(stage, f"> {word}")


def test_a_line_of_the_review_is_named_by_its_own_word(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-12-22T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", *SAME), "> [以上都没有]")
    assert "哪一天" in play(stage, "> 日期")


def test_taking_back_left_half_way_is_no_draft(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-23T09:05+08:00")
    assert "确定撤回" in play(stage, "> 撤回", "> 走访 小樟", "> 取消", "> 撤回")
    play(stage, "> 走访 小樟", "> 取消")
    assert "没有草稿" in play(stage, "> 草稿")


# --- a change that brings up a question ---------------------------------------------------------

CALL = ("电话", "10 分钟", "😐 一般")


def two_calls(stage: Stage) -> str:
    """A call on the 23rd that is recorded, and one of the 24th that is moved to the 23rd."""
    play(stage, "# 2026-11-23T09:00+08:00", "@ 王妈妈 zh", "> 联系", *taps("今天", *CALL), "> 1")
    said = play(stage, "> [提交]")
    assert "已记录" in said
    play(stage, "# 2026-11-24T09:00+08:00", "> 联系", *taps("今天", *CALL), "> 1")
    said = play(stage, "> [修改：日期]", "> [昨天]")
    assert "这是另外一次吗" in said
    return said


def test_back_from_whether_it_is_another_contact_leads_to_the_question_before(
    open_stage: Open,
) -> None:
    stage = open_stage("zh")
    two_calls(stage)
    said = play(stage, "> 返回")
    assert "哪一天" in said, "the day is what she answered last, not her worries"
    said = play(stage, "> 返回")
    assert "11月24日" in said
    assert "核对" in said, "the review, with the day as it was"


def test_back_from_whether_it_is_another_visit_leads_to_the_day_and_then_to_the_review(
    open_stage: Open,
) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-24T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", *SAME), "> [以上都没有]")
    assert "这是另外一次吗" in play(stage, "> [修改：日期]", "> [昨天]")
    assert "哪一天" in play(stage, "> 返回")
    said = play(stage, "> 返回")
    assert "核对" in said
    assert "11月24日" in said


def test_the_same_visit_after_a_change_of_the_day_loses_nothing_and_asks_the_day_again(
    open_stage: Open,
) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-24T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", *SAME), "> [以上都没有]")
    play(stage, "> [修改：日期]", "> [昨天]")
    said = play(stage, "> [不是]")
    assert "没有另外登记" in said
    assert "7N6HN-SBVTV" in said
    assert "这次填的也都还在" in said
    assert "哪一天" in said
    said = play(stage, "> 返回")
    assert "核对" in said
    assert "11月24日" in said
    assert "已记录小榆" in play(stage, "> [提交本次走访]")
    assert "= visits 小满-01 → 2" in play(stage, "= visits 小满-01")


def test_another_day_may_be_given_at_once(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-25T09:00+08:00")
    play(stage, "> 走访 小榆", *taps("今天", "与上次相同", *SAME), "> [以上都没有]")
    play(stage, "> [修改：日期]", "> 11-23", "> [不是]")
    said = play(stage, "> [昨天]")
    assert "核对" in said
    assert "11月24日" in said


def test_said_once_more_it_is_asked_once_more(open_stage: Open) -> None:
    stage = open_stage("zh")
    two_calls(stage)
    play(stage, "> [不是]")
    assert "这是另外一次吗" in play(stage, "> [昨天]")
    said = play(stage, "> [是]")
    assert "核对" in said
    assert "11月23日" in said


def test_the_same_contact_after_a_change_asks_again_what_was_changed(open_stage: Open) -> None:
    stage = open_stage("zh")
    two_calls(stage)
    said = play(stage, "> [不是]")
    assert "哪一天" in said
    assert "这次填的也都还在" in said


def test_left_and_taken_up_again_the_draft_still_knows_what_was_changed(open_stage: Open) -> None:
    stage = open_stage("zh")
    two_calls(stage)
    assert "已存为草稿" in play(stage, "> 排行")
    assert "这是另外一次吗" in play(stage, "> 草稿")
    assert "哪一天" in play(stage, "> [不是]")


def test_a_correction_that_was_overtaken_on_its_new_day_may_be_called_off(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-first", "@ 李主任 zh", "# 2026-11-25T09:00+08:00")
    play(stage, "> 更正 7N6HN-SBVTV", *taps(*KEPT[:6]), *["> [以上都没有]"] * 2)
    assert "核对" in play(stage, "> [修改：日期]", "> [昨天]")
    play(stage, "> 走访 小榆", *taps("昨天", "与上次相同", *SAME), "> [以上都没有]")
    assert "已记录" in play(stage, "> [提交本次走访]")
    assert "这是另外一次吗" in play(stage, "> 草稿")
    said = play(stage, "> [不是]")
    assert "没有更正" in said, "nothing of hers led there just now: it is her word"
    assert "= visits 小满-01 → 2" in play(stage, "= visits 小满-01")
