"""What every page of the web chat stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aiohttp import web

from bot.intake import Intake
from storage.crypto import Keys


@dataclass(frozen=True)
class WebHouse:
    """The queue of messages, the clock (aware, UTC), and how the outside reaches us."""

    intake: Intake
    clock: Callable[[], datetime]
    demo: bool = False
    base: str = ""
    """The address as people reach it, without a path; empty where they call the host itself."""
    proxies: int = 0
    """How many proxies of one's own stand before it: each adds an address to what it passes on."""
    exit: str = "https://www.weather.com.cn/"
    """Where somebody is taken who must leave the page at once."""

    @property
    def https(self) -> bool:
        return self.base.startswith("https://")

    @property
    def keys(self) -> Keys:
        return self.intake.turns.store.keys

    @property
    def zone(self) -> tzinfo:
        return self.intake.turns.zone


HOUSE = web.AppKey("house", WebHouse)
