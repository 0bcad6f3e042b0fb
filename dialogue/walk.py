"""A stretch of a talk that depends on its answers alone may wait where it stopped.

To go through a form from the top costs most of a message. The process that took the last
one has the form still under way, and goes on from there if the stretch would be begun with
the same things and every answer that it was told is still the one that is kept. Otherwise,
and in every other process, it is gone through from the top: nothing depends on what waits.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

Kept = Any  # JSON
OPEN = object()
"""What a walk was told of a key that had no answer."""


@dataclass
class Walk:
    """A stretch under way: what it was begun with, what it was told, and where it waits."""

    given: object
    steps: Coroutine[Any, Any, Any]
    told: dict[str, Kept] = field(default_factory=dict)
    waits: Any = None
    ended: bool = False
    result: Any = None

    def fits(self, given: object, answers: Mapping[str, Kept], asked: str) -> bool:
        """Whether going through it from the top would lead to where it waits."""
        if not (self.ended or self.waits) or self.given != given:
            return False
        if any(answers.get(key, OPEN) != kept for key, kept in self.told.items()):
            return False
        here = None if self.ended else self.waits.key
        passed_over = asked != here and self.told.get(asked) is OPEN
        return not passed_over and here not in answers

    @property
    def path(self) -> list[str]:
        """The keys of the answers that it was told, in their order."""
        return [key for key, kept in self.told.items() if kept is not OPEN]

    def go(self, answer: Kept) -> None:
        """On to the next thing that it waits for, or to its end."""
        self.waits = None  # whatever goes wrong now, it waits nowhere
        try:
            self.waits = self.steps.send(answer)
        except StopIteration as end:
            self.ended, self.result = True, end.value

    def tell(self, answer: Kept, kept: bool) -> None:
        """Hands it what it waits for; `kept` says whether that is an answer of hers."""
        key = self.waits.key
        self.told.pop(key, None)
        self.told[key] = answer if kept else OPEN
        self.go(answer)


@dataclass
class Stretch:
    """Awaited in a talk: `begin` depends on `given` and on its answers, and on nothing else.

    The driver says which walk to go on with; `name` tells the stretches of a talk apart.
    """

    name: str
    given: object
    begin: Callable[[], Coroutine[Any, Any, Any]]

    def __await__(self) -> Generator[Any, Any, Any]:
        walk: Walk = yield self
        while not walk.ended:
            answer, kept = yield walk
            walk.tell(answer, kept)
        return walk.result
