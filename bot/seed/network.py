"""The plan of the protection network: units, who works where, and which posts are vacant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bot.seed import names
from bot.seed.size import Size, Span, stream
from domain.roles import Role
from storage.founding import NewPerson, NewUnit

CENTRE = "C"
WITHOUT = 3  # every third vacant home has no neighbour who helps out
STAFF = (
    ("C-01", "专员", Role.CENTRE_OFFICER),
    ("C-02", "专员", Role.CENTRE_OFFICER),
    ("K-01", "协调员", Role.COORDINATOR),
    ("P-01", "积分员", Role.POINTS_MANAGER),
    ("G-01", "经理", Role.MANAGER),
)


@dataclass(frozen=True)
class Place:
    """A unit to be founded, by the code of the unit above it."""

    new: NewUnit
    above: str = ""

    @property
    def code(self) -> str:
        return self.new.code


@dataclass(frozen=True)
class Worker:
    """Somebody to be founded; `homes` are unit codes, the first her own, others further posts."""

    new: NewPerson
    homes: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.new.code


@dataclass(frozen=True)
class Network:
    """Units and staff. `vacant` are homes without a director of their own."""

    places: tuple[Place, ...]
    staff: tuple[Worker, ...]
    vacant: frozenset[str]

    def homes(self, station: str) -> list[str]:
        return [place.code for place in self.places if place.above == station]

    @property
    def stations(self) -> list[str]:
        return self.homes(CENTRE)

    @property
    def station_of(self) -> dict[str, str]:
        """The station of each home."""
        return {place.code: place.above for place in self.places if place.above.startswith("S")}

    def those(self, role: Role) -> list[Worker]:
        return [worker for worker in self.staff if worker.new.role is role]


def plan_network(size: Size, span: Span, seed: int) -> Network:
    rng = stream(seed, "network")
    places = tuple(_places(size, rng))
    homes = [place for place in places if place.new.kind == "village"]
    vacant = frozenset(home.code for home in rng.sample(homes, size.homes - size.directors))
    staff = (*_centre(rng, span), *_stations(size, rng, span))
    directors = _directors(homes, vacant, rng, span)
    return Network(places, (*staff, *directors, *_executives(size, homes, rng, span)), vacant)


def _places(size: Size, rng: Random) -> Iterator[Place]:
    yield Place(NewUnit(CENTRE, "centre", "玉苗市未保中心", "Yumiao centre", "0576-0000001"))
    for number, (zh, en) in enumerate(names.towns(rng, size.stations), 1):
        phone = f"0576-000{1000 + number}"
        new = NewUnit(f"S{number:02d}", "station", f"{zh}未保站", f"{en} station", phone)
        yield Place(new, CENTRE)
    for number, (zh, en) in enumerate(names.places(rng, size.homes)):
        new = NewUnit(f"V{number + 1:03d}", "village", f"{zh}村", f"{en} village")
        yield Place(new, f"S{number * size.stations // size.homes + 1:02d}")


def _joined(rng: Random, span: Span) -> date:
    return span.begin - timedelta(rng.randrange(30, 1200))


def _centre(rng: Random, span: Span) -> Iterator[Worker]:
    given = {role: names.adults(rng, role) for role in sorted({role for _, role, _ in STAFF})}
    for code, title, role in STAFF:
        yield Worker(NewPerson(code, next(given[title]), role, _joined(rng, span)), (CENTRE,))


def _stations(size: Size, rng: Random, span: Span) -> Iterator[Worker]:
    """One child supervisor in each station."""
    given = names.adults(rng, "站长")
    for number in range(1, size.stations + 1):
        new = NewPerson(f"S-{number:02d}", next(given), Role.STATION_WORKER, _joined(rng, span))
        yield Worker(new, (f"S{number:02d}",))


def _directors(
    homes: Sequence[Place], vacant: frozenset[str], rng: Random, span: Span
) -> Iterator[Worker]:
    """One director a home; a neighbour of the same station holds most vacant posts too."""
    given = names.adults(rng, "主任")
    second = _seconds(homes, vacant)
    held = [home.code for home in homes if home.code not in vacant]
    for number, code in enumerate(held, 1):
        joined = _joined(rng, span)
        new = NewPerson(f"D-{number:03d}", next(given), Role.CHILD_DIRECTOR, joined)
        yield Worker(new, (code, *second.get(code, ())))


def _seconds(homes: Sequence[Place], vacant: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Vacant homes by the neighbouring home whose director helps out."""
    found: dict[str, tuple[str, ...]] = {}
    for number, code in enumerate(sorted(vacant)):
        above = next(home.above for home in homes if home.code == code)
        near = [h.code for h in homes if h.above == above and h.code not in vacant | found.keys()]
        if near and number % WITHOUT != WITHOUT - 1:
            found[near[0]] = (code,)
    return found


def _executives(size: Size, homes: Sequence[Place], rng: Random, span: Span) -> Iterator[Worker]:
    """Executives of the federation share the homes among them."""
    given = names.adults(rng, "执委")
    for number in range(size.executives):
        mine = tuple(home.code for home in homes[number :: size.executives])
        new = NewPerson(
            f"F-{number + 1:03d}", next(given), Role.FEDERATION_EXECUTIVE, _joined(rng, span)
        )
        yield Worker(new, mine)
