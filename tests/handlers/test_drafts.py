"""Drafts that are taken up while something else is open: nothing is put aside unsaid."""

from __future__ import annotations

from collections.abc import Callable

from tests.handlers.stage import Stage

Open = Callable[[str], Stage]
PARKED = "已存为草稿"


def play(stage: Stage, *lines: str) -> str:
    """Plays these lines; what the bot said last."""
    return "\n".join(stage.play(lines))


def called_off(open_stage: Open) -> Stage:
    """A visit to 小榆 that was called off, and one to 小樟 that is open."""
    stage = open_stage("zh")
    play(stage, "# 2026-11-23T09:00+08:00", "@ 李主任 zh")
    play(stage, "> 走访 小榆", "> [今天]", "> [入户]", "> 取消")
    play(stage, "> 走访 小樟", "> [今天]")
    return stage


def test_having_a_draft_back_says_that_what_was_open_is_put_aside(open_stage: Open) -> None:
    stage = called_off(open_stage)
    said = play(stage, "> 找回")
    assert "继续草稿" in said
    assert PARKED in said
    assert said.index(PARKED) < said.index("见到孩子本人"), "it stands above the question"
    assert "小樟" in play(stage, "> 草稿")


def test_a_draft_of_ones_own_says_so_too(open_stage: Open) -> None:
    stage = called_off(open_stage)
    play(stage, "> 找回")
    said = play(stage, "> 草稿")
    assert "小樟" in said
    assert PARKED in said


def test_what_held_nothing_yet_is_not_said_to_be_kept(open_stage: Open) -> None:
    stage = called_off(open_stage)
    play(stage, "> 返回")
    said = play(stage, "> 找回")
    assert "继续草稿" in said
    assert PARKED not in said


def test_without_anything_open_nothing_is_put_aside(open_stage: Open) -> None:
    stage = called_off(open_stage)
    play(stage, "> 取消")
    assert PARKED not in play(stage, "> 找回 1")


def test_a_draft_that_is_refused_leaves_open_what_was_open(open_stage: Open) -> None:
    stage = called_off(open_stage)
    said = play(stage, "! move 小榆 camphor", "> 找回")
    assert "继续草稿" in said
    assert PARKED not in said
    assert said.rstrip().endswith("<返回>  <取消>"), "the visit to 小樟 is asked on"
    assert "见到孩子本人" in play(stage, "> [入户]")
