"""What was said and could not be saved: shown once more with the same key, as one message."""

from __future__ import annotations

from aiohttp import hdrs, web

from bot.web.guard import Form
from bot.web.pages import asked_lang, html
from bot.web.parts import Fields

SENT = ("cb", "text", "shown", "key", "csrf")
PATIENCE = 5  # seconds until a browser should try again


def words_of(form: Form) -> Fields:
    """What of a form is to be sent again; nothing where it says nothing."""
    said = any(form.one(name).strip() for name in ("cb", "text"))
    return tuple(field for field in form.fields if field[0] in SENT) if said else ()


def again(
    request: web.Request, fields: Fields, status: int = 200, *, file: bool = False
) -> web.Response:
    """The form with one button. No page can hold a file: it is chosen anew."""
    return html("again.html", asked_lang(request), status, fields=fields, file=file)


def not_saved(request: web.Request, form: Form) -> web.Response:
    """The database was away."""
    fields = tuple(field for field in form.fields if field[0] in SENT)
    answer = again(request, fields, 503, file=bool(form.parcels))
    answer.headers[hdrs.RETRY_AFTER] = str(PATIENCE)
    return answer
