"""Points: one's own ledger with reasons; a director confirms what waits for her word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialogue.ask import Choice, Pick
from dialogue.registry import Answer, conversation
from dialogue.say import Say, lines, near, say
from domain.points import periods
from domain.privacy import DataClass
from domain.roles import Right
from handlers.contact import rule_words
from storage.act import Act
from storage.look import Look
from storage.see.points import EntryRef, Sum

LINES = 12


@dataclass(frozen=True)
class Ledger:
    """One's own sums of the month, the quarter and the year, and the newest lines."""

    sums: tuple[Sum, Sum, Sum]
    entries: list[EntryRef]


@dataclass(frozen=True)
class Settled:
    """A pending line, booked or rejected."""

    entry: EntryRef
    booked: bool


def show(act: Act, ledger: Ledger) -> Answer:
    month, quarter, year = ledger.sums
    head = say(
        "points.sums",
        month=month.booked,
        quarter=quarter.booked,
        year=year.booked,
        pending=year.pending,
        hours=hours(year.minutes),
    )
    return Answer(lines(head, *(_line(entry, act.today) for entry in ledger.entries)))


def hours(minutes: int) -> str:
    return f"{minutes / 60:.1f}".removesuffix(".0")


def _line(entry: EntryRef, today: date) -> object:
    return say(
        f"points.line.{entry.state}",
        day=near(entry.day, today),
        what=rule_words(entry.rule),
        points=f"{entry.points:+d}",
        child=entry.child_code or "",
    )


@conversation("points", needs=Right.OWN_POINTS, then=show, carries=DataClass.INTERNAL, menu=7)
async def points(look: Look) -> Ledger:
    month, quarter, year = (look.my_points(period) for period in periods(look.today))
    return Ledger((month, quarter, year), look.my_entries(LINES))


def settle(act: Act, settled: Settled | None) -> Answer:
    if settled is None:
        return Answer(say("confirm.nothing"))
    act.settle(settled.entry.id, booked=settled.booked)
    key = "confirm.booked" if settled.booked else "confirm.rejected"
    left = len(act.look.to_confirm(limit=None))
    done = say(key, name=settled.entry.person, n=settled.entry.points)
    rest = say("confirm.left", n=left) if left else say("confirm.nothing")
    return Answer(lines(done, rest), receipt=settled.entry.source)


@conversation(
    "confirm",
    needs=Right.CONFIRM_POINTS,
    then=settle,
    carries=DataClass.CODED,
    menu=6,
    passing=True,
)
async def confirm(look: Look) -> Settled | None:
    waiting = look.to_confirm(limit=None)
    if not waiting:
        return None
    picks = [
        Pick(
            str(each.id),
            say(
                "confirm.pick",
                name=each.person,
                day=near(each.day, look.today),
                what=rule_words(each.rule),
                child=each.child_code or "",
                points=each.points,
            ),
        )
        for each in waiting
    ]
    chosen = await Choice(
        "confirm.entry", say("confirm.which", n=len(picks)), picks=picks, shown=12
    )
    entry = next(each for each in waiting if str(each.id) == chosen)
    answers = (Pick("yes", say("confirm.yes")), Pick("no", say("confirm.no")))
    word = await Choice(
        f"confirm/{chosen}",
        _sure(entry, look),
        picks=answers,
    )
    return Settled(entry, word == "yes")


def _sure(entry: EntryRef, look: Look) -> Say:
    day = near(entry.day, look.today)
    child, what = entry.child_code or "", rule_words(entry.rule)
    return say("confirm.sure", name=entry.person, day=day, what=what, child=child)
