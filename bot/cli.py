"""The command `yumiao`: serve, demo, chat, and what an operator asks."""

from __future__ import annotations

import errno
import re
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from bot import forms, init, serving
from bot.choices import (
    MOMENT,
    AsJson,
    Data,
    NotOne,
    Who,
    house,
    known_lang,
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

PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]|Q[1-4]))?", re.ASCII)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FULL = "磁盘已满，没有保存。请先腾出空间。The disk is full; nothing was saved. Make room first."
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
)
app.add_typer(forms.app, name="forms", help="表单：检查、阅读、填写。XLSForms: check, show, fill.")
app.registered_commands += init.app.registered_commands + serving.app.registered_commands
forms.app.command("fill")(fill_file)


def main() -> None:
    """Ends with a clear sentence instead of a stack trace where the cause is known."""
    try:
        app()
    except (Unavailable, WrongKey, BadSettings, NotOne) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(f"{FULL if error.errno in NO_ROOM else f'无法读写。{error}'}\n")
        sys.exit(1)
    except UnicodeError:
        sys.stderr.write("输入不是 UTF-8 编码的文字。The input is not UTF-8 text.\n")
        sys.exit(1)


def put_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"yumiao {metadata.version('yumiao')}")
        raise typer.Exit


@app.callback()
def yumiao(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=put_version, is_eager=True, help="版本号。Print the version."
        ),
    ] = False,
) -> None:
    """育苗。Yumiao."""


@app.command()
def chat(
    data: Data,
    person: Who,
    lang: Annotated[
        str,
        typer.Option(callback=known_lang, help="zh 或 en，会记住。zh or en; kept as hers."),
    ] = "",
    now: Annotated[str, typer.Option(help=MOMENT)] = "",
) -> None:
    """在终端里对话。Talk in the terminal; scripts work, too."""
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

    with store.work() as db:
        set_language(db, person_id, lang)


@app.command()
def people(
    data: Data,
    role: Annotated[str, typer.Option(help="只列这个角色。Only this role.")] = "",
    as_json: AsJson = False,
) -> None:
    """在任人员：姓名、编号、单位。Who is in office: name, code, unit."""
    from storage import operator

    if role and role not in {each.value for each in Role}:
        known = ", ".join(each.value for each in Role)
        raise typer.BadParameter(f"--role 只能是下列之一。--role is one of: {known}.")
    with house(data, write=False) as store, store.work() as db:
        found = operator.people(db, role)
    show_rows(found, as_json, ("code", "name", "unit", "role"))


@app.command()
def ranking(
    data: Data,
    period: Annotated[str, typer.Option(help="月、季、年。2026-11, 2026-Q4 or 2026.")] = "",
    as_json: AsJson = False,
) -> None:
    """爱心妈妈积分排行。Loving mothers by booked points."""
    from bot.app import clock
    from storage import operator

    if period and not PERIOD.fullmatch(period):
        raise typer.BadParameter(
            "--period 是月 2026-11、季 2026-Q4 或年 2026。"
            "--period is a month 2026-11, a quarter 2026-Q4 or a year 2026."
        )
    month = clock().astimezone(settings_for(data).tz).strftime("%Y-%m")
    with house(data, write=False) as store, store.work() as db:
        found = operator.ranking(db, period or month)
    show_rows(found, as_json, ("place", "name", "unit", "booked", "minutes"))


@app.command()
def child(
    data: Data,
    code: Annotated[str, typer.Argument(help="孩子的编号。The child's code.")],
    as_json: AsJson = False,
) -> None:
    """一个孩子的走访和得分。Visits, scores and level of one child."""
    from storage import operator

    with house(data, write=False) as store, store.work() as db:
        found = operator.child(db, store.keys, code)
    if found is None:
        raise typer.BadParameter(f"没有编号为 {code} 的孩子。No child has the code {code}.")
    if as_json:
        put_json(found)
        return
    for name, value in found.items():
        shown = len(value) if isinstance(value, list) else value
        typer.echo(f"{name}: {shown}")


@app.command()
def bench(
    only: Annotated[list[str] | None, typer.Argument(help="只测这些。Only these.")] = None,
    report: Annotated[
        Path, typer.Option(help="JSON 写到哪里。Where the JSON goes.", dir_okay=False)
    ] = Path("reports/bench.json"),
) -> None:
    """测量，列表并写出 JSON。Measure; prints a table and writes JSON."""
    from bot.bench import benches, run

    known = benches()
    if unknown := ", ".join(name for name in only or () if name not in known):
        raise typer.BadParameter(
            f"没有这项测量：{unknown}。There is no such bench; there are: {', '.join(known)}."
        )

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
def doctor(data: Data, as_json: AsJson = False) -> None:
    """检查是否一切正常。Is all as it should be? Exit 1 if not."""
    from bot.doctor import examine

    findings = examine(settings_for(data))
    if as_json:
        put_json([asdict(finding) for finding in findings])
    for number, finding in enumerate(() if as_json else findings, 1):
        typer.echo(f"{number}. {'✓' if finding.good else '✗'} {finding.what}")
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
