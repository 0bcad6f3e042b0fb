"""A guardian agrees that a loving mother is paired with a child, or takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialogue.ask import Choice, Line, Pick, Review, Words
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation, way
from dialogue.say import Lines, Say, lines, near, say
from dialogue.when import Day
from domain.privacy import DataClass
from domain.roles import Right
from handlers.who import called, which_child
from storage.act import Act
from storage.consents import SPOKEN, WITHDRAWN, WRITTEN, NewConsent
from storage.look import Look
from storage.see.children import ChildRef
from storage.see.consent import ConsentRef

KEEP = "keep"
END, TELL = "end", "tell"
LONGEST = 40


@dataclass(frozen=True)
class Word:
    """What the guardian said of which child; `then`: what becomes of the pairing."""

    child: ChildRef
    kind: str
    who: str = ""
    day: date | None = None
    then: str = ""


def record(act: Act, word: Word) -> Answer:
    child, ways = word.child, (way("consent"), way("menu"))
    if word.kind == END:
        return Answer(_follow(act, word), ways)
    if word.day is None:
        return Answer(say("consent.kept", name=called(child)), ways)
    act.record_consent(child, NewConsent(word.kind, word.who, word.day, act.now))
    done = say(f"consent.done.{word.kind}", name=called(child), who=word.who)
    return Answer(lines(done, _follow(act, word)), ways)


def _follow(act: Act, word: Word) -> Say | None:
    """After a withdrawal the pairing ends, now or by the station."""
    code = word.child.code
    if word.then == END:
        notice = Answer(say("consent.pair_ended", code=code), (way("menu"),))
        return say("consent.ended", n=act.end_pairs(word.child, notice))
    if word.then == TELL:
        told = act.tell_station(word.child, Answer(say("consent.please_end", code=code)))
        return say("consent.told", n=told) if told else say("consent.told_nobody")
    return None


@conversation("consent", needs=Right.RECORD_CONSENT, then=record, carries=DataClass.CHILD)
async def consent(look: Look) -> Word:
    right = Right.RECORD_CONSENT
    child = await which_child(look, "consent.child", right, say("consent.child"))
    found = look.consent(child)
    key = f"consent/{child.code}"
    viewed = Looked("consent.viewed", f"child:{child.code}")
    kind = await Choice(
        f"{key}/kind",
        _ask(child, found, look),
        picks=[Pick(each, say(f"consent.kind.{each}")) for each in _kinds(look, child, found)],
        about=child.code,
        looks=[viewed],
    )
    if kind in (KEEP, END):
        return Word(child, kind, then=kind)
    ask = "consent.who_withdraws" if kind == WITHDRAWN else "consent.who"
    who = await Words(
        f"{key}/who", say(ask), optional=False, longest=LONGEST, about=child.code, verdict=_named
    )
    if kind == WITHDRAWN:
        return await _withdraw(look, child, who)
    return await _give(look, child, kind, who)


def _kinds(look: Look, child: ChildRef, found: ConsentRef | None) -> tuple[str, ...]:
    """A pairing that goes on without a consent can be ended."""
    if found is not None and found.stands:
        return WRITTEN, SPOKEN, WITHDRAWN, KEEP
    return (WRITTEN, SPOKEN, *((END,) if look.open_pairs(child) else ()), KEEP)


def _ask(child: ChildRef, found: ConsentRef | None, look: Look) -> Lines:
    """How it stands, and what a guardian is to be told before she agrees."""
    if found is None:
        stands = say("consent.none", name=called(child))
    else:
        day = near(found.day, look.today)
        stands = say(f"consent.is.{found.kind}", name=called(child), who=found.who, day=day)
    told = found is not None and found.stands
    return lines(stands, None if told else say("consent.explain"), say("consent.kind"))


def _named(said: str) -> Say | None:
    return None if said and said.isprintable() else say("consent.who_odd")


async def _give(look: Look, child: ChildRef, kind: str, who: str) -> Word:
    key, name = f"consent/{child.code}", called(child)
    day = await Day(
        f"{key}/day",
        say("consent.day", name=name),
        today=look.this_day,
        latest=look.this_day,
        earliest=child.enrolled,
        about=child.code,
    )
    assert day is not None
    await Review(
        f"{key}/review",
        say("consent.review", name=name),
        lines=[
            Line(f"{key}/kind", say("consent.line.kind"), say(f"consent.kind.{kind}")),
            Line(f"{key}/who", say("consent.line.who"), who),
            Line(f"{key}/day", say("line.day"), near(day, look.today)),
        ],
        submit=say("consent.submit"),
        about=child.code,
    )
    return Word(child, kind, who, day)


async def _withdraw(look: Look, child: ChildRef, who: str) -> Word:
    """What becomes of the pairing is asked where there is one."""
    pairs = look.open_pairs(child)
    picks = [Pick(each, say(f"consent.then.{each}")) for each in ((END, TELL) if pairs else ())]
    picks += [Pick("only", say("consent.then.only"))] if not pairs else []
    ask = say("consent.pairs", n=pairs) if pairs else say("consent.no_pairs")
    then = await Choice(f"consent/{child.code}/then", ask, picks=picks, about=child.code)
    return Word(child, WITHDRAWN, who, look.this_day, then)
