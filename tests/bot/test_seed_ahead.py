"""What the calls find: the same in this process and in one of its own, and a death is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import islice
from multiprocessing.connection import Connection

import pytest

from bot.seed import Size, ahead
from bot.seed.ahead import findings
from bot.seed.plan import Plan, make_plan
from bot.settings import Settings

ZONE = Settings().tz


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Size().part(1 / 60), 3, 1, date(2026, 11, 23))


def test_a_process_of_its_own_finds_the_same(plan: Plan) -> None:
    with findings(plan, ZONE, apart=False) as here, findings(plan, ZONE, apart=True) as there:
        mine, theirs = list(here), list(islice(there, len(plan.calls)))
    assert mine == theirs
    assert len(mine) == len(plan.calls)


def test_a_process_that_dies_is_told(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_send", dies)
    with (
        pytest.raises(RuntimeError, match="too early"),
        findings(replace(plan, calls=()), ZONE, apart=True) as found,
    ):
        next(found)


def dies(pipe: Connection, *_: object) -> None:
    """Takes its work and says nothing."""
