"""What a conversation took as given when it began; it never changes while it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Frame:
    """The day and moment of the beginning, a seed for chance, and the words that opened it."""

    today: date
    began: datetime
    seed: str
    said: str = ""
