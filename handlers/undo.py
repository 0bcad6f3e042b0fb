"""Within ten minutes whoever recorded a visit or contact takes it back, points and all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.ask import Choice, Confirm, Pick
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation
from dialogue.say import Say, lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from handlers.who import called
from storage.act import Act
from storage.deed import RECEIPT
from storage.do.visits import UNDO
from storage.look import Look
from storage.see.children import ChildRef, VisitRef


@dataclass(frozen=True)
class TakenBack:
    """A visit to be withdrawn."""

    visit_id: int
    child: ChildRef
    again: str | None = None
    """The receipt of the earlier version that counts again."""


def withdraw(act: Act, taken: TakenBack | None) -> Answer:
    if taken is None:
        return Answer(say("undo.kept"))
    receipt = act.withdraw(taken.visit_id)
    child = called(taken.child)
    done = say("undo.done", child=child, receipt=receipt)
    again = say("undo.again", receipt=taken.again) if taken.again else None
    return Answer(lines(done, again), receipt=receipt)


@conversation("undo", needs=None, then=withdraw, carries=DataClass.CHILD, passing=True)
async def undo(look: Look) -> TakenBack | None:
    known = _known(look)
    since = look.frame.began - UNDO
    recent = [each for each in look.my_visits(since=since) if each.child_id in known]
    if not recent:
        raise Refused("undo.amend" if look.account.may(Right.LOG_VISIT) else "undo.nothing")
    visit = _named(recent, look.frame.said) or await _which(recent, known, look)
    child = known[visit.child_id]
    ask = say("undo.sure", what=in_words(visit, child, look), receipt=visit.receipt)
    then = say("undo.then", receipt=visit.replaces) if visit.replaces else None
    sure = await Confirm(f"undo/{visit.receipt}", lines(ask, then), looks=[_looked([child])])
    return TakenBack(visit.id, child, visit.replaces) if sure else None


def _known(look: Look) -> dict[int, ChildRef]:
    """The children of whom she may record something, by id."""
    rights = [each for each in (Right.LOG_VISIT, Right.LOG_CONTACT) if look.account.may(each)]
    return {child.id: child for right in rights for child in look.my_children(right)}


def _named(recent: list[VisitRef], said: str) -> VisitRef | None:
    """The one whose receipt stands behind the word, as on the button after a visit; None where
    no receipt was said. Raises Refused when that one can no longer be taken back."""
    receipt = said.upper()
    if not RECEIPT.fullmatch(receipt):
        return None
    found = next((each for each in recent if each.receipt == receipt), None)
    if found is None:
        raise Refused("undo.not_that", receipt=receipt)
    return found


async def _which(recent: list[VisitRef], known: Mapping[int, ChildRef], look: Look) -> VisitRef:
    if len(recent) == 1:
        return recent[0]
    picks = [
        Pick(
            each.receipt,
            say("undo.pick", what=in_words(each, known[each.child_id], look), receipt=each.receipt),
        )
        for each in recent
    ]
    listed = _looked([known[each.child_id] for each in recent])
    receipt = await Choice("undo.which", say("undo.which"), picks=picks, looks=[listed])
    return next(each for each in recent if each.receipt == receipt)


def _looked(children: list[ChildRef]) -> Looked:
    return Looked("visit.listed", "visits", {"children": [child.code for child in children]})


def in_words(visit: VisitRef, child: ChildRef, look: Look) -> Say:
    """Which one it was: whose, its day and how it took place."""
    day = near(visit.day, look.today)
    return say("undo.what", child=called(child), day=day, mode=say(f"mode.{visit.mode}"))
