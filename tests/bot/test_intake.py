"""Messages on their way to storage: grouped, in order, saved or refused whole."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bot.channels.message import Incoming, Taken
from bot.intake import Intake
from bot.turn import GROUP, Turns
from domain.roles import Role
from storage import inbox
from storage import tables as t
from storage.founding import Founding, NewPerson
from storage.session import Store, Unavailable
from tests.bot.small import LIBRARY, audit_rows, make_registry
from tests.conftest import both
from tests.town import CITY, Town

HOLD = """
import sys
from sqlcipher3 import dbapi2
db = dbapi2.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA key = \\"x'" + sys.stdin.readline().strip() + "'\\"")
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
db.execute("ROLLBACK")
"""


@dataclass(frozen=True)
class Watched(Turns):
    """Turns that note their groups, and break when they are told to."""

    groups: list[list[int]] = field(default_factory=list)

    def take_many(self, messages: Any, *, again: bool = False) -> list[Taken]:
        self.groups.append([message.person_id for message in messages])
        if any(message.text == "break" for message in messages):
            raise ZeroDivisionError("broken")
        return super().take_many(messages, again=again)


@pytest.fixture
def turns(town: Town) -> Watched:
    return Watched(town.store, town.clock, CITY, make_registry(), LIBRARY)


@pytest.fixture
def intake(turns: Watched) -> Iterator[Intake]:
    intake = Intake(turns, workers=4 if turns.store.postgres else 1)
    yield intake
    intake.close()


@pytest.fixture
def crowd(town: Town) -> list[int]:
    """A hundred mothers more."""
    with town.store.work() as db:
        founding = Founding(db, town.store.keys)
        return [
            founding.person(
                NewPerson(f"M-1{number:02}", "郑妈妈", Role.LOVING_MOTHER, date(2026, 1, 5)),
                town.units["elm"],
            )
            for number in range(100)
        ]


def message(person: int, text: str, key: str = "") -> Incoming:
    return Incoming("web", key or f"{person}:{text}", person, text)


def said(store: Store, person: int) -> list[str]:
    """What this person said, in the order in which it was answered."""
    with store.work() as db:
        told = inbox.told(db, store.keys, person)
    return [body["said"] for _, _, body in told if "said" in body]


def rows(store: Store) -> dict[str, int]:
    """How many rows the tables of a turn hold."""
    tables = {"received": t.received, "outgoing": t.outgoing, "talk": t.talk}
    with store.work() as db:
        counts = {
            name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.items()
        }
        return counts | {"audit": len(audit_rows(db))}


# --- grouping --------------------------------------------------------------------------------


@both()
async def test_people_who_wait_together_share_a_commit(
    town: Town, turns: Watched, crowd: list[int]
) -> None:
    commits: list[int] = []
    intake = Intake(turns)
    event.listen(town.store.engine, "commit", lambda connection: commits.append(1))
    taken = await asyncio.gather(*(intake.take(message(each, "visit")) for each in crowd))
    intake.close()
    assert {each.state for each in taken} == {"new"}
    assert [len(group) for group in turns.groups] == [1, GROUP, 99 - GROUP]
    assert len(commits) == 3


async def test_a_lone_message_is_not_delayed(intake: Intake, turns: Watched, town: Town) -> None:
    mother = town.people["王妈妈"]
    taking = asyncio.create_task(intake.take(message(mother, "visit")))
    await asyncio.sleep(0)
    assert intake._free == 0, "it is in the storage thread, and not in a queue"
    assert (await taking).state == "new"
    assert turns.groups == [[mother]]


@both()
async def test_fifty_parallel_messages_of_one_person_keep_their_order(
    intake: Intake, turns: Watched, town: Town
) -> None:
    mother = town.people["王妈妈"]
    words = [f"words {number}" for number in range(50)]
    await asyncio.gather(*(intake.take(message(mother, each)) for each in words))
    assert said(town.store, mother) == words
    assert turns.groups == [[mother]] * 50, "two messages of one person never share a group"


@both()
async def test_a_hundred_people_at_once_are_each_served_in_order(
    intake: Intake, turns: Watched, town: Town, crowd: list[int]
) -> None:
    steps = enumerate(["visit", "2", "7", "today", "1", "fine", "1"])
    sent = [message(each, step, f"{each}:{place}") for place, step in steps for each in crowd]
    taken = await asyncio.gather(*(intake.take(each) for each in sent))
    assert {each.state for each in taken} == {"new"}
    assert all(len(set(group)) == len(group) <= GROUP for group in turns.groups)
    with town.store.work() as db:
        assert audit_rows(db).count("order") == len(crowd)


@both()
async def test_duplicates_have_no_effect_however_often_they_come(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    chance = random.Random(8)
    sent = [message(each, "words") for each in crowd for _ in range(chance.randint(1, 5))]
    chance.shuffle(sent)
    taken = await asyncio.gather(*(intake.take(each) for each in sent))
    states = [each.state for each in taken]
    assert (states.count("new"), states.count("duplicate")) == (100, len(sent) - 100)
    assert rows(town.store)["received"] == 100


async def test_a_key_with_another_body_is_refused_and_changes_nothing(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    await asyncio.gather(*(intake.take(message(each, "visit", f"k{each}")) for each in crowd))
    before = rows(town.store)
    bodies = ("2", "visit ")
    again = [message(each, body, f"k{each}") for each in crowd for body in bodies]
    taken = await asyncio.gather(*(intake.take(each) for each in again))
    assert [each.state for each in taken] == ["reused"] * 200
    assert rows(town.store) == before


# --- what goes wrong -------------------------------------------------------------------------


async def test_an_exception_reaches_its_group_and_nobody_else(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    first, *others = crowd[:10]
    taking = [intake.take(message(first, "words"))]
    taking += [intake.take(message(each, "break")) for each in others]
    found = await asyncio.gather(*taking, return_exceptions=True)
    assert [type(each) for each in found] == [Taken, *[ZeroDivisionError] * 9]
    assert (await intake.take(message(first, "more words"))).state == "new"


async def test_a_waiter_that_goes_away_disturbs_nobody(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    taking = [asyncio.create_task(intake.take(message(each, "words"))) for each in crowd[:5]]
    await asyncio.sleep(0)
    taking[0].cancel()
    taking[3].cancel()
    found = await asyncio.gather(*taking, return_exceptions=True)
    assert [type(each) for each in found].count(Taken) == 3
    await intake.take(message(crowd[0], "after"))
    assert said(town.store, crowd[3]) == ["words"], "what was sent is saved all the same"


def patience(store: Store, milliseconds: int) -> None:
    """How long the store waits for a lock."""
    pragma(store, f"busy_timeout = {milliseconds}")


def pragma(store: Store, words: str) -> Any:
    with store.engine.connect() as db:
        driver = db.connection.driver_connection
        assert driver is not None
        return driver.execute(f"PRAGMA {words}").fetchone()


@contextmanager
def locked(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Another process holds the database until it is told to let go."""
    path = pragma(store, "database_list")[2]
    pipe = subprocess.PIPE
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=pipe, stdout=pipe, text=True
    )
    assert holder.stdin
    assert holder.stdout
    holder.stdin.write(store.keys.database + "\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "locked\n"
    yield holder
    if holder.returncode is None:
        holder.communicate("let go\n")


async def test_a_locked_database_refuses_all_and_saves_nothing_until_it_is_free(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    patience(town.store, 100)
    before = rows(town.store)
    with locked(town.store):
        taking = (intake.take(message(each, "visit")) for each in crowd)
        found = await asyncio.gather(*taking, return_exceptions=True)
    assert [type(each) for each in found] == [Unavailable] * 100
    assert {"数据库被占用" in str(each) for each in found} == {True}
    assert rows(town.store) == before
    again = await asyncio.gather(*(intake.take(message(each, "visit")) for each in crowd))
    assert {each.state for each in again} == {"new"}


async def test_a_message_waits_for_a_lock_that_is_soon_released(intake: Intake, town: Town) -> None:
    with locked(town.store) as holder:
        taking = asyncio.create_task(intake.take(message(town.people["王妈妈"], "visit")))
        await asyncio.sleep(0.3)
        assert not taking.done()
        await asyncio.to_thread(holder.communicate, "let go\n")
        assert (await taking).state == "new"


async def test_a_full_disk_is_said_clearly_and_nothing_is_half_saved(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    pages = pragma(town.store, "page_count")[0]
    pragma(town.store, f"max_page_count = {pages + 3}")
    saved, refused = 0, 0
    for each in crowd:
        sending = intake.take(message(each, "长" * 1500))
        (found,) = await asyncio.gather(sending, return_exceptions=True)
        assert isinstance(found, Taken) or "磁盘已满" in str(found)
        refused += isinstance(found, Unavailable)
        saved += isinstance(found, Taken)
        assert rows(town.store)["received"] == saved
        assert rows(town.store)["outgoing"] == 2 * saved, "the greeting and the answer"
        if refused > 3:
            break
    assert refused > 3
    pragma(town.store, "max_page_count = 1000000")
    taken = await asyncio.gather(*(intake.take(message(each, "长" * 1500)) for each in crowd))
    states = [each.state for each in taken]
    assert (states.count("duplicate"), states.count("new")) == (saved, 100 - saved)


# --- stuck messages --------------------------------------------------------------------------


async def get_stuck(intake: Intake, person: int) -> Taken:
    """An order whose act fails, always."""
    for place, step in enumerate(("visit", "2", "7", "today", "1", "boom", "1")):
        taken = await intake.take(message(person, step, f"s{place}"))
    return taken


@both()
async def test_stuck_messages_are_tried_again_beside_the_traffic(
    intake: Intake, town: Town, crowd: list[int]
) -> None:
    mother = town.people["王妈妈"]
    assert (await get_stuck(intake, mother)).state == "stuck"
    taking = [intake.take(message(each, f"words {n}")) for each in crowd for n in range(3)]
    retries = [intake.retry() for _ in range(5)]
    found = await asyncio.gather(*taking, *retries)
    states = [each.state for each in found if isinstance(each, Taken)]
    assert states == ["new"] * 300
    with town.store.work() as db:
        assert db.execute(select(t.stuck.c.dead, t.stuck.c.tries)).all() == [(True, 5)]


@both()
async def test_what_comes_later_waits_behind_a_stuck_message_and_keeps_its_order(
    intake: Intake, town: Town
) -> None:
    mother = town.people["王妈妈"]
    await get_stuck(intake, mother)
    later = [f"later {number}" for number in range(5)]
    taken = await asyncio.gather(*(intake.take(message(mother, each)) for each in later))
    assert {each.state for each in taken} == {"stuck"}
    for _ in range(11):
        await intake.retry()
        taken += [await intake.take(message(mother, "first", "last of all"))]
    assert said(town.store, mother)[-6:] == [*later, "first"]


async def test_those_who_listen_hear_that_something_was_told(intake: Intake, town: Town) -> None:
    mother = town.people["王妈妈"]
    bell = intake.listen(mother)
    await intake.take(message(town.people["郑妈妈"], "words"))
    assert bell.is_set()
    intake.hush(mother, bell)
    assert not intake._bells
