"""The plan of children and of the loving mothers paired with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random

from bot.seed import names
from bot.seed.courses import MIX, Course, make_course
from bot.seed.network import Network, Worker
from bot.seed.size import Size, Span, apportion, stream
from domain.age import Stage, age_on, band, stage
from domain.roles import Role
from storage.founding import NewChild, NewPerson

UNDER_SIX = 0.217
LITTLE = {"0": 1.0, "1": 2.0, "2": 3.0, "3": 4.0, "4": 4.5, "5": 5.0}
BIG = {str(age): 6.0 if age < 15 else 4.0 for age in range(6, 18)}
FEWEST, MOST = 1, 9  # children of one home
SIBLINGS = 0.25  # share of the children after whom a brother or sister comes, if one does
OPEN = 3  # pairings that one mother may have at a time
ENDED = 0.34
MUCH_LATER = timedelta(600)
CORE = 0.62  # share of the pairings that core mothers take
SCHOOLS: dict[Stage, str] = {
    "home": "",
    "kindergarten": "幼儿园",
    "primary": "小学",
    "junior": "初级中学",
    "senior": "高级中学",
    "grown": "",
}


@dataclass(frozen=True)
class Kid:
    """A child to be founded, its home, and its latent course."""

    new: NewChild
    home: str
    course: Course

    @property
    def code(self) -> str:
        return self.new.code

    @cached_property
    def birth(self) -> date:
        return date.fromisoformat(self.new.identity["birth"])


@dataclass(frozen=True)
class Pair:
    """A pairing, by codes; `until` None: it lasts."""

    code: str
    mother: str
    child: str
    since: date
    until: date | None

    def meets(self, since: date, until: date | None) -> bool:
        """Whether the two times share a day."""
        return (until is None or self.since < until) and (self.until is None or since < self.until)


def plan_children(size: Size, network: Network, span: Span, seed: int) -> list[Kid]:
    rng = stream(seed, "children")
    homes = _homes(size, network, rng)
    kinds = _shuffled(apportion(MIX, size.children), rng)
    little = round(UNDER_SIX * size.children)
    ages = apportion(LITTLE, little) + apportion(BIG, size.children - little)
    towns = {place.code: place.new.name[:2] for place in network.places}
    found = []
    codes = names.codes(size.children)
    for code, home, kind, age in zip(codes, homes, kinds, _shuffled(ages, rng), strict=True):
        own = stream(seed, "child", code)
        birth = _birth(int(age), span.today, own)
        identity = _identity(birth, span.today, towns[network.station_of[home]], own)
        new = NewChild(code, identity, _enrolled(birth, span, own))
        found.append(Kid(new, home, make_course(kind, code, span, seed)))
    return _together(found, stream(seed, "households"))


def _together(kids: list[Kid], rng: Random) -> list[Kid]:
    """Some children of a home are brothers and sisters: one household, one carer."""
    found: list[Kid] = []
    first: dict[str, Kid] = {}
    for kid in kids:
        elder = first.pop(kid.home, None)
        if elder is None and rng.random() < SIBLINGS:
            kid = _in_household(kid, f"H-{kid.code}", kid.new.identity["carer"])
            first[kid.home] = kid
        elif elder is not None:
            same = elder.new.identity
            kid = _in_household(kid, str(same["household"]), same["carer"])
        found.append(kid)
    return found


def _in_household(kid: Kid, household: str, carer: object) -> Kid:
    identity = {**kid.new.identity, "household": household, "carer": carer}
    return replace(kid, new=replace(kid.new, identity=identity))


def _shuffled(values: list[str], rng: Random) -> list[str]:
    rng.shuffle(values)
    return values


def _homes(size: Size, network: Network, rng: Random) -> list[str]:
    """A home for each child: none is empty, none is crowded."""
    homes = sorted(network.station_of)
    found = homes * FEWEST
    while len(found) < size.children:
        home = rng.choice(homes)
        if found.count(home) < MOST:
            found.append(home)
    return _shuffled(found[: size.children], rng)


def _birth(age: int, today: date, rng: Random) -> date:
    """A birthday that makes the child so old today; infants are two months old at least."""
    day = min(today.day, 28)
    newest = date(today.year - age, today.month, day)
    return newest - timedelta(rng.randrange(60 if age == 0 else 0, 364))


def _enrolled(birth: date, span: Span, rng: Random) -> date:
    """Most were there when the system began; some came later, infants after their birth."""
    late = rng.random() < 0.08
    day = span.day(rng.uniform(0.1, 0.9)) if late else span.begin - timedelta(rng.randrange(10))
    return max(day, birth + timedelta(40))


def _identity(birth: date, today: date, town: str, rng: Random) -> dict[str, object]:
    kind = SCHOOLS[stage(birth, today)]
    return {
        "name": "小" + rng.choice(names.SEEDLINGS),
        "sex": rng.choice(("female", "male")),
        "birth": birth.isoformat(),
        "carer": rng.choices(names.CARERS, (9, 6, 6, 4, 2, 3, 1, 1))[0],
        "school": f"{town}{kind}" if kind else "",
        "strengths": rng.sample(names.STRENGTHS[band(age_on(birth, today))], 2),
    }


def plan_mothers(size: Size, network: Network, span: Span, seed: int) -> list[Worker]:
    """Core mothers first, then ordinary ones, each in a home of her township."""
    rng = stream(seed, "mothers")
    homes = sorted(network.station_of)
    given = names.adults(rng, "妈妈")
    found = []
    for number in range(size.core + size.ordinary):
        joined = span.begin - timedelta(rng.randrange(30, 1100))
        core, role = number < size.core, Role.LOVING_MOTHER
        new = NewPerson(f"M-{number + 1:03d}", next(given), role, joined, core=core)
        found.append(Worker(new, (homes[(number * 7) % len(homes)],)))
    return found


def plan_pairs(book: PairBook, count: int, span: Span, seed: int) -> list[Pair]:
    """So many pairings over time, near first, never more than three open for a mother."""
    rng = stream(seed, "pairs")
    times = sorted(_times(count, span, rng), key=lambda each: (each[0], str(each[1])))
    return [book.add(f"J-{n:03d}", *time, rng) for n, time in enumerate(times, 1)]


def _times(count: int, span: Span, rng: Random) -> Iterator[tuple[date, date | None]]:
    for _ in range(count):
        old = rng.random() < 0.55
        since = span.begin - timedelta(rng.randrange(1, 500)) if old else span.day(rng.random())
        left = (span.today - max(since, span.begin)).days
        ends = left > 40 and rng.random() < ENDED
        until = span.today - timedelta(rng.randrange(1, left - 20)) if ends else None
        yield since, until


class PairBook:
    """Who is paired with whom so far."""

    def __init__(
        self, stations: dict[str, str], mothers: Sequence[Worker], kids: Sequence[Kid]
    ) -> None:
        self.stations, self.mothers, self.kids = stations, mothers, kids
        self.by_mother: dict[str, list[Pair]] = {mother.code: [] for mother in mothers}
        self.by_child: dict[str, list[Pair]] = {}

    def add(self, code: str, since: date, until: date | None, rng: Random) -> Pair:
        wanted = rng.random() < CORE
        free = [m for m in self.mothers if self._room(m.code, since, until)]
        free = [m for m in free if m.new.core is wanted] or free
        mother = rng.choice(free)
        child = rng.choice(self._near(mother, since, until))
        pair = Pair(code, mother.code, child.code, since, until)
        self.by_mother[mother.code].append(pair)
        self.by_child.setdefault(child.code, []).append(pair)
        return pair

    def _room(self, mother: str, since: date, until: date | None) -> bool:
        return sum(pair.meets(since, until) for pair in self.by_mother[mother]) < OPEN

    def _near(self, mother: Worker, since: date, until: date | None) -> list[Kid]:
        """Children of her township without a loving mother at that time, else of any."""
        latest = until or since + MUCH_LATER
        taken = {
            code
            for code, pairs in self.by_child.items()
            if any(pair.meets(since, until) for pair in pairs)
        }
        alone = [
            kid
            for kid in self.kids
            if kid.birth <= since and kid.new.enrolled <= latest and kid.code not in taken
        ]
        town = self.stations[mother.homes[0]]
        return [kid for kid in alone if self.stations[kid.home] == town] or alone
