"""Her PIN: she shows once more that it is she, and what she wanted goes on; she sets another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiohttp import hdrs, web
from sqlalchemy import Connection

from bot.web.desk import page, read
from bot.web.entry import tell_devices
from bot.web.guard import (
    Form,
    Unproved,
    cookie_of,
    csrf_of,
    drop_cookie,
    read_form,
    set_cookie,
    signed_in,
)
from bot.web.house import HOUSE
from bot.web.pages import html, plain
from bot.web.parts import Fields
from bot.web.unsaved import again, words_of
from dialogue.say import Say, put, say
from domain.pin import digits_of, fault
from domain.roles import Account
from storage import doors, pins
from storage.act import Act
from storage.pins import TRIES, Tried

HERE = re.compile(r"/(?!/)[A-Za-z0-9/_-]{0,80}")
MOST = 40  # characters of a field
ASKING = "/pin"
NO_PAGES = ("/say", "/events", ASKING)


@dataclass(frozen=True)
class Proved:
    """Who has tried, what became of it, and her cookie from then on."""

    account: Account
    tried: Tried
    cookie: str = ""


def routes() -> list[web.RouteDef]:
    return [
        web.get(ASKING, show_pin, allow_head=False),
        web.post(ASKING, take_pin),
        web.get("/pin/new", show_new, allow_head=False),
        web.post("/pin/new", choose_pin),
    ]


def ask_proof(request: web.Request, need: Unproved) -> web.Response:
    """Instead of what she wanted: the PIN, or where there is none, how to sign in anew."""
    back = "/" if need.back.startswith(NO_PAGES) else need.back
    return _ask(request, need.account, need.pin, back, need.kept)


def _ask(
    request: web.Request,
    account: Account,
    pin: bool,
    back: str,
    kept: Fields = (),
    note: Say | None = None,
) -> web.Response:
    house, lang = request.app[HOUSE], account.lang
    values = {"name": account.name, "pin": pin, "back": back, "kept": kept, "note": note}
    csrf = csrf_of(house.keys, cookie_of(request))
    words = {"put": lambda thing: put(thing, lang)}
    return html("pin.html", lang, 401, large=account.large, csrf=csrf, **values, **words)


async def show_pin(request: web.Request) -> web.Response:
    """Where a folded message leads; back to the chat for who needs none."""
    if await read(request, lambda act: None, guarded=True) is None:
        return plain(request, "out", 401)
    raise web.HTTPSeeOther("/#newest")


async def take_pin(request: web.Request) -> web.Response:
    """On to where she wanted; what could not be saved before is shown, to be sent once more."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    form = await read_form(request, cookie)
    found = await house.intake.read(lambda db: _attempt(db, request, form))
    if found is None or found.tried.gone:
        answer = plain(request, "out", 401) if found is None else plain(request, "pin_gone", 401)
        drop_cookie(house, answer)
        return answer
    back = form.one("back") if HERE.fullmatch(form.one("back")) else "/"
    kept = words_of(form)
    if not found.tried.right:
        return _ask(request, found.account, True, back, kept, _refusal(request, found.tried))
    answer = again(request, kept) if kept else web.Response(status=303)
    if not kept:
        answer.headers[hdrs.LOCATION] = back
    set_cookie(house, answer, found.cookie)
    return answer


def _attempt(db: Connection, request: web.Request, form: Form) -> Proved | None:
    """None for who is signed in no more and whom no PIN lets in again."""
    house, cookie, now = request.app[HOUSE], cookie_of(request), request.app[HOUSE].clock()
    try:
        account = signed_in(db, request)
    except Unproved as locked:
        account = locked.account
    if account is None:
        return None
    tried = pins.attempt(db, house.keys, account.id, digits_of(form.one("pin")[:MOST]), now)
    if tried.gone:
        doors.end_session(db, house.keys, cookie, now)
    if not tried.right:
        return Proved(account, tried)
    return Proved(account, tried, doors.prove(db, house.keys, cookie, account, now))


def _refusal(request: web.Request, tried: Tried) -> Say:
    if tried.locked is None:
        return say("web.pin.wrong", n=tried.left)
    at = tried.locked.astimezone(request.app[HOUSE].zone)
    return say("web.pin.locked", n=TRIES, at=f"{at:%H:%M}")


async def show_new(request: web.Request) -> web.Response:
    return await _new(request)


async def _new(request: web.Request, note: Say | None = None) -> web.Response:
    """Only who has shown just now that it is she may set one."""
    found = await read(request, lambda act: pins.is_set(act.db, act.account.id), guarded=True)
    if found is None:
        return plain(request, "out", 401)
    values = {"note": note, "again": found.found}
    return page(request, found.account, "pin_new.html", values, 422 if note else 200)


async def choose_pin(request: web.Request) -> web.Response:
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    form = await read_form(request, cookie)
    pin, repeated = (digits_of(form.one(name)[:MOST]) for name in ("pin", "again"))
    wrong = fault(pin) or ("" if pin == repeated else "differs")
    if wrong:
        return await _new(request, say(f"web.pin.{wrong}"))

    def choose(act: Act) -> None:
        pins.choose(act.db, house.keys, act.account.id, pin, act.now)
        tell_devices(act.db, house, act.account, say("pin.told"))

    if await read(request, choose, guarded=True) is None:
        return plain(request, "out", 401)
    house.intake.ring_all()
    raise web.HTTPSeeOther("/")
