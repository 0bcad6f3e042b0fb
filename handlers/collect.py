"""From a filled form to what is kept of it and what the scorer is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dialogue.fill import Found
from dialogue.formask import FormWords
from dialogue.say import LANGS, Lines, put, say
from domain.emergency import is_priority, signal
from domain.form import Filling, Node
from domain.formscore import ScoredItem, scored_items, standing
from domain.scorer import AnswerState, ItemAnswer, assess
from storage.do.scoring import Scored

TRIED = "tried"


@dataclass(frozen=True)
class Held:
    """What is kept of a form: answers, reasons for none, and stale values with their age.

    `stale` maps a path to the value of an earlier month and how many months old it is. `said`:
    what was answered where a priority item was found, by code and language.
    """

    version: str
    answers: Mapping[str, str]
    whys: Mapping[str, str]
    stale: Mapping[str, tuple[str, int]]
    urgent: tuple[str, ...] = ()
    said: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

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
    items = scored_items(filling)
    codes = _urgent(filling)
    urgent = tuple(sorted(codes))
    said = {code: _said(filling, codes[code]) for code in urgent if is_priority(code)}
    held = Held(filling.form.version, found.answers, found.whys, stale, urgent, said)
    if not items or filling.value("how/mode") == TRIED:
        return held, None  # a collection needs somebody who saw the child or spoke with the home
    assessment = assess([_item(each, found, stale) for each in items])
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


def _item(each: ScoredItem, found: Found, stale: Mapping[str, tuple[str, int]]) -> ItemAnswer:
    """One item as the scorer wants it; what nobody answered counts as not asked."""
    old, months = stale.get(each.path, ("", 1))
    state, value = _answer(each, found, old)
    return ItemAnswer(
        each.code,
        each.dimension,
        value,
        each.maximum,
        each.middle,
        state,
        each.applicable,
        months if state == "stale" else 0,
        own_service=each.own_service,
    )


def _answer(each: ScoredItem, found: Found, old: str) -> tuple[AnswerState, float | None]:
    """The state of an answer and what it scores."""
    if found.whys.get(each.path) == "declined":
        return "declined", None
    if each.score is None:
        return "stale", each.score_of(old)
    return ("carried" if each.path in found.carried else "asked"), each.score


def _urgent(filling: Filling) -> dict[str, Node]:
    """All emergency codes of the answers as they stand, and the question of each."""
    found: dict[str, Node] = {}
    for node in standing(filling, _alarming):
        if filling.value(node.path) and filling.relevant(node):
            found |= dict.fromkeys(filling.urgent(node, filling.value(node.path)), node)
    return found


def _said(filling: Filling, node: Node) -> dict[str, str]:
    """The question with its answer, and those beside it that were asked because of it."""
    asked = [node, *(each for each in _beside(filling, node) if filling.relevant(each))]
    parts = [
        say(
            "fill.item",
            name=FormWords(filling, each, name=True),
            answer=FormWords(filling, each, filling.value(each.path)),
        )
        for each in asked
        if filling.value(each.path)
    ]
    return {lang: put(Lines(parts, glue=" · "), lang) for lang in LANGS}


def _beside(filling: Filling, node: Node) -> Iterator[Node]:
    """The questions of the same group whose condition looks at this one."""
    group, rules = node.path.rpartition("/")[0], filling.form.rules
    for each in filling.nodes(filling.node(group) if group else None):
        rule = rules[each.item.path].relevant
        if rule and node.item.path in {look.path for look in rule.looks}:
            yield each


def _alarming(filling: Filling, parent: Node | None = None) -> Iterator[Node]:
    """The questions that have an urgent option."""
    for node in filling.nodes(parent):
        if node.item.kind != "question":
            yield from _alarming(filling, node)
        elif node.item.alarms:
            yield node
