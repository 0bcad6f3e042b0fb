"""From a filled form to what is kept of it and what the scorer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dialogue.fill import NEVER, Found
from domain.emergency import signal
from domain.form import Filling, Node, Option
from domain.formscore import score, scores_of
from domain.scorer import AnswerState, ItemAnswer, assess
from storage.do.scoring import Scored

TRIED = "tried"


@dataclass(frozen=True)
class Held:
    """What is kept of a form: answers, reasons for none, and stale values with their age.

    `stale` maps a path to the value of an earlier month and how many months old it is.
    """

    version: str
    answers: Mapping[str, str]
    whys: Mapping[str, str]
    stale: Mapping[str, tuple[str, int]]
    urgent: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "answers": dict(self.answers),
            "whys": dict(self.whys),
            "stale": {path: list(old) for path, old in self.stale.items()},
            "urgent": list(self.urgent),
        }


def collect(found: Found, last: Mapping[str, Any], age_band: str) -> tuple[Held, Scored | None]:
    """`last` is what was held last time: its answers and how stale each was."""
    filling = found.filling
    stale = _stale(found, last)
    items = _standing(filling, scored_nodes)
    urgent = tuple(sorted(_urgent(filling)))
    held = Held(filling.form.version, found.answers, found.whys, stale, urgent)
    if not items or filling.value("how/mode") == TRIED:
        return held, None  # a collection needs somebody who saw the child or spoke with the home
    assessment = assess([_item(node, found, stale) for node in items])
    levels = {code: signal(code) for code in urgent}
    signals = {code: level for code, level in levels.items() if level}
    seen = filling.value("how/seen") == "yes"
    return held, Scored(assessment, signals, age_band, seen, filling.form.version)


def _stale(found: Found, last: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Not asked this time: the value of an earlier month, one month older."""
    before, older = last.get("answers", {}), last.get("stale", {})
    return {
        path: (str(before.get(path, "")), int(older.get(path, ("", 0))[1]) + 1)
        for path, why in found.whys.items()
        if why == "not_asked"
    }


Nodes = Callable[[Filling], Iterable[Node]]
_KNOWN: dict[tuple[str, Nodes], tuple[Node, ...]] = {}  # by a form's digest: a few entries


def _standing(filling: Filling, nodes: Nodes) -> tuple[Node, ...]:
    """These nodes; looked for once where no repeat can make them move."""
    if not filling.form.stands:
        return tuple(nodes(filling))
    key = (filling.form.sha256, nodes)
    if key not in _KNOWN:
        _KNOWN[key] = tuple(nodes(filling))
    return _KNOWN[key]


def scored_nodes(filling: Filling, parent: Node | None = None) -> Iterator[Node]:
    """Every question whose options bear scores, in the form's order."""
    for node in filling.nodes(parent):
        if node.item.kind != "question":
            yield from scored_nodes(filling, node)
        elif scores_of(node.item):
            yield node


def _item(node: Node, found: Found, stale: Mapping[str, tuple[str, int]]) -> ItemAnswer:
    """One item as the scorer wants it; what nobody answered counts as not asked."""
    item, (maximum, middle) = node.item, _measure(node.item.options)
    old, months = stale.get(node.path, ("", 1))
    state, value = _answer(node, found, old)
    return ItemAnswer(
        item.name,
        node.path.partition("/")[0],
        value,
        maximum,
        middle,
        state,
        found.filling.relevant(node),
        months if state == "stale" else 0,
        own_service=item.extra.get("ask") == NEVER,
    )


def _answer(node: Node, found: Found, old: str) -> tuple[AnswerState, float | None]:
    """The state of an answer and what it scores."""
    if found.whys.get(node.path) == "declined":
        return "declined", None
    value = score(node.item, found.filling.value(node.path))
    if value is None:
        return "stale", score(node.item, old)
    return ("carried" if node.path in found.carried else "asked"), value


@lru_cache(4096)
def _measure(options: tuple[Option, ...]) -> tuple[float, float]:
    """The highest score and the middle one (of two, the higher)."""
    scores = sorted(float(each.extra["score"]) for each in options if each.extra.get("score"))
    return scores[-1], scores[len(scores) // 2]


def _urgent(filling: Filling) -> set[str]:
    """All emergency codes of the answers as they stand."""
    found: set[str] = set()
    for node in _standing(filling, _alarming):
        if filling.value(node.path) and filling.relevant(node):
            found |= set(filling.urgent(node, filling.value(node.path)))
    return found


def _alarming(filling: Filling, parent: Node | None = None) -> Iterator[Node]:
    """The questions that have an urgent option."""
    for node in filling.nodes(parent):
        if node.item.kind != "question":
            yield from _alarming(filling, node)
        elif _alarms(node.item.options):
            yield node


@lru_cache(4096)
def _alarms(options: tuple[Option, ...]) -> bool:
    return any(option.extra.get("urgent") for option in options)
