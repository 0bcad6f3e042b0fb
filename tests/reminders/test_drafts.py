"""Drafts live seven days: a reminder on the fifth, gone and told on the seventh."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.serve import tidy
from dialogue.show import show_answer
from reminders import drafts
from storage import inbox
from storage import tables as t
from storage.upkeep import Upkeep
from tests.bot.small import LIBRARY, make_registry
from tests.conftest import both
from tests.town import Somebody, Town

DAY = timedelta(days=1)


@pytest.fixture
def mother(town: Town) -> Somebody:
    """She has begun an order and put it aside at the second question."""
    who = Somebody(town.turns(make_registry(), LIBRARY), town.people["王妈妈"])
    who.say("visit")
    who.say("green")
    return who


def sweep(town: Town) -> int:
    with town.store.work() as db:
        now = town.clock.now
        return drafts.sweep(Upkeep(db, town.store.keys, now, show_answer), now)


def told(town: Town, who: Somebody) -> list[str]:
    """What the sweeps have said to her."""
    with town.store.work() as db:
        found = inbox.told(db, town.store.keys, who.person_id)
    return [body["text"] for _, _, body in found if "草稿" in body["text"] and "said" not in body]


def talk(town: Town, number: int = 1) -> Any:
    with town.store.work() as db:
        return db.execute(select(t.talk).where(t.talk.c.number == number)).one()


def open_talk(town: Town, who: Somebody) -> int | None:
    with town.store.work() as db:
        return inbox.load_people(db, [who.person_id])[who.person_id].talk


@both()
def test_she_is_reminded_once_on_the_fifth_day(town: Town, mother: Somebody) -> None:
    counts = []
    for _ in range(7):
        counts.append(sweep(town))
        counts.append(sweep(town))
        town.clock.now += DAY
    assert counts[:12] == [0] * 10 + [1, 0]
    assert counts[12:] == [0, 0], "and not again on the sixth"
    assert len(told(town, mother)) == 1
    assert "再过两天会清除" in told(town, mother)[0]
    mother.say("7")
    assert "When?" in mother.text, "the reminder takes nothing away"


@both()
def test_on_the_seventh_day_it_is_gone_blank_and_told(town: Town, mother: Somebody) -> None:
    before = talk(town)
    assert before.answers
    town.clock.now += 5 * DAY
    sweep(town)
    town.clock.now += 2 * DAY
    assert sweep(town) == 1
    gone = talk(town)
    assert (gone.state, bytes(gone.answers), bytes(gone.facts)) == ("expired", b"", b"")
    assert open_talk(town, mother) is None
    assert "已经清除，没有记录" in told(town, mother)[-1]
    assert sweep(town) == 0, "a second sweep does nothing"
    assert len(told(town, mother)) == 2


def test_a_sweep_that_was_down_on_the_fifth_day_only_says_that_it_is_gone(
    town: Town, mother: Somebody
) -> None:
    town.clock.now += 26 * DAY
    assert sweep(town) == 1
    assert len(told(town, mother)) == 1
    mother.say("7")
    assert "没有看懂" in mother.text, "nothing is open any more"


def test_its_buttons_are_dead_when_it_is_gone(town: Town, mother: Somebody) -> None:
    token = mother.token("back")
    town.clock.now += 7 * DAY
    sweep(town)
    mother._send(tokens=(token,))
    assert "已经失效" in mother.text


@both()
def test_a_resumed_draft_starts_its_seven_days_anew(town: Town, mother: Somebody) -> None:
    mother.say("/visit")
    assert talk(town).state == "parked"
    town.clock.now += 5 * DAY
    assert sweep(town) == 2, "the parked one and the open one"
    mother.say("草稿")
    assert "How many?" in mother.text
    town.clock.now += 4 * DAY
    assert sweep(town) == 0
    town.clock.now += DAY
    assert sweep(town) == 1, "reminded once more, five days after she went on with it"
    assert talk(town).state == "active"
    town.clock.now += 2 * DAY
    sweep(town)
    assert talk(town).state == "expired"


def test_a_finished_or_cancelled_conversation_is_not_swept(town: Town, mother: Somebody) -> None:
    for word in ("7", "today", "1", "fine", "1"):
        mother.say(word)
    mother.say("visit")
    mother.say("取消")
    town.clock.now += 30 * DAY
    assert sweep(town) == 0


@both()
def test_a_draft_that_was_touched_since_the_sweep_looked_is_left_alone(
    town: Town, mother: Somebody
) -> None:
    town.clock.now += 7 * DAY
    with town.store.work() as db:
        upkeep = Upkeep(db, town.store.keys, town.clock.now, show_answer)
        (idle,) = upkeep.idle_drafts(town.clock.now - drafts.EXPIRE)
    mother.say("7")
    with town.store.work() as db:
        assert not Upkeep(db, town.store.keys, town.clock.now, show_answer).expire(idle)
    mother.say("today")
    assert "Tags?" in mother.text


@both()
def test_the_upkeep_leaves_its_heartbeat_and_forgets_old_keys(town: Town, mother: Somebody) -> None:
    for days in (29, 2):
        town.clock.now += days * DAY
        with town.store.work() as db:
            tidy(Upkeep(db, town.store.keys, town.clock.now, show_answer))
            beats = db.execute(select(t.heartbeat)).all()
            kept = db.execute(select(t.received.c.key)).all()
        assert [(beat.job, beat.at) for beat in beats] == [("upkeep", town.clock.now)]
        assert len(kept) == (2 if days == 29 else 0)
    assert "2 forgotten" in beats[0].did
