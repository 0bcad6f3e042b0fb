"""Forms under way: few, not for long, and never in the way of what the database says."""

from __future__ import annotations

from typing import Any

import pytest

import handlers  # noqa: F401  (registers every conversation)
from bot.turn import Turns
from bot.underway import MANY, Underway
from dialogue.registry import conversations
from dialogue.walk import Walk
from domain.library import packaged
from storage import inbox
from tests.town import Somebody, Town


def made() -> dict[str, Walk]:
    async def nothing() -> None: ...

    steps = nothing()
    steps.close()
    return {"visit": Walk(None, steps)}


def test_what_is_taken_is_taken_once() -> None:
    here, walks = Underway(), made()
    here.put((1, 1), walks)
    assert here.take((1, 1)) is walks
    assert here.take((1, 1)) == {}


def test_what_rests_for_two_rounds_is_gone() -> None:
    here, walks = Underway(), made()
    here.put((1, 1), walks)
    here.age()
    assert here.take((1, 1)) is walks, "once is not enough"
    here.put((1, 1), walks)
    here.age()
    here.age()
    assert here.take((1, 1)) == {}


def test_there_are_never_many() -> None:
    here = Underway()
    for number in range(5 * MANY):
        here.put((number, 1), made())
    assert len(here.late) + len(here.before) <= 2 * MANY
    assert here.take((5 * MANY - 1, 1))


def director(town: Town, turns: Turns) -> Somebody:
    return Somebody(turns, town.people["李主任"])


def test_a_parked_or_finished_form_waits_nowhere(town: Town) -> None:
    turns = town.turns(conversations, packaged())
    who = director(town, turns)
    who.say("走访 小满-01")
    who.say("1")
    assert turns.underway.late
    who.say("菜单")
    assert not turns.underway.late
    who.say("草稿")
    who.say("取消")
    assert not turns.underway.late


def test_what_was_rolled_back_was_never_said(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The walk has gone a step further than the database: the step is taken again."""
    turns = town.turns(conversations, packaged())
    who = director(town, turns)
    for word in ("走访 小满-01", "1", "1"):
        who.say(word)
    before = who.body["text"]
    failing = [True]
    write = inbox.write

    def broken(*args: Any) -> None:
        if failing and failing.pop():
            raise ValueError("a bug at the end of the turn")
        write(*args)

    monkeypatch.setattr(inbox, "write", broken)
    assert who.say("1").state == "stuck"
    assert turns.retry_stuck() == 1
    after = who.say("返回").replies[-1].body["text"]
    assert after == before, "the answer was kept once"
