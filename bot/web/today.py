"""今日 as a page; on a wide screen it stands beside the chat."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.web.children import address_of
from bot.web.desk import commands, page, read
from bot.web.guard import cookie_of
from bot.web.pages import plain
from dialogue.registry import Way
from domain.roles import Right
from handlers.children import MARKS
from handlers.todo import SOON, Task, soonest, tasks, watched
from handlers.who import due
from storage import doors
from storage.act import Act
from storage.see.children import ChildRef


@dataclass(frozen=True)
class Row:
    """One child: where its file is, when it is due, what can be done."""

    address: str
    name: str
    code: str
    level: str
    due: object
    way: Way


@dataclass(frozen=True)
class Today:
    """What stands on the page."""

    tasks: list[Task]
    rows: list[Row]
    more: int
    head: str


async def show_today(request: web.Request) -> web.Response:
    seen = await read(request, lambda act: _today(act, request))
    if seen is None:
        return plain(request, "out", 401)
    lang, found = seen.account.lang, seen.found
    values = {
        "found": found,
        "fresh": seen.fresh,
        "marks": MARKS,
        "task_ways": commands([each.way for each in found.tasks], lang),
        "row_ways": commands([each.way for each in found.rows], lang),
    }
    return page(request, seen.account, "today.html", values)


def _today(act: Act, request: web.Request) -> Today:
    """The names that it shows are written down, as in the chat. Whoever visits nobody is shown
    those to be watched, when she has shown just now that it is she."""
    children, head = soonest(act.look), "children"
    if not children and doors.is_fresh(act.db, act.keys, cookie_of(request), act.now):
        children, head = watched(act.look), "watched"
    shown = children[:SOON]
    if shown:
        codes = [child.code for child, _ in shown]
        act.audit("child.listed", "children", children=codes, page=True)
    sees = act.account.may(Right.SEE_SCORE)
    levels = {each: risk.level for each, risk in act.look.risks().items()} if sees else {}
    rows = [_row(act, child, each, levels.get(child.id, "")) for child, each in shown]
    return Today(tasks(act.look), rows, len(children) - len(shown), head)


def _row(act: Act, child: ChildRef, each: Way, level: str) -> Row:
    address = address_of(act.keys, act.account.id, child)
    return Row(address, child.name, child.code, level, due(child, act.look), each)
