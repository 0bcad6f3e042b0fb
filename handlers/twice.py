"""The same thing twice? Who has recorded this child, day and way already is asked whether it is
another one: nothing is counted twice by a slip, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dialogue.ask import Confirm, Pick
from dialogue.registry import Answer, way
from dialogue.say import near, say
from dialogue.texts import words
from storage.look import Look
from storage.see.children import ChildRef
from storage.see.held import Told


@dataclass(frozen=True)
class Known:
    """It is recorded already and meant no second time."""

    kind: str
    child: ChildRef
    told: Told


def kept(known: Known) -> Answer:
    """Nothing is recorded; what stands stays, and how to change it."""
    told = known.told
    text = say("twice.kept", name=known.child.name, receipt=told.receipt)
    ways = (way("amend", told.receipt),) if known.kind == "visit" else ()
    return Answer(text, (*ways, way("menu")), receipt=told.receipt)


async def known_already(
    look: Look, kind: str, child: ChildRef, day: date, alike: Callable[[Told], bool]
) -> Known | None:
    """Asks about the newest that one has recorded of this day that is `alike`; None
    where there is none, or this is another one.

    Ask before the work is begun and again before it is recorded: a draft that lay for days may
    have been overtaken. The receipt in the key keeps each answer with the record to which it was
    given. Where only a change of hers has led to this day, "no" leads back to what she changed:
    all that she has answered would be lost with it.
    """
    found = [each for each in look.told_on(child, kind, day) if alike(each)]
    if not found:
        return None
    last = found[0]
    ask = say(
        f"twice.{kind}",
        name=child.name,
        day=near(day, look.today),
        mode=say(f"mode.{last.mode}"),
        receipt=last.receipt,
        at=near(last.at.astimezone(look.zone), look.today),
    )
    key = f"{kind}/{child.code}/twice/{last.receipt}"
    still = {"no": say("twice.still", name=child.name, receipt=last.receipt)}
    another = await Confirm(key, ask, picks=_picks(), about=child.code, withdraws=still)
    return None if another else Known(kind, child, last)


def _picks() -> tuple[Pick, Pick]:
    yes = Pick("yes", say("twice.yes"), names=words("answer.yes"))
    return yes, Pick("no", say("twice.no"), names=words("answer.no"))
