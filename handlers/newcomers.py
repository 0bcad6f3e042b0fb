"""Somebody has used her invitation: a person who answers for it lets her in, or says why not."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick, Words
from dialogue.dial import grouped
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation
from dialogue.say import Lines, Say, lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from storage.act import Act
from storage.do.enrolling import Approval
from storage.invites import Holder
from storage.look import Look
from storage.see.enrolling import Newcomer

LATER = "later"
WORDS = {"used": ("approve", "refuse", LATER), "open": ("withdraw", LATER)}
LEAST, LONGEST = 4, 200


@dataclass(frozen=True)
class Word:
    """What was said of a newcomer: `approve`, `refuse`, `withdraw`, or `later`. `same`: whether
    she is who had this telephone before and has left; None where nobody had."""

    who: Newcomer
    word: str
    reason: str = ""
    same: bool | None = None


def decide(act: Act, said: Word | None) -> Answer:
    if said is None:
        return Answer(say("newcomers.none"))
    done = _do(act, said)
    left = sum(each.state == "used" for each in act.look.newcomers())
    return Answer(lines(done, say("newcomers.left", n=left) if left else say("newcomers.none")))


def _do(act: Act, said: Word) -> Say | Lines:
    who = said.who
    match said.word:
        case "approve":
            return _approve(act, said)
        case "refuse":
            act.turn_away(who.id, said.reason)
        case "withdraw":
            act.withdraw_invite(who.id)
    return say(f"newcomers.now.{said.word}", name=who.name)


def _approve(act: Act, said: Word) -> Say | Lines:
    who, holder = said.who, said.who.holder
    role, by = say(f"role.{who.role.value}"), act.account.name
    told = say("newcomers.told", by=by, name=who.name, role=role, unit=who.unit, first=who.inviter)
    act.approve(Approval(who.id, holder.id if holder else 0, said.same), Answer(told))
    alone = say("newcomers.alone") if who.seconds == () else None
    return lines(*_done(who, said.same), alone)


def _done(who: Newcomer, same: bool | None) -> list[Say]:
    """How she comes in, and whose the telephone is now."""
    holder = who.holder
    if holder is None:
        return [say("newcomers.approved", name=who.name)]
    whose = {"name": who.name, "holder": holder.name, "code": holder.code}
    if holder.active:
        return [say("newcomers.known", **whose)]
    if same:
        return [say("newcomers.back", **whose)]
    return [say("newcomers.approved", name=who.name), say("newcomers.freed", **whose)]


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
    words = [word for word in WORDS[who.state] if word != "approve" or not who.seconds]
    answers = tuple(Pick(word, say(f"newcomers.do.{word}")) for word in words)
    key = f"newcomers/{chosen}/{who.state}"
    word = await Choice(key, _file(who, look), picks=answers, looks=_looked(who))
    reason = await _reason(f"{key}/reason") if word == "refuse" else ""
    before = who.holder if word == "approve" else None
    same = await _same(key, before) if before and not before.active else None
    return Word(who, word, reason, same)


def _looked(who: Newcomer) -> list[Looked]:
    return [Looked("person.viewed", f"person:{who.holder.code}")] if who.holder else []


async def _same(key: str, holder: Holder) -> bool:
    """Kept with the account that is meant: under a number it may be another one later."""
    picks = (Pick("same", say("newcomers.is.same")), Pick("another", say("newcomers.is.another")))
    ask = say("newcomers.same", holder=holder.name, code=holder.code)
    return await Choice(f"{key}/{holder.code}", ask, picks=picks) == "same"


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


def _file(who: Newcomer, look: Look) -> Lines:
    return lines(_of(who, look), _warning(who.holder), _two(who))


def _warning(holder: Holder | None) -> Say | None:
    """Whose number it is or was: the name of the invitation does not say so."""
    if holder is None:
        return None
    kind = "in_office" if holder.active else "left"
    return say(f"newcomers.holder.{kind}", holder=holder.name, code=holder.code)


def _two(who: Newcomer) -> Say | None:
    """Where one person's word is not enough; or that it has to be, and is written down."""
    if who.seconds is None:
        return None
    if not who.seconds:
        return say("newcomers.one")
    return say("newcomers.second", names=list(who.seconds))


def _of(who: Newcomer, look: Look) -> Say:
    return say(
        f"newcomers.file.{who.state}",
        name=who.name,
        role=say(f"role.{who.role.value}"),
        unit=who.unit,
        phone=grouped(who.phone),
        inviter=who.inviter,
        until=near(who.expires.astimezone(look.zone), look.today),
    )
