"""The rankings as a page: the same lists as in the chat, each row with its bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.web.charts import share
from bot.web.desk import page, read
from bot.web.pages import plain
from dialogue.say import Say, say
from domain.roles import Right
from handlers.points import hours
from handlers.ranking import KINDS, SPANS, Table, own, places, table_of
from storage.act import Act
from storage.look import Look
from storage.see.people import UnitRef
from storage.see.ranks import Diligence, Rank


@dataclass(frozen=True)
class Bar:
    """A bar of a row: what it measures, in words and in percent of its length."""

    kind: str
    words: Say
    full: float


@dataclass(frozen=True)
class Row:
    """One place in the ranking."""

    place: int
    name: str
    unit: Mapping[str, str]
    me: bool
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Ranked:
    """What is shown, and what else may be chosen."""

    of: str
    table: Table
    rows: Sequence[Row]
    own: Sequence[Say]
    units: Sequence[UnitRef]


async def show_ranking(request: web.Request) -> web.Response:
    """What is chosen stands in the address: a kind, a span and a place are nobody's secret."""
    of = request.query.get("of", KINDS[0])
    span = request.query.get("span", SPANS[0])
    unit = request.query.get("unit", "")
    if of not in KINDS or span not in SPANS:
        raise web.HTTPNotFound
    seen = await read(request, lambda act: rank(act, of, span, unit))
    if seen is None:
        return plain(request, "out", 401)
    if seen.found is None:
        raise web.HTTPNotFound
    head = say("ranking.head", span=say(f"span.{span}"), unit=seen.found.table.unit.names)
    values = {"ranked": seen.found, "head": head, "kinds": KINDS, "spans": SPANS}
    return page(request, seen.account, "rank.html", values)


def rank(act: Act, of: str, span: str, unit: str) -> Ranked | None:
    """None for who may not see rankings, and for a place that is none of hers."""
    if not act.account.may(Right.RANKING):
        return None
    known = places(act.look, act.look.my_units())
    chosen = _chosen(act.look, known, unit)
    if chosen is None:
        return None
    below = [each for each in act.look.units_below(chosen) if each not in known]
    units = [*known, *(each for each in [chosen] if each not in known), *below]
    table = table_of(act.look, of, span, chosen)
    return Ranked(of, table, _rows(table, act.account.id), own(table, act), units)


def _chosen(look: Look, known: Sequence[UnitRef], wanted: str) -> UnitRef | None:
    """One's own place where none is named; else one that the chat would offer as well."""
    if not wanted:
        return known[0]
    found = next((each for each in known if str(each.id) == wanted), None)
    if found or not wanted.isdecimal():
        return found
    within = (each for unit in known for each in look.units_below(unit))
    return next((each for each in within if str(each.id) == wanted), None)


def _rows(table: Table, me: int) -> list[Row]:
    most = max((each.booked for each in table.mothers), default=0)
    return [
        *(_row(each, me, _points(each, most)) for each in table.mothers),
        *(_row(each, me, _shares(each)) for each in table.directors.listed),
    ]


def _row(each: Rank | Diligence, me: int, bars: Sequence[Bar]) -> Row:
    return Row(each.place, each.name, each.unit, each.person_id == me, bars)


def _points(each: Rank, most: int) -> list[Bar]:
    words = say("web.rank.points", n=each.booked, hours=hours(each.minutes))
    return [Bar("first", words, share(each.booked, most))]


def _shares(each: Diligence) -> list[Bar]:
    seen = say("web.rank.seen", seen=each.seen, n=each.children, share=f"{each.coverage}%")
    in_time = say("web.rank.in_time", share=f"{each.punctuality}%")
    return [
        Bar("first", seen, share(each.coverage, 100)),
        Bar("second", in_time, share(each.punctuality, 100)),
    ]
