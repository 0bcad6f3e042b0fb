"""The pages beside the chat: who reads them, by the rights of this moment, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web
from sqlalchemy import Connection

from bot.web.guard import cookie_of, csrf_of
from bot.web.house import HOUSE, WebHouse
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
    """What somebody was given to read, and who she is."""

    account: Account
    found: T


async def read(request: web.Request, work: Callable[[Act], T]) -> Read[T] | None:
    """What `work` finds, saved with the audit rows that it writes; None for who is not signed in.
    Raises Unavailable."""
    house, cookie = request.app[HOUSE], cookie_of(request)
    if not cookie:
        return None
    return await house.intake.read(lambda db: _work(db, house, cookie, work))


def _work(db: Connection, house: WebHouse, cookie: str, work: Callable[[Act], T]) -> Read[T] | None:
    now, turns = house.clock(), house.intake.turns
    account = doors.account_of(db, house.keys, cookie, now)
    if account is None:
        return None
    frame = Frame(now.astimezone(house.zone).date(), now, "")
    look = Look(db, house.keys, account, frame, turns.library, house.zone)
    return Read(account, work(Act(look, now, 0, show_answer)))


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
