"""From the event loop to the storage threads: groups what waits, acknowledges what is saved."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from bot.channels.message import Incoming, Taken
from bot.turn import GROUP, Turns

T = TypeVar("T")
Waiting = tuple[Incoming, "asyncio.Future[Taken]"]


class Intake:
    """The one queue of incoming messages of this process.

    A message alone is taken at once; while the storage thread is busy others gather, at
    most one per person and 64 in all, and share the next commit.
    """

    def __init__(self, turns: Turns, workers: int = 1) -> None:
        self.turns = turns
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="storage")
        self._free = workers
        self._waiting: OrderedDict[int, deque[Waiting]] = OrderedDict()
        self._busy: set[int] = set()
        self._bells: defaultdict[int, set[asyncio.Event]] = defaultdict(set)

    async def take(self, message: Incoming) -> Taken:
        """Returns after the commit. Raises Unavailable when nothing was saved."""
        done: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(message.person_id, deque()).append((message, done))
        self._pump()
        return await done

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a storage thread, in a transaction of its own."""

        def run() -> T:
            with self.turns.store.work() as db:
                return work(db)

        return await asyncio.get_running_loop().run_in_executor(self._pool, run)

    async def retry(self) -> int:
        """Takes stuck messages once more, in a storage thread: SQLite has only one
        connection, and two threads would share its transaction."""
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._pool, self.turns.retry_stuck)
        if done:
            self.ring_all()
        return done

    def listen(self, person_id: int) -> asyncio.Event:
        """An event that is set whenever something new may have been told to this person."""
        bell = asyncio.Event()
        self._bells[person_id].add(bell)
        return bell

    def hush(self, person_id: int, bell: asyncio.Event) -> None:
        self._bells[person_id].discard(bell)
        if not self._bells[person_id]:
            del self._bells[person_id]

    def ring_all(self) -> None:
        """Something may have been told to anybody: an alert, a sweep."""
        for bells in self._bells.values():
            for bell in bells:
                bell.set()

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _pump(self) -> None:
        while self._free and (group := self._next_group()):
            self._free -= 1
            self._busy |= {message.person_id for message, _ in group}
            loop = asyncio.get_running_loop()
            messages = [message for message, _ in group]
            running = loop.run_in_executor(self._pool, self.turns.take_many, messages)
            running.add_done_callback(lambda done, group=group: self._finish(group, done))  # type: ignore[misc]

    def _next_group(self) -> list[Waiting]:
        """The oldest message of each person who is not being served just now."""
        ready = [person for person in self._waiting if person not in self._busy][:GROUP]
        group = []
        for person in ready:
            queue = self._waiting[person]
            group.append(queue.popleft())
            if not queue:
                del self._waiting[person]
        return group

    def _finish(self, group: list[Waiting], done: asyncio.Future[list[Taken]]) -> None:
        self._free += 1
        self._busy -= {message.person_id for message, _ in group}
        error = done.exception()
        for place, (_, future) in enumerate(group):
            if future.cancelled():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(done.result()[place])
        if error is None:
            self.ring_all()
        self._pump()
