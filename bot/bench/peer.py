"""A peer to compare with: a conversation as python-telegram-bot's own example writes it.

Durable as far as it goes: its pickle is flushed after every update. No network is used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from telegram import Chat, Message, Update, User
from telegram.ext import (
    ApplicationBuilder,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

TOKEN = "1:" + "x" * 35
STEPS = 10


@dataclass
class Peer:
    """So many people in a conversation of ten steps, each at another one of them."""

    app: Any
    persistence: Any
    people: int
    numbers: count[int]

    async def begin(self) -> None:
        """On average each has given four or five of her answers, a word each."""
        await self.persistence.get_conversations("visit")
        self.app._initialized = True
        await self.app._initialize_persistence()
        for person in range(self.people):
            for _ in range(person % STEPS):
                await self.app.process_update(_update(next(self.numbers), person))
        await self.app.update_persistence()
        await self.persistence.flush()

    async def take(self, updates: int) -> None:
        for number in (next(self.numbers) for _ in range(updates)):
            await self.app.process_update(_update(number, number % self.people))
            await self.app.update_persistence()
            await self.persistence.flush()


@contextmanager
def peer(folder: Path, people: int) -> Iterator[Callable[[int], float]]:
    """A function that takes so many updates and says how many it took in a second."""
    persistence: Any = PicklePersistence(folder / "state.pickle", update_interval=3600)
    app: Any = ApplicationBuilder().token(TOKEN).persistence(persistence).updater(None).build()
    app.add_handler(_conversation())
    here = Peer(app, persistence, people, count())
    with asyncio.Runner() as runner:
        runner.run(here.begin())

        def rate(updates: int) -> float:
            begun = time.perf_counter()
            runner.run(here.take(updates))
            return updates / (time.perf_counter() - begun)

        yield rate


def _conversation() -> Any:
    async def take(update: Update, context: Any) -> int:
        assert update.message is not None
        answers = context.user_data.setdefault("answers", [])
        if len(answers) == STEPS:
            answers.clear()
        answers.append(update.message.text)
        return len(answers) % STEPS

    state: list[Any] = [MessageHandler(filters.TEXT, take)]
    return ConversationHandler(
        entry_points=state,
        states=dict.fromkeys(range(STEPS), state),
        fallbacks=[],
        name="visit",
        persistent=True,
    )


def _update(number: int, person: int) -> Update:
    user = User(person + 1, "A", is_bot=False)
    chat = Chat(person + 1, "private")
    now = datetime.now(UTC)
    message = Message(number, now, chat, from_user=user, text=f"answer {number}")
    return Update(number, message=message)
