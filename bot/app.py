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
from storage.crypto import WrongKey
from storage.keycheck import prove_key
from storage.session import Store, Unavailable, open_store

Clock = Callable[[], datetime]


def clock() -> datetime:
    return datetime.now(UTC)


def open_house(settings: Settings, *, write: bool = True) -> Store:
    """The database of these settings, brought to this version's tables."""
    store = open_store(settings.data, settings.database_url, write=write)
    try:
        _refuse_newer(store)
        if write:
            migrations.upgrade(store.engine)
        _prove(store, write)
    except BaseException:
        store.close()
        raise
    return store


def _refuse_newer(store: Store) -> None:
    """Raises Unavailable; also where nobody answers."""
    with store.work() as db:
        version = migrations.current(db) or ""
    if version > migrations.HEAD:
        raise Unavailable(
            f"数据来自更新的版本（表 {version}），请升级程序。"
            f"The data are of a newer version (tables {version}): update the program."
        )


def _prove(store: Store, write: bool) -> None:
    """Raises WrongKey; a key that was made just now for somebody else's database goes again."""
    try:
        with store.work() as db:
            if migrations.current(db) == migrations.HEAD:
                prove_key(db, store.keys, write=write)
    except WrongKey:
        if store.made_key:
            store.made_key.unlink()
        raise


def make_turns(store: Store, settings: Settings, now: Clock = clock) -> Turns:
    return Turns(store, now, settings.tz, conversations, packaged())
