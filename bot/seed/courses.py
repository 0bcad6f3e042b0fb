"""Latent courses: how much reason for worry a child's life gives, 0 to 100, over the months.

The mix is that of the simulated cohort by which the scorer was tuned: nobody sees the latent
number, only what the form says of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, pi
from random import Random

from bot.seed.size import Span, stream

MIX = {
    "low": 67.0,
    "middle": 14.5,
    "high": 1.5,
    "worsening": 3.5,
    "shock": 3.5,
    "recovery": 2.0,
    "noisy": 4.5,
    "seasonal": 3.5,
}
START = {
    "low": (15, 6),
    "middle": (34, 5),
    "high": (68, 4),
    "worsening": (22, 4),
    "shock": (20, 5),
    "recovery": (64, 4),
    "noisy": (20, 5),
    "seasonal": (22, 4),
}
HOLIDAYS = 45  # the day of the year on which the winter holidays are at their deepest


@dataclass(frozen=True)
class Course:
    """One child's course; `first` and `last` are the days between which it changes."""

    kind: str
    start: float
    rise: float
    first: date
    last: date
    noise: float

    def at(self, day: date) -> float:
        """The latent worry on a day."""
        return min(max(self.start + self._change(day), 0.0), 100.0)

    def _change(self, day: date) -> float:
        match self.kind:
            case "worsening" | "recovery":
                length = max((self.last - self.first).days, 1)
                return self.rise * min(max((day - self.first).days / length, 0.0), 1.0)
            case "shock":
                since = (day - self.first).days
                half = max((self.last - self.first).days, 1)
                return self.rise * 0.5 ** (since / half) if since >= 0 else 0.0
            case "seasonal":
                return self.rise * cos(4 * pi * (day.timetuple().tm_yday - HOLIDAYS) / 365)
            case _:
                return 0.0


def make_course(kind: str, code: str, span: Span, seed: int) -> Course:
    rng = stream(seed, "course", code)
    start = rng.gauss(*START[kind])
    first, last = _between(kind, rng, span)
    return Course(kind, start, _rise(kind, rng), first, last, 13.0 if kind == "noisy" else 2.5)


def _rise(kind: str, rng: Random) -> float:
    match kind:
        case "worsening":
            return rng.gauss(44, 5)
        case "shock":
            return rng.gauss(48, 6)
        case "recovery":
            return rng.gauss(-44, 5)
        case "seasonal":
            return rng.gauss(14, 3)
        case _:
            return 0.0


def _between(kind: str, rng: Random, span: Span) -> tuple[date, date]:
    """When the change begins and ends; for a shock, after which time half of it is left."""
    match kind:
        case "worsening":
            first = rng.uniform(0.1, 0.8)
            return span.day(first), span.day(first + rng.uniform(0.3, 0.6))
        case "shock":
            first_day = span.day(rng.uniform(0.15, 0.98))
            return first_day, first_day + timedelta(rng.randrange(35, 90))
        case _:
            first = rng.uniform(0.02, 0.2)
            return span.day(first), span.day(first + rng.uniform(0.2, 0.35))
