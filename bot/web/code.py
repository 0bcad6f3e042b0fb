"""In without a link: by six digits read out over the phone, or by one's own phone.

A computer shows a picture; the phone that is signed in already scans it and says yes; only the
browser that showed it comes in. The picture is made of the browser's own secret and the time:
nothing is kept of it until the phone has said yes.
"""

from __future__ import annotations

import base64
from datetime import timedelta

from aiohttp import web
from sqlalchemy import Connection

from bot.web.desk import read
from bot.web.entry import Entered, TooOften, come_in, enter
from bot.web.guard import cookie_of, csrf_of, read_form
from bot.web.house import HOUSE, WebHouse
from bot.web.pages import asked_lang, html, plain
from bot.web.qr import address, drawn
from bot.web.strangers import caller, fresh_secret, give_secret, secret_of
from domain.pin import digits_of
from domain.roles import Account
from storage import doors
from storage.act import Act
from storage.limits import Limit, Meter

WRONG = Limit("code.wrong", 10, timedelta(minutes=10))
"""Wrong codes from one address: more people than one may sit behind it."""
SLOT = 300  # seconds after which a computer shows another picture; the one before still counts
LET = "/let/{token:[A-Za-z0-9_-]{22}}"
MOST = 40  # characters of a field


def routes() -> list[web.RouteDef]:
    return [
        web.get("/code", show_code),
        web.post("/code", take_code),
        web.get("/scan", show_scan),
        web.post("/scan", look_again),
        web.get(LET, show_let),
        web.post(LET, let),
    ]


async def show_code(request: web.Request) -> web.Response:
    return _code(request, secret_of(request) or fresh_secret())


def _code(request: web.Request, secret: str, who: str = "", note: str = "") -> web.Response:
    """With what she wrote of herself, but never with the digits."""
    house = request.app[HOUSE]
    values = {"note": note, "who": who, "csrf": csrf_of(house.keys, secret), "exit": house.exit}
    answer = html("code.html", asked_lang(request), 403 if note else 200, **values)
    give_secret(house, answer, secret)
    return answer


async def take_code(request: web.Request) -> web.Response:
    """Wrong, used, expired and never given are one answer."""
    house, secret = request.app[HOUSE], secret_of(request)
    if not secret:
        raise web.HTTPForbidden
    form = await read_form(request, secret)
    who = form.one("who")[:MOST].strip()
    code = digits_of(form.one("code")[:MOST])
    shared = form.one("shared") == "yes"
    try:
        entered = await house.intake.read(lambda db: _spend(db, request, (who, code), shared))
    except TooOften:
        return plain(request, "often", 429)
    if entered is None:
        return _code(request, secret, who, "code.wrong")
    return await enter(request, entered)


def _spend(
    db: Connection, request: web.Request, said: tuple[str, str], shared: bool
) -> Entered | None:
    house = request.app[HOUSE]
    meter = Meter(db, house.keys, house.clock())
    if not meter.spare(WRONG, caller(request)):
        raise TooOften
    person = doors.spend_code(db, house.keys, *said, meter.now)
    if person is None:
        meter.take(WRONG, caller(request))
        return None
    return come_in(db, request, person, shared)


async def show_scan(request: web.Request) -> web.Response:
    """A picture for the phone. It changes with time; this page asks for it anew."""
    return _scan(request, secret_of(request) or fresh_secret())


def _scan(request: web.Request, secret: str, note: str = "") -> web.Response:
    house = request.app[HOUSE]
    url = address(request, f"/let/{_tokens(house, secret)[0]}")
    answer = html(
        "scan.html",
        asked_lang(request),
        note=note,
        drawn=drawn(url),
        csrf=csrf_of(house.keys, secret),
        exit=house.exit,
    )
    give_secret(house, answer, secret)
    return answer


def _tokens(house: WebHouse, secret: str) -> list[str]:
    """What stands in the picture now, and in the one before."""
    slot = int(house.clock().timestamp()) // SLOT
    signed = (f"web/scan/{house.keys.hide(secret)}/{each}" for each in (slot, slot - 1))
    marks = (house.keys.sign(each.encode(), 16) for each in signed)
    return [base64.urlsafe_b64encode(mark).decode().rstrip("=") for mark in marks]


async def look_again(request: web.Request) -> web.Response:
    """Whether the phone has said yes: then this browser, and no other, comes in."""
    house, secret = request.app[HOUSE], secret_of(request)
    if not secret:
        raise web.HTTPForbidden
    form = await read_form(request, secret)
    shared = form.one("shared") == "yes"
    try:
        entered = await house.intake.read(lambda db: _scanned(db, request, secret, shared))
    except TooOften:
        return plain(request, "often", 429)
    if entered is None:  # the picture may be another one by now
        return _scan(request, secret, "scan.not_yet")
    return await enter(request, entered)


def _scanned(db: Connection, request: web.Request, secret: str, shared: bool) -> Entered | None:
    house = request.app[HOUSE]
    for token in _tokens(house, secret):
        person = doors.spend_link(db, house.keys, _said(token), house.clock())
        if person:
            return come_in(db, request, person, shared)
    return None


def _said(token: str) -> str:
    """Under which name a yes is kept: no address opens it."""
    return f"scan/{token}"


async def show_let(request: web.Request) -> web.Response:
    """On the phone, which must be signed in: looking says nothing yet."""
    visitor = await read(request, lambda act: None, guarded=True)
    if visitor is None:
        return plain(request, "out", 401)
    return _let(visitor.account, csrf_of(request.app[HOUSE].keys, cookie_of(request)))


def _let(account: Account, csrf: str = "") -> web.Response:
    return html("let.html", account.lang, large=account.large, name=account.name, csrf=csrf)


async def let(request: web.Request) -> web.Response:
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    await read_form(request, cookie)
    said = _said(request.match_info["token"])

    def yes(act: Act) -> None:
        doors.keep_yes(act.db, house.keys, said, act.account.id, act.now)

    visitor = await read(request, yes, guarded=True)
    return plain(request, "out", 401) if visitor is None else _let(visitor.account)
