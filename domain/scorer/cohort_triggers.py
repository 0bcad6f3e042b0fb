"""The four triggers for many children at once: one number per child in every array.

The same comparisons as triggers.py. Medians are kept doubled, so that all but the last test of
a jump is done in whole numbers; that one, rare, test repeats the floating-point steps exactly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .rules import Growth, High, Jump, Ruleset, Urgent
from .triggers import MAD_TO_SIGMA

Bools = NDArray[np.bool_]
Totals = NDArray[np.int8]
Small = NDArray[np.uint8]
Labels = NDArray[np.int16]
Floats = NDArray[np.float64]
Codes = NDArray[np.unsignedinteger[Any]]
Whole = TypeVar("Whole", bound=np.integer[Any])

A, B, C, D = 1, 2, 4, 8
PAD = 127  # above every total: places without an assessment sort behind the others


@dataclass(frozen=True, slots=True)
class Window:
    """The latest trend totals of each child.

    `rows`: (window + 1) x children, the newest last, PAD where there is none yet.
    `count`: children, how many there are.
    """

    rows: Totals
    count: Totals

    @classmethod
    def empty(cls, rules: Jump, children: int) -> "Window":
        rows = np.full((rules.window + 1, children), PAD, np.int8)
        return cls(rows, np.zeros(children, np.int8))

    def add(self, trend: Totals, scored: Bools) -> "Window":
        """With one more total for each child that is `scored`."""
        shifted = np.empty_like(self.rows)
        shifted[:-1], shifted[-1] = self.rows[1:], trend
        count = np.minimum(self.count + scored.view(np.int8), len(self.rows))
        return Window(pick(scored, shifted, self.rows), count.astype(np.int8, copy=False))

    def swapped(self, where: Bools, other: "Window") -> "Window":
        """That of `other` where the mask is set, this one elsewhere."""
        return Window(pick(where, other.rows, self.rows), pick(where, other.count, self.count))


@dataclass(frozen=True, slots=True)
class Alarms:
    """Emergencies as bit masks, one bit per code: those reported red and those reported amber."""

    red: Codes
    amber: Codes

    @property
    def any(self) -> Bools:
        return (self.red | self.amber).astype(np.bool_)

    def __getitem__(self, few: NDArray[np.intp]) -> "Alarms":
        return Alarms(self.red[few], self.amber[few])

    def __or__(self, other: "Alarms") -> "Alarms":
        return Alarms(self.red | other.red, self.amber | other.amber)

    def only(self, mask: Bools) -> "Alarms":
        """These where the mask is set, none elsewhere."""
        return Alarms(self.red * mask, self.amber * mask)


def pick(mask: Bools, yes: NDArray[Whole] | Whole, no: NDArray[Whole]) -> NDArray[Whole]:
    """np.where for whole numbers, by bits: several times faster, because it has no branches."""
    bits = np.negative(mask.astype(no.dtype))
    found: NDArray[Whole] = np.bitwise_xor(no, (no ^ yes) & bits)
    return found


def sustained(total: Totals, smoothed: Floats, rules: High) -> Bools:
    """A, for children assessed now."""
    return (smoothed >= rules.line) | (total >= rules.single)


def trending(window: Window, may: Bools, rules: Ruleset) -> tuple[Small, Bools]:
    """The bits B and C where they `may` fire, and C-down for everybody assessed now."""
    middles = doubled_medians(window.rows[:-1], window.count - 1)
    enough = window.count > rules.jump.earlier
    rise = 2 * window.rows[-1].astype(np.int16) - middles
    fallen = enough & (rise <= -2 * rules.jump.fall)
    bits = np.zeros(len(may), np.uint8)
    newest = window.rows[-1]
    few = np.flatnonzero(may & (newest >= rules.growth.floor) & (window.count > rules.growth.rises))
    bits[few] |= B * grown(window.rows[:, few], rules.growth).view(np.uint8)
    jumping = may & enough & (newest >= rules.jump.floor) & (rise >= 2 * rules.jump.rise)
    few = np.flatnonzero(jumping)
    seen = Window(window.rows[:, few], window.count[few])
    bits[few] |= C * jumped(seen, middles[few], rules.jump).view(np.uint8)
    return bits, fallen


def grown(rows: Totals, rules: Growth) -> Bools:
    """B, for children with enough totals, the newest at the floor or over."""
    last = rows[-rules.rises - 1 :]
    every = (np.diff(last, axis=0) >= rules.each).all(axis=0)
    return np.asarray(every & (last[-1] - last[0] >= rules.rise))


def jumped(window: Window, middles: Labels, rules: Jump) -> Bools:
    """C, for children whose newest total is over the (doubled) median by `rise`."""
    earlier = window.rows[:-1]
    apart = np.abs(2 * earlier.astype(np.int16) - middles)
    apart[earlier == PAD] = 2 * PAD
    spread = MAD_TO_SIGMA * (doubled_medians(apart, window.count - 1) / 4)
    needed = np.maximum(rules.rise, rules.sigma * np.maximum(rules.least_sigma, spread))
    far: Bools = (2 * window.rows[-1].astype(np.int16) - middles) / 2 >= needed
    return far


def doubled_medians(values: NDArray[np.signedinteger[Any]], count: Totals) -> Labels:
    """Twice the median of the `count` smallest values of each child; nonsense for a count of 0.

    `values`: window x children; what does not count must be larger than what does.
    """
    ordered = _in_order(values)
    found = _doubled(ordered, len(ordered))
    for fewer in range(1, len(ordered)):
        short = count == fewer
        if short.any():
            found = pick(short, _doubled(ordered, fewer), found)
    return found


def _doubled(ordered: Sequence[NDArray[np.signedinteger[Any]]], count: int) -> Labels:
    return ordered[(count - 1) // 2].astype(np.int16) + ordered[count // 2].astype(np.int16)


def _in_order(
    values: NDArray[np.signedinteger[Any]],
) -> list[NDArray[np.signedinteger[Any]]]:
    """The rows with each child's values in order, by neighbours that change places.

    For windows of a few totals far faster than np.sort, which would sort child by child.
    """
    rows = list(values)
    for turn in range(len(rows)):
        for low in range(turn % 2, len(rows) - 1, 2):
            one, other = rows[low], rows[low + 1]
            rows[low], rows[low + 1] = np.minimum(one, other), np.maximum(one, other)
    return rows


def alarmed(
    reported: Alarms, known: Sequence[Alarms], now: tuple[Totals, Bools], rules: Urgent
) -> tuple[Bools, Bools]:
    """D: does any emergency fire, and does a red one?

    `known[n]`: what was last known from n months ago; `now`: the newest totals (-1: never
    assessed) and whether a flag is open.
    """
    newest, flagged = now
    standing = np.zeros_like(reported.red)
    for months, then in enumerate(known):
        if months <= rules.absent_months:
            standing |= then.red
    red = ((reported.red & ~standing) != 0) | ((reported.red != 0) & ~flagged)
    new, back = _news(reported.amber, known, rules)
    unknown = newest < 0
    amber = (new & (unknown | (newest >= rules.new))) | (back & (unknown | (newest >= rules.back)))
    return red | amber, red


def _news(amber: Codes, known: Sequence[Alarms], rules: Urgent) -> tuple[Bools, Bools]:
    """Is any amber emergency new, and is any back? By the last month in which it was known."""
    looked, new, back = amber, np.zeros_like(amber), np.zeros_like(amber)
    for months, then in enumerate(known):
        found = looked & (then.red | then.amber)
        looked = looked & ~found
        if 1 < months <= rules.back_months:
            back |= found
        elif months > rules.absent_months:
            new |= found
    return (new | looked) != 0, back != 0


def reach(rules: Urgent) -> int:
    """For how many months emergencies are remembered."""
    return max(rules.back_months, rules.absent_months)


def past_known(
    past: Sequence[Alarms], closed: Bools, told: Alarms, few: NDArray[np.intp]
) -> Iterator[Alarms]:
    """What `few` children had reported this month, one month ago, two months ago and so on.

    `past`: the months before this one, the latest first, as far as the rules look. Of this
    month only what was `told` before a person `closed` the flag is known; that closing also
    let go of what was just within reach.
    """
    shut = closed[few]
    yield told[few] if past else told[few].only(np.zeros_like(shut))
    for months, then in enumerate(past, start=1):
        yield then[few].only(~shut) if months == len(past) else then[few]
