"""In by a one-time link, out by a button. Only a POST spends or ends anything.

Link previews and mail scanners fetch every address they see; what they fetch is a button.
"""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from bot.web.entry import TooOften, come_in, enter
from bot.web.guard import cookie_of, csrf_of, drop_cookie, read_form
from bot.web.house import HOUSE
from bot.web.pages import html, plain
from domain.roles import Account
from storage import doors
from storage.inbox import load_account


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
        exit=house.exit,
    )


async def spend_link(request: web.Request) -> web.Response:
    """Used, expired and unknown links get one answer: to a stranger they are one thing."""
    house, token = request.app[HOUSE], request.match_info["token"]
    form = await read_form(request, token)
    shared = form.one("shared") == "yes"
    try:
        entered = await house.intake.read(
            lambda db: come_in(
                db, request, doors.spend_link(db, house.keys, token, house.clock()), shared
            )
        )
    except TooOften:
        return plain(request, "often", 429)
    if entered is None:
        return plain(request, "spent", 410)
    return await enter(request, entered)


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
