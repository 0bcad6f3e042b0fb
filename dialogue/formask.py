"""From a row of a form to the question that chat asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dialogue.ask import (
    Choice,
    Day,
    Many,
    Media,
    Moment,
    Number,
    Pick,
    Place,
    Question,
    Time,
    Words,
    coarse,
    is_reason,
)
from dialogue.media import is_file, words_of
from dialogue.say import lines, say
from dialogue.texts import words
from domain.emergency import emergencies
from domain.form import Filling, Node
from domain.media import MEDIA

CHOSEN = ("select_one", "select_multiple", "rank")


@dataclass(frozen=True)
class FormWords:
    """A form's own words, put into a language only when shown.

    With `value`, the label of that option; with `name`, the short name of the question.
    """

    filling: Filling
    node: Node
    value: str = ""
    name: bool = False

    def words(self, lang: str) -> str:
        if self.value:
            return self._chosen(lang)
        short = self.node.item.extra.get(f"short::{lang}") if self.name else None
        return short or self.filling.label(self.node, lang)

    def _chosen(self, lang: str) -> str:
        many = self.node.item.type in ("select_multiple", "rank")
        wanted = self.value.split() if many else [self.value]
        found = {option.value: option for option in self.node.item.options}
        labels = [
            self.filling.choice_label(self.node, found[value], lang) if value in found else value
            for value in wanted
        ]
        return ("、" if lang == "zh" else ", ").join(labels)


def value_of(kept: Any) -> str:
    """A kept answer as the form's value."""
    if isinstance(kept, list):
        return " ".join(kept)
    return str(kept["file"] if is_file(kept) else kept)


def may_stand(filling: Filling, node: Node, kept: Any) -> bool:
    """Whether the form still takes a kept answer: others may have changed since."""
    if (node.item.type in MEDIA) != is_file(kept):
        return False
    return _verdict(filling, node, value_of(kept)) is None


def answer_words(filling: Filling, node: Node, kept: Any) -> object | None:
    """How an answer reads on the review screen; None where nothing was asked yet."""
    if is_reason(kept):
        return None if kept["why"] == "unfilled" else say(f"why.{kept['why']}")
    if is_file(kept):
        return words_of(kept)
    value = value_of(kept)
    if node.item.type in CHOSEN:
        return FormWords(filling, node, value) if value else say("none")
    match node.item.type:
        case "date":
            return date.fromisoformat(value)
        case "geopoint":
            return coarse(value)
        case _:
            return value


def make_question(filling: Filling, node: Node, key: str) -> Question[Any]:
    """Raises nothing: what chat cannot carry was refused when the form was loaded."""
    maker = MAKERS.get(node.item.type, _words)
    question = maker(filling, node, key)
    empty = node.item.type in CHOSEN and not question.picks  # nothing that could be answered
    question.optional = empty or not filling.required(node)
    question.reasons = any(option.extra.get("score") for option in node.item.options)
    question.optional = question.optional and not question.reasons
    question.web = node.item.extra.get("channel") == "web" or node.item.type in MEDIA
    question.verdict = lambda value: _verdict(filling, node, value)
    hint = _Hint(filling, node) if node.item.hint or node.item.guidance else None
    question.hint = lines(hint, question.hint) if question.hint else hint
    return question


@dataclass(frozen=True)
class _Hint:
    """The hint and the guidance of a row."""

    filling: Filling
    node: Node

    def words(self, lang: str) -> str:
        parts = (self.filling.hint(self.node, lang), self.filling.guidance(self.node, lang))
        return "\n".join(part for part in parts if part)


def _verdict(filling: Filling, node: Node, value: str) -> object | None:
    complaint = filling.complaint(node, value)
    if not value and filling.required(node):
        complaint = node.item.required_text
    return None if complaint is None else complaint or say("ask.not_fitting")


def _picks(filling: Filling, node: Node) -> tuple[Pick, ...]:
    return tuple(_pick(filling, node, option) for option in filling.options(node))


def _pick(filling: Filling, node: Node, option: Any) -> Pick:
    """An option with what its columns say: that it is alone, that it is an emergency."""
    alone = option.extra.get("alone", "")
    listed = emergencies()
    codes = [
        code
        for code in filling.urgent(node, option.value)
        if code not in listed or listed[code].level != "P"
    ]
    return Pick(
        option.value,
        _OptionWords(filling, node, option),
        names=words("answer.none") if alone == "none" else (),
        alone=bool(alone),
        urgent=" ".join(codes),
        grave=any(code in listed and listed[code].level == "R0" for code in codes),
    )


@dataclass(frozen=True)
class _OptionWords:
    filling: Filling
    node: Node
    option: Any

    def words(self, lang: str) -> str:
        return self.filling.choice_label(self.node, self.option, lang)


def _ask(filling: Filling, node: Node) -> FormWords:
    return FormWords(filling, node)


def _choice(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Choice(key, _ask(filling, node), picks=_picks(filling, node))


def _many(filling: Filling, node: Node, key: str) -> Question[Any]:
    ordered = node.item.type == "rank"
    return Many(key, _ask(filling, node), picks=_picks(filling, node), ordered=ordered)


def _acknowledge(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Choice(key, _ask(filling, node), picks=(Pick("OK", say("ok")),))


def _number(filling: Filling, node: Node, key: str) -> Question[Any]:
    limits = node.item.parameters
    ends = [float(limits[name]) for name in ("start", "end") if name in limits]
    return Number(
        key,
        _ask(filling, node),
        least=min(ends) if len(ends) == 2 else None,
        most=max(ends) if len(ends) == 2 else None,
        whole=node.item.type == "integer",
    )


def _words(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Words(key, _ask(filling, node))


def _day(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Day(key, _ask(filling, node), today=_today(filling))


def _time(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Time(key, _ask(filling, node))


def _moment(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Moment(key, _ask(filling, node), today=_today(filling))


def _place(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Place(key, _ask(filling, node), hint=say("place.hint"))


def _media(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Media(key, _ask(filling, node), takes=node.item.type)


def _today(filling: Filling) -> Any:
    return filling.given.today


MAKERS: dict[str, Callable[[Filling, Node, str], Question[Any]]] = {
    "select_one": _choice,
    "select_multiple": _many,
    "rank": _many,
    "acknowledge": _acknowledge,
    "integer": _number,
    "decimal": _number,
    "range": _number,
    "date": _day,
    "time": _time,
    "dateTime": _moment,
    "geopoint": _place,
    "image": _media,
    "audio": _media,
    "file": _media,
}
