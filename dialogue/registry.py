"""Every conversation by name and by the words that open it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from dialogue.read import half, plain
from dialogue.say import say
from dialogue.texts import first_word, words
from domain.privacy import DataClass
from domain.roles import Account, Right

Talk = Callable[[Any], Coroutine[Any, Any, Any]]
Then = Callable[[Any, Any], "Answer"]
Alarm = Callable[[Any, str, tuple[str, ...]], "Answer"]
"""Of an act, the code of a child and emergency codes: raises the alert and says what to do."""


@dataclass(frozen=True)
class Way:
    """A button that opens a conversation: its words, and what is said by it."""

    label: object
    command: object


def way(name: str, rest: str = "", label: object = None) -> Way:
    """A button for the conversation of this name, in the reader's own words."""
    return Way(label or say(f"menu.{name}"), Opening(name, rest))


@dataclass(frozen=True)
class Opening:
    """The word that opens a conversation, and what is said with it."""

    name: str
    rest: str = ""

    def words(self, lang: str) -> str:
        return f"{first_word(f'word.{self.name}', lang)} {self.rest}".strip()


@dataclass(frozen=True)
class Answer:
    """What the person is told when a conversation has ended.

    `park` keeps the draft for later, marking what was done; `resume` goes on with a draft;
    `receipt` is shown to whoever presses the last button again; `link` is a page of ours;
    `folds` is what befell a child: beyond its first line for whoever shows again that it is she.
    """

    text: object
    ways: tuple[Way, ...] = ()
    park: tuple[str, ...] | None = None
    resume: int | None = None
    lang: str = ""
    receipt: str = ""
    link: str = ""
    folds: bool = False


@dataclass(frozen=True)
class Conversation:
    """A talk, its act, who may hold it, and the class of data that it shows.

    One that is `urgent` never waits behind anything; one that is `passing` only shows something:
    left half-way it is no draft.
    """

    name: str
    talk: Talk
    then: Then
    needs: Right | None
    carries: DataClass
    menu: int
    urgent: bool = False
    passing: bool = False

    def open_to(self, account: Account) -> bool:
        return self.needs is None or account.may(self.needs)


Known = Callable[[str], bool]
LONGEST = 3  # words of an English opening: "end of role"
REST = 64  # characters after a command
BETWEEN = " :,.!、。?-"


@dataclass
class Registry:
    """Conversations by name; `alarm` is told of an urgent answer that was refused."""

    by_name: dict[str, Conversation] = field(default_factory=dict)
    alarm: Alarm | None = None
    _words: dict[str, Conversation] | None = None
    _letters: dict[str, list[tuple[str, Conversation]]] | None = None

    def add(self, conversation: Conversation) -> None:
        if conversation.name in self.by_name:
            raise ValueError(f"two conversations are called {conversation.name}")
        self.by_name[conversation.name] = conversation
        self._words = self._letters = None

    def menu(self, account: Account) -> list[Conversation]:
        found = [c for c in self.by_name.values() if c.menu and c.open_to(account)]
        return sorted(found, key=lambda c: c.menu)

    def find(self, text: str, known: Known = lambda rest: False) -> tuple[Conversation, str] | None:
        """The conversation that these words open, and what was said after them.

        Chinese is written without spaces: what follows at once opens something if it is `known`
        (a child, a receipt), and an emergency whatever it is.
        """
        said, table = plain(text).removeprefix("/"), self._table()
        if said in table:
            return table[said], ""
        parts = half(text).removeprefix("/").split(" ", LONGEST)
        for count in range(1, len(parts)):
            word, rest = plain(" ".join(parts[:count])), " ".join(parts[count:])
            if word in table:
                return (table[word], rest.strip()) if len(rest) <= REST else None
        return self._glued(half(text).removeprefix("/"), known)

    def _glued(self, said: str, known: Known) -> tuple[Conversation, str] | None:
        for word, conversation in self._glues().get(said[:1], ()):
            rest = said.removeprefix(word).lstrip(BETWEEN)
            if not said.startswith(word) or not 0 < len(rest) <= REST:
                continue
            if conversation.urgent or known(rest):
                return conversation, rest
        return None

    def _glues(self) -> dict[str, list[tuple[str, Conversation]]]:
        """The Chinese words by their first letter."""
        if self._letters is None:
            self._letters = {}
            for word, conversation in self._table().items():
                if not word.isascii():
                    self._letters.setdefault(word[0], []).append((word, conversation))
        return self._letters

    def _table(self) -> dict[str, Conversation]:
        if self._words is None:
            self._words = {
                plain(word): conversation
                for conversation in self.by_name.values()
                for word in _opening(conversation.name)
            }
        return self._words


def _opening(name: str) -> Iterator[str]:
    """Its name, its words, and what stands on its button."""
    yield name
    yield from words(f"word.{name}")
    yield from words(f"menu.{name}")


conversations = Registry()


def conversation(
    name: str,
    *,
    needs: Right | None,
    then: Then,
    carries: DataClass,
    menu: int = 0,
    urgent: bool = False,
    passing: bool = False,
) -> Callable[[Talk], Talk]:
    """Registers a talk. `needs` None opens it to everybody who has signed in; `menu` is its
    place in the menu, 0 for none."""

    def register(talk: Talk) -> Talk:
        conversations.add(Conversation(name, talk, then, needs, carries, menu, urgent, passing))
        return talk

    return register
