"""What a person does on a page before its picture is taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Go:
    """Opens an address; `{name}` stands for what `Keep` has kept."""

    path: str


@dataclass(frozen=True)
class Say:
    """Writes into the field of the chat, and sends it."""

    words: str


@dataclass(frozen=True)
class Open:
    """Says the command of a conversation in her language."""

    name: str


@dataclass(frozen=True)
class Press:
    """Presses what the page offers, and waits for the answer."""

    what: str


@dataclass(frozen=True)
class Mark:
    """Ticks or unfolds something; the page stays."""

    what: str


@dataclass(frozen=True)
class Fill:
    """Writes into a field without sending it."""

    what: str
    words: str


@dataclass(frozen=True)
class Quiet:
    """Goes on through a visit as in a month without news, until the newest message shows this."""

    until: str


@dataclass(frozen=True)
class Keep:
    """Remembers an address on the page, without its ending."""

    name: str
    what: str
    ending: str = ""


@dataclass(frozen=True)
class Away:
    """From here on the database does not answer, or (False) it does again."""

    gone: bool = True


@dataclass(frozen=True)
class Later:
    """So many minutes pass, for this picture."""

    minutes: int


Step = Go | Say | Open | Press | Mark | Fill | Quiet | Keep | Away | Later
NEWEST = "#log > ol > li:last-child"


def option(number: int) -> Press:
    """The n-th button of the newest message."""
    return Press(f"{NEWEST} .options button >> nth={number - 1}")
