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
from storage.see.points import Diligence, Rank

SPANS = ("month", "quarter", "year")


@dataclass(frozen=True)
class Table:
    """A ranking as it is shown."""

    span: str
    unit: UnitRef
    mothers: Sequence[Rank] = ()
    directors: Sequence[Diligence] = ()
    mine: tuple[int, int] | None = None


@dataclass(frozen=True)
class Listed:
    """Whether the ranking may name me."""

    ranked: bool


def show(act: Act, table: Table) -> Answer:
    head = say("ranking.head", span=say(f"span.{table.span}"), unit=table.unit.names)
    rows = [mother_line(each, act) for each in table.mothers]
    rows += [director_line(each, act) for each in table.directors]
    mine = None
    if table.mine:
        mine = say("ranking.mine", place=table.mine[0], n=table.mine[1])
    hidden = None if act.account.ranked else say("ranking.hidden")
    return Answer(lines(head, *(rows or [say("ranking.empty")]), mine, hidden))


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
    return say(
        "ranking.director",
        place=each.place,
        name=each.name,
        unit=each.unit,
        seen=each.seen,
        n=each.children,
        share=f"{each.coverage:.0%}",
        in_time=f"{each.in_time:.0%}",
    )


def days(span: str, today: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year of a day."""
    first = {"month": today.month, "quarter": (today.month - 1) // 3 * 3 + 1, "year": 1}[span]
    last = {"month": today.month, "quarter": first + 2, "year": 12}[span]
    return date(today.year, first, 1), date(today.year, last, monthrange(today.year, last)[1])


@conversation("ranking", needs=Right.RANKING, then=show, carries=DataClass.INTERNAL, menu=8)
async def ranking(look: Look) -> Table:
    kinds = [Pick(kind, say(f"ranking.of.{kind}")) for kind in ("mothers", "directors")]
    of = await Choice("ranking.of", say("ranking.of"), picks=kinds)
    spans = [Pick(span, say(f"span.{span}")) for span in SPANS]
    span = await Choice("ranking.span", say("ranking.span"), picks=spans)
    units = look.my_units()
    places = [Pick(str(each.id), each.names) for each in units]
    place = await Choice("ranking.unit", say("ranking.unit"), picks=places)
    unit = next(each for each in units if str(each.id) == place)
    if of == "directors":
        first, last = days(span, look.today)
        return Table(span, unit, directors=look.directors(first, last, unit.path))
    period = periods(look.today)[SPANS.index(span)]
    found = look.ranking(period, unit.path)
    return Table(span, unit, mothers=found, mine=look.my_place(period, unit.path))


def opt(act: Act, listed: Listed) -> Answer:
    act.set_ranked(listed.ranked)
    return Answer(say("ranking.now_shown" if listed.ranked else "ranking.now_hidden"))


@conversation("listed", needs=Right.RANKING, then=opt, carries=DataClass.INTERNAL)
async def be_listed(look: Look) -> Listed:
    """May the ranking name me? Points are kept either way."""
    picks = (Pick("yes", say("ranking.show_me")), Pick("no", say("ranking.hide_me")))
    return Listed(await Choice("listed", say("ranking.listed"), picks=picks) == "yes")
