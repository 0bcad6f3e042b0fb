"""A conversation of the tests' own, with a question of every kind: a tea afternoon."""

from __future__ import annotations

from typing import Any

from dialogue.ask import Choice, Confirm, Line, Many, Number, Pick, Review, Words
from dialogue.registry import Answer, Conversation, Registry
from dialogue.when import Day, Moment, Time
from domain.privacy import DataClass
from domain.roles import Right

GUESTS = [Pick("elm", "小榆"), Pick("camphor", "小樟"), Pick("pine", "小松")]
CAKES = [Pick("date", "枣糕"), Pick("bean", "豆沙包"), Pick("rice", "米糕")]


async def tea(look: Any) -> dict[str, Any] | None:
    guest = await Choice("guest", "请谁来喝茶?", picks=GUESTS)
    cakes = await Many("cakes", "吃什么?", picks=CAKES)
    cups = await Number("cups", "几杯茶?", least=1, most=9)
    day = await Day("day", "哪一天?", today=look.today)
    words = await Words("words", "写一句邀请的话")
    lines = [
        Line("guest", "客人", next(pick.label for pick in GUESTS if pick.value == guest)),
        Line("cakes", "点心", list(cakes)),
        Line("cups", "几杯", str(cups)),
        Line("day", "日子", day),
        Line("words", "邀请", words),
    ]
    sure = await Review("review", "请再看一遍", lines=lines, submit="发出邀请")
    return {"guest": guest, "cakes": cakes, "words": words} if sure else None


async def hours(look: Any) -> str:
    at = await Time("at", "几点?")
    moment = await Moment("moment", "哪天几点?", today=look.today)
    sure = await Confirm("sure", "对吗?")
    return f"{at} {moment} {sure}"


async def order(look: Any) -> str:
    return " ".join(await Many("order", "先吃哪个?", picks=CAKES, ordered=True))


async def echo(look: Any) -> str:
    return str(await Words("echo", "说一句"))


async def fall(look: Any) -> None:
    raise ZeroDivisionError("小榆 fell")


def served(act: Any, made: Any) -> Answer:
    return Answer(f"邀请好了:{made}", receipt="TEA-1")


def set_size(act: Any, large: bool) -> Answer:
    act.set_large(large)
    return Answer("字变了")


async def size(look: Any) -> bool:
    return not look.account.large


async def leave(look: Any) -> None:
    return None


def left(act: Any, _: None) -> Answer:
    act.sign_out()
    return Answer("再见")


def tea_house() -> Registry:
    """The names are those of real conversations, for their words: 走访 opens the tea."""
    registry = Registry()
    for name, talk, then, needs in (
        ("visit", tea, served, None),
        ("points", hours, served, None),
        ("children", echo, served, None),
        ("confirm", order, served, None),
        ("ranking", fall, served, None),
        ("flags", echo, served, Right.DECIDE_FLAG),
        ("large", size, set_size, None),
        ("signout", leave, left, None),
    ):
        menu = name not in ("large", "signout", "confirm")
        registry.add(Conversation(name, talk, then, needs, DataClass.CHILD, menu))
    return registry
