"""In by a one-time link, out by a button. Only a POST spends or ends anything.

Link previews and mail scanners fetch every address they see; what they fetch is a button.
"""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web
from sqlalchemy import Connection

from bot.channels.message import Incoming
from bot.web.guard import cookie_of, csrf_of, drop_cookie, read_form, set_cookie
from bot.web.house import HOUSE, WebHouse
from bot.web.pages import html, plain
from domain.roles import Account
from storage import doors
from storage.inbox import Somebody, load_account, load_people
from storage.session import Unavailable


async def show_link(request: web.Request) -> web.Response:
    house, token = request.app[HOUSE], request.match_info["token"]
    now = house.clock()

    def look(db: Connection) -> Account | None:
        person = doors.peek_link(db, house.keys, token, now)
        return load_account(db, person) if person else None

    account = await house.intake.read(look)
    if account is None:
        return plain(request, "spent", 410)
    return html(
        "door.html",
        account.lang,
        large=account.large,
        name=account.name,
        csrf=csrf_of(house.keys, token),
    )


async def spend_link(request: web.Request) -> web.Response:
    """Used, expired and unknown links get one answer: to a stranger they are one thing."""
    house, token = request.app[HOUSE], request.match_info["token"]
    form = await read_form(request, token)
    old, shared = cookie_of(request), form.one("shared") == "yes"
    entered = await house.intake.read(lambda db: _enter(db, house, token, old, shared))
    if entered is None:
        return plain(request, "spent", 410)
    somebody, cookie = entered
    account = somebody.account
    if not somebody.greeted:
        await _welcome(house, account, cookie)
    answer = web.HTTPSeeOther("/")
    set_cookie(house, answer, cookie, int(doors.longest(account, shared).total_seconds()))
    raise answer


async def _welcome(house: WebHouse, account: Account, cookie: str) -> None:
    """The first words stand on the page that she comes to; where they cannot be saved just now,
    they come with the first answer."""
    key = f"{house.keys.hide(cookie)[:16]}:door"
    with suppress(Unavailable):
        await house.intake.take(Incoming("web", key, account.id, sent_at=house.clock()))


def _enter(
    db: Connection, house: WebHouse, token: str, old: str, shared: bool
) -> tuple[Somebody, str] | None:
    """A new session under a new cookie; whoever was signed in here before is out."""
    now, keys = house.clock(), house.keys
    person = doors.spend_link(db, keys, token, now)
    somebody = load_people(db, [person]).get(person) if person else None
    if somebody is None or not somebody.active:
        return None
    doors.end_session(db, keys, old, now)
    return somebody, doors.open_session(db, keys, somebody.account, now, shared)


async def sign_out(request: web.Request) -> web.Response:
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    await read_form(request, cookie)
    now = house.clock()
    await house.intake.read(lambda db: doors.end_session(db, house.keys, cookie, now))
    house.intake.ring_all()
    answer = web.HTTPSeeOther("/")
    drop_cookie(house, answer)
    raise answer
