"""Choosing one of the people for whom one answers."""

from __future__ import annotations

from dialogue.ask import Pick
from dialogue.looks import Looked
from dialogue.say import Say, say
from domain.trouble import Refused
from handlers.who import Who, named
from storage.look import Look
from storage.see.staff import PersonRef, PostRef


async def which_person(look: Look, key: str, ask: Say, people: list[PersonRef]) -> PersonRef:
    """By number, code, name or its sound; without a question when the opening words named her."""
    if not people:
        raise Refused("staff.none")
    who = Who(key, ask, picks=[_pick(each) for each in people])
    listed = {"people": [pick.value for pick in who.picks[: who.shown]]}
    who.looks = [Looked("person.listed", "people", listed)]
    code = named(who, look.frame.said) or await who
    return next(each for each in people if each.code == code)


def _pick(who: PersonRef) -> Pick:
    held = [office(post) for post in who.posts]
    label = say("staff.pick", name=who.name, code=who.code, posts=held)
    return Pick(who.code, label, who.code, names=(who.name,))


def office(post: PostRef) -> Say:
    """A role and its place."""
    return say("staff.post", role=say(f"role.{post.role.value}"), unit=post.unit)
