"""Lists and re-scoring: the ranking over a million ledger rows, 1,051 children's history."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from bot.bench.figure import Figure
from bot.bench.town import crowd
from domain.frame import Frame
from domain.scorer import Assessment, Month, default_rules, replay
from storage import inbox, operator
from storage.look import Look

ROWS = 1_000_000
PEOPLE = 300
CHILDREN, MONTHS = 1051, 24


def measure() -> Iterator[Figure]:
    yield Figure("ranking over 1M ledger rows", 1000 * ranking(), "ms", 5, "less")
    yield Figure(
        "re-scoring 1,051 x 24 (pure Python)",
        1000 * rescoring(),
        "ms",
        50,
        "less",
        "the numpy engine is another issue's",
    )


def ranking() -> float:
    """Seconds for the first twenty of a month, from the kept totals."""
    with tempfile.TemporaryDirectory() as folder, crowd(Path(folder), PEOPLE) as here:
        store = here.turns.store
        with store.work() as db:
            operator.fill_ledger(db, here.mothers, ROWS)
        with store.work() as db:
            account = inbox.load_account(db, here.directors[0])
            assert account is not None
            moment = here.moment[0]
            frame = Frame(moment.date(), moment, "")
            look = Look(db, store.keys, account, frame, here.turns.library, here.turns.zone)
            path = "/" + account.grants[0].path.split("/")[1] + "/"
            return _median(lambda: look.ranking("2026-11", path))


def rescoring() -> float:
    """Seconds for replaying everybody's months once."""
    months = [
        Month(24300 + number, Assessment(20 + number % 9, 20 + number % 9), "6-17")
        for number in range(MONTHS)
    ]
    rules = default_rules()
    begun = time.perf_counter()
    for _ in range(CHILDREN):
        replay(months, rules)
    return time.perf_counter() - begun


def _median(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(21):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return median(spent)
