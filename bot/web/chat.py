"""The chat itself: what was told, and taking what she says by a button or in words."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.channels.message import Incoming, Taken, Upload
from bot.channels.upload import examine
from bot.house import home
from bot.web.bubbles import Bubble, Reader, Told, bubbles_of, open_mark
from bot.web.desk import places
from bot.web.guard import (
    Form,
    Visitor,
    cookie_of,
    csrf_of,
    drop_cookie,
    read_form,
    signed_in,
    visitor_of,
)
from bot.web.house import HOUSE, WebHouse
from bot.web.pages import html, plain
from bot.web.unsaved import not_saved, words_of
from dialogue.say import put, say
from dialogue.texts import first_word
from domain.roles import Role
from storage import doors, inbox, pins
from storage.session import Unavailable

NEWEST = 50
FIRST = 2  # as long as she has said so little, large print is offered
FEW = 10  # messages of one who is new; the words of older ones may have faded
BUTTON = "c1:"
KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
OPENERS = ThreadPoolExecutor(2, thread_name_prefix="upload")
"""Two files are opened at a time: each may take 512 MB and five seconds."""


@dataclass(frozen=True)
class Page:
    """What one page shows to whom; `fresh` when she has shown just now that it is she, `safe`
    when she can show it again by a PIN."""

    visitor: Visitor
    told: list[Told]
    fresh: bool
    safe: bool


async def show_chat(request: web.Request) -> web.Response:
    """Raises Unproved where her PIN opens this browser again."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    page = await house.intake.read(lambda db: _load(db, request)) if cookie else None
    if page is not None:
        return _chat(house, page)
    answer = plain(request, "home_demo" if house.demo else "home", 200)
    over = await house.intake.read(lambda db: doors.is_over(db, house.keys, cookie))
    if cookie and over:
        drop_cookie(house, answer)
    return answer


def _load(db: Connection, request: web.Request) -> Page | None:
    house, cookie = request.app[HOUSE], cookie_of(request)
    account = signed_in(db, request)
    if account is None:
        return None
    after = inbox.newest(db, account.id, NEWEST)
    told = inbox.told(db, house.keys, account.id, after)
    fresh = doors.is_fresh(db, house.keys, cookie, house.clock())
    safe = not account.opens_files() or pins.is_set(db, account.id)
    return Page(Visitor(account, cookie), told, fresh, safe)


def _chat(house: WebHouse, page: Page) -> web.Response:
    account, registry = page.visitor.account, house.intake.turns.registry
    reader = Reader(
        house.clock(), house.zone, account.lang, page.fresh or not account.opens_files()
    )
    bubbles = bubbles_of(page.told, reader)
    shown = open_mark(bubbles)
    ways = home(registry, account)
    return html(
        "chat.html",
        account.lang,
        large=account.large,
        name=account.name,
        bubbles=bubbles,
        shown=shown,
        ways=[(put(way.label, account.lang), put(way.command, account.lang)) for way in ways],
        cry=first_word("word.emergency", account.lang) if "emergency" in registry.by_name else "",
        cry_label=put(say("menu.emergency"), account.lang),
        size=first_word("word.large", "zh") if "large" in registry.by_name else "",
        offers=not account.large and _is_new(bubbles),
        offers_pin=page.fresh and not page.safe and not shown,
        places=places(account),
        keep=not doors.is_shared(page.visitor.cookie),
        exit=house.exit if account.roles() <= {Role.GUARDIAN} else "",
        csrf=csrf_of(house.keys, page.visitor.cookie),
    )


def _is_new(bubbles: list[Bubble]) -> bool:
    """Notices may have come before her."""
    return len(bubbles) < FEW and sum(bool(each.said) for each in bubbles) < FIRST


async def take_words(request: web.Request) -> web.Response:
    """Acknowledged only after the commit; what could not be saved comes back as a form."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return plain(request, "out", 401)
    form = await read_form(request, cookie, files=True)
    try:
        visitor = await visitor_of(request, words_of(form))
        if visitor is None:
            return plain(request, "out", 401)
        files = await _open(form) if form.parcels else ()
        message = _incoming(house, visitor, form, files)
        if not message.tokens and not message.files and not message.text.strip():
            raise web.HTTPSeeOther("/#newest")
        taken = await house.intake.take(message)
    except Unavailable:
        return not_saved(request, form)
    return _answer(request, visitor, message, taken)


async def _open(form: Form) -> tuple[Upload, ...]:
    """The files of a form, examined; of several only the first, as none of them is taken."""
    loop = asyncio.get_running_loop()
    first, *more = form.parcels
    upload = await loop.run_in_executor(OPENERS, examine, first.data, first.name, first.sha256)
    return (upload, *(Upload(each.name, sent=each.sha256) for each in more))


def _incoming(house: WebHouse, visitor: Visitor, form: Form, files: tuple[Upload, ...]) -> Incoming:
    """Pressed buttons go before words; a button that is no answer says its command, which
    opens its conversation whatever is being asked."""
    key, pressed = form.one("key"), form.all("cb")
    if not KEY.fullmatch(key):
        raise web.HTTPBadRequest
    tokens = tuple(value for value in pressed if value.startswith(BUTTON))
    opening = next(("/" + value for value in pressed if not value.startswith(BUTTON)), "")
    text = opening or form.one("text")
    return Incoming(
        source="web",
        key=f"{house.keys.hide(doors.lasting(visitor.cookie))[:16]}:{key}",
        person_id=visitor.account.id,
        text="" if tokens else text.replace("\r\n", "\n"),
        tokens=tokens,
        shown=form.one("shown")[:24],
        sent_at=house.clock(),
        files=files,
    )


def _answer(
    request: web.Request, visitor: Visitor, message: Incoming, taken: Taken
) -> web.Response:
    lang = visitor.account.lang
    match taken.state:
        case "stranger":
            return plain(request, "out", 401)
        case "reused":
            return plain(request, "reused", 409, lang)
        case "stuck":
            return plain(request, "stuck", 202, lang, words=taken.replies[0].body["text"])
        case _:
            raise web.HTTPSeeOther("/#newest")
