"""Questions of when: a day, a time, or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import ClassVar

from dialogue.ask import Kept, Pick, Question, Words, is_reason
from dialogue.days import day_within
from dialogue.read import loose, read_time
from dialogue.say import LANGS, near, put, say
from domain.trouble import Unreadable


@dataclass
class Day(Question[date | None]):
    """A day, kept as what "today" meant when it was said."""

    kind: ClassVar[str] = "day"
    today: date = date.min
    latest: date | None = None
    earliest: date | None = None

    def __post_init__(self) -> None:
        if not self.picks:
            latest, earliest = self.latest or date.max, self.earliest or date.min
            listed = _latest_days(self.today)
            self.picks = tuple(pick for day, pick in listed if earliest <= day <= latest)

    def typed(self, text: str) -> Kept:
        labels = {loose(put(pick.label, lang)): pick for pick in self.picks for lang in LANGS}
        if loose(text) in labels:
            return self.chosen(labels[loose(text)].value)
        day = day_within(text, self.today, self.earliest, self.latest)
        return self.chosen(day.isoformat())

    def still(self, kept: Kept) -> bool:
        return isinstance(kept, str)

    def take(self, kept: Kept) -> date | None:
        return None if is_reason(kept) else date.fromisoformat(kept)

    def echo(self, kept: Kept) -> object:
        return super().echo(kept) if is_reason(kept) else near(date.fromisoformat(kept), self.today)


@lru_cache(16)
def _latest_days(today: date) -> list[tuple[date, Pick]]:
    """Today, yesterday and the day before."""
    found = []
    for back, name in enumerate(("today", "yesterday", "")):
        day = today - timedelta(days=back)
        shown = near(day, today)
        label = say("day.pick", name=say(name), day=shown) if name else shown
        found.append((day, Pick(day.isoformat(), label)))
    return found


class Time(Words):
    """A time of day, "14:05"."""

    kind: ClassVar[str] = "time"

    def typed(self, text: str) -> Kept:
        return self.chosen(read_time(text))


@dataclass
class Moment(Words):
    """A day and a time, "2026-11-23T14:05"."""

    kind: ClassVar[str] = "moment"
    today: date = date.min

    def typed(self, text: str) -> Kept:
        day, gap, time = text.strip().replace("T", " ").rpartition(" ")
        if not gap:
            raise Unreadable("read.moment")
        return self.chosen(
            f"{day_within(day, self.today, None, None).isoformat()}T{read_time(time)}"
        )
