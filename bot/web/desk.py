"""The pages beside the chat: who reads them, by the rights of this moment, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web
from sqlalchemy import Connection

from bot.web.guard import cookie_of, csrf_of, need_proof, signed_in
from bot.web.house import HOUSE
from bot.web.pages import html
from dialogue.registry import Way
from dialogue.say import near, put, say
from dialogue.show import show_answer
from dialogue.texts import first_word
from domain.frame import Frame
from domain.roles import Account, Right
from storage import doors
from storage.act import Act
from storage.look import Look

T = TypeVar("T")
Command = tuple[str, str]
PLACES = (
    ("/today", "today", None),
    ("/children", "children", Right.SEE_CHILD),
    ("/ranking", "ranking", Right.RANKING),
    ("/devices", "devices", None),
)
"""The pages beside the chat, and the right that each needs."""


@dataclass(frozen=True)
class Read(Generic[T]):
    """What somebody was given to read, who she is, and whether she has shown it just now."""

    account: Account
    found: T
    fresh: bool


async def read(
    request: web.Request, work: Callable[[Act], T], *, guarded: bool = False
) -> Read[T] | None:
    """What `work` finds, saved with the audit rows that it writes; None for who is not signed in.

    Raises Unavailable; and Unproved where her PIN opens the browser again, or where it is
    `guarded` and she has not shown just now that it is she.
    """
    if not cookie_of(request):
        return None

    def found(db: Connection) -> Read[T] | None:
        account = signed_in(db, request)
        if account and guarded:
            need_proof(db, request, account)
        return _work(db, request, account, work) if account else None

    return await request.app[HOUSE].intake.read(found)


def _work(
    db: Connection, request: web.Request, account: Account, work: Callable[[Act], T]
) -> Read[T]:
    house = request.app[HOUSE]
    now, turns = house.clock(), house.intake.turns
    frame = Frame(now.astimezone(house.zone).date(), now, "")
    look = Look(db, house.keys, account, frame, turns.library, house.zone)
    fresh = doors.is_fresh(db, house.keys, cookie_of(request), now)
    return Read(account, work(Act(look, now, 0, show_answer)), fresh)


def page(
    request: web.Request,
    account: Account,
    template: str,
    values: Mapping[str, object],
    status: int = 200,
) -> web.Response:
    """A page with its head: the way back to the chat, the other pages of this person's rights."""
    house, lang = request.app[HOUSE], account.lang
    registry, now = house.intake.turns.registry, house.clock().astimezone(house.zone)
    return html(
        template,
        lang,
        status,
        large=account.large,
        name=account.name,
        places=places(account),
        here=request.path,
        cry=first_word("word.emergency", lang) if "emergency" in registry.by_name else "",
        cry_label=put(say("menu.emergency"), lang),
        csrf=csrf_of(house.keys, cookie_of(request)),
        put=lambda thing: put(thing, lang),
        day=lambda when: put(near(when, now.date()), lang),
        printed=put(now, lang),
        **values,
    )


def places(account: Account) -> list[tuple[str, str]]:
    """Those of this person's rights: address, and the name that its texts have."""
    return [(path, kind) for path, kind, right in PLACES if right is None or account.may(right)]


def commands(ways: Sequence[Way], lang: str) -> list[Command]:
    """Buttons that open a conversation of the chat: label, and what is said by it."""
    return [(put(each.label, lang), put(each.command, lang)) for each in ways]
