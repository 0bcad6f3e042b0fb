"""A process that has imported everything and forks servers, each of which is killed in its turn.

`python -m tests.soak.nursery DATA PORT [URL]`: `start` forks a server as `yumiao serve` runs it,
`kill` ends it with kill -9, `stop` as Ctrl-C does; each is answered with a line.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from pathlib import Path

from bot.app import open_house
from bot.logs import set_up
from bot.serve import serve
from bot.settings import Settings, make_settings
from domain.library import packaged


def main(data: str, port: str, url: str = "") -> None:
    settings = make_settings(data=Path(data), port=int(port), database_url=url)
    packaged().warm()
    gc.freeze()
    child = 0
    for line in sys.stdin:
        if line == "start\n":
            child = _forked(settings)
            continue
        _end(child, signal.SIGKILL if line == "kill\n" else signal.SIGTERM)
        child = 0
        _say("ended")
    _end(child, signal.SIGKILL)


def _forked(settings: Settings) -> int:
    child = os.fork()
    if child == 0:
        try:
            _serve(settings)
        finally:
            os._exit(0)
    return child


def _serve(settings: Settings) -> None:
    set_up(settings)
    store = open_house(settings)
    asyncio.run(serve(store, settings, settings.port, _say, demo=False))
    store.close()


def _end(child: int, how: signal.Signals) -> None:
    if child:
        os.kill(child, how)
        os.waitpid(child, 0)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
