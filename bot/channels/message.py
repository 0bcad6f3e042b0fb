"""What comes in and what goes out, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.privacy import DataClass


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent, opened and checked before it becomes a message.

    `name` is for display; `ending` says what it is, empty when it is nothing that is taken;
    `sent` is the hash of what was sent; `fault` is the text that says why it is not taken.
    """

    name: str
    ending: str = ""
    data: bytes = field(default=b"", repr=False)
    sent: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Incoming:
    """One message of one person. `key` is the sender's own, the same at every delivery.

    `tokens` are pressed buttons; `shown` is the revision of the question that the sender
    had before her, or None where the channel cannot know it (the terminal).
    """

    source: str
    key: str
    person_id: int
    text: str = ""
    tokens: tuple[str, ...] = ()
    shown: str | None = None
    sent_at: datetime | None = None
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True)
class Outgoing:
    """A message for one person with the class of what it shows."""

    person_id: int
    data_class: DataClass
    dedupe_key: str
    body: dict[str, Any] = field(default_factory=dict)
    id: int | None = None


class Undeliverable(Exception):
    """The channel will not carry this message, now (`final` False) or ever."""

    def __init__(self, why: str, *, final: bool) -> None:
        super().__init__(why)
        self.final = final


@dataclass(frozen=True)
class Taken:
    """What became of a message: `state` is new, duplicate, stuck or other-body."""

    state: str
    replies: tuple[Outgoing, ...] = ()
