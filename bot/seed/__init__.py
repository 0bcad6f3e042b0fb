"""The demo city: invented, reproducible, written through the same acts, scorer and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time

from sqlalchemy import Connection

import handlers  # noqa: F401  (registers every conversation)
from bot.seed.ahead import Finding, findings
from bot.seed.days import Days
from bot.seed.demo import Seeded, choose, find_demo_people
from bot.seed.plan import make_plan
from bot.seed.scribe import Scribe
from bot.seed.size import Size
from bot.seed.unhurried import unhurried
from bot.settings import Settings
from dialogue.show import show_answer
from domain.library import packaged
from storage import operator
from storage.months import count_months
from storage.session import Store, Unavailable
from storage.upkeep import Upkeep

Progress = Callable[[str, int, int], None]
TOGETHER = 30  # days in one transaction
JOB, WRITTEN = "seed", "done"

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
        library = packaged()
        library.warm()  # while the other process does the same
        scribe = Scribe(store, settings.tz, plan, library)
        with unhurried():
            _write(scribe, found, progress)
    with store.work() as db:
        return choose(scribe, db, operator.counts(db))


def whole(db: Connection) -> bool:
    """Whether no city was begun here, or one was written to its end."""
    return operator.last_did(db, JOB) in (None, WRITTEN)


def _refuse(store: Store) -> None:
    with store.work() as db:
        found, done = operator.counts(db)["person"], whole(db)
    if found and not done:
        raise Unavailable(
            "演示城市没有写完：上次被中断了。请删除这个数据目录，再运行一次。"
            "The demo city was interrupted and is not whole: delete the data directory, run again."
        )
    if found:
        raise Unavailable(
            f"这个数据目录里已经有 {found} 人，演示城市只能写进空目录。"
            f"The data directory holds {found} people already; the demo city needs an empty one."
        )


def _write(scribe: Scribe, found: Iterator[Finding], progress: Progress) -> None:
    with scribe.store.work() as db:
        progress("people", 0, len(scribe.plan.people))
        _upkeep(db, scribe).beat(JOB, "begun")
        scribe.found(db)
        progress("people", len(scribe.plan.people), len(scribe.plan.people))
    days = Days(scribe, found)
    for first in range(0, len(days.all), TOGETHER):
        with scribe.store.work() as db:
            for number, day in enumerate(days.all[first : first + TOGETHER], first + 1):
                days.pass_day(db, day)
                progress("days", number, len(days.all))
    _count_months(scribe)
    _fade(scribe)


def _upkeep(db: Connection, scribe: Scribe) -> Upkeep:
    evening = datetime.combine(scribe.plan.span.today, time.max, scribe.zone)
    return Upkeep(db, scribe.store.keys, evening.astimezone(UTC), show_answer)


def _fade(scribe: Scribe) -> None:
    """What was told about children more than a week ago has faded, as in a house that runs."""
    faded = 1
    while faded:
        with scribe.store.work() as db:
            faded = _upkeep(db, scribe).fade()
    with scribe.store.work() as db:
        _upkeep(db, scribe).beat(JOB, WRITTEN)


def _count_months(scribe: Scribe) -> None:
    """As the clock does it in a house that runs: who was not seen of late is missed."""
    today, more = scribe.plan.span.today, 1
    while more:
        with scribe.store.work() as db:
            more = count_months(db, scribe.store.keys, today, scribe.zone)
