"""From a template's name to an answer; the only place where HTML is made."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from functools import cache
from importlib.resources import files

from aiohttp import hdrs, web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.web.house import HOUSE
from dialogue.say import LANGS, put, say

TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "png": "image/png"}
ICONS = {192: "icon-192.png", 512: "icon-512.png"}
NAMES = ("chat.css", "chat.js", "file.css", "page.js", "mark.svg", *ICONS.values())
PARTS = {"chat.js": ("vendor/htmx-4.0.1.min.js", "vendor/hx-sse-4.0.1.min.js", "chat.js")}
"""Scripts that must all be there before any of them begins are one."""
TAGS = {"zh": "zh-Hans-CN", "en": "en"}
STRANGE = ("home", "home_demo", "out", "spent", "often", "join.gone", "pin_gone")
"""Pages of who has not signed in: from them there is a quick way out, and the ways in."""
AGE = 365 * 24 * 3600


def render(template: str, lang: str, **values: object) -> str:
    def words(key: str, **named: object) -> str:
        return put(say(f"web.{key}", **named), lang)

    page = _environment().get_template(template)
    return page.render(_=words, lang=TAGS[lang], **values)


def html(template: str, lang: str, status: int = 200, **values: object) -> web.Response:
    text = render(template, lang, **({"large": False} | values))
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def plain(
    request: web.Request, name: str, status: int, lang: str = "", **values: object
) -> web.Response:
    """A page of a heading, a few words and a way on: `web.<name>.title` and `.text`."""
    lang = lang or asked_lang(request)
    leave = request.app[HOUSE].exit if name in STRANGE else ""
    return html("plain.html", lang, status, name=name, values=values, exit=leave)


def asked_lang(request: web.Request) -> str:
    """The browser's first language that we speak; for who has not signed in."""
    for part in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(","):
        tag = part.strip()[:2].lower()
        if tag in LANGS:
            return tag
    return LANGS[0]


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = {name: f"/static/{hashed}" for name, hashed in _hashed().items()}
    made.globals["fresh_key"] = lambda: secrets.token_urlsafe(12)
    return made


@cache
def _content(name: str) -> bytes:
    folder = files("bot.web") / "static"
    return b"\n".join((folder / part).read_bytes() for part in PARTS.get(name, (name,)))


@cache
def _hashed() -> dict[str, str]:
    """`chat.css` as `chat.3f2a9c1b.css`, so that a new text is a new address."""
    return {name: _address(name) for name in NAMES}


def _address(name: str) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}.{hashlib.sha256(_content(name)).hexdigest()[:12]}.{ending}"


@cache
def _packed(name: str) -> bytes:
    """Nothing secret stands in it, so that packing betrays nothing."""
    return gzip.compress(_content(name), mtime=0)


async def send_static(request: web.Request) -> web.Response:
    """From the list of names, never from a path."""
    wanted = request.match_info["name"]
    name = next((name for name, hashed in _hashed().items() if hashed == wanted), None)
    if name is None:
        raise web.HTTPNotFound
    packs = "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "")
    age = f"public, max-age={AGE}, immutable"
    headers = {hdrs.CACHE_CONTROL: age, hdrs.VARY: hdrs.ACCEPT_ENCODING}
    kind = TYPES[name.rpartition(".")[2]]
    return web.Response(
        body=_packed(name) if packs else _content(name),
        content_type=kind,
        charset="utf-8" if kind.startswith("text/") else None,
        headers=headers | ({hdrs.CONTENT_ENCODING: "gzip"} if packs else {}),
    )


def asset(name: str) -> str:
    """The address of a static file."""
    return f"/static/{_hashed()[name]}"


def text_of(name: str) -> str:
    """A script or a style as it stands."""
    return _content(name).decode()
