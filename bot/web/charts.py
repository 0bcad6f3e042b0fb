"""Numbers in, shapes out: where the bars, lines and bands of a chart stand, templates draw them.

Every place and length is a percentage of the drawing, so that a chart fits any width while its
letters keep the reader's size. A missing number is no shape, never a zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

TOP, FOOT = 6.0, 4.0  # room for half a mark above the highest and below the lowest value
SIDE = 8.0  # room on the right of a line for the numbers of its bands
GAP = 0.3  # share of a column that stays empty
WHOLE = 100.0


@dataclass(frozen=True)
class Column:
    """One bar that stands; `fresh` for the newest ones. Without a number its height is None."""

    x: float
    width: float
    y: float
    height: float | None
    fresh: bool


@dataclass(frozen=True)
class Dot:
    """One value of a line, and the level that its mark shows."""

    x: float
    y: float
    level: str


@dataclass(frozen=True)
class Segment:
    """From one value to the next; `bridges` where months without a number lie between."""

    x1: float
    y1: float
    x2: float
    y2: float
    bridges: bool


@dataclass(frozen=True)
class Band:
    """The part of a line chart from one number up to the next."""

    level: str
    low: int
    y: float
    height: float


@dataclass(frozen=True)
class Trend:
    """A line over bands."""

    bands: tuple[Band, ...]
    segments: tuple[Segment, ...]
    dots: tuple[Dot, ...]


def share(value: float, most: float) -> float:
    """How many percent of a bar are full, 0 to 100."""
    return _round(min(max(value / most, 0), 1) * WHOLE) if most > 0 else 0.0


def columns(values: Sequence[float | None], most: float, fresh: int) -> tuple[Column, ...]:
    """Bars side by side, the last `fresh` of them the newest; a zero is a line on the ground."""
    step = WHOLE / max(len(values), 1)
    found = []
    for place, value in enumerate(values):
        tall = None if value is None else share(value, most)
        found.append(
            Column(
                x=_round((place + GAP / 2) * step),
                width=_round((1 - GAP) * step),
                y=_round(WHOLE - (tall or 0)),
                height=tall,
                fresh=place >= len(values) - fresh,
            )
        )
    return tuple(found)


def trend(
    values: Sequence[tuple[float, str] | None], floors: Sequence[tuple[int, str]], most: int
) -> Trend:
    """A line of values with their levels. `floors`: from which number on a level's band reaches,
    the lowest first; `most` is the top of the drawing."""
    dots = [
        (place, Dot(_middle(place, len(values)), _height(value[0], most), value[1]))
        for place, value in enumerate(values)
        if value is not None
    ]
    segments = tuple(
        Segment(one.x, one.y, other.x, other.y, bridges=after - before > 1)
        for (before, one), (after, other) in pairwise(dots)
    )
    return Trend(_bands(floors, most), segments, tuple(dot for _, dot in dots))


def _bands(floors: Sequence[tuple[int, str]], most: int) -> tuple[Band, ...]:
    found = []
    for place, (low, level) in enumerate(floors):
        high = floors[place + 1][0] if place + 1 < len(floors) else most
        top, ground = _height(high, most), _height(low, most)
        found.append(Band(level, low, top, _round(ground - top)))
    return tuple(found)


def _middle(place: int, count: int) -> float:
    return _round((place + 0.5) * (WHOLE - SIDE) / count)


def _height(value: float, most: float) -> float:
    """From above, as a drawing counts."""
    return _round(TOP + (WHOLE - TOP - FOOT) * (1 - share(value, most) / WHOLE))


def _round(number: float) -> float:
    return round(number, 2)
