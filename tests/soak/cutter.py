"""A network that drops every connection after a while."""

from __future__ import annotations

import asyncio
import random
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 4096


@dataclass
class Cutter:
    """Stands between a page and its server, and cuts once it is told to begin."""

    port: int
    least: float
    most: float
    chance: random.Random = field(default_factory=lambda: random.Random(30))
    cutting: asyncio.Event = field(default_factory=asyncio.Event)
    cuts: int = 0
    address: str = ""

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, until either side ends it or it is cut in the middle of anything."""
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", self.port)
            ways = [asyncio.create_task(_pump(*way)) for way in ((reader, back), (there, writer))]
            cut = asyncio.create_task(self._cut())
            await asyncio.wait([*ways, cut], return_when=asyncio.FIRST_COMPLETED)
            self.cuts += cut.done()
            for task in (*ways, cut):
                task.cancel()
            back.transport.abort()
        writer.transport.abort()

    async def _cut(self) -> None:
        await self.cutting.wait()
        await asyncio.sleep(self.chance.uniform(self.least, self.most))


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def cutter(port: int | None, least: float, most: float) -> AsyncIterator[Cutter]:
    assert port
    between = Cutter(port, least, most)
    server = await asyncio.start_server(between.carry, "127.0.0.1", 0)
    between.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield between
    finally:
        server.close()
