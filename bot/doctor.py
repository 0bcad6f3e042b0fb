"""`yumiao doctor`: looks at a deployment and says in numbered lines what is wrong."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from bot.app import open_house
from bot.settings import Settings
from storage import migrations, operator
from storage.crypto import WrongKey
from storage.session import KEY, Store, Unavailable

LEAST_DISK = 1 << 30  # bytes
LEAST_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    good: bool
    what: str


def examine(settings: Settings) -> list[Finding]:
    """Everything that can be checked without changing anything."""
    found = [_python(), _disk(settings.data)]
    if not settings.database_url and not (settings.data / KEY).exists():
        return [*found, Finding(False, f"no data in {settings.data}; make some: yumiao demo")]
    try:
        store = open_house(settings, write=False)
    except (Unavailable, WrongKey) as error:
        return [*found, Finding(False, str(error))]
    try:
        with store.work() as db:
            return [*found, *_inside(store, db)]
    finally:
        store.close()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(sys.version_info >= (3, 11), f"Python {version} (3.11 or newer is needed)")


def _disk(data: Path) -> Finding:
    place = next(each for each in (data, *data.resolve().parents) if each.exists())
    free = shutil.disk_usage(place).free
    return Finding(free >= LEAST_DISK, f"free disk {free >> 20} MiB (at least 1024 is needed)")


def _inside(store: Store, db: Connection) -> Iterator[Finding]:
    if not store.postgres:
        yield _sqlite(db)
    version = migrations.current(db)
    good = version == migrations.HEAD
    cure = "" if good else "; start `yumiao serve` once to bring them up"
    yield Finding(good, f"tables at {version}, this version wants {migrations.HEAD}{cure}")
    if not good:
        return
    counts = operator.counts(db)
    yield Finding(True, ", ".join(f"{name} {count}" for name, count in counts.items()))
    wrong = operator.unbalanced(db)
    yield Finding(not wrong, f"points: {len(wrong)} kept totals differ from their ledger")
    dead = operator.dead_letters(db)
    yield Finding(not dead, f"messages that could not be handled: {dead}")


def _sqlite(db: Connection) -> Finding:
    text = str(db.exec_driver_sql("SELECT sqlite_version()").scalar())
    good = tuple(map(int, text.split("."))) >= LEAST_SQLITE
    return Finding(good, f"SQLite {text} (3.51.3 or newer: older ones can corrupt a WAL)")
