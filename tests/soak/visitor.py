"""A mother in front of her page who records contacts, and sends again what was not answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from tests.soak.listener import LOST, PAUSE, Listener, words_of
from tests.soak.people import Mother, today
from tests.soak.served import Away
from tests.web.browser import Browser

MODES = ("电话", "视频", "见面陪伴")
TAPS = ("10 分钟", "😄 很开心", "都好", "提交本次联系")
RECEIPT = re.compile(r"回执 ([0-9A-Z]{5}-[0-9A-Z]{5})")
Form = tuple[str, list[tuple[str, str]]]
SOON = 20.0  # seconds
STEPS = 7  # messages of one check-in


@dataclass
class Visitor:
    """Her check-ins differ in day and mode, so that each is recorded without a question.

    A check-in is the shortest conversation with a recorded effect: a contact with her child,
    seven messages, points within the caps, an audit row.
    """

    mother: Mother
    browser: Browser
    listener: Listener
    answered: dict[int, str] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)
    sent: int = 0
    retries: int = 0
    doubled: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, mother: Mother, writes_to: str, listens_to: str) -> Visitor:
        headers = {"Accept-Language": "zh-CN", "Cookie": f"yumiao={mother.cookie}"}
        browser = Browser(Away(writes_to), headers)
        return cls(mother, browser, Listener(listens_to, mother.cookie, 0))

    async def live(self, check_ins: int, done: Callable[[], None]) -> None:
        """Records so many contacts, while her page listens."""
        async with self.browser:
            await self._patient(self.browser.open)
            ears = asyncio.create_task(self.listener.listen())
            for number in range(check_ins):
                for say in self._steps(number):
                    await self._patient(self.browser.post, *say())
                    self._note()
                self.receipts += RECEIPT.findall(self._newest())
                done()
            await self._patient(self.browser.open)
            with suppress(TimeoutError):  # what did not come is counted afterwards
                await asyncio.wait_for(self.listener.until(set(self.answered)), SOON)
            ears.cancel()
            await asyncio.wait([ears])

    def _steps(self, number: int) -> Iterator[Callable[[], Form]]:
        day = today() - timedelta(days=1 + number // len(MODES))
        for words in ("联系登记", day.isoformat()):
            yield partial(self.browser.written, words)
        for label in (MODES[number % len(MODES)], *TAPS):
            yield partial(self.browser.filled, label)

    async def _patient(self, ask: Callable[..., Any], *what: Any) -> None:
        """As the page does: the same words with the same key, until they are answered."""
        while True:
            try:
                await ask(*what)
            except LOST:
                self.retries += 1
            else:
                if self.browser.status != 503:
                    assert self.browser.status == 200, (self.browser.status, self.browser.text)
                    break
                self.retries += 1
            await asyncio.sleep(PAUSE)
        self._look_for_doubles()

    def items(self) -> list[Any]:
        return list(self.browser.page.xpath("//div[@id='log']/ol/li"))

    def _newest(self) -> str:
        return words_of(self.items()[-1])

    def _note(self) -> None:
        self.sent += 1
        newest = self.items()[-1]
        self.answered[int(newest.get("id")[1:])] = words_of(newest)

    def _look_for_doubles(self) -> None:
        """No page shows a bubble twice, neither by its number nor, of the newest, by its words."""
        items = self.items()
        said = [words_of(item) for item in items[-STEPS:]]
        self.doubled += [one for one, after in pairwise(said) if one == after]
        if len({item.get("id") for item in items}) < len(items):
            self.doubled.append("a number")
