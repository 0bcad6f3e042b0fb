"""The command `yumiao`: serve, demo, chat, and what an operator asks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from bot import forms
from bot.settings import Settings
from storage.crypto import WrongKey
from storage.session import Store, Unavailable

app = typer.Typer(no_args_is_help=True, add_completion=False, help="育苗 Yumiao")
app.add_typer(forms.app, name="forms", help="XLSForms: check, show, fill.")

Data = Annotated[Path, typer.Option("--data", help="The data directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def main() -> None:
    """Ends with a clear sentence instead of a stack trace where the cause is known."""
    try:
        app()
    except (Unavailable, WrongKey, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def settings_for(data: Path | None) -> Settings:
    return Settings(data=data) if data else Settings()


@contextmanager
def house(data: Path, *, write: bool) -> Iterator[Store]:
    """The store, closed at the end; a key that was made is announced."""
    from bot.app import open_house

    store = open_house(settings_for(data), write=write)
    if store.made_key:
        sys.stderr.write(
            f"A new key was made: {store.made_key}\n"
            "Keep a copy in a safe place apart from the data: without it nobody can read them.\n"
            "已生成密钥,请另存一份;丢失后数据无法恢复。\n"
        )
    try:
        yield store
    finally:
        store.close()


def put_json(thing: Any) -> None:
    sys.stdout.buffer.write(orjson.dumps(thing, option=orjson.OPT_INDENT_2, default=str) + b"\n")


@app.command()
def chat(
    data: Data,
    person: Annotated[str, typer.Option("--as", help="Code or name of the person.")],
    lang: Annotated[str, typer.Option(help="zh or en; kept as her language.")] = "",
    now: Annotated[str, typer.Option(help="A fixed moment, 2026-11-23T09:00+08:00.")] = "",
) -> None:
    """Talk in the terminal: lines from standard input, numbered options out."""
    from bot.app import clock, make_turns
    from bot.channels.terminal import converse
    from storage.operator import person_named

    fixed = moment(now) if now else None
    with house(data, write=True) as store:
        with store.work() as db:
            found = person_named(db, person)
        if len({row["id"] for row in found}) != 1:
            raise typer.BadParameter(unclear(person, found))
        person_id = found[0]["id"]
        turns = make_turns(store, settings_for(data), (lambda: fixed) if fixed else clock)
        if lang:
            set_language(store, person_id, lang)
        for said in converse(turns.take, person_id, sys.stdin):
            sys.stdout.write(said + "\n\n")
            sys.stdout.flush()


def unclear(person: str, found: list[dict[str, Any]]) -> str:
    if not found:
        return f"nobody is called {person}; see: yumiao people"
    codes = ", ".join(row["code"] for row in found)
    return f"several people are called {person}: {codes}; use the code"


def moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a moment like 2026-11-23T09:00+08:00") from None
    if found.tzinfo is None:
        raise typer.BadParameter(f"{text} has no zone; write for example {text}+08:00")
    return found.astimezone(UTC)


def set_language(store: Store, person_id: int, lang: str) -> None:
    from sqlalchemy import update

    from storage import tables as t

    if lang not in ("zh", "en"):
        raise typer.BadParameter("--lang is zh or en")
    with store.work() as db:
        db.execute(update(t.person).where(t.person.c.id == person_id).values(lang=lang))


@app.command()
def people(data: Data, role: str = "", as_json: AsJson = False) -> None:
    """Who is in office: name, code, unit."""
    from storage import operator

    with house(data, write=False) as store, store.work() as db:
        found = operator.people(db, role)
    show_rows(found, as_json, ("code", "name", "unit", "role"))


@app.command()
def ranking(
    data: Data,
    period: Annotated[str, typer.Option(help="2026-11, 2026-Q4 or 2026.")] = "",
    as_json: AsJson = False,
) -> None:
    """Loving mothers by booked points."""
    from bot.app import clock
    from storage import operator

    month = clock().astimezone(settings_for(data).tz).strftime("%Y-%m")
    with house(data, write=False) as store, store.work() as db:
        found = operator.ranking(db, period or month)
    show_rows(found, as_json, ("place", "name", "unit", "booked", "minutes"))


@app.command()
def child(data: Data, code: str, as_json: AsJson = False) -> None:
    """Visits, scores, level and flags of one child, by code."""
    from storage import operator

    with house(data, write=False) as store, store.work() as db:
        found = operator.child(db, store.keys, code)
    if found is None:
        raise typer.BadParameter(f"no child has the code {code}")
    if as_json:
        put_json(found)
        return
    for name, value in found.items():
        shown = len(value) if isinstance(value, list) else value
        sys.stdout.write(f"{name}: {shown}\n")


def show_rows(rows: list[dict[str, Any]], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        put_json([{name: row[name] for name in row if name != "id"} for row in rows])
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for row in rows:
        table.add_row(*(str(row[name]) for name in columns))
    Console().print(table)


if __name__ == "__main__":
    main()
