"""Lists and re-scoring: the ranking over a million ledger rows, histories of a town and of 1M."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np

from bot.bench.figure import Figure
from bot.bench.town import crowd
from domain.frame import Frame
from domain.scorer import Assessment, Month, default_rules, replay
from domain.scorer.cohort import Cohort, replay_all
from storage import inbox, operator
from storage.look import Look

ROWS = 1_000_000
PEOPLE = 300
CHILDREN, MONTHS = 1051, 24
MILLION = 1_000_000
MISSED, URGENT = 0.15, 0.005  # shares of the months: nobody came; an emergency is reported


def measure() -> Iterator[Figure]:
    yield Figure("ranking over 1M ledger rows", 1000 * ranking(), "ms", 5, "less")
    pure = "re-scoring 1,051 x 24 (pure Python)"
    yield Figure(pure, 1000 * rescoring(), "ms", better="less", note="one child after the other")
    spent, note = cohort_rescoring(CHILDREN, 21)
    yield Figure("re-scoring 1,051 x 24", 1000 * spent, "ms", 50, "less", note)
    spent, note = cohort_rescoring(MILLION, 3)
    yield Figure("re-scoring 1M x 24", spent, "s", 5, "less", note)


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


def cohort_rescoring(children: int, runs: int) -> tuple[float, str]:
    """Seconds for a back-test of so many invented histories, and what is not in them."""
    begun = time.perf_counter()
    cohort = histories(children, MONTHS)
    built = time.perf_counter() - begun
    rules = default_rules()
    open_now = replay_all(cohort, rules, obedient=True).flagged[:, -1].mean()
    spent = _median(lambda: replay_all(cohort, rules, obedient=True), runs)
    note = f"one thread, {open_now:.1%} flagged at the end; inventing the arrays, {built:.2g} s, "
    return spent, note + "is not in it"


def histories(children: int, months: int) -> Cohort:
    """Invented children: totals that wander about each one's level, misses, emergencies."""
    chance = np.random.default_rng(20261)
    shape = children, months
    total = np.empty(shape, np.int8, order="F")
    seen, over = np.empty(shape, np.bool_, order="F"), np.ones(shape, np.bool_, order="F")
    band = np.ones(shape, np.uint8, order="F")
    red, amber = np.zeros(shape, np.uint16, order="F"), np.zeros(shape, np.uint16, order="F")
    level = chance.gamma(4, 4, children)
    birthday = chance.integers(0, 6 * months, children)  # few come into the next band
    for month in range(months):
        level = np.clip(level + chance.normal(0, 1.5, children), 0, 80)
        score = np.clip(np.rint(level + chance.normal(0, 4, children)), 0, 100)
        seen[:, month] = chance.random(children) >= MISSED
        total[:, month] = np.where(seen[:, month], score, -1)
        band[:, month] += month >= birthday
        code = np.left_shift(1, chance.integers(0, 15, children)).astype(np.uint16)
        drawn = chance.random(children)
        amber[:, month] = np.where(drawn < URGENT, code, 0)
        red[:, month] = np.where(drawn > 1 - URGENT / 5, code, 0)
    return Cohort(total, total.copy(order="F"), seen, over, band, red, amber)


def _median(work: Callable[[], object], runs: int = 21) -> float:
    spent = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        spent.append(time.perf_counter() - begun)
    return median(spent)
