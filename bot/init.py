"""`yumiao init`: a city of one's own, with its units and the first manager."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.choices import Data, house, settings_for
from bot.unitsheet import CENTRE, BadSheet, UnitRow, read_units, write_template
from domain.enrol import phone_of
from domain.roles import Role
from storage.crypto import Keys
from storage.session import Unavailable

CODE, FIRST = "C", "G-01"
LONGEST = 40
app = typer.Typer()


@dataclass(frozen=True)
class First:
    """The first manager: by her invitations everybody else comes in."""

    name: str
    phone: str


@app.command()
def init(
    data: Data = Path("data"),
    units: Annotated[
        Path | None, typer.Option(help="单位表。The sheet of units: .xlsx, .csv", dir_okay=False)
    ] = None,
    area: Annotated[str, typer.Option(help="地区名称。The area's name.")] = "",
    area_en: Annotated[str, typer.Option(help="英文名称。Its English name.")] = "",
    manager: Annotated[str, typer.Option(help="第一位管理者。The first manager.")] = "",
    phone: Annotated[str, typer.Option(help="她的手机号。Her mobile number.")] = "",
    base: Annotated[str, typer.Option(help="大家访问的地址。The address as people reach it.")] = "",
    template: Annotated[
        Path | None, typer.Option(help="只写一份空表。Only write an example.", dir_okay=False)
    ] = None,
) -> None:
    """建立自己的城市。Found a city of your own; prints the first link."""
    if template:
        give_template(template)
        return
    rows = sheet(units) if units else []
    centre = next((row for row in rows if row.kind == CENTRE), None)
    named = centre or UnitRow(0, CODE, CENTRE, "", "", "", "")
    area = area or ask("地区名称 The area's name", named.name)
    area_en = area_en or ask("英文名称 Its English name", named.name_en or area)
    top = UnitRow(0, named.code, CENTRE, right(area), right(area_en), "", named.phone)
    manager = right(manager or ask("第一位管理者的姓名 The first manager's name"))
    first = First(manager, dial(phone or ask("她的手机号 Her mobile number")))
    token = found(data, [top, *(row for row in rows if row is not centre)], first)
    settings = settings_for(data)
    address = base.rstrip("/") or settings.base or f"http://{settings.host}:{settings.port}"
    typer.echo(f"{area}：{len(rows) + (centre is None)} 个单位 units")
    typer.echo(f"{manager}（{FIRST}）\n    {address}/in/{token}")
    typer.echo(
        "链接 15 分钟有效，请先启动服务；过期了再要一个。\n"
        "The link is good for 15 minutes: start serving first; for another one ask again.\n"
        f"    yumiao serve --data {data}\n"
        f"    yumiao link --data {data} --as {FIRST}"
    )


def give_template(path: Path) -> None:
    try:
        write_template(path)
    except BadSheet as error:
        raise typer.BadParameter(str(error)) from None
    except FileExistsError:
        raise typer.BadParameter(f"{path} 已经存在。{path} exists already.") from None
    typer.echo(f"{path}")


def sheet(path: Path) -> list[UnitRow]:
    """The units of a file; a faulty one is said line by line, and nothing is made."""
    try:
        return read_units(path)
    except BadSheet as error:
        typer.echo(
            f"{path} 有误，没有写入任何数据。{path} has faults; nothing was written:", err=True
        )
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except FileNotFoundError:
        raise typer.BadParameter(f"没有这个文件：{path}。There is no file {path}.") from None


def ask(what: str, default: str = "") -> str:
    return str(typer.prompt(what, default=default or None, type=str))


def right(name: str) -> str:
    """A name as it is kept."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(kept) <= LONGEST or not kept.isprintable():
        raise typer.BadParameter(
            f"名称要有 1–{LONGEST} 个字。A name has 1–{LONGEST} letters: {name!r}"
        )
    return kept


def dial(text: str) -> str:
    """So that she cannot invite herself, nor another account bear her number."""
    if not (phone := phone_of(text)):
        raise typer.BadParameter(
            f"手机号是 11 位数字：{text}。A mobile number has 11 digits, not {text!r}."
        )
    return phone


def found(data: Path, units: Sequence[UnitRow], manager: First) -> str:
    """Everything in one transaction; the secret end of the first link."""
    from bot.app import clock

    with house(data, write=True) as store, store.work() as db:
        now = clock().astimezone(settings_for(data).tz)
        return write(db, store.keys, (units, manager), now)


def write(db: Connection, keys: Keys, city: tuple[Sequence[UnitRow], First], now: datetime) -> str:
    """`now` by the clock on the wall. Raises Unavailable where there is anybody already."""
    from storage.doors import make_link
    from storage.founding import Founding, NewPerson, NewUnit
    from storage.operator import counts

    refuse_settled(counts(db))
    units, manager = city
    founding, made = Founding(db, keys), dict[str, int]()
    for each in units:
        new = NewUnit(each.code, each.kind, each.name, each.name_en, each.phone)
        above = None if each is units[0] else made[each.parent or units[0].code]
        made[each.code] = founding.unit(new, above)
    first = NewPerson(FIRST, manager.name, Role.MANAGER, now.date(), phone=manager.phone)
    person = founding.person(first, made[units[0].code])
    founding.noted(now, "city.founded", f"person:{FIRST}", units=len(units))
    return make_link(db, keys, person, now)


def refuse_settled(counts: dict[str, int]) -> None:
    if counts["person"] or counts["unit"]:
        raise Unavailable(
            f"这里已经有一座城市（{counts['unit']} 个单位，{counts['person']} 人），没有改动。"
            f"There is a city here already ({counts['unit']} units, {counts['person']} people); "
            "nothing was changed."
        )
