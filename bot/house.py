"""What every exchange needs and none changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from bot.underway import Underway
from dialogue.registry import Registry, Way, way
from domain.library import Library
from storage.crypto import Keys


@dataclass(frozen=True)
class House:
    """Keys, zone, conversations and forms; and what this process has under way."""

    keys: Keys
    zone: tzinfo
    registry: Registry
    library: Library
    underway: Underway = field(default_factory=Underway)

    def day(self, moment: datetime) -> date:
        """The day that people here write at this moment."""
        return moment.astimezone(self.zone).date()


def home(registry: Registry, account: Any) -> tuple[Way, ...]:
    """The menu of this person's roles."""
    return tuple(way(each.name) for each in registry.menu(account))
