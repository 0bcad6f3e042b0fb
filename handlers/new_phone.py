"""A phone is lost: everything on it is cut off at once, and its owner gets new ways in."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Confirm, Pick
from dialogue.dial import grouped
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation, way
from dialogue.say import Say, lines, say
from domain.privacy import DataClass
from domain.roles import Right
from handlers.staff import which_person
from storage.act import Act
from storage.look import Look
from storage.see.staff import PersonRef


@dataclass(frozen=True)
class Lost:
    """Whose phone, and whether it was made sure that it is she who asks."""

    who: PersonRef
    sure: bool


def cut_off(act: Act, lost: Lost) -> Answer:
    if not lost.sure:
        return Answer(say("new_phone.not_sure", name=lost.who.name), (way("menu"),))
    notice = Answer(say("new_phone.told", by=act.account.name), (way("menu"),))
    fresh = act.replace_phone(lost.who.id, notice)
    name, path = lost.who.name, f"/in/{fresh.token}"
    text = lines(
        say("new_phone.done", name=name, n=fresh.ended),
        say("new_phone.link", path=path),
        say("new_phone.code", name=name, code=fresh.code),
    )
    return Answer(text, (way("menu"),), link=f"{path}/card")


@conversation("new_phone", needs=Right.ENROL, then=cut_off, carries=DataClass.ADULT, passing=True)
async def new_phone(look: Look) -> Lost:
    people = look.my_people(whole=True)
    who = await which_person(look, "new_phone.who", say("new_phone.who"), people)
    viewed = Looked("person.viewed", f"person:{who.code}")
    picks = (Pick("yes", say("new_phone.yes")), Pick("no", say("new_phone.no")))
    key = f"new_phone/{who.code}"
    return Lost(who, await Confirm(key, _call(who), picks=picks, looks=[viewed]))


def _call(who: PersonRef) -> Say:
    """She is rung up under the number that is known, never under the one that rings."""
    if not who.phone:
        return say("new_phone.meet", name=who.name)
    return say("new_phone.call", name=who.name, phone=grouped(who.phone))
