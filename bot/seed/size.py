"""How large the demo city is, and where its chance comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


@dataclass(frozen=True)
class Size:
    """The city of the source: counts of units, people, pairings over time and collections a year.

    `talked` is the share of visits and contacts that go through a whole conversation.
    """

    stations: int = 11
    homes: int = 236
    directors: int = 228
    executives: int = 118
    core: int = 76
    ordinary: int = 150
    pairings: int = 421
    children: int = 1051
    collections: int = 14_000
    talked: float = 0.01

    def part(self, share: float, talked: float | None = None) -> Size:
        """A smaller city of the same proportions, with two stations at least."""
        counts = {name: value for name, value in vars(self).items() if name != "talked"}
        small = {name: max(round(value * share), 2) for name, value in counts.items()}
        return Size(**small, talked=self.talked if talked is None else talked)


@dataclass(frozen=True)
class Span:
    """The days of the history: from `begin` up to the day before `today`."""

    begin: date
    today: date

    @property
    def days(self) -> int:
        return (self.today - self.begin).days

    def day(self, share: float) -> date:
        """The day at a share of the span, 0 to 1."""
        return self.begin + timedelta(int(share * self.days))

    def share(self, day: date) -> float:
        return (day - self.begin).days / max(self.days, 1)


def span_of(today: date, months: int) -> Span:
    """So many calendar months before today; ValueError for none."""
    if months < 1:
        raise ValueError(f"{months} months are no history")
    label = today.year * 12 + today.month - 1 - months
    return Span(date(label // 12, label % 12 + 1, min(today.day, 28)), today)


def stream(*names: object) -> Random:
    """Chance of its own for one thing: the same names give the same draws."""
    return Random("/".join(str(name) for name in names))


def apportion(shares: dict[str, float], count: int) -> list[str]:
    """So many names by share, exactly: largest remainder, ties to the earlier."""
    whole = sum(shares.values())
    exact = {name: share * count / whole for name, share in shares.items()}
    found = {name: int(value) for name, value in exact.items()}
    by_rest = sorted(exact, key=lambda name: found[name] - exact[name])
    for name in by_rest[: count - sum(found.values())]:
        found[name] += 1
    return [name for name, number in found.items() for _ in range(number)]
