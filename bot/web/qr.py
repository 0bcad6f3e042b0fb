"""A link as a picture that a phone reads; it is made of the address alone."""

from __future__ import annotations

from aiohttp import web
from markupsafe import Markup

from bot.web.house import HOUSE


def address(request: web.Request, path: str) -> str:
    """A path of ours, as it is reached from outside."""
    scheme = "https" if request.app[HOUSE].https else "http"
    return f"{scheme}://{request.host}{path}"


def drawn(url: str) -> Markup:
    """SVG, black on white also where the page is dark: else not every phone reads it."""
    import segno  # not needed to start

    code = segno.make(url, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, dark="#000", light="#fff"))
