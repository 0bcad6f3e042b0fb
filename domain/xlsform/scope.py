"""What the expressions of a form may name: rows, lists, files."""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from domain.xlsform.item import Item
from domain.xlsform.xpath import XPathError

Kind = Literal["number", "amounts", "dates", "bool", "text", "nodes", "any"]
"""What an expression gives: `amounts` and `dates` are nodes of such questions."""
AMOUNTS = ("integer", "decimal", "range")
DATES = ("date", "dateTime", "time", "today", "start", "end")


@dataclass(frozen=True)
class Scope:
    """What the expressions of a form may name."""

    by_path: Mapping[str, Item]
    roots: frozenset[str]
    lists: frozenset[str] = frozenset()
    version: str = ""
    pulled: set[str] = field(default_factory=set)
    """The files that pulldata() reads, noted while expressions are compiled."""
    used: Counter[str] = field(default_factory=Counter)
    """The functions that expressions call."""
    by_name: dict[str, list[Item]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.by_path.values():
            self.by_name.setdefault(item.name, []).append(item)

    def named(self, name: str) -> Item:
        """The one item of that name; XPathError when there is none or more than one."""
        if name.startswith("last-saved#"):
            raise XPathError(
                f"${{{name}}} is not carried: the bot offers last answers itself",
                f"不支持 ${{{name}}}：机器人自会提供上次答案",
            )
        found = self.by_name.get(name, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise XPathError(
                f"${{{name}}} is the name of several rows", f"${{{name}}} 有好几行同名"
            )
        hint = nearest(name, self.by_name)
        raise XPathError(
            f"${{{name}}} is not a row of the survey sheet{hint[0]}",
            f"survey 表里没有 ${{{name}}}{hint[1]}",
        )

    def repeats(self, path: str) -> list[int]:
        """The depths at which repeats stand on a path, its end included."""
        steps = path.split("/")
        paths = ("/".join(steps[: depth + 1]) for depth in range(len(steps)))
        return [
            depth + 1 for depth, above in enumerate(paths) if self.by_path[above].kind == "repeat"
        ]


def nearest(name: str, known: Iterable[str]) -> tuple[str, str]:
    """“did you mean …” in both languages, or nothing."""
    close = difflib.get_close_matches(name, list(known), 1, 0.75)
    return (f" (did you mean {close[0]}?)", f"（是不是 {close[0]}？）") if close else ("", "")


def item_kind(item: Item) -> Kind:
    if item.type in AMOUNTS:
        return "amounts"
    return "dates" if item.type in DATES else "nodes"
