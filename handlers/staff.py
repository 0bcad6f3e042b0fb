"""Choosing one of the people for whom one answers, and making sure that it is she who asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.ask import Confirm, Pick
from dialogue.dial import grouped
from dialogue.looks import Looked
from dialogue.pinyin import sounds_like
from dialogue.read import plain
from dialogue.replay import Before, once
from dialogue.say import Say, say
from domain.trouble import Refused, Unreadable
from handlers.who import Who, named
from storage.look import Look
from storage.see.staff import PersonRef, PostRef


@dataclass
class Staff(Who):
    """A choice among people in office. Of one who is not any more it is said so: `former` are
    their names by code."""

    former: Mapping[str, str] = field(default_factory=dict)

    def pick_of(self, text: str) -> Pick:
        try:
            return super().pick_of(text)
        except Unreadable as unclear:
            gone = self.former_of(text)
            if not gone or unclear.key == "ask.several":
                raise
            raise Unreadable("staff.gone", name=self.former[gone]) from None

    def former_of(self, text: str) -> str:
        """The code of the one who was named, "" for nobody."""
        wanted = plain(text)
        return next((code for code, name in self.former.items() if _is(code, name, wanted)), "")


def _is(code: str, name: str, wanted: str) -> bool:
    return wanted in (plain(code), plain(name)) or sounds_like((name,), wanted)


async def which_person(look: Look, key: str, ask: Say, people: list[PersonRef]) -> PersonRef:
    """By number, code, name or its sound; without a question when the opening words named her.
    Raises Refused where there is nobody, and for who is not in office any more."""
    if not people:
        raise Refused("staff.none")
    who = Staff(key, ask, picks=[_pick(each) for each in people], former=look.former_people())
    listed = {"people": [pick.value for pick in who.picks[: who.shown]]}
    who.looks = [Looked("person.listed", "people", listed)]
    said = look.frame.said
    code = await once(f"{key}/at once", lambda: named(who, said) or who.former_of(said))
    code = code or await Before(key, lambda kept: True, ask) or await who
    found = next((each for each in people if each.code == code), None)
    if found is None:
        name = who.former.get(code)
        raise Refused("staff.gone", name=name) if name else Refused("staff.not_yours")
    return found


def _pick(who: PersonRef) -> Pick:
    held = [office(post) for post in who.posts]
    label = say("staff.pick", name=who.name, code=who.code, posts=held)
    return Pick(who.code, label, who.code, names=(who.name,))


def office(post: PostRef) -> Say:
    """A role and its place."""
    return say("staff.post", role=say(f"role.{post.role.value}"), unit=post.unit)


def is_it_she(key: str, who: PersonRef) -> Confirm:
    """She is rung up under the number that is known, never under the one that rings."""
    picks = (Pick("yes", say("staff.yes")), Pick("no", say("staff.no")))
    ask = say("staff.meet", name=who.name)
    if who.phone:
        ask = say("staff.call", name=who.name, phone=grouped(who.phone))
    return Confirm(key, ask, picks=picks, looks=[Looked("person.viewed", f"person:{who.code}")])
