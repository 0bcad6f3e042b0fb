"""Coming in, whichever way it was: a session of its own, the first words, word of a new device."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import hdrs, web
from sqlalchemy import Connection

from bot.channels.message import Incoming
from bot.web.guard import cookie_of, set_cookie
from bot.web.house import HOUSE, WebHouse
from bot.web.strangers import caller, secret_of, take_secret
from bot.web.useragent import device_of
from dialogue.registry import Answer, way
from dialogue.say import Say, near, say
from dialogue.show import show_answer
from domain.privacy import DataClass
from domain.roles import Account
from storage import doors
from storage.inbox import load_people
from storage.limits import Limit, Meter
from storage.session import Unavailable
from storage.telling import Telling, tell

SIGN_INS = Limit("door.opened", 6, timedelta(minutes=10))
"""Of one person from one address."""


@dataclass(frozen=True)
class Entered:
    """Who has come in, the cookie of her new session, and whether she was here before."""

    account: Account
    cookie: str
    greeted: bool
    shared: bool


class TooOften(Exception):
    """She has signed in here so often just now that it waits; nothing was spent."""


def come_in(
    db: Connection, request: web.Request, person: int | None, shared: bool
) -> Entered | None:
    """A new session under a new cookie; whoever was signed in here before is out. None for who
    is no longer in office. Raises TooOften: whatever was spent for it must be rolled back."""
    house = request.app[HOUSE]
    now, keys = house.clock(), house.keys
    somebody = load_people(db, [person]).get(person) if person else None
    if somebody is None or not somebody.active:
        return None
    account = somebody.account
    if not Meter(db, keys, now).take(SIGN_INS, f"{person}/{caller(request)}"):
        raise TooOften
    before = cookie_of(request)
    cookie = "" if shared else doors.resume(db, keys, before, account, now)
    if cookie:
        return Entered(account, cookie, somebody.greeted, shared)
    doors.end_session(db, keys, before, now)
    device = device_of(request.headers.get(hdrs.USER_AGENT, ""))
    if doors.browsers(db, account, now):
        tell_devices(db, house, account, _new_one(house, device))
    cookie = doors.open_session(db, keys, account, now, shared, device)
    return Entered(account, cookie, somebody.greeted, shared)


def _new_one(house: WebHouse, device: str) -> Say:
    now = house.clock().astimezone(house.zone)
    at = near(now, now.date())
    return say("device.new", device=device or say("device.unknown"), at=at)


def tell_devices(db: Connection, house: WebHouse, account: Account, text: Say) -> None:
    """On the devices where she is signed in already: it may have been somebody else."""
    now = house.clock()
    key = f"device/{account.id}/{now.timestamp():.3f}"
    telling = Telling(db, house.keys, now, show_answer)
    tell(telling, account.id, Answer(text, (way("signout"),)), key, DataClass.INTERNAL)


async def enter(request: web.Request, entered: Entered) -> web.Response:
    """To the chat, signed in. The first words stand on the page that she comes to; where they
    cannot be saved just now, they come with the first answer."""
    house = request.app[HOUSE]
    if not entered.greeted:
        key = f"{house.keys.hide(doors.lasting(entered.cookie))[:16]}:door"
        message = Incoming("web", key, entered.account.id, sent_at=house.clock())
        with suppress(Unavailable):
            await house.intake.take(message)
    house.intake.ring_all()
    answer = web.Response(status=303, headers={hdrs.LOCATION: "/"})
    set_cookie(house, answer, entered.cookie)
    if secret_of(request):
        take_secret(house, answer)
    return answer
