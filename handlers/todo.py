"""待办: what waits for whom, in one look, each with the button that does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.looks import Looked
from dialogue.registry import Answer, Way, conversation, way
from dialogue.say import Say, lines, say
from domain.age import is_grown
from domain.privacy import DataClass
from domain.roles import Right
from handlers.children import is_far
from handlers.who import label
from storage.act import Act
from storage.look import Look
from storage.see.children import ChildRef

SOON = 8
UPPER = ("red", "orange")
STAYS = (Right.LOG_VISIT, Right.LOG_CONTACT)
WAITING = "used"


@dataclass(frozen=True)
class Task:
    """How many of something wait, in words, and the conversation in which they are done."""

    text: Say
    name: str

    @property
    def way(self) -> Way:
        return way(self.name)


def tasks(look: Look) -> list[Task]:
    """The most urgent first; what does not wait is not named."""
    return [Task(say(f"todo.{name}", n=count), name) for name, count in _counts(look) if count]


def _counts(look: Look) -> Iterator[tuple[str, int]]:
    may = look.account.may
    if may(Right.ANSWER_ALERT):
        yield "alerts", len(look.alerts())
    if may(Right.DECIDE_FLAG):
        yield "flags", len(look.flags(limit=None))
    yield "drafts", len(look.my_drafts())
    if may(Right.CONFIRM_POINTS):
        yield "confirm", len(look.to_confirm(limit=None))
    if may(Right.ENROL):
        yield "newcomers", sum(each.state == WAITING for each in look.newcomers())


def soonest(look: Look) -> list[tuple[ChildRef, Way]]:
    """The children whom this person visits or keeps company, the one due first at the top, each
    with what can be done for it."""
    found = {
        child.id: (child, way(name, child.code))
        for right, name in ((Right.LOG_CONTACT, "contact"), (Right.LOG_VISIT, "visit"))
        if look.account.may(right)
        for child in look.my_children(right)
        if not is_grown(child.birth, look.today)
    }
    return sorted(found.values(), key=lambda each: (each[0].next_visit or look.today, each[0].code))


def watched(look: Look) -> list[tuple[ChildRef, Way]]:
    """The children of the upper levels, the highest first, for the station that decides about
    them; whose reach is the whole city opens each with a reason, and is shown none."""
    if not look.account.may(Right.DECIDE_FLAG):
        return []
    levels = {id: risk.level for id, risk in look.risks().items() if risk.level in UPPER}
    found = [
        child
        for child in look.my_children(Right.SEE_CHILD)
        if child.id in levels and not is_far(child, look)
    ]
    found.sort(key=lambda child: (UPPER.index(levels[child.id]), child.code))
    return [(child, way("children", child.code, say("todo.look"))) for child in found]


@dataclass(frozen=True)
class Today:
    """What the answer says."""

    tasks: list[Task]
    children: list[tuple[ChildRef, Way]]


def show(act: Act, found: Today) -> Answer:
    seen = Looked("child.listed", "children", {"children": [c.code for c, _ in found.children]})
    if found.children:
        act.audit(seen.action, seen.subject, **seen.detail)
    if not (found.tasks or found.children):
        return Answer(say("todo.nothing"), (way("menu"),))
    listed = [say("todo.child", child=label(child, act.look)) for child, _ in found.children]
    head = say("todo.children") if listed else None
    ways = (*(task.way for task in found.tasks), *_visits(found), way("menu"))
    return Answer(lines(*(task.text for task in found.tasks), head, *listed), ways)


def _visits(found: Today) -> Iterator[Way]:
    for child, each in found.children[:SOON]:
        yield Way(say("todo.go", what=each.label, name=child.name), each.command)


@conversation("todo", needs=None, then=show, carries=DataClass.CHILD)
async def todo(look: Look) -> Today:
    return Today(tasks(look), soonest(look)[:SOON])
