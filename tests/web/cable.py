"""The cable between a phone and the server: it can be pulled out and put in again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

Ends = tuple[asyncio.StreamWriter, asyncio.StreamWriter]


class Cable:
    """Passes on what comes at `port`; while it is out, every call is hung up at once."""

    def __init__(self, there: int) -> None:
        self.there, self.port, self.out = there, 0, False
        self._open: set[asyncio.StreamWriter] = set()

    def pull(self) -> None:
        self.out = True
        for writer in list(self._open):
            writer.transport.abort()

    def plug(self) -> None:
        self.out = False

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.out:
            writer.transport.abort()
            return
        far_reader, far = await asyncio.open_connection("127.0.0.1", self.there)
        self._open |= {writer, far}
        try:
            await asyncio.gather(_pass(reader, far), _pass(far_reader, writer))
        finally:
            self._open -= {writer, far}


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    with suppress(ConnectionError, RuntimeError):
        writer.close()


@asynccontextmanager
async def cable(there: int) -> AsyncIterator[Cable]:
    laid = Cable(there)
    server = await asyncio.start_server(laid.take, "127.0.0.1", 0)
    laid.port = server.sockets[0].getsockname()[1]
    yield laid
    server.close()
    laid.pull()
