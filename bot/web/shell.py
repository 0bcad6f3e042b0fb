"""What makes it an app on a phone: manifest, service worker, the page without a network."""

from __future__ import annotations

import json

from aiohttp import hdrs, web

from bot.web.pages import ICONS, NAMES, asked_lang, asset, plain, text_of
from dialogue.say import put, say

OFFLINE = "/offline"
PLACE = "[/* the addresses of the shell, the offline page first */]"
PAPER = "#faf6ee"


def routes() -> list[web.RouteDef]:
    return [
        web.get("/manifest.webmanifest", show_manifest),
        web.get("/sw.js", send_worker),
        web.get(OFFLINE, show_offline),
    ]


async def show_manifest(request: web.Request) -> web.Response:
    name = put(say("web.title"), asked_lang(request))
    icons = [
        {"src": asset(icon), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, icon in ICONS.items()
        for purpose in ("any", "maskable")
    ]
    found = {
        "id": "/",
        "name": name,
        "short_name": name,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return web.json_response(found, content_type="application/manifest+json")


async def send_worker(request: web.Request) -> web.Response:
    """With the shell of this version: a new version is another worker."""
    shell = [OFFLINE, *(asset(name) for name in NAMES if not name.startswith("icon"))]
    text = text_of("sw.js").replace(PLACE, json.dumps(shell))
    headers = {hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(text=text, content_type="text/javascript", headers=headers)


async def show_offline(request: web.Request) -> web.Response:
    """Kept on the device and shown by the worker; it is nobody's."""
    return plain(request, "offline", 200)
