"""From a row of a form to the question that chat asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from dialogue.ask import Choice, Many, Media, Number, Pick, Place, Question, Words, is_reason
from dialogue.media import is_file, words_of
from dialogue.read import coarse, short
from dialogue.say import LANGS, Say, lines, put, say
from dialogue.texts import words
from dialogue.when import Day, Moment, Time
from domain.emergency import emergencies
from domain.form import Filling, Form, Item, Node, Option
from domain.formscore import NOBODY
from domain.media import MEDIA
from domain.trouble import Unreadable
from domain.xlsform.answer import number_of

CHOSEN = ("select_one", "select_multiple", "rank")
PRESET = "=preset"  # stands for all options of a default; no option is called so
PRECISE = {"date": 10, "time": 5, "dateTime": 16}  # "14:05": no seconds and no zone
SEEN = 10  # so many options are seen at a glance
SHORT = 60  # so much of a long default is on its button


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


def item_words(filling: Filling, node: Node, value: str) -> object:
    """The name of a question and one of its options: a lone "yes" says nothing."""
    if node.item.type in CHOSEN and filling.speaks_alike(node):
        return _plain_words(filling.form, node.item, value)
    return _item_words(filling, node, value)


@lru_cache(4096)
def _plain_words(form: Form, item: Item, value: str) -> Mapping[str, str]:
    """The same in each language, where they hold nothing of what was answered."""
    said = _item_words(Filling(form, NOBODY, {}), Node(item, item.path), value)
    return {lang: put(said, lang) for lang in LANGS}


def _item_words(filling: Filling, node: Node, value: str) -> Say:
    name = FormWords(filling, node, name=True)
    return say("fill.item", name=name, answer=FormWords(filling, node, value))


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
    _offer_default(filling, node, question)
    hint = _Hint(filling, node) if node.item.hint or node.item.guidance else None
    more = question.hint or _how(node.item, question)
    question.hint = lines(hint, more) if more else hint
    return question


def _how(item: Item, question: Question[Any]) -> Say | None:
    """How a range and a rank are answered, which their words need not say."""
    if item.type == "range":
        start, end, step = (short(limit) for limit in _limits(item))
        return say("range.how", start=start, end=end, step=step)
    places = [str(n) for n, pick in enumerate(question.picks, 1) if pick.value != PRESET]
    if item.type != "rank" or len(places) < 2:
        return None
    return say("rank.how", example=" ".join([places[1], places[0], *places[2:]]))


def _limits(item: Item) -> tuple[float, float, float]:
    """Where a range starts, where it ends, and its step."""
    given = item.parameters
    start, end = (number_of(given.get(name, ""), n) for name, n in (("start", 1), ("end", 10)))
    return start, end, abs(number_of(given.get("step", ""), 1))


def _offer_default(filling: Filling, node: Node, question: Question[Any]) -> None:
    """A default is a button: one tap takes it, and without one nothing is recorded.

    An option of a list that is seen at a glance is marked in its place: the list may be a scale.
    Every other default is the first button. One that is no good answer (a constraint, an option
    that is not offered) is not shown.
    """
    value = filling.default(node)[: PRECISE.get(node.item.type)]
    if node.item.type == "geopoint":
        value = " ".join(value.split()[:2])
    if not value or node.item.type in MEDIA:
        return
    try:
        if isinstance(question, PresetMany):
            question.preset = value
            kept = question.chosen(PRESET)
        else:
            known = node.item.type in ("select_one", "acknowledge")
            kept = question.chosen(value) if known else question.typed(value)
    except Unreadable:
        return
    gone = isinstance(kept, list) and set(kept) != set(value.split())
    if not kept or gone or not question.allows(kept):
        return
    marked = _preset_pick(filling, node, question, kept)
    others = [pick for pick in question.picks if pick.value != marked.value]
    stays = len(others) < len(question.picks) <= SEEN
    at = [pick.value for pick in question.picks].index(marked.value) if stays else 0
    question.picks = (*others[:at], marked, *others[at:])


def _preset_pick(filling: Filling, node: Node, question: Question[Any], kept: Any) -> Pick:
    pick = next((pick for pick in question.picks if pick.value == kept), None)
    if pick is not None:  # it may still be named by its own words
        names = (*pick.names, *(put(pick.label, lang) for lang in LANGS))
        return replace(pick, label=say("fill.preset", what=pick.label), names=names)
    words = answer_words(filling, node, kept)
    if isinstance(words, str):
        words = " ".join(words.split())
        words = words if len(words) <= SHORT else f"{words[:SHORT]}…"
    label = say("fill.preset", what=words)
    if not isinstance(kept, list):
        return Pick(kept, label)
    codes = {code for pick in question.picks if pick.value in kept for code in pick.urgent.split()}
    return Pick(PRESET, label, alone=True, urgent=" ".join(sorted(codes)))


@dataclass
class PresetMany(Many):
    """Any of several; one button stands for those that the form suggests."""

    preset: str = ""

    def chosen(self, value: str) -> Any:
        return super().chosen(self.preset if value == PRESET else value)

    def still(self, kept: Any) -> bool:
        return PRESET not in kept and super().still(kept)


@dataclass(frozen=True)
class _Hint:
    """The hint and the guidance of a row."""

    filling: Filling
    node: Node

    def words(self, lang: str) -> str:
        parts = (self.filling.hint(self.node, lang), self.filling.guidance(self.node, lang))
        return "\n".join(part for part in parts if part)


def _verdict(filling: Filling, node: Node, value: str) -> object | None:
    """What is wrong with an answer. How a question is answered stands with it, each time that it
    is asked."""
    complaint = filling.complaint(node, value)
    if not value and filling.required(node):
        complaint = node.item.required_text
    return None if complaint is None else complaint or say("ask.not_fitting")


def _picks(filling: Filling, node: Node) -> tuple[Pick, ...]:
    return tuple(_pick(filling, node, option) for option in filling.options(node))


def _pick(filling: Filling, node: Node, option: Option) -> Pick:
    """An option with what its columns say: that it is alone, that it is an emergency."""
    codes = filling.urgent(node, option.value)
    if filling.speaks_alike(node):
        return _plain_pick(option, codes)
    return _made_pick(option, codes, _OptionWords(filling, node, option))


@lru_cache(4096)
def _plain_pick(option: Option, codes: tuple[str, ...]) -> Pick:
    """One whose words hold nothing of what was answered."""
    return _made_pick(option, codes, option.label if any(option.label.values()) else option.value)


def _made_pick(option: Option, codes: tuple[str, ...], label: object) -> Pick:
    alone = option.extra.get("alone", "")
    listed = emergencies()
    codes = tuple(code for code in codes if code not in listed or listed[code].level != "P")
    return Pick(
        option.value,
        label,
        names=words("answer.none") if alone == "none" else (),
        alone=bool(alone),
        urgent=" ".join(codes),
        grave=any(code in listed and listed[code].level == "R0" for code in codes),
    )


@dataclass(frozen=True)
class _OptionWords:
    filling: Filling
    node: Node
    option: Option

    def words(self, lang: str) -> str:
        return self.filling.choice_label(self.node, self.option, lang)


def _ask(filling: Filling, node: Node) -> FormWords:
    return FormWords(filling, node)


def _choice(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Choice(key, _ask(filling, node), picks=_picks(filling, node))


def _many(filling: Filling, node: Node, key: str) -> Question[Any]:
    ordered = node.item.type == "rank"
    return PresetMany(key, _ask(filling, node), picks=_picks(filling, node), ordered=ordered)


def _acknowledge(filling: Filling, node: Node, key: str) -> Question[Any]:
    return Choice(key, _ask(filling, node), picks=(Pick("OK", say("ok")),))


def _number(filling: Filling, node: Node, key: str) -> Question[Any]:
    ends = _limits(node.item)[:2] if node.item.type == "range" else ()
    return Number(
        key,
        _ask(filling, node),
        least=min(ends) if ends else None,
        most=max(ends) if ends else None,
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
