"""What the model of a walk keeps of one draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sheet:
    """One draft as the model knows it."""

    number: int
    name: str
    version: str = ""
    last: dict[str, Any] = field(default_factory=dict)
    before: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    raised: list[tuple[str, str]] = field(default_factory=list)  # child and code
    lost: bool = False
    changing: str = ""  # a key that is asked again from the review

    @property
    def child(self) -> str:
        return str(self.last.get(f"{self.name}.child", ""))

    @property
    def ground(self) -> tuple[str, str]:
        return self.child, str(self.last.get(f"{self.name}.date", ""))

    @property
    def prefix(self) -> str:
        return f"{self.name}/{self.child}/"

    def answers(self) -> dict[str, Any]:
        """What was said about the child that is chosen now, by path."""
        own = {key: kept for key, kept in self.last.items() if key.startswith(self.prefix)}
        return {key.removeprefix(self.prefix): kept for key, kept in own.items()}
