"""The demo city: invented, reproducible, written through the same acts, scorer and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import handlers  # noqa: F401  (registers every conversation)
from bot.seed.ahead import Finding, findings
from bot.seed.days import Days
from bot.seed.demo import Seeded, choose, find_demo_people
from bot.seed.plan import make_plan
from bot.seed.scribe import Scribe
from bot.seed.size import Size
from bot.seed.unhurried import unhurried
from bot.settings import Settings
from domain.library import packaged
from storage import operator
from storage.months import count_months
from storage.session import Store, Unavailable

Progress = Callable[[str, int, int], None]
TOGETHER = 30  # days in one transaction

__all__ = ["Seeded", "Size", "find_demo_people", "seed_city", "seed_part"]


def seed_city(
    store: Store, settings: Settings, *, months: int, seed: int, today: date, progress: Progress
) -> Seeded:
    """Fills an empty store; raises Unavailable when it holds people already."""
    return seed_part(store, settings, Size(), make=(months, seed, today), progress=progress)


def seed_part(
    store: Store, settings: Settings, size: Size, *, make: tuple[int, int, date], progress: Progress
) -> Seeded:
    """A city of another size; `make` is months, seed and today."""
    _refuse(store)
    progress("plan", 0, 1)
    with findings((size, *make), settings.tz) as found:
        plan = make_plan(size, *make)
        progress("plan", 1, 1)
        scribe = Scribe(store, settings.tz, plan, packaged())
        with unhurried():
            _write(scribe, found, progress)
    with store.work() as db:
        return choose(scribe, db, operator.counts(db))


def _refuse(store: Store) -> None:
    with store.work() as db:
        found = operator.counts(db)["person"]
    if found:
        raise Unavailable(
            f"The data directory holds {found} people already; the demo city needs an empty one. "
            "这个数据目录里已经有人员,演示城市只能写进空目录。"
        )


def _write(scribe: Scribe, found: Iterator[Finding], progress: Progress) -> None:
    with scribe.store.work() as db:
        progress("people", 0, len(scribe.plan.people))
        scribe.found(db)
        progress("people", len(scribe.plan.people), len(scribe.plan.people))
    days = Days(scribe, found)
    for first in range(0, len(days.all), TOGETHER):
        with scribe.store.work() as db:
            for number, day in enumerate(days.all[first : first + TOGETHER], first + 1):
                days.pass_day(db, day)
                progress("days", number, len(days.all))
    _count_months(scribe)


def _count_months(scribe: Scribe) -> None:
    """As the clock does it in a house that runs: who was not seen of late is missed."""
    today, more = scribe.plan.span.today, 1
    while more:
        with scribe.store.work() as db:
            more = count_months(db, scribe.store.keys, today, scribe.zone)
