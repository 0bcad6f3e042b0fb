"""How a newcomer comes in: her link or code once, a person's word, then her own browser.

A stranger learns nothing but the area's name. What is wrong, used, expired or unknown, and what
is tried too often, gets one answer.
"""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Connection

from bot import logs
from bot.web.entry import Entered, TooOften, come_in
from bot.web.entry import enter as let_in
from bot.web.guard import Form, csrf_of, read_form, visitor_of
from bot.web.house import HOUSE
from bot.web.pages import asked_lang, html, plain
from bot.web.qr import address, drawn
from bot.web.strangers import caller, fresh_secret, give_secret, secret_of
from dialogue.registry import Answer, way
from dialogue.say import near, say
from dialogue.show import show_answer
from domain.enrol import TOKEN, phone_of, spoken_of
from domain.privacy import DataClass
from storage import doors, invites
from storage.invites import Gate, Tried, Waiting
from storage.telling import Telling, tell

LINK = f"/join/{{token:{TOKEN}}}"
SIGN_IN = "/in/{token:[A-Za-z0-9_-]{43}}"
WAIT = "/join/wait"
MOST = 40  # characters of a field
EMPTY = Form(())


def routes() -> list[web.RouteDef]:
    return [
        web.get("/join", show_form),
        web.post("/join", take_form),
        web.get(WAIT, show_wait),
        web.post(WAIT, enter),
        web.get(LINK, show_form),
        web.post(LINK, take_form),
        web.get(f"{LINK}/card", show_card),
        web.get(f"{SIGN_IN}/card", show_card),
    ]


async def show_form(request: web.Request) -> web.Response:
    """The same for every link, whether there is such an invitation or not."""
    return await _form(request, secret_of(request) or fresh_secret())


async def take_form(request: web.Request) -> web.Response:
    """Spends the invitation; the browser's secret is a new one from then on."""
    secret = secret_of(request)
    if not secret:
        raise web.HTTPForbidden
    form = await read_form(request, secret)
    phone = phone_of(form.one("phone")[:MOST])
    if not phone:
        return await _form(request, secret, form, ("join.phone_odd", 400))
    house = request.app[HOUSE]
    tried = await house.intake.read(lambda db: _try(db, request, form, phone))
    if tried.alarm:
        logs.error("join.paused")
    if tried.alarm or tried.browser:
        house.intake.ring_all()
    if not tried.browser:
        return await _form(request, secret, form, ("join.wrong", 403))
    answer = web.HTTPSeeOther(WAIT)
    give_secret(house, answer, tried.browser)
    raise answer


def _try(db: Connection, request: web.Request, form: Form, phone: str) -> Tried:
    house, token = request.app[HOUSE], request.match_info.get("token")
    shared, spoken = form.one("shared") == "yes", spoken_of(form.one("spoken")[:MOST])
    gate = Gate(db, house.keys, house.clock(), caller(request), shared)
    tried = gate.by_link(token, phone) if token else gate.by_code(phone, spoken)
    telling = Telling(db, house.keys, gate.now, show_answer)
    if tried.invite_id:
        waits = Answer(say("newcomers.waits"), (way("newcomers"),))
        for each in invites.approvers(db, tried.invite_id):
            tell(telling, each, waits, f"join/{tried.invite_id}/{each}", DataClass.INTERNAL)
    if tried.alarm:
        for each in invites.alarmed(db):
            key = f"join.alarm/{gate.now:%Y-%m-%dT%H}/{each}"
            tell(telling, each, Answer(say("newcomers.alarm")), key, DataClass.INTERNAL)
    return tried


async def _form(
    request: web.Request,
    secret: str,
    form: Form = EMPTY,
    refused: tuple[str, int] = ("", 200),
) -> web.Response:
    """With the telephone that she wrote; the spoken code is asked for anew."""
    house, lang = request.app[HOUSE], asked_lang(request)
    note, status = refused
    answer = html(
        "join.html",
        lang,
        status,
        area=await house.intake.read(invites.area),
        note=note,
        phone=form.one("phone")[:MOST],
        by_code="token" not in request.match_info,
        csrf=csrf_of(house.keys, secret),
        exit=house.exit,
    )
    give_secret(house, answer, secret)
    return answer


async def show_wait(request: web.Request) -> web.Response:
    """Nothing of it can be seen from any other browser."""
    house, secret = request.app[HOUSE], secret_of(request)
    now = house.clock()
    found = await house.intake.read(lambda db: invites.waiting(db, house.keys, secret, now))
    if found is None:
        return plain(request, "join.gone", 404)
    local = now.astimezone(house.zone)
    answer = html(
        "joined.html",
        asked_lang(request),
        name=found.name,
        role=say(f"role.{found.role}"),
        unit=found.unit,
        state=_state(found),
        until=near(found.expires.astimezone(house.zone), local.date()),
        at=f"{local:%H:%M}",
        shared=doors.is_shared(secret),
        csrf=csrf_of(house.keys, secret),
        exit=house.exit,
    )
    give_secret(house, answer, secret)
    return answer


def _state(found: Waiting) -> str:
    return "known" if found.state == "approved" and not found.enters else found.state


async def enter(request: web.Request) -> web.Response:
    """Signs this browser in when a person has let her in and she says so; else she looks again,
    and sees whether she may, and can say first that others use this computer too."""
    house, secret = request.app[HOUSE], secret_of(request)
    if not secret:
        raise web.HTTPForbidden
    form = await read_form(request, secret)
    if form.one("enter") != "yes":
        raise web.HTTPSeeOther(WAIT)
    shared = form.one("shared") == "yes" or doors.is_shared(secret)
    try:
        entered = await house.intake.read(lambda db: _let_in(db, request, secret, shared))
    except TooOften:
        return plain(request, "often", 429)
    if entered is None:
        raise web.HTTPSeeOther(WAIT)
    return await let_in(request, entered)


def _let_in(db: Connection, request: web.Request, secret: str, shared: bool) -> Entered | None:
    house = request.app[HOUSE]
    person = invites.let_in(db, house.keys, secret, house.clock())
    return come_in(db, request, person, shared) if person else None


async def show_card(request: web.Request) -> web.Response:
    """A link as a QR code, for whoever hands it over; it is made of the address alone."""
    visitor = await visitor_of(request)
    if visitor is None:
        return plain(request, "out", 401)
    url = address(request, request.path.removesuffix("/card"))
    return html(
        "card.html",
        visitor.account.lang,
        large=visitor.account.large,
        url=url,
        drawn=drawn(url),
    )
