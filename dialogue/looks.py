"""What somebody gets to see of a child before anything is done: written down when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Looked:
    """One line of the audit: what was looked at, and whose it is. No words of the record itself."""

    action: str
    subject: str
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def mark(self) -> str:
        """Noted once in a conversation, however often its question is shown."""
        return f"{self.action}/{self.subject}"
