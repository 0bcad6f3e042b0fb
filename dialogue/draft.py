"""A conversation's state between two messages, and what its talk may await besides questions."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from dialogue.ask import Kept
from dialogue.walk import Walk


@dataclass
class Once:
    """Something to find out once; kept under its key for the life of the draft."""

    key: str
    make: Callable[[], Kept]

    def __await__(self) -> Generator[Once, Kept, Kept]:
        return (yield self)


@dataclass
class Aside(Once):
    """Whether there is something to say, found out once; if so, `what` is said then, above the
    next open question."""

    what: object = None


@dataclass
class Before:
    """The kept answer of a key if it may still stand; None when the question is open.

    Awaited before a question is made, so that a replay builds only the one that it shows.
    An answer that may not stand any more ends the talk; with `again` it is asked anew.
    """

    key: str
    allows: Callable[[Kept], bool]
    ask: object = None
    again: bool = False

    def __await__(self) -> Generator[Before, Kept, Kept]:
        return (yield self)


@dataclass
class Asked:
    """The open question as it was shown: its key, its options in order, ticks so far.

    `about` is its subject, `urgent` the emergency codes of options, `words` those that stand for
    an option whatever else they might mean; `doubt` is an option of
    which it is being asked whether it was meant. `changing`: asked again from the review; until
    another answer is given the one before is kept, and back returns to it. `changed`: where the
    change of an answer has brought this question up, that answer as it was by its key (None:
    there was none), and those that the change has made impossible; back returns to it.
    """

    key: str = ""
    picks: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    ticks: list[str] = field(default_factory=list)
    about: str = ""
    urgent: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    doubt: str = ""
    changing: bool = False
    changed: dict[str, Kept] = field(default_factory=dict)


@dataclass
class Draft:
    """A conversation's state: everything that is kept between two messages. `walks` only if the
    same process took the last one; `aside` is what is still to be said in this message."""

    answers: dict[str, Kept] = field(default_factory=dict)
    facts: dict[str, Kept] = field(default_factory=dict)
    asked: Asked = field(default_factory=Asked)
    path: list[str] = field(default_factory=list)
    walks: dict[str, Walk] = field(default_factory=dict, compare=False, repr=False)
    aside: object = field(default=None, compare=False, repr=False)

    def has(self, key: str) -> bool:
        """Whether there is an answer that is not being changed."""
        return key in self.answers and not (self.asked.changing and key == self.asked.key)


@dataclass(frozen=True)
class Typed:
    """Words from the keyboard."""

    text: str


@dataclass(frozen=True)
class Tapped:
    """Options of the open question by their place, and perhaps a control."""

    places: tuple[int, ...] = ()
    control: str = ""
