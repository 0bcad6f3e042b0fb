"""Which child: asked by number, code, name or pinyin, always among those in reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.ask import Choice, Pick
from dialogue.pinyin import sounds_like
from dialogue.read import plain
from dialogue.replay import Before, once
from dialogue.say import Say, near, say
from domain.age import is_grown
from domain.roles import Right
from domain.trouble import Refused, Unreadable
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
        if len(alike) > 1:
            raise self.several(alike)
        return alike[0] if alike else super().pick_of(text)


async def which_child(look: Look, key: str, right: Right, ask: Say) -> ChildRef:
    """The child; without a question when the opening words named her or there is one only."""
    code = await once(f"{key}/at once", lambda: _at_once(_mine(look, right), look))
    chosen = code or await Before(key, lambda kept: True, ask)
    if chosen is None:
        chosen = await Who(key, ask, picks=[_pick(child, look) for child in _mine(look, right)])
    try:
        return look.child(chosen, right)
    except Refused:
        if code:
            raise
        raise Refused("draft.no_longer", what=ask) from None


def _mine(look: Look, right: Right) -> list[ChildRef]:
    """The children in reach; Refused when there is none."""
    children = look.my_children(right)
    if not children:
        raise Refused("child.none")
    return children


def _at_once(children: list[ChildRef], look: Look) -> str:
    """The code of the child whom the opening words named, or of the only one."""
    if look.frame.said:
        return named(Who("", "", picks=[_pick(child, look) for child in children]), look.frame.said)
    return children[0].code if len(children) == 1 else ""


def named(who: Who, said: str) -> str:
    """The code of the child in reach whom these words name; "" when they name none."""
    try:
        return who.pick_of(said).value if said else ""
    except Unreadable:
        return ""


def alike(children: Iterable[ChildRef], said: str) -> list[ChildRef]:
    """Those whose name, code (with its hyphen or without), or name as it sounds begins so: every
    reading, or its initials."""
    wanted = plain(said)
    bare = _bare(wanted)
    if not wanted:
        return [*children]
    return [
        each
        for each in children
        if wanted in plain(each.name)
        or (bare and bare in _bare(each.code))
        or sounds_like((each.name,), wanted, whole=False)
    ]


def _bare(text: str) -> str:
    """Letters and digits alone: 夏至-27 as 夏至27."""
    return "".join(letter for letter in plain(text) if letter.isalnum())


def _pick(child: ChildRef, look: Look) -> Pick:
    return Pick(child.code, label(child, look), child.code, names=(child.name,))


def label(child: ChildRef, look: Look) -> Say:
    """Name, code and, for whoever visits or supervises, when the next visit is due; for
    everybody, that the child is of age."""
    when = due(child, look)
    if when is None:
        return called(child)
    return say("child.pick", name=child.name, code=child.code, due=when)


def called(child: ChildRef) -> Say:
    """Name and code: two children of a village may bear one name."""
    return say("child.short", name=child.name, code=child.code)


def due(child: ChildRef, look: Look) -> Say | None:
    """When the next visit is due, in words, or that none is any more because the child is of
    age; None for whom it does not concern."""
    if is_grown(child.birth, look.today):
        return say("child.grown")
    if child.next_visit is None:
        return None
    if child.next_visit < look.today:
        return say("child.due.late", day=near(child.next_visit, look.today))
    return say("child.due.on", day=near(child.next_visit, look.today))
