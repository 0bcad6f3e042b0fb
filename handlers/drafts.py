"""Drafts: everything that was begun and put aside waits here for seven days; what was
cancelled by a slip can be had back for a day."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick
from dialogue.registry import Answer, conversation
from dialogue.say import say
from domain.privacy import DataClass
from storage.act import Act
from storage.look import Look


@dataclass(frozen=True)
class Resume:
    """A draft to go on with, by its number; None when there is none."""

    number: int | None


def resume(act: Act, chosen: Resume) -> Answer:
    if chosen.number is None:
        return Answer(say("draft.none"))
    return Answer(say("draft.resumed"), resume=chosen.number)


@dataclass(frozen=True)
class Restored:
    """A cancelled draft that is wanted back, by its number; None when it is gone."""

    number: int | None


def restore(act: Act, chosen: Restored) -> Answer:
    """Within a day, until its answers are blanked, a cancellation can be taken back."""
    if chosen.number is None or not act.restore_draft(chosen.number):
        return Answer(say("draft.gone"))
    return Answer(say("draft.resumed"), resume=chosen.number)


@conversation("restore", needs=None, then=restore, carries=DataClass.INTERNAL)
async def give_back(look: Look) -> Restored:
    said = look.frame.said
    return Restored(int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None)


@conversation("drafts", needs=None, then=resume, carries=DataClass.INTERNAL, menu=9)
async def drafts(look: Look) -> Resume:
    found = look.my_drafts()
    if len(found) <= 1:
        return Resume(found[0].number if found else None)
    picks = [
        Pick(
            str(each.number),
            say(
                "draft.pick",
                what=say(f"menu.{each.conversation}"),
                at=each.touched.astimezone(look.zone),
            ),
        )
        for each in found
    ]
    number = await Choice("drafts.which", say("draft.which", n=len(found)), picks=picks)
    return Resume(int(number))
