"""A role ends: what hangs on it is shown and handed on, and its rights end at once."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Confirm, Pick
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation, way
from dialogue.say import Lines, Say, lines, say
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from handlers.staff import office, which_person
from storage.act import Act
from storage.look import Look
from storage.see.staff import Handover, PersonRef, PostRef

NOBODY = "nobody"


@dataclass(frozen=True)
class Farewell:
    """Whose post ends, and who takes over what hangs on it."""

    who: PersonRef
    post: PostRef
    successor: int | None
    sure: bool


def end(act: Act, said: Farewell) -> Answer:
    if not said.sure:
        return Answer(say("leave.kept", name=said.who.name), (way("menu"),))
    held = office(said.post)
    notice = Answer(say("leave.takes_over", name=said.who.name, post=held), (way("menu"),))
    ended = act.end_post(said.post.id, said.successor, notice)
    text = lines(
        say("leave.done", name=said.who.name, post=held),
        say("leave.moved", n=ended.moved) if ended.moved else None,
        say("leave.closed", n=ended.closed) if ended.closed else None,
        say("leave.gone" if ended.gone else "leave.stays", name=said.who.name),
    )
    return Answer(text, (way("menu"),))


@conversation("leave", needs=Right.ENROL, then=end, carries=DataClass.ADULT, passing=True)
async def leave(look: Look) -> Farewell:
    who = await which_person(look, "leave.who", say("leave.who"), look.my_people())
    post = await _post(who)
    found = look.handover(who, post)
    if found is None:
        raise Refused("staff.not_yours")
    successor = await _successor(f"leave/{who.code}/{post.id}", found)
    sure = await Confirm(
        f"leave/{who.code}/{post.id}/sure",
        lines(
            say("leave.sure", name=who.name, post=office(post)),
            _list(found),
            _without(found) if successor is None else None,
        ),
        looks=[Looked("person.viewed", f"person:{who.code}")],
    )
    return Farewell(who, post, successor, sure)


async def _post(who: PersonRef) -> PostRef:
    """Which of several; kept by its number."""
    if len(who.posts) == 1:
        return who.posts[0]
    picks = [Pick(str(each.id), office(each)) for each in who.posts]
    ask = say("leave.which", name=who.name)
    chosen = await Choice(f"leave/{who.code}/which", ask, picks=picks)
    return next(each for each in who.posts if str(each.id) == chosen)


async def _successor(key: str, found: Handover) -> int | None:
    """Asked where children or pairings hang on it and there is somebody to choose."""
    if not _hangs(found) or not found.successors:
        return None
    picks = [Pick(str(number), name) for number, name in found.successors]
    ask = lines(_list(found), say("leave.successor"))
    chosen = await Choice(key, ask, picks=[*picks, Pick(NOBODY, say("leave.nobody"))], shown=12)
    return None if chosen == NOBODY else int(chosen)


def _without(found: Handover) -> Say | None:
    """Said plainly when nobody takes over."""
    if found.pairs:
        return say("leave.without.pairs")
    alone = found.children and not found.successors
    return say("leave.without.children") if alone else None


def _hangs(found: Handover) -> bool:
    return bool(found.pairs or found.children)


def _list(found: Handover) -> Lines:
    """The handover list: how many of each, and plainly that there is nothing."""
    counts = {
        "pairs": found.pairs,
        "children": found.children,
        "drafts": found.drafts,
        "alerts": found.alerts,
    }
    known = [say(f"leave.list.{name}", n=n) for name, n in counts.items() if n]
    return lines(say("leave.list"), *(known or [say("leave.list.nothing")]))
