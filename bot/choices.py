"""What the commands share: their options, the open house, finding a person."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from bot.settings import Settings, make_settings
from storage import migrations
from storage.session import Store, Unavailable, refuse_empty

Data = Annotated[Path, typer.Option("--data", help="数据目录。The data directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="以 JSON 输出。As JSON.")]
Who = Annotated[str, typer.Option("--as", help="编号或姓名。Code or name of the person.")]
YEARS = range(2000, 2100)
MOMENT = "固定的时刻。A fixed moment: 2026-11-23T09:00+08:00."


def settings_for(data: Path) -> Settings:
    """Raises BadSettings, which names what is wrong."""
    return make_settings(data=data)


def known_lang(lang: str) -> str:
    if lang not in ("", "zh", "en"):
        raise typer.BadParameter("--lang 只能是 zh 或 en。--lang is zh or en.")
    return lang


def moment(text: str) -> datetime:
    """A moment with its zone, in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = datetime.min.replace(tzinfo=UTC)
    if found.year not in YEARS:
        raise typer.BadParameter(
            f"看不懂时刻 {text}。{text} is not a moment like 2026-11-23T09:00+08:00."
        )
    if found.tzinfo is None:
        raise typer.BadParameter(f"缺少时区。{text} has no zone; write for example {text}+08:00.")
    return found.astimezone(UTC)


def local_day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise typer.BadParameter(f"看不懂日期 {text}。{text} is not a day like 2026-11-23.")
    return found


@contextmanager
def house(data: Path, *, write: bool, founds: bool = True) -> Iterator[Store]:
    """The store, closed at the end; a key that was made is announced. One that does not found
    refuses a directory without data."""
    from bot.app import open_house

    settings = settings_for(data)
    if not founds:
        refuse_empty(settings.data, settings.database_url)
    store = open_house(settings, write=write)
    if store.made_key:
        sys.stderr.write(
            f"已生成密钥 {store.made_key}，请另存一份；丢失后数据无法恢复。\n"
            f"A new key was made: {store.made_key}\n"
            "Keep a copy in a safe place apart from the data: without it nobody can read them.\n"
        )
    try:
        if not write:
            _refuse_old(store)
        yield store
    finally:
        store.close()


def _refuse_old(store: Store) -> None:
    """Reading brings no tables up to date."""
    with store.work() as db:
        if migrations.current(db) != migrations.HEAD:
            raise Unavailable(
                "数据库的表是旧版本的，请先启动一次 yumiao serve。"
                "The tables are of an older version: start `yumiao serve` once."
            )


class NotOne(ValueError):
    """A name that is nobody's, or that of several."""


def one_person(db: Connection, name: str) -> int:
    """The id of the one person with this code or name. Raises NotOne, saying who there is."""
    from storage.operator import person_named

    found = person_named(db, name)
    if not found:
        raise NotOne(
            f"没有叫 {name} 的人，请看：yumiao people。Nobody is called {name}; see: yumiao people"
        )
    if len({row["id"] for row in found}) > 1:
        codes = ", ".join(sorted({row["code"] for row in found}))
        raise NotOne(
            f"叫 {name} 的不止一人，请用编号：{codes}。"
            f"Several people are called {name}: {codes}; use the code."
        )
    return int(found[0]["id"])


def show_rows(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    """A table for people, JSON for programs."""
    if as_json:
        put_json([{name: row[name] for name in row if name != "id"} for row in rows])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*(str(row[name]) for name in columns))
    Console().print(table)


def put_json(thing: Any) -> None:
    import orjson

    sys.stdout.buffer.write(orjson.dumps(thing, option=orjson.OPT_INDENT_2, default=str) + b"\n")
