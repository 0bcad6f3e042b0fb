"""Emergencies: the list, what happens then, and the words in a text that offer the form.

The alert is not the legal report: reporting is the reporter's own act, and no approval stands
before it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Urgency = Literal["R0", "R1", "P"]
Signal = Literal["red", "amber"]
SIGNALS: Mapping[Urgency, Signal | None] = {"R0": "red", "R1": "amber", "P": None}
ORDER: tuple[Urgency, ...] = ("R0", "R1", "P")


@dataclass(frozen=True)
class Emergency:
    """One line of the list. `alone`: the level when the child is alone, if it is another."""

    code: str
    level: Urgency
    zh: str
    en: str
    basis: str
    alone: Urgency | None = None


@dataclass(frozen=True)
class Response:
    """What a level demands, in minutes since the alert; 0 is none.

    `call` is shown before anything else. `repeat`: until a person acknowledges, which is due
    within `acknowledge`; `chain`: when it goes further up; `act`: on site or child seen;
    `record`: written record or form 2. Push is held back outside `begins` to `ends`.
    """

    call: tuple[str, ...]
    repeat: int
    acknowledge: int
    chain: tuple[int, ...]
    act: int
    record: int
    begins: time
    ends: time
    working_days: int = 0

    def passes(self, at: time) -> bool:
        """May a push go out at this local time?"""
        return self.begins <= at < self.ends


@dataclass(frozen=True)
class _Words:
    code: str
    pattern: re.Pattern[str]
    but: tuple[str, ...]
    whole: frozenset[str]


@cache
def emergencies() -> Mapping[str, Emergency]:
    """The list by code, the gravest level first."""
    return {row["code"]: Emergency(**row) for row in _data()["emergency"]}


def emergency(code: str, alone: bool = False) -> Emergency:
    """The line of a code, at its higher level if the child is alone. ValueError if unknown."""
    found = emergencies().get(code)
    if found is None:
        raise ValueError(f"no emergency {code!r} in the list")
    if alone and found.alone:
        return Emergency(found.code, found.alone, found.zh, found.en, found.basis, found.alone)
    return found


def is_priority(code: str) -> bool:
    """A task with a due date: it ends no conversation, and the scorer is told nothing."""
    return emergency(code).level == "P"


def worst(codes: Iterable[str]) -> Emergency:
    """The gravest of some emergencies, the first in the list of equal ones."""
    wanted = {emergency(code).code for code in codes}
    if not wanted:
        raise ValueError("the worst of no emergency")
    listed = [found for code, found in emergencies().items() if code in wanted]
    return min(listed, key=lambda found: ORDER.index(found.level))


def signal(code: str, alone: bool = False) -> Signal | None:
    """What the scorer is told: R0 red, R1 amber, a priority notice nothing."""
    return SIGNALS[emergency(code, alone).level]


@cache
def response(level: Urgency) -> Response:
    """Calls, deadlines and hours of a level."""
    row = dict(_data()["response"][level])
    row |= {"call": tuple(row["call"]), "chain": tuple(row["chain"])}
    row |= {"begins": _time(row["begins"]), "ends": _time(row["ends"])}
    return Response(**row)


def spot(text: str) -> tuple[str, ...]:
    """The codes of emergency words in a free text, the gravest first; () if there are none.

    Good enough to offer the emergency form, never to raise an alert. Words that are denied
    ("没有受伤", "no injuries", "受伤:无") do not count.
    """
    plain = text.casefold()
    if not (_any_word().search(plain) or _bare(plain) in _whole()):
        return ()
    found = {words.code for words in _words() if _told(words, plain)}
    return tuple(code for code in emergencies() if code in found)


def _told(words: _Words, text: str) -> bool:
    if _bare(text) in words.whole:  # a number that is all that was said
        return True
    for phrase in words.but:
        text = text.replace(phrase, "…")
    return any(
        not _denied(text[: hit.start()], text[hit.end() :]) for hit in words.pattern.finditer(text)
    )


def _bare(text: str) -> str:
    return text.strip(" 。.!！?？")


@cache
def _any_word() -> re.Pattern[str]:
    """All of them at once: most messages hold none."""
    return re.compile("|".join(words.pattern.pattern for words in _words()))


@cache
def _whole() -> frozenset[str]:
    return frozenset().union(*(words.whole for words in _words()))


def _denied(before: str, after: str) -> bool:
    denials = _denials()
    return bool(denials[0].search(before) or denials[1].match(after))


@cache
def _denials() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What denies a word from before it, and from behind it."""
    spot = _data()["spot"]
    no_zh, filler_zh = _any(spot["no_zh"]), _any(spot["filler_zh"])
    no_en, filler_en = _any(spot["no_en"]), _any(spot["filler_en"])
    before = (
        rf"(?:(?<![有不])(?<!不是)(?:{no_zh})(?:{filler_zh}){{0,4}}"
        rf"|(?:\b|(?<=[a-z]))(?:{no_en})\s+(?:(?:{filler_en})\s+){{0,4}})$"
    )
    none = _any([*spot["none_zh"], *spot["none_en"]])
    after = rf"(?:的?(?:情况|现象|迹象))?\s*[:：?？]\s*(?:{none})(?=$|[\s,，。;；.!！])"
    return re.compile(before), re.compile(after)


@cache
def _words() -> tuple[_Words, ...]:
    return tuple(
        _Words(
            code=row["code"],
            pattern=re.compile(rf"{_any(row['zh'])}|\b(?:{_any(row['en'])})\b"),
            but=tuple(row.get("but", ())),
            whole=frozenset(row.get("whole", ())),
        )
        for row in _data()["spot"]["words"]
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _time(text: str) -> time:
    return time.max if text == "24:00" else time.fromisoformat(text)


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("domain").joinpath("emergencies.toml").read_text("utf-8"))
