"""The children in reach and their files: by right, with a reason where only the whole city's
reach leads there, and each look written down. No address holds a name or a code."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.web.desk import Read, commands, page, read
from bot.web.guard import cookie_of, read_form
from bot.web.house import HOUSE
from bot.web.pages import plain
from bot.web.portrait import view
from dialogue.say import Say, say
from domain.age import age_on
from domain.roles import Account, Right
from handlers.children import LEAST, LONGEST, MARKS, is_far, too_short
from handlers.portrait import File, open_file
from handlers.who import alike, due
from storage.act import Act
from storage.crypto import Keys
from storage.see.children import ChildRef

PAGE = 20
LONGEST_SEARCH = 64


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    address: str
    name: str
    code: str
    age: int
    level: str
    due: Say | None


@dataclass(frozen=True)
class Listed:
    """One page of the children in reach, or of those whom a search found."""

    rows: Sequence[Row]
    count: int
    page: int
    pages: int
    sought: str

    @property
    def graded(self) -> bool:
        return any(row.level for row in self.rows)


@dataclass(frozen=True)
class Unasked:
    """A file that is shown only to who says why."""

    child: ChildRef


async def show_children(request: web.Request) -> web.Response:
    wanted = _number(request.query.get("page", ""))
    return _list(request, await read(request, lambda act: list_children(act, "", wanted)))


async def search_children(request: web.Request) -> web.Response:
    """By POST: what is sought is a name, and stands in no address."""
    cookie = cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    form = await read_form(request, cookie)
    sought, wanted = form.one("q")[:LONGEST_SEARCH].strip(), _number(form.one("page"))
    return _list(request, await read(request, lambda act: list_children(act, sought, wanted)))


async def show_child(request: web.Request) -> web.Response:
    token = request.match_info["id"]
    return _file(request, await read(request, lambda act: look_at(act, token), guarded=True))


async def open_child(request: web.Request) -> web.Response:
    """With the reason; shown in the answer and nowhere else."""
    cookie, token = cookie_of(request), request.match_info["id"]
    if not cookie:
        return plain(request, "out", 401)
    reason = (await read_form(request, cookie)).one("reason").strip()
    found = await read(request, lambda act: look_at(act, token, reason), guarded=True)
    return _file(request, found, reason)


def list_children(act: Act, sought: str, wanted: int) -> Listed | None:
    """None, and a line in the audit, for who may see no child."""
    look = act.look
    if not act.account.may(Right.SEE_CHILD):
        _refuse(act)
        return None
    found = alike(look.my_children(Right.SEE_CHILD), sought)
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(wanted, 1), pages)
    shown = found[(number - 1) * PAGE : number * PAGE]
    levels = {child_id: risk.level for child_id, risk in look.risks().items()}
    act.audit("child.listed", "children", children=[each.code for each in shown], page=True)
    rows = [_row(act, each, levels.get(each.id, "")) for each in shown]
    return Listed(rows, len(found), number, pages, sought)


def _row(act: Act, child: ChildRef, level: str) -> Row:
    age = age_on(child.birth, act.today)
    address = address_of(act.keys, act.account.id, child)
    return Row(address, child.name, child.code, age, level, due(child, act.look))


def look_at(act: Act, token: str, reason: str = "") -> File | Unasked | None:
    """The file, written down; or that a reason is asked for first. None, and a line in the audit,
    where there is no such child in reach, whatever the cause."""
    child = _child_of(act, token)
    if child is None:
        _refuse(act)
        return None
    if not is_far(child, act.look):
        return open_file(act, child)
    if too_short(reason) or len(reason) > LONGEST:
        return Unasked(child)
    return open_file(act, child, reason)


def _refuse(act: Act) -> None:
    act.audit("child.refused", "children", page=True)


def address_of(keys: Keys, person_id: int, child: ChildRef) -> str:
    """For this reader only: it tells nothing, and is worth nothing in another's hands."""
    mac = keys.sign(f"web/child/{person_id}/{child.id}".encode(), 16)
    return "/children/" + base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _child_of(act: Act, token: str) -> ChildRef | None:
    """Among the children in reach now; a token is no key to anything else."""
    wanted = f"/children/{token}".encode()
    for child in act.look.my_children(Right.SEE_CHILD):
        if hmac.compare_digest(address_of(act.keys, act.account.id, child).encode(), wanted):
            return child
    return None


def _list(request: web.Request, read: Read[Listed | None] | None) -> web.Response:
    if read is None:
        return plain(request, "out", 401)
    if read.found is None:
        raise web.HTTPNotFound
    values = {"listed": read.found, "marks": MARKS, "fresh": read.fresh}
    return page(request, read.account, "children.html", values)


def _file(
    request: web.Request, read: Read[File | Unasked | None] | None, reason: str = ""
) -> web.Response:
    match read:
        case None:
            return plain(request, "out", 401)
        case Read(found=None):
            raise web.HTTPNotFound
        case Read(account=account, found=Unasked(child=child)):
            return _ask(request, account, child, reason)
        case Read(account=account, found=file):
            assert isinstance(file, File)
            return _shown(request, account, file)


def _shown(request: web.Request, account: Account, file: File) -> web.Response:
    house = request.app[HOUSE]
    now = house.clock().astimezone(house.zone)
    values = view(file, now, account.lang) | {
        "file": file,
        "marks": MARKS,
        "kin": [(each.name, address_of(house.keys, account.id, each)) for each in file.family],
        "commands": commands(file.ways, account.lang),
    }
    return page(request, account, "child.html", values)


def _ask(request: web.Request, account: Account, child: ChildRef, reason: str) -> web.Response:
    """Nothing of the child but the code, which the list has shown."""
    status, note = 200, None
    if request.method == "POST":
        status, note = 422, too_short(reason) or say("read.long", n=len(reason), most=LONGEST)
    ask = say("child.reason", code=child.code, least=LEAST)
    values = {"ask": ask, "note": note, "reason": reason, "least": LEAST, "longest": LONGEST}
    return page(request, account, "reason.html", values, status)


def _number(said: str) -> int:
    """Of a page; 1 for whatever is none."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 1
