"""Somebody has used her invitation: a person who answers for it lets her in, or says why not."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick, Words
from dialogue.dial import grouped
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation
from dialogue.say import Say, lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from storage.act import Act
from storage.look import Look
from storage.see.enrolling import Newcomer

LATER = "later"
WORDS = {"used": ("approve", "refuse", LATER), "open": ("withdraw", LATER)}
LEAST, LONGEST = 4, 200


@dataclass(frozen=True)
class Word:
    """What was said of a newcomer: `approve`, `refuse`, `withdraw`, or `later`."""

    who: Newcomer
    word: str
    reason: str = ""


def decide(act: Act, said: Word | None) -> Answer:
    if said is None:
        return Answer(say("newcomers.none"))
    done = _do(act, said)
    left = sum(each.state == "used" for each in act.look.newcomers())
    return Answer(lines(done, say("newcomers.left", n=left) if left else say("newcomers.none")))


def _do(act: Act, said: Word) -> Say:
    who = said.who
    match said.word:
        case "approve":
            known = act.approve(who.id).known
            return say("newcomers.known" if known else "newcomers.approved", name=who.name)
        case "refuse":
            act.turn_away(who.id, said.reason)
        case "withdraw":
            act.withdraw_invite(who.id)
    return say(f"newcomers.now.{said.word}", name=who.name)


@conversation(
    "newcomers",
    needs=Right.ENROL,
    then=decide,
    carries=DataClass.ADULT,
    menu=11,
    passing=True,
)
async def newcomers(look: Look) -> Word | None:
    found = look.newcomers()
    if not found:
        return None
    picks = [Pick(str(each.id), _line(each)) for each in found]
    listed = Looked("invite.listed", "invites", {"invites": [each.id for each in found]})
    waiting = sum(each.state == "used" for each in found)
    ask = say("newcomers.which", n=waiting) if waiting else say("newcomers.which_open")
    chosen = await Choice("newcomers.which", ask, picks=picks, shown=12, looks=[listed])
    who = next(each for each in found if str(each.id) == chosen)
    answers = tuple(Pick(word, say(f"newcomers.do.{word}")) for word in WORDS[who.state])
    key = f"newcomers/{chosen}/{who.state}"
    word = await Choice(key, _file(who, look), picks=answers)
    reason = await _reason(f"{key}/reason") if word == "refuse" else ""
    return Word(who, word, reason)


async def _reason(key: str) -> str:
    return await Words(
        key,
        say("newcomers.reason"),
        optional=False,
        longest=LONGEST,
        verdict=lambda said: None if len(said) >= LEAST else say("newcomers.reason_short", n=LEAST),
    )


def _line(who: Newcomer) -> Say:
    role = say(f"role.{who.role.value}")
    return say(f"newcomers.line.{who.state}", name=who.name, role=role, unit=who.unit)


def _file(who: Newcomer, look: Look) -> Say:
    return say(
        f"newcomers.file.{who.state}",
        name=who.name,
        role=say(f"role.{who.role.value}"),
        unit=who.unit,
        phone=grouped(who.phone),
        inviter=who.inviter,
        until=near(who.expires.astimezone(look.zone), look.today),
    )
