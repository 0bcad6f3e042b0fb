"""What was told, as the page shows it: bubbles, and which of them still have buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import zip_longest
from typing import Any
from unicodedata import east_asian_width

from dialogue.say import near, put, say
from domain.privacy import DataClass

Items = list[dict[str, Any]]
Told = tuple[int, datetime, dict[str, Any]]
INPUTS = {
    "number": "text",
    "day": "date",
    "time": "time",
    "moment": "datetime-local",
    "place": "text",
}
OFFERED = {  # naming JPEG makes an iPhone send one instead of HEIC
    "image": "image/jpeg,image/png,image/webp",
    "audio": "audio/*,.ogg,.opus,.mp3,.m4a,.aac,.wav,.webm",
    "file": ".pdf,.docx,.xlsx,.txt,.csv",
}
NUMBERED = ("choice", "many", "day")
SHORT = 14  # half-width characters of a label, so that two stand side by side on a phone


FOLDS = timedelta(minutes=10)
"""So long what befell a child stays on the page of who has not shown since that it is she."""


@dataclass(frozen=True)
class Reader:
    """Who reads, when and where; `fresh` who may read what befell children just now."""

    now: datetime
    zone: tzinfo
    lang: str
    fresh: bool = True


@dataclass
class Bubble:
    """One message with what she said before it; `live` while its buttons can be pressed, `folded`
    while only its first line is shown."""

    id: int
    when: str
    body: dict[str, Any]
    live: bool = False
    folded: bool = False

    @property
    def kind(self) -> str:
        return str(self.body.get("kind", "end"))

    @property
    def said(self) -> str:
        return str(self.body.get("said", ""))

    @property
    def note(self) -> str:
        return str(self.body.get("note", ""))

    @property
    def section(self) -> str:
        """Which part of a form this asks for, and of how many."""
        return str(self.body.get("section", ""))

    @property
    def text(self) -> str:
        """What is said, without the part of the form, which stands above it."""
        whole = str(self.body.get("text", "")).removeprefix(self.section).lstrip("\n")
        return whole.partition("\n")[0] if self.folded else whole

    @property
    def link(self) -> str:
        """A page of ours that this leads to."""
        return str(self.body.get("link", ""))

    @property
    def mark(self) -> str:
        """Which question this asks; empty where it asks none."""
        return str(self.body.get("mark", ""))

    @property
    def settles(self) -> bool:
        """Whether the buttons of everything before are done with; a notice leaves them."""
        return bool(self.mark or self.said)

    @property
    def lines(self) -> Items:
        found = self._items("lines")
        return [line | {"url": file_url(line["file"]) if "file" in line else ""} for line in found]

    @property
    def options(self) -> Items:
        return self._items("buttons")

    @property
    def answers(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """On a review each line with the button that changes it."""
        return [(line, self.options[line["place"]]) for line in self.lines]

    @property
    def unanswered(self) -> Items:
        """On a review the buttons that add what was left out."""
        shown = {line["place"] for line in self.lines}
        return [each for place, each in enumerate(self.options) if place and place not in shown]

    @property
    def ticks(self) -> Items:
        """Of several options those that may go together; the others answer by themselves."""
        return [option for option in self.options if not option.get("alone")]

    @property
    def alone(self) -> Items:
        return [option for option in self.options if option.get("alone")]

    @property
    def ordered(self) -> bool:
        """Whether the options are pressed one by one, in an order that counts."""
        return bool(self.body.get("ordered"))

    @property
    def done(self) -> dict[str, Any] | None:
        return next((c for c in self._items("controls") if c.get("name") == "done"), None)

    @property
    def controls(self) -> Items:
        return [control for control in self._items("controls") if control.get("name") != "done"]

    def _items(self, name: str) -> Items:
        return list(self.body.get(name, ()))

    @property
    def input(self) -> str:
        """The type of the answer's own field, empty where the page's field will do."""
        return INPUTS.get(self.kind, "")

    @property
    def takes(self) -> str:
        """The type of file that answers this, empty where none does."""
        return str(self.body.get("takes", ""))

    @property
    def offered(self) -> str:
        """What the browser's own choice of files should offer."""
        return OFFERED[self.takes]

    @property
    def sent(self) -> dict[str, str] | None:
        """The file that she sent: its address, its type of question, its name."""
        found = self.body.get("sent")
        return found | {"url": file_url(found["file"])} if found else None

    @property
    def numbered(self) -> bool:
        """Whether typing an option's number is an answer."""
        return self.kind in NUMBERED

    @property
    def short(self) -> bool:
        room = SHORT - 4 if self.numbered else SHORT
        return all(_width(option["label"]) <= room for option in self.options)


def file_url(file: str) -> str:
    """Where a kept file is handed out to whoever may see it."""
    return f"/files/{file.partition('.')[0]}"


def bubbles_of(told: Sequence[Told], reader: Reader) -> list[Bubble]:
    """In their order, the live ones marked; of several that have faded in a row the last, and so
    of those that are folded."""
    shown = [each for each, after in zip_longest(told, told[1:]) if not _fades_into(each, after)]
    made = [Bubble(id, _when(at, reader), _faded(body, reader.lang)) for id, at, body in shown]
    _enliven(made)
    for bubble, (_, at, body) in zip(made, shown, strict=True):
        bubble.folded = not reader.fresh and _folds(bubble, reader.now - at, body)
    return [
        b for b, after in zip_longest(made, made[1:]) if not (b.folded and after and after.folded)
    ]


def _folds(bubble: Bubble, age: timedelta, body: dict[str, Any]) -> bool:
    """An open question stays; so does what was just told, but for a child's file."""
    asks = bubble.live and bool(bubble.mark)
    case = body.get("class") == DataClass.CASE
    return case and not asks and (age >= FOLDS or bool(body.get("folds")))


def _enliven(made: Sequence[Bubble]) -> None:
    if made:
        made[-1].live = True
    for bubble in reversed(made):
        if bubble.settles:  # a notice that came later does not take the question away
            bubble.live = bubble.live or bool(bubble.mark)
            break


def _fades_into(each: Told, after: Told | None) -> bool:
    return after is not None and all(body.get("kind") == "faded" for *_, body in (each, after))


def _faded(body: dict[str, Any], lang: str) -> dict[str, Any]:
    """What was told about a child some time ago: only that something was here."""
    return body if body.get("kind") != "faded" else {"text": put(say("told.faded"), lang)}


def open_mark(bubbles: Sequence[Bubble]) -> str:
    """The mark of the question that is open on the page."""
    return next((b.mark for b in reversed(bubbles) if b.live and b.mark), "")


def _width(label: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in label)


def _when(at: datetime, reader: Reader) -> str:
    local = at.astimezone(reader.zone)
    today = reader.now.astimezone(reader.zone).date()
    return f"{local:%H:%M}" if local.date() == today else put(near(local, today), reader.lang)
