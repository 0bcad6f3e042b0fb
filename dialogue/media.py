"""A file as an answer: how it comes, how it is kept, how it reads on the review screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.media import MEGABYTES, MEGAPIXELS

LIMITS = {"most": MEGABYTES, "pixels": MEGAPIXELS}
"""What the texts about files name."""


@dataclass(frozen=True)
class Sent:
    """A file, by the name under which it is kept if the open question takes it.

    `takes` is the type of question that it answers, empty for none; `fault` is the text that
    says why it cannot be kept at all.
    """

    file: str
    name: str
    size: int
    takes: str
    fault: str = ""


@dataclass(frozen=True)
class FileWords:
    """A kept file in words: its name and size."""

    file: str
    name: str
    size: int

    def words(self, lang: str) -> str:
        left, right = ("（", "）") if lang == "zh" else (" (", ")")
        return f"{self.name}{left}{in_bytes(self.size)}{right}"


def is_file(kept: Any) -> bool:
    """Whether a kept answer is a file."""
    return isinstance(kept, Mapping) and "file" in kept


def words_of(kept: Mapping[str, Any]) -> FileWords:
    return FileWords(kept["file"], kept["name"], kept["size"])


def in_bytes(size: int) -> str:
    """`340 B`, `12 KB`, `3.4 MB`."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"
