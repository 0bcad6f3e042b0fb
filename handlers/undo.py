"""Within ten minutes whoever recorded a visit or contact takes it back, points and all."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Confirm, Pick
from dialogue.registry import Answer, conversation
from dialogue.say import Say, near, say
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from storage.act import Act
from storage.do.visits import UNDO
from storage.look import Look
from storage.see.children import VisitRef


@dataclass(frozen=True)
class TakenBack:
    """A visit to be withdrawn."""

    visit_id: int


def withdraw(act: Act, taken: TakenBack | None) -> Answer:
    if taken is None:
        return Answer(say("undo.kept"))
    receipt = act.withdraw(taken.visit_id)
    return Answer(say("undo.done", receipt=receipt), receipt=receipt)


@conversation("undo", needs=None, then=withdraw, carries=DataClass.CODED)
async def undo(look: Look) -> TakenBack | None:
    recent = look.my_visits(since=look.frame.began - UNDO)
    if not recent:
        raise Refused("undo.amend" if look.account.may(Right.LOG_VISIT) else "undo.nothing")
    visit = recent[0]
    if len(recent) > 1:
        picks = [
            Pick(each.receipt, say("undo.pick", what=in_words(each, look), receipt=each.receipt))
            for each in recent
        ]
        receipt = await Choice("undo.which", say("undo.which"), picks=picks)
        visit = next(each for each in recent if each.receipt == receipt)
    ask = say("undo.sure", what=in_words(visit, look), receipt=visit.receipt)
    sure = await Confirm(f"undo/{visit.receipt}", ask)
    return TakenBack(visit.id) if sure else None


def in_words(visit: VisitRef, look: Look) -> Say:
    """Which one it was: its day and how it took place."""
    return say("undo.what", day=near(visit.day, look.today), mode=say(f"mode.{visit.mode}"))
