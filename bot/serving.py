"""The commands that keep running or make data: serve, demo, seed, link."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.choices import Data, Who, house, local_day, one_person, settings_for

if TYPE_CHECKING:
    from bot.seed import Seeded
    from storage.session import Store

DEMO_ROLES = {
    "loving_mother": "爱心妈妈 loving mother",
    "child_director": "儿童主任 child director",
    "coordinator": "协调员 coordinator",
    "manager": "管理者 manager",
}
Months = Annotated[int, typer.Option(min=1, max=60, help="历史的月数。Months of history.")]
Port = Annotated[int, typer.Option(min=0, max=65_535, help="端口。The port.")]
Seed = Annotated[int, typer.Option(help="随机种子。The seed of chance.")]
STAGES = {"plan": "规划 plan", "people": "人员 people", "days": "逐日 days"}
DEMO_MINUTES = 24 * 60
app = typer.Typer()


@app.command()
def serve(data: Data, port: Port = 0) -> None:
    """用自己的数据提供网页对话。The web chat over your own data."""
    with house(data, write=True) as store:
        run(store, data, port, demo=False)


@app.command()
def demo(data: Data, port: Port = 0, months: Months = 12, seed: Seed = 1) -> None:
    """示范城市和网页对话。The demo city and the web chat."""
    with house(data, write=True) as store:
        people = demo_people(store, data, months, seed)
        run(store, data, port, demo=True, people=people)


@app.command("seed")
def seed_command(
    data: Data,
    months: Months = 12,
    seed: Seed = 1,
    today: Annotated[str, typer.Option(help="最后一天。Its last day.")] = "",
) -> None:
    """只生成示范城市，全是虚构的。Only the demo city, all invented."""
    with house(data, write=True) as store:
        make_city(store, data, months, seed, today)


@app.command()
def link(
    data: Data,
    person: Who,
    base: Annotated[str, typer.Option(help="大家访问的地址。The address as people reach it.")] = "",
) -> None:
    """一次性登录链接，15 分钟有效。A sign-in link for 15 minutes."""
    from bot.porter import NoPorter, ask_link

    settings = settings_for(data)
    try:
        address, token = ask_link(data, person)
    except NoPorter:
        address, token = f"http://{settings.host}:{settings.port}", own_link(data, person)
    typer.echo(f"{(base or settings.base or address).rstrip('/')}/in/{token}")


def own_link(data: Path, person: str) -> str:
    """Where no server of this directory runs, or any number of them may (PostgreSQL)."""
    from bot.app import clock
    from storage.doors import make_link

    with house(data, write=True, founds=False) as store, store.work() as db:
        return make_link(db, store.keys, one_person(db, person), clock())


def run(
    store: Store, data: Path, port: int, *, demo: bool, people: dict[str, int] | None = None
) -> None:
    from bot.logs import set_up
    from bot.serve import free_port, serve

    settings = settings_for(data)
    set_up(settings)
    wanted = port or settings.port
    found = free_port(settings.host, wanted)
    if found != wanted:
        typer.echo(f"端口 {wanted} 已被占用，改用 {found}。Port {wanted} is taken; using {found}.")

    def ready(address: str) -> None:
        for role, url in links(store, people or {}, address).items():
            typer.echo(f"{role}\n    {url}")
        typer.echo(f"育苗 {address}  (Ctrl-C 停止 stops it)")
        sys.stdout.flush()

    asyncio.run(serve(store, settings, found, ready, demo=demo))
    typer.echo("已停止。Stopped.")


def links(store: Store, people: dict[str, int], address: str) -> dict[str, str]:
    """One sign-in link for each of the demo's people."""
    from bot.app import clock
    from storage.doors import make_link

    with store.work() as db:
        return {
            DEMO_ROLES[role]: (
                f"{address}/in/{make_link(db, store.keys, person, clock(), DEMO_MINUTES)}"
            )
            for role, person in people.items()
        }


def demo_people(store: Store, data: Path, months: int, seed: int) -> dict[str, int]:
    """The four people of the demo; the city is made when there is nobody yet."""
    from bot.seed import find_demo_people, whole
    from storage.operator import counts

    with store.work() as db:
        ready = counts(db)["person"] > 0 and whole(db)
    if not ready:
        make_city(store, data, months, seed, "")
    with store.work() as db:
        return find_demo_people(db)


def make_city(store: Store, data: Path, months: int, seed: int, today: str) -> Seeded:
    """With a progress bar on a terminal, one line per stage elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed

    from bot.app import clock
    from bot.seed import seed_city

    settings = settings_for(data)
    day = local_day(today) if today else clock().astimezone(settings.tz).date()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Elapsed())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, int] = {}

        def progress(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)  # type: ignore[arg-type]

        return seed_city(store, settings, months=months, seed=seed, today=day, progress=progress)
