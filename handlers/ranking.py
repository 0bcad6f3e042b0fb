"""Rankings: loving mothers by booked points with hours beside, directors by coverage.

They show volunteers and staff only, never children, and nobody who has opted out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialogue.ask import Choice, Pick
from dialogue.registry import Answer, conversation
from dialogue.say import Say, lines, say
from domain.points import periods
from domain.privacy import DataClass
from domain.roles import Right
from handlers.points import hours
from storage.act import Act
from storage.look import Look
from storage.see.people import UnitRef
from storage.see.ranks import Diligence, Diligent, Rank

KINDS = ("mothers", "directors")
SPANS = ("month", "quarter", "year")


@dataclass(frozen=True)
class Table:
    """A ranking as it is shown."""

    span: str
    unit: UnitRef
    mothers: Sequence[Rank] = ()
    directors: Diligent = Diligent()
    mine: tuple[int, int] | None = None


@dataclass(frozen=True)
class Listed:
    """Whether the ranking may name me."""

    ranked: bool


def show(act: Act, table: Table) -> Answer:
    head = say("ranking.head", span=say(f"span.{table.span}"), unit=table.unit.names)
    rows = [mother_line(each, act) for each in table.mothers]
    rows += [director_line(each, act) for each in table.directors.listed]
    return Answer(lines(head, *(rows or [say("ranking.empty")]), *own(table, act)))


def own(table: Table, act: Act) -> list[Say]:
    """One's own place, and that one is not named in the list."""
    found = []
    if table.mine:
        found.append(say("ranking.mine", place=table.mine[0], n=table.mine[1]))
    elif table.directors.mine:
        found.append(own_line(table.directors.mine, table.directors.count))
    if not act.account.ranked:
        found.append(say("ranking.hidden"))
    return found


def mother_line(rank: Rank, act: Act) -> Say:
    key = "ranking.me" if rank.person_id == act.account.id else "ranking.mother"
    return say(
        key,
        place=rank.place,
        name=rank.name,
        unit=rank.unit,
        n=rank.booked,
        hours=hours(rank.minutes),
    )


def director_line(each: Diligence, act: Act) -> Say:
    key = "ranking.me_director" if each.person_id == act.account.id else "ranking.director"
    return say(
        key,
        place=each.place,
        name=each.name,
        unit=each.unit,
        seen=each.seen,
        n=each.children,
        share=f"{each.coverage}%",
        in_time=f"{each.punctuality}%",
    )


def own_line(mine: Diligence, count: int) -> Say:
    """One's own place, also where the list is too short for it."""
    return say(
        "ranking.mine_director",
        place=mine.place,
        n=count,
        share=f"{mine.coverage}%",
        in_time=f"{mine.punctuality}%",
    )


def days(span: str, today: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year of a day."""
    first = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[span]
    last = {"month": today.month, "quarter": first + 2, "year": 12}[span]
    return date(today.year, first, 1), date(today.year, last, monthrange(today.year, last)[1])


@conversation(
    "ranking", needs=Right.RANKING, then=show, carries=DataClass.INTERNAL, menu=8, passing=True
)
async def ranking(look: Look) -> Table:
    kinds = [Pick(kind, say(f"ranking.of.{kind}")) for kind in KINDS]
    of = await Choice("ranking.of", say("ranking.of"), picks=kinds)
    spans = [Pick(span, say(f"span.{span}")) for span in SPANS]
    span = await Choice("ranking.span", say("ranking.span"), picks=spans)
    return table_of(look, of, span, await which_unit(look))


def table_of(look: Look, of: str, span: str, unit: UnitRef) -> Table:
    """Of `mothers` or `directors`, for a span of SPANS that holds today."""
    if of == "directors":
        first, last = days(span, look.today)
        return Table(span, unit, directors=look.directors(first, last, unit.path))
    period = periods(look.today)[SPANS.index(span)]
    found = look.ranking(period, unit.path)
    return Table(span, unit, mothers=found, mine=look.my_place(period, unit.path))


def places(look: Look, mine: Sequence[UnitRef]) -> list[UnitRef]:
    """One's own place, those above it, and those directly below it."""
    return [*mine, *look.units_below(mine[0])]


async def which_unit(look: Look) -> UnitRef:
    """One's own place or one above; whoever answers for several may look into each."""
    mine = look.my_units()
    units = places(look, mine)
    unit = await _one_of("ranking.unit", say("ranking.unit"), units)
    within = [] if unit in mine else look.units_below(unit)
    if not within:
        return unit
    return await _one_of(f"ranking.within/{unit.id}", say("ranking.within"), [unit, *within])


async def _one_of(key: str, ask: Say, units: Sequence[UnitRef]) -> UnitRef:
    picks = [Pick(str(each.id), each.names) for each in units]
    place = await Choice(key, ask, picks=picks)
    return next(each for each in units if str(each.id) == place)


def opt(act: Act, listed: Listed) -> Answer:
    act.set_ranked(listed.ranked)
    return Answer(say("ranking.now_shown" if listed.ranked else "ranking.now_hidden"))


@conversation("listed", needs=Right.RANKING, then=opt, carries=DataClass.INTERNAL)
async def be_listed(look: Look) -> Listed:
    """May the ranking name me? Points are kept either way."""
    picks = (Pick("yes", say("ranking.show_me")), Pick("no", say("ranking.hide_me")))
    return Listed(await Choice("listed", say("ranking.listed"), picks=picks) == "yes")
