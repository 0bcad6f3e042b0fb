"""A real server process on loopback that can be killed and started again at once."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import BaseTestServer, unused_port
from aiohttp.web import BaseRunner
from yarl import URL

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0  # seconds: a generous deadline on a busy machine


class Away(BaseTestServer):
    """The address of a server in another process, as the tests' browsers know servers."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._root = URL(address)

    async def _make_runner(self, **_: object) -> BaseRunner:
        raise NotImplementedError("it runs elsewhere")


@dataclass
class Served:
    """One server of this database, and the process that forks it."""

    nursery: Process
    port: int
    log: Path
    kills: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        await self._order("start")

    async def kill(self) -> None:
        self.kills += 1
        await self._order("kill")

    async def stop(self) -> None:
        await self._order("stop")

    async def _order(self, what: str) -> None:
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(f"{what}\n".encode())
        async with asyncio.timeout(PATIENCE):
            assert await self.nursery.stdout.readline(), self.log.read_text()

    @property
    def complaints(self) -> list[str]:
        """What the server has written into its log."""
        return self.log.read_text().splitlines()


@asynccontextmanager
async def serving(data: Path, url: str = "") -> AsyncIterator[Served]:
    """A started server; it is stopped as an operator does."""
    port = unused_port()
    log = data / f"server-{port}.log"
    command = [sys.executable, "-m", "tests.soak.nursery", str(data), str(port), url]
    with log.open("w") as errors:
        nursery = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=errors
        )
    served = Served(nursery, port, log)
    try:
        await served.start()
        yield served
        await served.stop()
    finally:
        assert nursery.stdin
        nursery.stdin.close()
        await nursery.wait()
