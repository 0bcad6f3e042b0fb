"""Which child: asked by number, code, name or pinyin, always among those in reach."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick
from dialogue.pinyin import sounds_like
from dialogue.read import plain
from dialogue.say import Say, say
from domain.roles import Right
from domain.trouble import Refused
from storage.look import Look
from storage.see.children import ChildRef

SHOWN = 12


@dataclass
class Who(Choice):
    """A choice among children; a name may be typed as it sounds."""

    shown: int = SHOWN

    def pick_of(self, text: str) -> Pick:
        wanted = plain(text)
        alike = [pick for pick in self.picks if sounds_like(pick.names, wanted)]
        if len(alike) == 1:
            return alike[0]
        return super().pick_of(text)


async def which_child(look: Look, key: str, right: Right, ask: Say) -> ChildRef:
    """The child; without a question when the opening words named her or there is one only."""
    children = look.my_children(right)
    if not children:
        raise Refused("child.none")
    who = Who(key, ask, picks=[_pick(child, look) for child in children])
    named = _named(who, children, look.frame.said)
    if named:
        return named
    if len(children) == 1:
        return children[0]
    code = await who
    return next(child for child in children if child.code == code)


def _named(who: Who, children: list[ChildRef], said: str) -> ChildRef | None:
    if not said:
        return None
    code = who.pick_of(said).value if _known(who, said) else ""
    return next((child for child in children if child.code == code), None)


def _known(who: Who, said: str) -> bool:
    from domain.trouble import Unreadable

    try:
        who.pick_of(said)
    except Unreadable:
        return False
    return True


def _pick(child: ChildRef, look: Look) -> Pick:
    label = say("child.pick", name=child.name, code=child.code, due=due(child, look))
    return Pick(child.code, label, child.code, names=(child.name,))


def due(child: ChildRef, look: Look) -> Say:
    """When the next visit is due, in words."""
    if child.next_visit is None:
        return say("child.due.none")
    if child.next_visit < look.today:
        return say("child.due.late", day=child.next_visit)
    return say("child.due.on", day=child.next_visit)
