"""The kinds of questions. A talk awaits one; the driver in replay.py finds its answer.

A kept answer is JSON: what a question understood, not what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

from dialogue.looks import Looked
from dialogue.media import LIMITS, Sent, is_file, words_of
from dialogue.read import coarse, loose, plain, read_number, read_place, short
from dialogue.say import LANGS, Lines, Say, put, say
from dialogue.texts import words
from domain.trouble import Unreadable

T = TypeVar("T")
Kept = Any  # JSON
LONGEST = 2_000
HEAD = re.compile(r"[,，:：;；(（·—]")
MATCHES = 6  # options named where a search has found several


@dataclass(frozen=True)
class Pick:
    """One thing to choose: its stable value, its words, and what else may be typed.

    One that is `alone` goes with no other. `urgent` are the emergency codes that it means,
    `grave` says that life may be at stake.
    """

    value: str
    label: object
    code: str = ""
    names: tuple[str, ...] = ()
    alone: bool = False
    urgent: str = ""
    grave: bool = False


@dataclass(frozen=True)
class Section:
    """Where in a form we are: part 2 of 6."""

    number: int
    total: int
    label: object


@dataclass
class Question(Generic[T]):
    """Asked under a key that is stable for ever and names its subject (`about`: its code).

    `withdraws`: options that are no answer where a change has brought the question up, but take
    the change back, and what is said then.
    """

    key: str
    ask: object
    kind: ClassVar[str] = "choice"
    picks: Sequence[Pick] = ()
    optional: bool = False
    reasons: bool = False
    web: bool = False
    quiet: bool = False
    section: Section | None = None
    hint: object = None
    shown: int = 240
    verdict: Callable[[str], object | None] | None = None
    about: str = ""
    looks: Sequence[Looked] = ()
    withdraws: Mapping[str, object] = field(default_factory=dict)

    @property
    def urgent(self) -> dict[str, str]:
        """Options that mean an emergency or lead to one: their codes by value."""
        return {pick.value: pick.urgent for pick in self.picks if pick.urgent}

    @property
    def heard(self) -> dict[str, str]:
        """Words that stand for an option whatever else they might mean, with its value."""
        urgent = (pick for pick in self.picks if pick.urgent)
        return {word: pick.value for pick in urgent for word in self._names(pick)}

    def __await__(self) -> Generator[Question[T], Kept, T]:
        answer = yield self
        return self.take(answer)

    def typed(self, text: str) -> Kept:
        """Reads typed words; raises Unreadable."""
        return self.chosen(self.pick_of(text).value)

    def chosen(self, value: str) -> Kept:
        """Takes the option's value; raises Unreadable when the form's rules object."""
        self.judge(value)
        return value

    def sent(self, file: Sent) -> Kept:
        """Takes a file; raises Unreadable, as only few questions are answered by one."""
        raise Unreadable("file.not_asked", **LIMITS)

    def judge(self, value: str) -> None:
        complaint = self.verdict(value) if self.verdict else None
        if complaint is not None:
            raise Unreadable("ask.complaint", why=complaint)

    def pick_of(self, text: str) -> Pick:
        """The one option that these words mean; two of the same name are asked back."""
        wanted = loose(text)
        found = [pick for pick in self.picks if wanted and wanted in self._names(pick)]
        shown = [pick for pick in found if wanted in self._labels(pick)]
        exact = [pick for pick in shown if plain(text) in map(plain, _in_words(pick))]
        found = found or [pick for pick in self.picks if wanted and wanted in self._heads(pick)]
        for likely in (exact, shown, found):
            if len(likely) == 1:
                return likely[0]
        if found:
            raise self.several(found)
        if len(self.picks) > self.shown:
            return self.searched(wanted)
        raise Unreadable("ask.choose", n=len(self.picks))

    @staticmethod
    def _labels(pick: Pick) -> set[str]:
        return {_loose(words) for words in _in_words(pick)}

    def _heads(self, pick: Pick) -> set[str]:
        """What stands before the first stop: "none of these" of "None of these, the rest as …".

        Not a mere word ("went" of "went, nobody there"), and never for an emergency.
        """
        heads = (HEAD.split(words)[0].strip() for words in _in_words(pick))
        return {_loose(head) for head in heads if not pick.urgent and _says_something(head)}

    def _names(self, pick: Pick) -> set[str]:
        return {_loose(name) for name in (pick.value, pick.code, *pick.names)} | self._labels(pick)

    def searched(self, wanted: str) -> Pick:
        """Of a list too long to be shown whole: the one option that holds these words."""
        found = [pick for pick in self.picks if wanted and wanted in self.words_of(pick)]
        if len(found) == 1:
            return found[0]
        raise self.several(found) if found else Unreadable("ask.not_found", n=len(self.picks))

    @staticmethod
    def several(found: Sequence[Pick]) -> Unreadable:
        some = [pick.label for pick in found[:MATCHES]]
        return Unreadable("ask.several", n=len(found), which=Lines(some, glue="\n"))

    @staticmethod
    def words_of(pick: Pick) -> str:
        return loose(" ".join((pick.value, pick.code, *pick.names, *_in_words(pick))))

    def allows(self, kept: Kept) -> bool:
        """Whether a kept answer may still stand; a reason for none always may."""
        return is_reason(kept) or self.still(kept)

    def still(self, kept: Kept) -> bool:
        return kept in {pick.value for pick in self.picks}

    def take(self, kept: Kept) -> T:
        """What the talk gets."""
        return kept  # type: ignore[no-any-return]

    def echo(self, kept: Kept) -> object:
        """How an answer reads on the review screen."""
        if is_reason(kept):
            return say(f"why.{kept['why']}")
        return next((pick.label for pick in self.picks if pick.value == kept), str(kept))


@lru_cache(8192)
def _loose(words: str) -> str:
    """Of what stands on options: it comes again and again."""
    return loose(words)


def _in_words(pick: Pick) -> list[str]:
    return [put(pick.label, lang) for lang in LANGS]


def _says_something(head: str) -> bool:
    return " " in head if head.isascii() else len(head) > 2


def is_reason(kept: Kept) -> bool:
    return isinstance(kept, Mapping) and "why" in kept


class Choice(Question[str]):
    """One of several."""


@dataclass
class Confirm(Question[bool]):
    """Yes or no to something shown."""

    picks: Sequence[Pick] = (Pick("yes", say("yes")), Pick("no", say("no")))

    def take(self, kept: Kept) -> bool:
        return bool(kept == "yes")


@dataclass
class Many(Question[tuple[str, ...]]):
    """Any of several; an option that is `alone` goes with no other."""

    kind: ClassVar[str] = "many"
    ordered: bool = False

    def typed(self, text: str) -> Kept:
        if plain(text) in {plain(word) for word in words("control.done")}:
            return self.chosen("")
        parts = plain(text).replace("、", ",").replace("，", ",").split(",")
        if self._is_one(text):  # its words may hold a comma or a space themselves
            parts = [text]
        elif len(parts) == 1:
            parts = plain(text).split()
        if not parts:  # dots and blanks say nothing; "done" says none of them
            raise Unreadable("ask.choose", n=len(self.picks))
        return self.chosen(" ".join(self.pick_of(part).value for part in parts))

    def _is_one(self, text: str) -> bool:
        try:
            self.pick_of(text)
        except Unreadable:
            return False
        return True

    def chosen(self, value: str) -> Kept:
        found = list(dict.fromkeys(value.split()))
        if not self.ordered:
            found = [pick.value for pick in self.picks if pick.value in found]
        alone = [pick.label for pick in self.picks if pick.alone and pick.value in found]
        if alone and len(found) > 1:
            raise Unreadable("ask.alone", label=alone[0])
        self.judge(" ".join(found))
        return found

    def still(self, kept: Kept) -> bool:
        return set(kept) <= {pick.value for pick in self.picks}

    def take(self, kept: Kept) -> tuple[str, ...]:
        return () if is_reason(kept) else tuple(kept)

    def echo(self, kept: Kept) -> object:
        if is_reason(kept):
            return super().echo(kept)
        found = {pick.value: pick.label for pick in self.picks}
        return [found.get(value, value) for value in kept] or say("none")


@dataclass
class Number(Question[float | None]):
    """A number within limits; picks are quick answers."""

    kind: ClassVar[str] = "number"
    least: float | None = None
    most: float | None = None
    whole: bool = True

    def typed(self, text: str) -> Kept:
        found = read_number(text)
        if self.whole and found != int(found):
            raise Unreadable("read.whole")
        if self._outside(found):
            raise Unreadable("read.between", least=short(self.least), most=short(self.most))
        return self.chosen(short(found))

    def _outside(self, found: float) -> bool:
        below = self.least is not None and found < self.least
        return below or (self.most is not None and found > self.most)

    def still(self, kept: Kept) -> bool:
        return isinstance(kept, str)

    def take(self, kept: Kept) -> float | None:
        return None if is_reason(kept) else float(kept)


@dataclass
class Words(Question[str]):
    """Free words."""

    kind: ClassVar[str] = "text"
    longest: int = LONGEST
    optional: bool = True

    def typed(self, text: str) -> Kept:
        if len(text) > self.longest:
            raise Unreadable("read.long", n=len(text), most=self.longest)
        return self.chosen(text.strip())

    def still(self, kept: Kept) -> bool:
        return isinstance(kept, str)

    def take(self, kept: Kept) -> str:
        return "" if is_reason(kept) else str(kept)


class Place(Words):
    """A place on the map, kept coarse: "28.66 121.42 0 0" as ODK writes it."""

    kind: ClassVar[str] = "place"

    def typed(self, text: str) -> Kept:
        return self.chosen(read_place(text))

    def echo(self, kept: Kept) -> object:
        return super().echo(kept) if is_reason(kept) else coarse(kept)


@dataclass
class Media(Question[str]):
    """A picture, a recording or a document; the answer is the name under which it is kept."""

    kind: ClassVar[str] = "media"
    takes: str = "file"

    def typed(self, text: str) -> Kept:
        key = "media.words_skip" if self.optional else "media.words"
        raise Unreadable(key, what=say(f"media.what.{self.takes}"))

    def sent(self, file: Sent) -> Kept:
        if file.fault:
            raise Unreadable(file.fault, **LIMITS)
        if file.takes != self.takes:
            raise Unreadable(f"file.wrong.{self.takes}", **LIMITS)
        self.judge(file.file)
        return {"file": file.file, "name": file.name, "size": file.size}

    def still(self, kept: Kept) -> bool:
        return is_file(kept)

    def take(self, kept: Kept) -> str:
        return "" if is_reason(kept) else str(kept["file"])

    def echo(self, kept: Kept) -> object:
        return super().echo(kept) if is_reason(kept) else words_of(kept)


@dataclass(frozen=True)
class Line:
    """One line of the review: the key that 修改 drops, its name, its answer.

    Without an answer it is only offered, to be added.
    """

    key: str
    label: object
    answer: object = None


CHANGE = "change:"


@dataclass
class Review(Question[bool]):
    """Everything once more, each line with 修改; the last button names the act."""

    kind: ClassVar[str] = "review"
    lines: Sequence[Line] = field(default_factory=list)
    submit: object = say("review.submit")

    def __post_init__(self) -> None:
        changes = (Pick(CHANGE + line.key, self._words(line)) for line in self.lines)
        self.picks = (Pick("yes", self.submit, names=words("answer.submit")), *changes)

    @property
    def heard(self) -> dict[str, str]:
        return dict.fromkeys(self._names(self.picks[0]), "yes")

    def _names(self, pick: Pick) -> set[str]:
        """A line also by its name alone."""
        lines = (line.label for line in self.lines if CHANGE + line.key == pick.value)
        return super()._names(pick) | {loose(put(label, lang)) for label in lines for lang in LANGS}

    @staticmethod
    def _words(line: Line) -> Say:
        key = "review.add" if line.answer is None else "review.change"
        return say(key, label=line.label)

    def take(self, kept: Kept) -> bool:
        return bool(kept == "yes")
