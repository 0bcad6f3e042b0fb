"""The agenda of the months: who goes to whom on which day, and what is then late or missed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from random import Random
from typing import Literal

from bot.seed.families import Kid, Pair
from bot.seed.network import Network, Worker
from bot.seed.size import Size, Span, stream
from domain.roles import Role

Kind = Literal["visit", "contact"]
MISSED = 0.10
INTERVALS = (25, 26, 27, 27, 28, 29, 32)  # days between rounds: not everybody is in time
BY_EXECUTIVE = 0.6  # share of the extra visits that an executive makes
FIRST_DAYS = 4
MORNING, EVENING = 8 * 60 + 30, 17 * 60 + 30
AFTER_WORK, NIGHT = 17 * 60, 20 * 60 + 30


@dataclass(frozen=True)
class Call:
    """One visit or contact: the person, the child, and the local minute of the day."""

    kind: Kind
    day: date
    minute: int
    person: str
    child: str
    talked: bool = False

    def moment(self, zone: tzinfo) -> datetime:
        local = clock_time(self.minute // 60, self.minute % 60)
        return datetime.combine(self.day, local, zone).astimezone(UTC)

    @property
    def place(self) -> tuple[date, int, str, str]:
        return self.day, self.minute, self.person, self.child


@dataclass(frozen=True)
class Rota:
    """Who answers for each home, and which executive also comes."""

    directors: dict[str, str]
    executives: dict[str, str]

    def main(self, home: str) -> str:
        """The director, or where there is none the executive."""
        return self.directors.get(home) or self.executives[home]


def rota_of(network: Network) -> Rota:
    return Rota(
        {home: one.code for one in network.those(Role.CHILD_DIRECTOR) for home in one.homes},
        {home: one.code for one in network.those(Role.FEDERATION_EXECUTIVE) for home in one.homes},
    )


def plan_visits(
    size: Size, kids: Sequence[Kid], rota: Rota, span: Span, seed: int
) -> list[tuple[str, str, date]]:
    """Person, child and day of each visit: monthly rounds with misses, then extra visits."""
    found = [
        (rota.main(kid.home), kid.code, day)
        for kid in kids
        for day in _round_days(kid, rota.main(kid.home), span, seed)
    ]
    wanted = round(size.collections * span.days / 365) - len(found)
    taken = {(child, day) for _, child, day in found}
    return found + _extras(wanted, [*_chances(kids, rota, span, seed)], taken)


def _round_days(kid: Kid, person: str, span: Span, seed: int) -> Iterator[date]:
    """The days of a director's rounds on which this child is met."""
    plan, rng = stream(seed, "round", person), stream(seed, "rounds", kid.code)
    every, phase = plan.choice(INTERVALS), plan.randrange(28)
    if kid.new.enrolled > span.begin:
        yield from _within(kid.new.enrolled + timedelta(rng.randrange(1, FIRST_DAYS)), kid, span)
    for number in range(span.days // every + 1):
        day = span.begin + timedelta(phase + number * every + rng.randrange(3))
        if rng.random() >= MISSED and (day - kid.new.enrolled).days > FIRST_DAYS:
            yield from _within(day, kid, span)


def _within(day: date, kid: Kid, span: Span) -> Iterator[date]:
    if max(kid.new.enrolled, span.begin) <= day < span.today:
        yield day


def _chances(
    kids: Sequence[Kid], rota: Rota, span: Span, seed: int
) -> Iterator[tuple[float, str, str, date]]:
    """For each child and half month a possible extra visit, the likelier the more worry."""
    for kid in kids:
        rng = stream(seed, "extra", kid.code)
        for number in range(span.days // 15):
            day = span.begin + timedelta(number * 15 + rng.randrange(15))
            draw, executive = rng.random(), rng.random() < BY_EXECUTIVE
            person = rota.executives[kid.home] if executive else rota.main(kid.home)
            if [*_within(day, kid, span)]:
                yield draw ** (1 / _pull(kid, day)), person, kid.code, day


def _pull(kid: Kid, day: date) -> float:
    return 1.0 + (kid.course.at(day) / 20) ** 3


def _extras(
    count: int, chances: list[tuple[float, str, str, date]], taken: set[tuple[str, date]]
) -> list[tuple[str, str, date]]:
    """A weighted draw without putting back: the greatest of draw ** (1 / weight)."""
    free = [each for each in sorted(chances, reverse=True) if (each[2], each[3]) not in taken]
    return [(person, child, day) for _, person, child, day in free[: max(count, 0)]]


def plan_contacts(
    pairs: Sequence[Pair], mothers: Sequence[Worker], kids: Sequence[Kid], span: Span, seed: int
) -> Iterator[tuple[str, str, date]]:
    """Mother, child and day of each contact: core mothers call about every second week."""
    core = {mother.code for mother in mothers if mother.new.core}
    enrolled = {kid.code: kid.new.enrolled for kid in kids}
    for pair in pairs:
        rng = stream(seed, "contact", pair.code)
        every = rng.choice((15, 18, 22)) if pair.mother in core else rng.choice((22, 28, 34))
        end = min(pair.until or span.today, span.today)
        day = max(pair.since, span.begin, enrolled[pair.child]) + timedelta(rng.randrange(1, every))
        while day < end:
            yield pair.mother, pair.child, day
            day += timedelta(max(4, round(rng.gauss(every, every / 5))))


def make_calls(
    kind: Kind, found: Sequence[tuple[str, str, date]], size: Size, seed: int
) -> list[Call]:
    """Calls with their minute; a share of them goes through whole conversations."""
    rng = stream(seed, kind)
    first, last = (MORNING, EVENING) if kind == "visit" else (AFTER_WORK, NIGHT)
    ordered = sorted(found, key=lambda each: (each[2], each[0], each[1]))
    talked = _talked(len(ordered), size.talked, stream(seed, kind, "talked"))
    return [
        Call(kind, day, rng.randrange(first, last), person, child, number in talked)
        for number, (person, child, day) in enumerate(ordered)
    ]


def _talked(count: int, share: float, rng: Random) -> set[int]:
    return set(rng.sample(range(count), round(count * share)))
