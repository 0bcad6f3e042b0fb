"""The server: intake, web chat and clock around one store; stops cleanly on Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from threading import Thread

from aiohttp import web
from sqlalchemy import Connection

from bot.app import clock, make_turns
from bot.intake import Intake
from bot.porter import open_window
from bot.settings import Settings
from bot.turn import Turns
from bot.web.house import WebHouse
from bot.web.server import make_app
from dialogue.show import show_answer
from reminders import drafts
from reminders.clock import Tick, start_clock
from storage.session import Store
from storage.upkeep import Upkeep

GRACE = 5.0  # seconds for open pages when stopping
ROUNDS = 400  # transactions of 500 messages each: a city's backlog in one tick
NEXT_PORTS, ALL_PORTS = 20, 65_536


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next that is free; 0 lets the system choose."""
    for port in range(wanted, min(wanted + NEXT_PORTS, ALL_PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"从 {wanted} 起没有可用的端口。No free port from {wanted} on at {host}.")


async def serve(
    store: Store, settings: Settings, port: int, ready: Callable[[str], None], *, demo: bool
) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is told the address once it answers."""
    turns = make_turns(store, settings)
    intake = Intake(turns, workers=4 if store.postgres else 1)
    house = WebHouse(
        intake,
        clock,
        demo=demo,
        base=settings.base,
        proxies=settings.proxies,
        exit=settings.exit_url,
    )
    runner = web.AppRunner(make_app(house), access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    await web.TCPSite(runner, settings.host, port).start()
    address = f"http://{settings.host}:{port}"
    window = None if store.postgres else await open_window(intake, settings.data, address)
    ticking = start_clock(ticks(intake, turns))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    Thread(target=turns.library.warm, daemon=True).start()
    ready(address)
    try:
        await stop.wait()
    finally:
        ticking.shutdown(wait=False)
        for each in (window, runner):
            if each:
                await each.cleanup()
        intake.close()


def ticks(intake: Intake, turns: Turns) -> dict[str, tuple[int, Tick]]:
    """The clockwork jobs: what is stuck each 15 s, ended months of some children each 30 s,
    drafts and upkeep each ten minutes. What is to fade after a long standstill is done in many
    short transactions, so that messages come in between."""

    async def stuck() -> None:
        await intake.retry()

    def sweep(db: Connection) -> Upkeep:
        return Upkeep(db, turns.store.keys, turns.clock(), show_answer)

    async def upkeep() -> None:
        turns.underway.age()
        if await intake.read(lambda db: tidy(sweep(db))):
            intake.ring_all()
        for _ in range(ROUNDS):
            if not await intake.read(lambda db: sweep(db).fade()):
                break

    async def months() -> None:
        await intake.read(lambda db: sweep(db).count_months(turns.zone))

    return {"stuck": (15, stuck), "upkeep": (600, upkeep), "months": (30, months)}


def tidy(upkeep: Upkeep) -> int:
    done = drafts.sweep(upkeep, upkeep.now)
    forgotten = upkeep.forget_received() + upkeep.fade() + upkeep.drop_orphans()
    upkeep.beat("upkeep", f"{done} told, {forgotten} forgotten")
    return done
