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
from storage.session import Store, Unavailable

LEAST_DISK = 1 << 30  # bytes
LEAST_SQLITE = (3, 51, 3)


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    name: str
    good: bool
    what: str


def examine(settings: Settings) -> list[Finding]:
    """Everything that can be checked without changing anything."""
    found = [_python(), _disk(settings.data)]
    try:
        store = open_house(settings, write=False)
    except (Unavailable, WrongKey) as error:
        return [*found, Finding("data", False, str(error))]
    except OSError as error:
        return [*found, Finding("data", False, f"无法读写。{error}")]
    try:
        with store.work() as db:
            return [*found, *_inside(store, db)]
    finally:
        store.close()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    said = f"Python {version}，需要 3.11 以上。3.11 or newer is needed."
    return Finding("python", sys.version_info >= (3, 11), said)


def _disk(data: Path) -> Finding:
    place = next(each for each in (data, *data.resolve().parents) if each.exists())
    free = shutil.disk_usage(place).free
    said = (
        f"磁盘剩余 {free >> 20} MiB，至少要 1024。Free disk space in MiB; at least 1024 is needed."
    )
    return Finding("disk", free >= LEAST_DISK, said)


def _inside(store: Store, db: Connection) -> Iterator[Finding]:
    if not store.postgres:
        yield _sqlite(db)
    version = migrations.current(db)
    good = version == migrations.HEAD
    said = f"表的版本 {version}，需要 {migrations.HEAD}。Tables as they are and as wanted."
    cure = "" if good else "请启动一次 yumiao serve。Start `yumiao serve` once."
    yield Finding("tables", good, said + cure)
    if not good:
        return
    counts = ", ".join(f"{name} {count}" for name, count in operator.counts(db).items())
    yield Finding("rows", True, f"行数。Rows: {counts}")
    yield from _empty(db)
    wrong = len(operator.unbalanced(db))
    said = f"积分合计与明细不符 {wrong} 处。{wrong} kept totals differ from their ledger."
    yield Finding("points", not wrong, said)
    dead = operator.dead_letters(db)
    said = f"没能处理的消息 {dead} 条。Messages that could not be handled: {dead}."
    yield Finding("messages", not dead, said)


def _empty(db: Connection) -> Iterator[Finding]:
    """A city without stations cannot work; one without children has only begun."""
    units = operator.units(db)
    if not units.get("station"):
        said = "没有工作站：请在新目录里带 --units 再建立一次。"
        yield Finding("stations", False, said + "No stations: found it anew with --units.")
    if not operator.counts(db)["child"]:
        yield Finding("children", True, "还没有孩子。There are no children yet.")


def _sqlite(db: Connection) -> Finding:
    text = str(db.exec_driver_sql("SELECT sqlite_version()").scalar())
    good = tuple(map(int, text.split("."))) >= LEAST_SQLITE
    said = f"SQLite {text}，需要 3.51.3 以上。3.51.3 or newer: older ones can corrupt a WAL."
    return Finding("sqlite", good, said)
