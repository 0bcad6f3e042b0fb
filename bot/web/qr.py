"""A link as a picture that a phone reads; it is made of the address alone."""

from __future__ import annotations

from aiohttp import web
from markupsafe import Markup

from bot.web.guard import own_address


def address(request: web.Request, path: str) -> str:
    """A path of ours, as it is reached from outside."""
    return own_address(request) + path


def drawn(url: str) -> Markup:
    """SVG, black on white also where the page is dark: else not every phone reads it."""
    import segno  # not needed to start

    code = segno.make(url, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, dark="#000", light="#fff"))
