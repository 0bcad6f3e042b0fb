"""A phone is lost: everything on it is cut off at once, and its owner gets new ways in."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.registry import Answer, conversation, way
from dialogue.say import lines, say
from domain.privacy import DataClass
from domain.roles import Right
from handlers.staff import is_it_she, which_person
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
        return Answer(say("staff.not_sure", name=lost.who.name), (way("menu"),))
    notice = Answer(say("new_phone.told", by=act.account.name), (way("menu"),))
    fresh = act.replace_phone(lost.who.id, notice)
    name, path = lost.who.name, f"/in/{fresh.token}"
    text = lines(
        say("new_phone.done", name=name, n=fresh.ended),
        say("new_phone.link", path=path),
        say("staff.code", name=name, code=fresh.code),
    )
    return Answer(text, (way("menu"),), link=f"{path}/card")


@conversation("new_phone", needs=Right.ENROL, then=cut_off, carries=DataClass.ADULT, passing=True)
async def new_phone(look: Look) -> Lost:
    people = look.my_people(whole=True)
    who = await which_person(look, "new_phone.who", say("new_phone.who"), people)
    return Lost(who, await is_it_she(f"new_phone/{who.code}", who))
