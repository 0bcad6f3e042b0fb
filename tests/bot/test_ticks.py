"""The clockwork of a server: what is due after a long standstill, and people in between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, insert, select

from bot import serve
from bot.channels.message import Incoming
from bot.intake import Intake
from bot.turn import Turns
from domain.privacy import DataClass
from storage import tables as t
from storage.fading import AT_ONCE, PERSONAL
from tests.bot.small import LIBRARY, make_registry
from tests.conftest import both
from tests.town import Town

DUE = 3 * AT_ONCE + 7


@pytest.fixture
def turns(town: Town) -> Turns:
    return town.turns(make_registry(), LIBRARY)


@pytest.fixture
def intake(turns: Turns) -> Iterator[Intake]:
    intake = Intake(turns)
    yield intake
    intake.close()


@pytest.fixture
def standstill(town: Town) -> None:
    """Much was told of children, and nobody has swept since."""
    told = {
        "person_id": town.people["王妈妈"],
        "channel": "web",
        "state": "sent",
        "data_class": DataClass.CHILD.value,
        "body": b"",
        "at": town.clock.now - timedelta(days=30),
    }
    with town.store.work() as db:
        db.execute(insert(t.outgoing), [told | {"dedupe_key": f"old/{n}"} for n in range(DUE)])


def left(db: Connection) -> int:
    rows = select(func.count()).where(t.outgoing.c.data_class.in_(PERSONAL))
    return int(db.execute(rows).scalar_one())


def due(town: Town) -> int:
    with town.store.work() as db:
        return left(db)


@both()
@pytest.mark.usefixtures("standstill")
async def test_all_that_is_due_fades_in_one_tick(town: Town, intake: Intake, turns: Turns) -> None:
    _, upkeep = serve.ticks(intake, turns)["upkeep"]
    await upkeep()
    assert due(town) == 0


@pytest.mark.usefixtures("standstill")
async def test_a_tick_has_an_end_and_the_next_goes_on(
    town: Town, intake: Intake, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "ROUNDS", 1)
    _, upkeep = serve.ticks(intake, turns)["upkeep"]
    await upkeep()
    assert due(town) == DUE - 2 * AT_ONCE
    await upkeep()
    assert due(town) == 0


@pytest.mark.usefixtures("standstill")
async def test_a_message_is_answered_while_a_tick_goes_on(
    town: Town, intake: Intake, turns: Turns
) -> None:
    _, upkeep = serve.ticks(intake, turns)["upkeep"]
    sweeping = asyncio.ensure_future(upkeep())
    await asyncio.sleep(0)  # the first transaction is on its way
    taken = await intake.take(Incoming("web", "k1", town.people["李主任"], "visit"))
    waiting = await intake.read(left)
    await sweeping
    assert taken.state == "new"
    assert waiting > 0, "she did not wait for the end"
    assert due(town) == 0
