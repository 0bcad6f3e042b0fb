"""Small conversations for tests of the turn: they need no form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from dialogue.ask import Choice, Confirm, Line, Many, Number, Pick, Review, Words
from dialogue.registry import Answer, Conversation, Registry
from dialogue.replay import once
from dialogue.say import say
from dialogue.when import Day
from domain.library import Library
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from storage import tables as t
from storage.act import Act
from storage.look import Look

LIBRARY = Library([])
COLOURS = ("red", "green", "blue")


@dataclass(frozen=True)
class Order:
    """What the small conversation ends with."""

    colour: str
    number: float | None
    day: Any
    tags: tuple[str, ...]
    note: str
    first_day: str


async def order(look: Look) -> Order | None:
    seen = await once("first", lambda: look.today.isoformat())
    colour = await Choice("colour", "Colour?", picks=[Pick(each, each) for each in COLOURS])
    number = await Number(f"{colour}/number", "How many?", least=1, most=99)
    day = await Day("day", "When?", today=look.today, latest=look.today)
    picks = [Pick(each, each, alone=each == "none") for each in ("none", "soft", "hard")]
    tags = await Many("tags", "Tags?", picks=picks)
    note = await Words("note", "Note?")
    sure = await Review(
        "review", "All right?", lines=[Line("colour", "Colour", colour), Line("note", "Note", note)]
    )
    return Order(colour, number, day, tags, note, seen) if sure else None


def keep(act: Act, order: Order | None) -> Answer:
    if order is None:
        return Answer("kept nothing")
    act.audit("order", f"order:{act.key}", colour=order.colour, note=order.note)
    if order.note == "boom":
        raise ZeroDivisionError("boom")
    if order.note == "refuse":
        raise Refused("points.settled")
    return Answer(f"kept {order}", receipt=f"R{act.number}")


async def hello(look: Look) -> str:
    return look.account.name


async def ask_twice(look: Look) -> bool:
    return await Confirm("sure", "Sure?")


def fail(act: Act, _: Any) -> Answer:
    raise ZeroDivisionError("always")


def _yours(act: Act, _: Any) -> Answer:
    return Answer("yours")


def make_registry() -> Registry:
    """`visit`: the order; `help`: answers at once; `flags`: always fails; `points`: a right;
    `emergency`: urgent."""
    registry = Registry()
    everybody = (None, DataClass.INTERNAL, 1)
    registry.add(Conversation("visit", order, keep, *everybody))
    registry.add(Conversation("help", hello, lambda act, name: Answer(name), *everybody))
    registry.add(Conversation("flags", ask_twice, fail, *everybody))
    registry.add(
        Conversation(
            "points",
            hello,
            lambda act, _: Answer("yours"),
            Right.OWN_POINTS,
            DataClass.INTERNAL,
            True,
        )
    )
    registry.add(Conversation("drafts", drafts, resume, *everybody))
    registry.add(Conversation("emergency", cry, heard, *everybody, urgent=True))
    return registry


async def cry(look: Look) -> tuple[str, str]:
    what = await Choice("what", "What is it?", picks=[Pick(each, each) for each in COLOURS])
    return what, await Words("more", "Say more?")


def heard(act: Act, cried: tuple[str, str]) -> Answer:
    act.audit("cry", f"cry:{act.key}", what=cried[0])
    return Answer(f"heard {cried[0]}, {cried[1]}")


async def drafts(look: Look) -> int | None:
    found = look.my_drafts()
    return found[0].number if found else None


def resume(act: Act, number: int | None) -> Answer:
    return Answer(say("draft.resumed"), resume=number)


def audit_rows(act_db: Any) -> list[str]:
    return [row.action for row in act_db.execute(t.audit.select().order_by(t.audit.c.id))]


__all__ = ["LIBRARY", "audit_rows", "insert", "make_registry"]
