"""Files that were sent, handed out only to who may see them; there is no folder of them."""

from __future__ import annotations

import re
from urllib.parse import quote

from aiohttp import hdrs, web
from sqlalchemy import Connection

from bot.web.guard import Visitor, need_proof, visitor_of
from bot.web.house import HOUSE
from dialogue.show import show_answer
from domain.frame import Frame
from storage.act import Act
from storage.look import Look
from storage.see.files import Attachment

ID = re.compile(r"[A-Za-z0-9_-]{22}")
SHOWN = "image"


async def send_file(request: web.Request) -> web.Response:
    """404 for everybody else, whether there is such a file or not."""
    house, visitor, id = request.app[HOUSE], await visitor_of(request), request.match_info["id"]
    if visitor is None or not ID.fullmatch(id):
        raise web.HTTPNotFound
    found = await house.intake.read(lambda db: _fetch(db, request, visitor, id))
    if found is None:
        raise web.HTTPNotFound
    return web.Response(
        body=found.content,
        headers={
            hdrs.CONTENT_TYPE: found.media_type,
            hdrs.CONTENT_DISPOSITION: disposition(found.name, shown=found.kind == SHOWN),
            hdrs.CACHE_CONTROL: "private, no-store",
        },
    )


def _fetch(db: Connection, request: web.Request, visitor: Visitor, id: str) -> Attachment | None:
    """Every look at a child's file leaves an audit row; one's own draft is no file yet."""
    house = request.app[HOUSE]
    now, turns = house.clock(), house.intake.turns
    frame = Frame(now.astimezone(house.zone).date(), now, "")
    look = Look(db, house.keys, visitor.account, frame, turns.library, house.zone)
    found = look.attachment(id)
    if found and found.child:
        need_proof(db, request, visitor.account)
        Act(look, now, 0, show_answer).audit("file.viewed", f"child:{found.child}", file=id)
    return found


def disposition(name: str, *, shown: bool) -> str:
    """RFC 6266: the name in letters that every browser knows, and in full (RFC 5987)."""
    plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
    how = "inline" if shown else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
