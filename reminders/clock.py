"""The clock: APScheduler wakes the ticks and remembers nothing; what is due is data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[], Awaitable[None]]


def start_clock(ticks: dict[str, tuple[int, Tick]]) -> AsyncIOScheduler:
    """`ticks`: by name, seconds between two runs and what to run. A late tick runs once."""
    clock = AsyncIOScheduler(timezone="UTC")
    for name, (seconds, tick) in ticks.items():
        clock.add_job(
            tick,
            "interval",
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    clock.start()
    return clock
