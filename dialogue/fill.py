"""Conducts any XLSForm as a conversation: one question at a time, groups as sections.

`last` holds the answers of the time before. A group whose answers may be carried over opens
as one screen: its urgent options in plain words, and "none of these, the rest as last time".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from dialogue.ask import Choice, Confirm, Line, Pick, Question, Section, is_reason
from dialogue.formask import (
    FormWords,
    answer_words,
    item_words,
    make_question,
    may_stand,
    value_of,
)
from dialogue.looks import Looked
from dialogue.replay import Before, once
from dialogue.say import Lines, say
from dialogue.texts import words
from dialogue.walk import Stretch
from domain.form import Filling, Form, Given, Item, Node
from domain.frame import Frame
from domain.media import MEDIA

SAME, EACH = "same", "each"
NEVER, REVIEW = "never", "review"
MANY_REPEATS = 50
UNFILLED = {"why": "unfilled"}
SECTION = 3  # a smaller group is not announced as a part of the form


@dataclass
class Found:
    """What a filled form says. `whys`: reasons for no answer; `carried`: as last time; `notes`:
    those behind the last question, which only the review can show."""

    filling: Filling
    whys: dict[str, str] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)
    urgent: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    notes: list[object] = field(default_factory=list)

    def below_notes(self, ask: object) -> object:
        """With the notes above it that nothing has shown yet."""
        return Lines([*self.notes, ask]) if self.notes else ask

    @property
    def answers(self) -> dict[str, str]:
        return self.filling.answers()


async def fill(
    form: Form,
    about: str,
    frame: Frame,
    *,
    last: Mapping[str, str] | None = None,
    known: Mapping[str, str] | None = None,
    passed: Sequence[str] = (),
    stops: Callable[[str], bool] = bool,
    corrects: str = "",
    looks: Sequence[Looked] = (),
) -> Found:
    """`about` is the subject and part of every key; `known` fills hidden rows from the record;
    `passed` are emergencies of this draft that were raised already; `stops` says which others
    end the form at once, always the same for the same code. `corrects` names the record that is
    told afresh: `last` is what it said so far, and each has answers of its own. `looks`: what
    whoever is shown of `last` has looked at."""
    given = (form, about, frame, dict(last or {}), dict(known or {}), corrects, tuple(looks))

    async def conducted() -> Found:
        conduct = _Conduct(*given)
        conduct.stops = lambda code: code not in passed and stops(code)
        await conduct.children(None)
        return conduct.found

    stretch = Stretch(f"{form.name}/{corrects or about}", (given, tuple(passed)), conducted)
    found: Found = await stretch
    return found


class _Conduct:
    """One form under way."""

    def __init__(
        self,
        form: Form,
        about: str,
        frame: Frame,
        last: dict[str, str],
        known: dict[str, str],
        corrects: str,
        looks: tuple[Looked, ...],
    ) -> None:
        self.form, self.about, self.last, self.known = form, about, last, known
        self.said, self.looks = "recorded" if corrects else "last", looks
        self.stops: Callable[[str], bool] = bool
        self.prefix = f"{form.name}/{corrects or about}"
        self.instances: dict[str, list[str]] = {}
        self.filling = Filling(form, _given(frame, self.prefix), {}, self.instances)
        self.found = Found(self.filling)
        self.section: Section | None = None
        self.groups = _sections(form.items)

    async def children(self, parent: Node | None) -> None:
        for item in parent.item.children if parent else self.form.items:
            if self.found.urgent:
                return
            path = f"{parent.path}/{item.name}" if parent else item.name
            if item.kind == "repeat":
                await self.repeat(parent, item)
                continue
            node = Node(item, path)
            if not self.filling.relevant(node):
                continue
            if item.kind == "group":
                await self.group(node)
            elif not self.carries(node):
                await self.question(node)

    def nodes(self, parent: Node | None, item: Item) -> list[Node]:
        return [node for node in self.filling.nodes(parent) if node.item is item]

    # --- groups ----------------------------------------------------------------------

    async def group(self, node: Node) -> None:
        around = self.section
        if node.item in self.groups:
            number = self.groups.index(node.item) + 1
            self.section = Section(number, len(self.groups), FormWords(self.filling, node))
        if self.last:
            await self.screen(node)
        await self.children(node)
        self.section = around

    async def screen(self, group: Node) -> None:
        """The whole section as one question; its answer holds the values that it carries."""
        key = f"{self.prefix}/{group.path}"
        answer = await Before(key, self.is_still_last, again=True)
        if answer is None:
            harmless = self.harmless(group)
            if len(harmless) < 2:
                return
            answer = await _Raw(self.screen_question(key, group, harmless))
        self.found.notes = []
        if answer == EACH:
            return
        for path, value in answer[SAME].items():
            self.filling.set(path, value)
        self.found.carried |= set(answer[SAME])
        self.found.lines.append(
            Line(key, FormWords(self.filling, group), say(f"fill.{self.said}.kept"))
        )

    def is_still_last(self, answer: Any) -> bool:
        """What was taken over is still what was held before: another day has another past."""
        same = answer[SAME] if _is_screened(answer) and answer != EACH else {}
        return _is_screened(answer) and same.items() <= self.last.items()

    def harmless(self, group: Node) -> dict[str, str]:
        """Answers of last time that may be carried over: never an urgent one, nor what follows
        an answer that is asked afresh."""
        asked = [node for node in self.filling.nodes(group) if _is_question(node)]
        last = {node.path: self.last.get(node.path, "") for node in asked}
        found = {
            node.path: last[node.path]
            for node in asked
            if last[node.path] and self.is_harmless(node, last[node.path])
        }
        while loose := [node.path for node in asked if self.follows_fresh(node, asked, found)]:
            found = {path: value for path, value in found.items() if path not in loose}
        return found

    def follows_fresh(self, node: Node, asked: Sequence[Node], found: Mapping[str, str]) -> bool:
        """Carried over, although the answer that it follows is not."""
        rule = self.form.rules[node.item.path].relevant
        if node.path not in found or rule is None:
            return False
        looked = {look.path for look in rule.looks}
        return any(each.item.path in looked and each.path not in found for each in asked)

    def is_harmless(self, node: Node, value: str) -> bool:
        """Still an answer of this form, and no emergency; a picture is of its own day."""
        filling = self.filling
        if node.item.type in MEDIA:
            return False
        return filling.complaint(node, value) is None and not filling.urgent(node, value)

    def screen_question(self, key: str, group: Node, harmless: dict[str, str]) -> Screen:
        urgent = self.urgent_labels(group)
        same = say(f"fill.{self.said}.{'none' if urgent else 'same'}")
        return Screen(
            key,
            self.found.below_notes(self.screen_text(group, harmless, urgent)),
            picks=(Pick(SAME, same, names=words("fill.same.words")), Pick(EACH, say("fill.each"))),
            section=self.section,
            about=self.about,
            looks=self.looks,
            values=harmless,
            opens=bool(urgent),
        )

    def screen_text(
        self, group: Node, harmless: Mapping[str, str], urgent: Sequence[object]
    ) -> Lines:
        last = [
            item_words(self.filling, node, harmless[node.path])
            for node in self.filling.nodes(group)
            if node.path in harmless
        ]
        parts: list[object] = []
        if urgent:
            parts.append(say("fill.any_of_these"))
            parts += [say("fill.bullet", what=label) for label in urgent]
        parts.append(say(f"fill.{self.said}.shown", what=Lines(last, glue=" · ")))
        return Lines(parts)

    def urgent_labels(self, group: Node) -> list[object]:
        """The urgent options of whatever would be asked or carried over for this child."""
        return [
            item_words(self.filling, node, option.value)
            for node in self.filling.nodes(group)
            if node.item.alarms and _is_question(node)
            if self.filling.relevant(node) or node.path in self.last
            for option in self.filling.options(node)
            if option.extra.get("urgent")
        ]

    # --- repeats ---------------------------------------------------------------------

    async def repeat(self, parent: Node | None, item: Item) -> None:
        """Counted by the form, or "add another" until the person says no."""
        path = f"{parent.path}/{item.name}" if parent else item.name
        if not self.filling.relevant(Node(item, path)):
            return
        counted = self.filling.count(Node(item, path))
        for number in range(1, (MANY_REPEATS if counted is None else counted) + 1):
            if counted is None:
                key = f"{self.prefix}/{path}/more/{number}"
                ask = say("fill.add" if number == 1 else "fill.add_another", what=item.label)
                sure = await Confirm(key, self.found.below_notes(ask), section=self.section)
                self.found.notes = []
                if not sure:
                    return
                self.instances.setdefault(path, []).append(str(number))
            here = [n for n in self.nodes(parent, item) if self.filling.relevant(n)]
            if number > len(here):
                return
            await self.children(here[number - 1])
            if self.found.urgent:
                return

    # --- questions -------------------------------------------------------------------

    async def question(self, node: Node) -> None:
        item = node.item
        if item.type == "note":
            self.found.notes.append(FormWords(self.filling, node))
        elif item.name in self.known:
            self.filling.set(node.path, self.known[item.name])
        elif not _is_asked(item, review=True):
            self.filling.set(node.path, self.filling.default(node) or self.filling.value(node.path))
        else:
            self.found.carried.discard(node.path)
            await self.ask(node)

    def carries(self, node: Node) -> bool:
        """Carried over, and still offered after what was answered since."""
        if node.path not in self.found.carried:
            return False
        value = self.filling.value(node.path)
        return self.filling.fixed(node) or self.is_harmless(node, value)

    async def ask(self, node: Node) -> None:
        key = f"{self.prefix}/{node.path}"
        words = FormWords(self.filling, node, name=True)
        stands = partial(may_stand, self.filling, node)
        kept = await Before(key, stands, words, again=True)
        if kept is None:
            kept = await self.put(node, key)
        if kept != UNFILLED:
            self.found.notes = []
        self.found.lines.append(Line(key, words, answer_words(self.filling, node, kept)))
        self.keep(node, kept)

    async def put(self, node: Node, key: str) -> Any:
        """Asks a question that has no answer yet; notes before it are shown with it."""
        question = make_question(self.filling, node, key)
        question.section, question.about = self.section, self.about
        question.quiet = node.item.extra.get("ask") == REVIEW
        question.ask = self.found.below_notes(question.ask)
        return await _Raw(question)

    def keep(self, node: Node, kept: Any) -> None:
        if is_reason(kept):
            if kept["why"] not in ("skipped", "unfilled"):
                self.found.whys[node.path] = kept["why"]
            self.filling.set(node.path, "")  # a default is no answer of hers
            return
        value = value_of(kept)
        self.filling.set(node.path, value)
        codes = self.filling.urgent(node, value) if value else ()
        fresh = tuple(code for code in codes if self.stops(code))
        if fresh:
            self.found.urgent = fresh


@dataclass
class Screen(Choice):
    """A whole section: "same" is kept as the values that it meant when it was said.

    `opens`: going through its items may come upon an emergency.
    """

    values: dict[str, str] = field(default_factory=dict)
    opens: bool = False

    @property
    def urgent(self) -> dict[str, str]:
        return {EACH: ""} if self.opens else {}

    def chosen(self, value: str) -> Any:
        return {SAME: self.values} if value == SAME else value

    def still(self, kept: Any) -> bool:
        return _is_screened(kept)


def _is_screened(kept: Any) -> bool:
    return kept == EACH or (isinstance(kept, dict) and SAME in kept)


class _Raw:
    """Awaits a question for its kept answer as it is."""

    def __init__(self, question: Question[Any]) -> None:
        self.question = question

    def __await__(self) -> Any:
        kept = yield self.question
        return kept


@lru_cache(64)
def _sections(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The groups that are announced as parts of a form."""
    return tuple(item for item in items if _asked_in(item) >= SECTION)


def _asked_in(item: Item) -> int:
    """How many questions of a group are asked by themselves."""
    return sum(
        _asked_in(child) if child.kind != "question" else _is_asked(child)
        for child in item.children
    )


SILENT = {"note", "calculate", "hidden", "start", "end", "today", "username", "deviceid"}


def _is_question(node: Node) -> bool:
    return node.item.kind == "question" and _is_asked(node.item)


def _is_asked(item: Item, *, review: bool = False) -> bool:
    """Asked by itself; with `review`, also what only the review screen offers."""
    if item.type in SILENT:
        return False
    how = item.extra.get("ask", "")
    return how != NEVER and (review or how != REVIEW)


def _given(frame: Frame, prefix: str) -> Given:
    """What the form may not read itself; chance is the seed's, so a replay is the same."""

    def chance(key: str) -> float:
        raw = hashlib.sha256(f"{frame.seed}/{prefix}/{key}".encode()).digest()
        return int.from_bytes(raw[:7], "big") / 2**56

    def uuid(key: str) -> str:
        raw = hashlib.sha256(f"{frame.seed}/{prefix}/{key}/id".encode()).hexdigest()
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-8{raw[17:20]}-{raw[20:32]}"

    return Given(frame.began, frame.today, random=chance, uuid=uuid)


__all__ = ["Found", "fill", "once"]
