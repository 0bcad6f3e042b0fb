"""What a form is made of: items, options, and the errors that name a sheet and a row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from domain.xlsform.rule import Rules

Texts = Mapping[str, str]
"""Language code ("zh", "en", or "default") to text."""


class FormError(Exception):
    """A form that cannot be carried: the sheet, the row in it, and why."""

    def __init__(self, sheet: str, row: int | None, problem: str, zh: str = "") -> None:
        super().__init__(sheet, row, problem)
        self.sheet, self.row, self.problem, self.zh = sheet, row, problem, zh

    def __str__(self) -> str:
        return self.said("en")

    def said(self, lang: str) -> str:
        """The complaint as one line, in Chinese where the form's checks have the words."""
        row = "" if self.row is None else f" row {self.row}"
        if lang == "zh":
            row = "" if self.row is None else f" 第 {self.row} 行"
            return f"{self.sheet}{row}：{self.zh or self.problem}"
        return f"{self.sheet}{row}: {self.problem}"


@dataclass(frozen=True, eq=False)
class Option:
    """One choice: its stable value, its words, and every other column of its row."""

    value: str
    label: Texts
    extra: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Item:
    """One row of the survey sheet: a question, a group or a repeat."""

    kind: Literal["question", "group", "repeat"]
    type: str
    name: str
    path: str
    row: int
    label: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    guidance: Texts = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    required_text: Texts = field(default_factory=dict)
    constraint_text: Texts = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Item", ...] = ()

    @cached_property
    def alarms(self) -> bool:
        """Whether an option of it may mean an emergency."""
        return any(option.extra.get("urgent") for option in self.options)


@dataclass(frozen=True, eq=False)
class Form:
    """One version of a form, read, checked and compiled."""

    name: str
    title: Texts
    version: str
    sha256: str
    languages: tuple[str, ...]
    items: tuple[Item, ...]
    warnings: tuple[str, ...] = ()
    rules: Mapping[str, Rules] = field(default_factory=dict, repr=False)
    xform: str = field(default="", repr=False)
    root: str = "data"
    order: tuple[str, ...] = field(default=(), repr=False)
    """The items, each after those that it looks at, where the chains are long."""
    uses: Mapping[tuple[str, str], int] = field(default_factory=dict, repr=False)
    """How often each line of the support table is used: ("type", "text"), ("function", "if")."""

    def item(self, path: str) -> Item:
        """The item at a path; instance ids in the path are ignored. KeyError when there is none."""
        return self.by_path[plain(path)]

    def questions(self) -> Iterator[Item]:
        """Every question in document order, also those in groups and repeats."""
        return (item for item in self.by_path.values() if item.kind == "question")

    @cached_property
    def by_path(self) -> Mapping[str, Item]:
        """Every item by its path, in document order."""
        return {item.path: item for item in walk(self.items)}

    @cached_property
    def stands(self) -> bool:
        """Whether its nodes are always the same: it has no repeat."""
        return all(item.kind != "repeat" for item in self.by_path.values())

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The paths of the questions, without the notes among them."""
        return tuple(item.path for item in self.questions() if item.type != "note")

    @cached_property
    def gates(self) -> Mapping[str, str]:
        """Of each place outside repeats: itself or the nearest place above that has a condition;
        "" where nothing hides it."""
        found: dict[str, str] = {}
        for path in self.by_path if self.stands else ():
            above = path.rpartition("/")[0]
            found[path] = path if self.rules[path].relevant else found.get(above, "")
        return found

    @cached_property
    def watched(self) -> frozenset[str]:
        """The items that some expression looks at or is triggered by; all, if that is unsure."""
        rules = [rule for each in self.rules.values() for rule in each.all()]
        if any(rule.opaque for rule in rules):
            return frozenset(self.by_path)
        looked = {look.path for rule in rules for look in rule.looks}
        return frozenset(looked.union(*(each.triggers for each in self.rules.values())))

    @cached_property
    def still(self) -> "Mapping[str, tuple[Node, ...]]":
        """The nodes below each path (the root is empty) where no repeat makes them move."""
        found = {"": self.items}
        found |= {path: item.children for path, item in self.by_path.items()}
        moving = {path for path, item in self.by_path.items() if item.kind == "repeat"}
        return {
            path: tuple(Node(item, item.path) for item in items)
            for path, items in found.items()
            if not any(item.path in moving for item in items)
            and not any(f"{path}/".startswith(f"{repeat}/") for repeat in moving)
        }


@dataclass(frozen=True)
class Given:
    """What a form may not read itself: the time, the person, and chance, each by a key."""

    now: datetime
    today: date
    username: str = ""
    deviceid: str = ""
    random: Callable[[str], float] = field(default=lambda key: 0.5)
    uuid: Callable[[str], str] = field(default=lambda key: key)


@dataclass(frozen=True)
class Node:
    """An item at its place in one filling; repeats carry an instance id: `kids[k1]/name`."""

    item: Item
    path: str


def say(words: Texts, lang: str) -> str:
    """The text in a language, else the undivided one, else any that there is."""
    if lang in words:
        return words[lang]
    return words.get("default") or next(iter(words.values()), "")


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """The items and all below them, in document order."""
    for item in items:
        yield item
        yield from walk(item.children)


def plain(path: str) -> str:
    """The form path of an instance path: `kids[k1]/name` becomes `kids/name`."""
    if "[" not in path:
        return path
    return "/".join(step.partition("[")[0] for step in path.split("/"))
