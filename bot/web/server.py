"""The web application: its routes, and what happens when something goes wrong."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web, web_response

from bot import logs
from bot.logs import place_of
from bot.web.chat import show_chat, take_words
from bot.web.children import open_child, search_children, show_child, show_children
from bot.web.code import routes as codes
from bot.web.devices import end_device, show_devices
from bot.web.files import send_file
from bot.web.guard import BODY, Unproved, add_headers
from bot.web.house import HOUSE, WebHouse
from bot.web.join import routes as ways_in
from bot.web.pages import plain, send_static
from bot.web.pin import ask_proof
from bot.web.pin import routes as pins
from bot.web.ranking import show_ranking
from bot.web.shell import routes as shell
from bot.web.signin import show_link, sign_out, spend_link
from bot.web.stream import close_hub, keep_hub, send_events
from bot.web.today import show_today
from bot.web.unsaved import PATIENCE
from storage import doors
from storage.session import Unavailable

__all__ = ["WebHouse", "make_app"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGES = {401: "out", 403: "forbidden", 404: "missing", 405: "missing", 413: "big"}


def make_app(house: WebHouse) -> web.Application:
    """Served by whoever calls, without an access log: addresses hold sign-in links."""
    logging.getLogger("aiohttp.server").addFilter(_scrub)
    # What aiohttp answers to broken HTTP goes past every hook: its name goes without a version.
    vars(web_response)["SERVER_SOFTWARE"] = "yumiao"
    app = web.Application(middlewares=[answer_trouble], client_max_size=BODY)
    app[HOUSE] = house
    app.add_routes(
        [
            web.get("/", show_chat),
            web.post("/say", take_words),
            web.get("/events", send_events, allow_head=False),
            web.get("/files/{id}", send_file, allow_head=False),
            web.get("/children", show_children, allow_head=False),
            web.post("/children", search_children),
            web.get("/children/{id}", show_child, allow_head=False),
            web.post("/children/{id}", open_child),
            web.get("/ranking", show_ranking, allow_head=False),
            web.get("/in/{token}", show_link),
            web.post("/in/{token}", spend_link),
            web.post("/out", sign_out),
            web.get("/today", show_today, allow_head=False),
            web.get("/devices", show_devices, allow_head=False),
            web.post("/devices", end_device),
            *codes(),
            *pins(),
            *shell(),
            *ways_in(),
            web.get("/health", show_health),
            web.get("/static/{name}", send_static),
        ]
    )
    app.on_response_prepare.append(add_headers)
    app.cleanup_ctx.append(keep_hub)
    app.on_shutdown.append(close_hub)
    return app


async def show_health(request: web.Request) -> web.Response:
    """For whoever watches the machine."""
    try:
        found = await request.app[HOUSE].intake.read(doors.answers)
    except Unavailable:
        found = False
    return web.json_response({"database": found}, status=200 if found else 503)


@web.middleware
async def answer_trouble(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The last resort: a page with a receipt number, and nothing personal in the log."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _refusal(request, error)
    except Unproved as need:
        return ask_proof(request, need)
    except Unavailable:
        answer = plain(request, "away", 503)
        answer.headers[hdrs.RETRY_AFTER] = str(PATIENCE)
        return answer
    except Exception as error:
        receipt = "W-" + secrets.token_hex(4).upper()
        _log(request, error, receipt)
        return plain(request, "broken", 500, receipt=receipt)


def _scrub(record: logging.LogRecord) -> bool:
    """Complaints about broken HTTP quote it, cookies and all; what kind it was will do."""
    if record.exc_info and record.exc_info[0]:
        record.msg, record.args = record.exc_info[0].__name__, ()
        record.exc_info = record.exc_text = None
    return True


def _refusal(request: web.Request, error: web.HTTPException) -> web.Response:
    answer = plain(request, PAGES.get(error.status, "odd"), error.status)
    if hdrs.ALLOW in error.headers:
        answer.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
    return answer


def _log(request: web.Request, error: Exception, receipt: str) -> None:
    """Where and what kind; messages of errors may quote what somebody typed."""
    route = request.match_info.route.resource
    logs.error(
        "web.broken",
        receipt=receipt,
        route=route.canonical if route else "",
        error=type(error).__name__,
        place=place_of(error.__traceback__),
    )
