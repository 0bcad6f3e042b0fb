"""What a typed number means: the place of an option as it was shown, or the one that bears it.

"3" is the third option that she saw. Where another option begins with 3 ("3 days") nobody can
know which was meant: she is asked again. "#3" is always a place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.ask import Question
from dialogue.read import plain
from dialogue.say import LANGS, put
from domain.trouble import Unreadable

NUMBER = re.compile(r"(#?)(\d{1,9})")
LEADING = re.compile(r"(\d{1,9})(?!\.?\d)")

LISTED = ("choice", "review", "day", "many")
"""Kinds of questions whose options may be named by a plain number."""


@dataclass(frozen=True)
class Shown:
    """The options of the open question in their order: values, and words if they are kept."""

    values: Sequence[str]
    labels: Sequence[str]


@dataclass(frozen=True)
class _Option:
    place: int
    value: str
    label: object
    numbers: frozenset[int]

    @property
    def amount(self) -> int | None:
        return int(self.value) if self.value.isdecimal() else None


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(plain(text)) is not None


def meant(question: Question[Any], shown: Shown, text: str) -> str | None:
    """The value of the option that this number stands for, None where it is none.

    Raises Unreadable where the number stands for two.
    """
    found = NUMBER.fullmatch(plain(text))
    if not found:
        return None
    number = int(found[2])
    by_place = shown.values[number - 1] if 1 <= number <= len(shown.values) else None
    if found[1] or question.kind not in ("choice", "many") or _has_no_numbers(shown):
        return by_place
    options = _options(question, shown)
    bearers = _bearing(options, number)
    if len(bearers) != 1 or bearers[0].value == by_place:
        return by_place
    if by_place is None:
        return bearers[0].value
    raise Unreadable(
        "ask.which_number",
        number=number,
        label=bearers[0].label,
        own=bearers[0].place,
        other=next((each.label for each in options if each.value == by_place), by_place),
    )


def named(question: Question[Any], shown: Shown, text: str) -> str | None:
    """The answer on a button beside what may be typed freely, where its words were typed or its
    place as #1: a plain 1 is an answer of its own."""
    if question.kind in LISTED or not question.picks:
        return None
    wanted = plain(text)
    for pick in question.picks:
        if wanted in {plain(put(pick.label, lang)) for lang in LANGS}:
            return pick.value
    return meant(question, shown, text) if wanted.startswith("#") else None


def _has_no_numbers(shown: Shown) -> bool:
    """The usual case, told at a glance."""
    return bool(shown.labels) and not any(label[:1].isdigit() for label in shown.labels)


def _options(question: Question[Any], shown: Shown) -> list[_Option]:
    """With the words that she saw; where nothing has shown them, in both languages."""
    if shown.labels:
        pairs = enumerate(zip(shown.values, shown.labels, strict=False), 1)
        return [_Option(n, value, label, _leading(label)) for n, (value, label) in pairs]
    labels = {pick.value: pick.label for pick in question.picks if pick.value in shown.values}
    return [
        _Option(n, value, labels[value], _leading(*(put(labels[value], lang) for lang in LANGS)))
        for n, value in enumerate(shown.values, 1)
        if value in labels
    ]


def _leading(*labels: str) -> frozenset[int]:
    return frozenset(int(found[1]) for label in labels if (found := LEADING.match(label)))


def _bearing(options: list[_Option], number: int) -> list[_Option]:
    """The options whose words begin with this number.

    Where values are amounts (5 for "5 minutes"), "1 hour" with the value 60 begins with
    another unit, and does not count.
    """
    amounts = any(each.amount in each.numbers for each in options)
    return [
        each
        for each in options
        if number in each.numbers and not (amounts and each.amount not in (None, *each.numbers))
    ]
