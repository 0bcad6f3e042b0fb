"""Drafts: everything that was begun and put aside waits here for seven days; what was
cancelled by a slip can be had back for a day."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick
from dialogue.registry import Answer, conversation
from dialogue.say import Lines, near, say
from domain.form import Item
from domain.privacy import DataClass
from domain.trouble import Refused
from handlers.who import called
from storage.act import Act
from storage.look import Look
from storage.see.drafts import DraftRef


@dataclass(frozen=True)
class Resume:
    """A draft to go on with, by its number; None when there is none."""

    number: int | None


def resume(act: Act, chosen: Resume) -> Answer:
    if chosen.number is None:
        return Answer(say("draft.none"))
    return _go_on(act, chosen.number)


def _go_on(act: Act, number: int) -> Answer:
    """Names what is taken up."""
    found = next((each for each in act.look.my_drafts() if each.number == number), None)
    text = say("draft.taken_up", what=in_words(found, act.look)) if found else say("draft.resumed")
    return Answer(text, resume=number)


@dataclass(frozen=True)
class Restored:
    """A cancelled draft that is wanted back, by its number; None when it is gone."""

    number: int | None


def restore(act: Act, chosen: Restored) -> Answer:
    """Within a day, until its answers are blanked, a cancellation can be taken back."""
    if chosen.number is None or not act.restore_draft(chosen.number):
        return Answer(say("draft.gone"))
    return _go_on(act, chosen.number)


@conversation("restore", needs=None, then=restore, carries=DataClass.CHILD)
async def give_back(look: Look) -> Restored:
    said = look.frame.said
    if not said:
        return Restored(look.last_cancelled())
    return Restored(int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None)


@conversation("drafts", needs=None, then=resume, carries=DataClass.CHILD, menu=9, passing=True)
async def drafts(look: Look) -> Resume:
    found = look.my_drafts()
    if len(found) <= 1:
        return Resume(found[0].number if found else None)
    picks = [
        Pick(
            str(each.number),
            say(
                "draft.pick",
                what=in_words(each, look),
                at=near(each.touched.astimezone(look.zone), look.today),
            ),
        )
        for each in found
    ]
    number = await Choice("drafts.which", say("draft.which", n=len(found)), picks=picks)
    return Resume(int(number))


def in_words(draft: DraftRef, look: Look) -> Lines:
    """The conversation, the child while in reach, and how far it has come."""
    parts: list[object] = [say(f"menu.{draft.conversation}")]
    if draft.child:
        parts.append(called(draft.child))
        parts.append(_reached(draft, look))
    return Lines([part for part in parts if part], glue=" · ")


def _reached(draft: DraftRef, look: Look) -> object:
    """The part of the form where the open question stands, or that only the review is left."""
    name, _, rest = draft.asked.partition("/")
    part = rest.partition("/")[2].partition("/")[0]
    if part == "review":
        return say("draft.review")
    if name not in draft.versions:
        return None
    try:
        form = look.form(name, draft.versions[name])
    except Refused:  # the form is no longer kept: going on will say so
        return None
    return next((item.label for item in form.items if _is_group(item, part)), None)


def _is_group(item: Item, name: str) -> bool:
    return item.kind == "group" and item.name == name
