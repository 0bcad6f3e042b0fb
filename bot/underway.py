"""Forms that this process has under way: only to be quicker, never to know more.

What waits here holds a child's answers in memory, so it is few and not for long: the older
half goes when there are many, and whatever rested for two rounds of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogue.walk import Walk

MANY = 512
Key = tuple[int, int]
"""A person and the number of her conversation."""


@dataclass
class Underway:
    """Walks by conversation, those used of late and those from before."""

    late: dict[Key, dict[str, Walk]] = field(default_factory=dict)
    before: dict[Key, dict[str, Walk]] = field(default_factory=dict)

    def take(self, key: Key) -> dict[str, Walk]:
        """Nobody else gets them until they are put back."""
        return self.late.pop(key, None) or self.before.pop(key, None) or {}

    def put(self, key: Key, walks: dict[str, Walk]) -> None:
        if walks:
            self.late[key] = walks
        if len(self.late) >= MANY:
            self.age()

    def age(self) -> None:
        self.before, self.late = self.late, {}
