"""A browser in which nobody is signed in yet: its own secret, and where it calls from."""

from __future__ import annotations

import re
import secrets

from aiohttp import web

from bot.web.house import HOUSE, WebHouse
from storage import doors
from storage.invites import WAITS

SECRET = re.compile(r"(?:s\.)?[A-Za-z0-9_-]{43}")
AGE = WAITS  # as long as a newcomer waits for a person's word
FORWARDED = "X-Forwarded-For"


def caller(request: web.Request) -> str:
    """The address that calls: behind so many proxies of one's own, what the last of them saw.
    What a caller claims further back counts for nothing."""
    proxies = request.app[HOUSE].proxies
    seen = ",".join(request.headers.getall(FORWARDED, [])).split(",")
    if proxies and len(seen) >= proxies and seen[-proxies].strip():
        return seen[-proxies].strip()
    return request.remote or ""


def name_of(house: WebHouse) -> str:
    return "__Host-yumiao-door" if house.https else "yumiao-door"


def secret_of(request: web.Request) -> str:
    """What this browser alone knows; "" where it has been given nothing."""
    found = request.cookies.get(name_of(request.app[HOUSE]), "")
    return found if SECRET.fullmatch(found) else ""


def fresh_secret() -> str:
    return secrets.token_urlsafe(32)


def give_secret(house: WebHouse, answer: web.StreamResponse, secret: str) -> None:
    """That of a shared computer has no age: it ends with the browser, whoever comes next."""
    answer.set_cookie(
        name_of(house),
        secret,
        max_age=None if doors.is_shared(secret) else int(AGE.total_seconds()),
        path="/",
        secure=house.https,
        httponly=True,
        samesite="Lax",
    )


def take_secret(house: WebHouse, answer: web.StreamResponse) -> None:
    """It has done its work."""
    answer.del_cookie(name_of(house), path="/", secure=house.https, httponly=True, samesite="Lax")
