"""The composition root: settings, storage, turns, web, clock. Nothing else wires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import handlers  # noqa: F401  (registers every conversation)
from bot.settings import Settings
from bot.turn import Turns
from dialogue.registry import conversations
from domain.library import packaged
from storage import migrations
from storage.session import Store, open_store

Clock = Callable[[], datetime]


def clock() -> datetime:
    return datetime.now(UTC)


def open_house(settings: Settings, *, write: bool = True) -> Store:
    """The database of these settings, brought to this version's tables."""
    store = open_store(settings.data, settings.database_url, write=write)
    if write:
        migrations.upgrade(store.engine)
    return store


def make_turns(store: Store, settings: Settings, now: Clock = clock) -> Turns:
    return Turns(store, now, settings.tz, conversations, packaged())
