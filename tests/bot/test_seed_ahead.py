"""What the calls find: the same in this process and in one of its own, and a death is told."""

from __future__ import annotations

from datetime import date
from itertools import islice
from multiprocessing.connection import Connection

import pytest

from bot.seed import Size, ahead
from bot.seed.ahead import findings
from bot.seed.plan import make_plan
from bot.settings import Settings

ZONE = Settings().tz


MADE_BY = (Size().part(1 / 60), 3, 1, date(2026, 11, 23))


def test_a_process_of_its_own_finds_the_same() -> None:
    count = len(make_plan(*MADE_BY).calls)
    with findings(MADE_BY, ZONE, apart=False) as here, findings(MADE_BY, ZONE, apart=True) as there:
        mine, theirs = list(here), list(islice(there, count))
    assert mine == theirs
    assert len(mine) == count


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_send", dies)
    with (
        pytest.raises(RuntimeError, match="too early"),
        findings(MADE_BY, ZONE, apart=True) as found,
    ):
        next(found)


def dies(pipe: Connection, *_: object) -> None:
    """Takes its work and says nothing."""
