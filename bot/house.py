"""What every exchange needs and none changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from dialogue.registry import Registry, Way, way
from domain.library import Library
from storage.crypto import Keys


@dataclass(frozen=True)
class House:
    """Keys, zone, conversations and forms."""

    keys: Keys
    zone: tzinfo
    registry: Registry
    library: Library


def home(registry: Registry, account: Any) -> tuple[Way, ...]:
    """The menu of this person's roles."""
    return tuple(way(each.name) for each in registry.menu(account))
