"""The porter's window: what the owner of the data asks of the server that holds them.

SQLite has one writer. While it serves, `yumiao link` asks it through a socket in the data
directory that only the owner of the directory can open.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout, UnixConnector, web

from bot.choices import NotOne, one_person
from bot.intake import Intake
from storage.doors import make_link

SOCKET = "yumiao.sock"
PATIENCE = 10.0  # seconds


class NoPorter(Exception):
    """Nobody serves this directory."""


async def open_window(intake: Intake, data: Path, address: str) -> web.AppRunner | None:
    """Serves the window; None where the system has no such sockets or the path is too long."""

    async def link(request: web.Request) -> web.Response:
        return await _link(intake, request, address)

    app = web.Application()
    app.router.add_post("/link", link)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    path = data / SOCKET
    try:
        path.unlink(missing_ok=True)  # of a server that was killed: the lock says we are alone
        before = os.umask(0o177)
        try:
            await web.UnixSite(runner, str(path)).start()
        finally:
            os.umask(before)
    except (OSError, NotImplementedError):
        await runner.cleanup()
        return None
    return runner


async def _link(intake: Intake, request: web.Request, address: str) -> web.Response:
    """A link for the person of this code or name and where it leads, or why there is none."""
    person = (await request.json())["person"]
    turns = intake.turns
    try:
        token = await intake.read(
            lambda db: make_link(db, turns.store.keys, one_person(db, person), turns.clock())
        )
    except NotOne as error:
        return web.json_response({"error": str(error)}, status=404)
    return web.json_response({"token": token, "address": address})


def ask_link(data: Path, person: str) -> tuple[str, str]:
    """The address of the server of this directory, and the secret end of a link to it.

    Raises NoPorter when none answers, NotOne when there is no such person.
    """
    if not (data / SOCKET).exists():
        raise NoPorter
    try:
        return asyncio.run(_ask(data / SOCKET, person))
    except (ClientError, OSError, TimeoutError):
        raise NoPorter from None


async def _ask(path: Path, person: str) -> tuple[str, str]:
    connector, timeout = UnixConnector(str(path)), ClientTimeout(total=PATIENCE)
    async with (
        ClientSession(connector=connector, timeout=timeout) as session,
        session.post("http://porter/link", json={"person": person}) as answer,
    ):
        said = await answer.json()
        if answer.status != 200:
            raise NotOne(said["error"])
        return str(said["address"]), str(said["token"])
