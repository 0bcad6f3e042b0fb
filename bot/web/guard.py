"""Who is at the door: cookies, the origin of a form, its token, the headers of every answer."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass

from aiohttp import hdrs, web
from sqlalchemy import Connection

from bot.web.house import HOUSE, WebHouse
from bot.web.parts import Fields, Parcel, read_parts
from domain.roles import Account
from storage import doors, pins
from storage.crypto import Keys

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
BODY = 64 * 1024
PARTS = "multipart/form-data"


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in, and the cookie that says so."""

    account: Account
    cookie: str


class Unproved(Exception):
    """It must be shown that it is she who asks: what befell children is not for whoever finds
    her phone. `pin` says whether she has one, `back` where she wanted to go, `kept` what she
    said."""

    def __init__(self, account: Account, *, pin: bool, back: str, kept: Fields = ()) -> None:
        super().__init__()
        self.account, self.pin, self.back, self.kept = account, pin, back, kept


def need_proof(db: Connection, request: web.Request, account: Account) -> None:
    """Raises Unproved, where what is read or done is for who has shown just now that it is she."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    if account.opens_files() and not doors.is_fresh(db, house.keys, cookie, house.clock()):
        raise Unproved(account, pin=pins.is_set(db, account.id), back=request.path)


def signed_in(db: Connection, request: web.Request, kept: Fields = ()) -> Account | None:
    """Who it is. Raises Unproved where only her PIN is missing; it keeps what she said."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    now = house.clock()
    account = doors.account_of(db, house.keys, cookie, now)
    out = None if account else doors.locked_out(db, house.keys, cookie, now)
    if out:
        raise Unproved(out, pin=True, back=request.path, kept=kept)
    return account


async def visitor_of(request: web.Request, kept: Fields = ()) -> Visitor | None:
    """Raises Unavailable, and Unproved as `signed_in`."""
    if not cookie_of(request):
        return None
    account = await request.app[HOUSE].intake.read(lambda db: signed_in(db, request, kept))
    return Visitor(account, cookie_of(request)) if account else None


def cookie_name(house: WebHouse) -> str:
    return "__Host-yumiao" if house.https else "yumiao"


def cookie_of(request: web.Request) -> str:
    found = request.cookies.get(cookie_name(request.app[HOUSE]), "")
    return found if doors.COOKIE.fullmatch(found) else ""


def set_cookie(house: WebHouse, response: web.StreamResponse, cookie: str) -> None:
    """A shared computer's cookie has no age: it ends with the browser."""
    shared = doors.is_shared(cookie)
    response.set_cookie(
        cookie_name(house),
        cookie,
        max_age=None if shared else int(doors.known_for(shared).total_seconds()),
        path="/",
        secure=house.https,
        httponly=True,
        samesite="Lax",
    )


def drop_cookie(house: WebHouse, response: web.StreamResponse) -> None:
    """Whoever is signed out leaves nothing behind in this browser either."""
    response.headers["Clear-Site-Data"] = '"storage"'
    response.del_cookie(
        cookie_name(house), path="/", secure=house.https, httponly=True, samesite="Lax"
    )


def csrf_of(keys: Keys, secret: str) -> str:
    """The token of the forms of one known browser (or of one sign-in link)."""
    mac = keys.sign(b"web/csrf/" + keys.hide(doors.lasting(secret)).encode(), 24)
    return base64.urlsafe_b64encode(mac).decode()


@dataclass(frozen=True)
class Form:
    """What a page sent. `fields` are kept as they came, to be sent once more."""

    fields: Fields
    parcels: tuple[Parcel, ...] = ()

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.fields if key == name)

    def one(self, name: str) -> str:
        return next(iter(self.all(name)), "")


async def read_form(request: web.Request, secret: str, *, files: bool = False) -> Form:
    """The form of a page of ours, opened by whoever holds `secret`; else 403.

    With `files` it may hold files, and then comes in parts.
    """
    if not is_own(request):
        raise web.HTTPForbidden
    right = csrf_of(request.app[HOUSE].keys, secret)

    def is_ours(fields: Fields) -> bool:
        return hmac.compare_digest(Form(fields).one("csrf").encode(), right.encode())

    if files and request.content_type == PARTS:
        parts = await read_parts(request, is_ours)
        form = Form(parts.fields, parts.parcels)
    else:
        form = await _read(request)
    if not is_ours(form.fields):
        raise web.HTTPForbidden
    return form


async def _read(request: web.Request) -> Form:
    charset = (request.charset or "utf-8").lower()
    if request.content_type != "application/x-www-form-urlencoded" or charset != "utf-8":
        raise web.HTTPUnsupportedMediaType
    try:
        sent = await request.post()
    except ValueError:
        raise web.HTTPBadRequest from None
    return Form(tuple((name, str(value)) for name, value in sent.items()))


def is_own(request: web.Request) -> bool:
    """Browsers say where a form stood. What says nothing is none, and has the token to show."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get(hdrs.ORIGIN)
    if site not in (None, "same-origin"):
        return False
    return origin in (None, own_address(request))


def own_address(request: web.Request) -> str:
    """As people reach us: as the settings say, else as this browser has called."""
    return request.app[HOUSE].base or f"http://{request.host}"


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """For on_response_prepare: also what aiohttp itself answers goes out with these."""
    response.headers.update(HEADERS)
    response.headers.popall(hdrs.SERVER, None)
    if request.app[HOUSE].https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    kept = response.headers.get(hdrs.CACHE_CONTROL, "")
    if "immutable" not in kept and "no-store" not in kept:
        response.headers[hdrs.CACHE_CONTROL] = "no-store"
