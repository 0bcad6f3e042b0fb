"""Nothing is lost, but somebody has no way in: she gets a link and six digits, and all that she has
stays as it is."""

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
class Wanted:
    """Who wants to come in, and whether it was made sure that it is she who asks."""

    who: PersonRef
    sure: bool


def open_way(act: Act, wanted: Wanted) -> Answer:
    """She is told of it where she is signed in: it may have been somebody else who asked."""
    if not wanted.sure:
        return Answer(say("staff.not_sure", name=wanted.who.name), (way("menu"),))
    notice = Answer(say("sign_in.told", by=act.account.name), (way("signout"),))
    made = act.make_way_in(wanted.who.id, notice)
    name, path = wanted.who.name, f"/in/{made.token}"
    text = lines(
        say("sign_in.done", name=name),
        say("sign_in.link", path=path),
        say("staff.code", name=name, code=made.code),
    )
    return Answer(text, (way("menu"),), link=f"{path}/card")


@conversation("sign_in", needs=Right.ENROL, then=open_way, carries=DataClass.ADULT, passing=True)
async def sign_in(look: Look) -> Wanted:
    people = look.my_people(whole=True)
    who = await which_person(look, "sign_in.who", say("sign_in.who"), people)
    return Wanted(who, await is_it_she(f"sign_in/{who.code}", who))
