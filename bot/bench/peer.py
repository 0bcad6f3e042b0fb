"""A peer to compare with: a conversation as python-telegram-bot's own example writes it.

Durable as far as it goes: its pickle is flushed after every update. No network is used.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime
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
LIMIT = 20.0  # seconds


def peer_rate(people: int, steps: int) -> float:
    """Updates per second of a ten-step conversation of so many people."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_run(Path(folder) / "state.pickle", people, steps))


async def _run(path: Path, people: int, steps: int) -> float:
    persistence: Any = PicklePersistence(path, update_interval=3600)
    app = ApplicationBuilder().token(TOKEN).persistence(persistence).updater(None).build()
    app.add_handler(_conversation(steps))
    await persistence.get_conversations("visit")
    app._initialized = True
    await app._initialize_persistence()
    done, begun = 0, time.perf_counter()
    for step in range(steps):
        for person in range(people):
            await app.process_update(_update(done, person, f"answer {step}"))
            await app.update_persistence()
            await persistence.flush()
            done += 1
            if time.perf_counter() - begun > LIMIT:
                return done / (time.perf_counter() - begun)
    return done / (time.perf_counter() - begun)


def _conversation(steps: int) -> Any:
    async def take(update: Update, context: Any) -> int:
        assert update.message is not None
        answers = context.user_data.setdefault("answers", [])
        answers.append(update.message.text)
        return len(answers) % steps

    state: list[Any] = [MessageHandler(filters.TEXT, take)]
    return ConversationHandler(
        entry_points=state,
        states=dict.fromkeys(range(steps), state),
        fallbacks=[],
        name="visit",
        persistent=True,
    )


def _update(number: int, person: int, text: str) -> Update:
    user = User(person + 1, "A", is_bot=False)
    chat = Chat(person + 1, "private")
    message = Message(number, datetime.now(UTC), chat, from_user=user, text=text)
    return Update(number, message=message)
