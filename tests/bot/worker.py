"""One worker process: groups of messages in as JSON lines, what became of them out.

`python -m tests.bot.worker DATA [URL]`, started and killed by tests/bot/test_workers.py.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import orjson

import handlers  # noqa: F401  (registers every conversation)
from bot.channels.message import Incoming, Taken
from bot.turn import Turns
from dialogue.registry import conversations
from domain.library import packaged
from storage.session import Unavailable, open_store
from tests.town import CITY, MORNING


def main(data: str, url: str = "") -> int:
    try:
        store = open_store(Path(data), url)
    except Unavailable as why:
        sys.stderr.write(f"{why}\n")
        return 1
    packaged().warm()
    turns = Turns(store, lambda: MORNING, CITY, conversations, packaged())
    tell({"ready": True})
    for line in sys.stdin.buffer:
        tell(take(turns, [message(each) for each in orjson.loads(line)]))
    store.close()
    return 0


def message(sent: dict[str, Any]) -> Incoming:
    return Incoming(**{**sent, "tokens": tuple(sent["tokens"])})


def take(turns: Turns, group: list[Incoming]) -> object:
    try:
        return [heard(taken) for taken in turns.take_many(group)]
    except Unavailable as why:
        return [{"state": "unavailable", "why": str(why), "replies": []} for _ in group]


def heard(taken: Taken) -> dict[str, Any]:
    replies = [{"key": reply.dedupe_key, "body": reply.body} for reply in taken.replies]
    return {"state": taken.state, "replies": replies}


def tell(what: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(what) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
