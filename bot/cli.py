"""The command `yumiao`: serve, demo, chat, and what an operator asks."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot import forms, serving
from bot.choices import (
    AsJson,
    Data,
    NotOne,
    house,
    moment,
    one_person,
    put_json,
    settings_for,
    show_rows,
)
from bot.formfill import fill_file
from bot.settings import BadSettings
from domain.roles import Role
from storage.crypto import WrongKey
from storage.session import Store, Unavailable

PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FULL = "磁盘已满，没有保存。请先腾出空间。The disk is full; nothing was saved. Make room first."
app = typer.Typer(no_args_is_help=True, add_completion=False, help="育苗 Yumiao")
app.add_typer(forms.app, name="forms", help="XLSForms: check, show, fill.")
app.registered_commands += serving.app.registered_commands
forms.app.command("fill")(fill_file)


def main() -> None:
    """Ends with a clear sentence instead of a stack trace where the cause is known."""
    try:
        app()
    except (Unavailable, WrongKey, BadSettings, NotOne) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"{FULL if error.errno in NO_ROOM else error}\n")
        sys.exit(1)
    except UnicodeDecodeError:
        sys.stderr.write("输入不是 UTF-8 编码的文字。The input is not UTF-8 text.\n")
        sys.exit(1)


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

    fixed = moment(now) if now else None
    with house(data, write=True, founds=False) as store:
        with store.work() as db:
            person_id = one_person(db, person)
        turns = make_turns(store, settings_for(data), (lambda: fixed) if fixed else clock)
        if lang:
            set_language(store, person_id, lang)
        for said in converse(turns.take, person_id, lines_in()):
            sys.stdout.write(said + "\n\n")
            sys.stdout.flush()


def lines_in() -> Iterable[str]:
    """Standard input, whatever the locale says, as UTF-8; UnicodeDecodeError when it is not."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="strict")
    return sys.stdin


def set_language(store: Store, person_id: int, lang: str) -> None:
    from storage.operator import set_language

    if lang not in ("zh", "en"):
        raise typer.BadParameter("--lang is zh or en")
    with store.work() as db:
        set_language(db, person_id, lang)


@app.command()
def people(data: Data, role: str = "", as_json: AsJson = False) -> None:
    """Who is in office: name, code, unit."""
    from storage import operator

    if role and role not in {each.value for each in Role}:
        raise typer.BadParameter(f"--role is one of {', '.join(each.value for each in Role)}")
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

    if period and not PERIOD.fullmatch(period):
        raise typer.BadParameter("--period is a month 2026-11, a quarter 2026-Q4 or a year 2026")
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
        typer.echo(f"{name}: {shown}")


@app.command()
def bench(
    only: Annotated[list[str] | None, typer.Argument(help="taps turns waiting … (all)")] = None,
    report: Path = Path("reports/bench.json"),
) -> None:
    """Measure, in ratios of one run; prints a table and writes JSON."""
    from bot.bench import run

    figures = run(only or [], report)
    rows = [
        {
            "figure": each.name,
            "value": f"{each.value:.4g}",
            "unit": each.unit,
            "aim": "" if each.aim is None else f"{each.aim:.3g}",
            "reached": {True: "yes", False: "no", None: ""}[each.reached],
        }
        for each in figures
    ]
    show_rows(rows, False, ("figure", "value", "unit", "aim", "reached"))


@app.command()
def doctor(data: Data) -> None:
    """What is right and what is missing, one line each with the cure; exit 1 if broken."""
    from bot.doctor import examine

    findings = examine(settings_for(data))
    for number, finding in enumerate(findings, 1):
        typer.echo(f"{number}. {'✓' if finding.good else '✗'} {finding.what}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
