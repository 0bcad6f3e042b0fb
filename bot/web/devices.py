"""Where one is signed in; out there, out everywhere; and in on another device of one's own."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.web.desk import page, read
from bot.web.guard import cookie_of, drop_cookie, read_form
from bot.web.house import HOUSE, WebHouse
from bot.web.pages import plain
from storage import doors, pins
from storage.act import Act
from storage.doors import Browser

EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Devices:
    """The list, the mark of this browser, whether a PIN guards anything for her and is set, and
    a code where one was asked for just now."""

    browsers: list[Browser]
    here: str
    guards: bool
    pin: bool
    code: str = ""


async def show_devices(request: web.Request) -> web.Response:
    return await _show(request)


async def _show(request: web.Request, code: bool = False) -> web.Response:
    house, cookie = request.app[HOUSE], cookie_of(request)
    seen = await read(request, lambda act: _devices(act, house, cookie, code), guarded=code)
    if seen is None:
        return plain(request, "out", 401)
    return page(request, seen.account, "devices.html", {"devices": seen.found})


def _devices(act: Act, house: WebHouse, cookie: str, code: bool) -> Devices:
    account, keys = act.account, house.keys
    zone = act.look.zone
    found = [each.seen_in(zone) for each in doors.browsers(act.db, account, act.now)]
    made = doors.make_code(act.db, keys, account.id, act.now) if code else ""
    guards, pin = account.opens_files(), pins.is_set(act.db, account.id)
    return Devices(found, doors.mark_of(keys, cookie), guards, pin, made)


async def end_device(request: web.Request) -> web.Response:
    """One browser, or with `everywhere` every one, this one too; or a code for another one."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    form = await read_form(request, cookie)
    if form.one("code"):
        return await _show(request, code=True)
    end = form.one("end")
    here = end in (EVERYWHERE, doors.mark_of(house.keys, cookie))
    ended = await house.intake.read(lambda db: _end(db, house, cookie, end))
    if not ended:
        return plain(request, "out", 401)
    house.intake.ring_all()
    answer = web.HTTPSeeOther("/" if here else "/devices")
    if here:
        drop_cookie(house, answer)
    raise answer


def _end(db: Connection, house: WebHouse, cookie: str, end: str) -> bool:
    now = house.clock()
    person = doors.session_of(db, house.keys, cookie, now)
    if person is None:
        return False
    if end == EVERYWHERE:
        doors.end_everywhere(db, person, now)
    else:
        doors.end_browser(db, person, end, now)
    return True
