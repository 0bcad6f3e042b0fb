"""Things to say, named by text key, put into words only when the reader is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from dialogue.texts import template

LANGS = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
DAYS = {"zh": "y年M月d日 EEE", "en": "EEE d MMM y"}
MOMENTS = {"zh": "y年M月d日 HH:mm", "en": "d MMM y HH:mm"}
NEAR_DAYS = {"zh": "M月d日 EEE", "en": "EEE d MMM"}
NEAR_MOMENTS = {"zh": "M月d日 HH:mm", "en": "d MMM HH:mm"}
GLUE = {"zh": "、", "en": ", "}
_READ: ContextVar[date | None] = ContextVar("read_on", default=None)


@dataclass(frozen=True)
class Say:
    """A text by key with its values; values may be things to say themselves."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Lines:
    """Several things to say, one under the other."""

    parts: Sequence[object]
    glue: str = "\n"


@dataclass(frozen=True)
class Near:
    """A day or moment as somebody reads it today: its year only where it is another one.

    `today` is the day on which this was said; `read_on` names that on which it is read.
    """

    when: date
    today: date

    def words(self, lang: str) -> str:
        today = _READ.get() or self.today
        if self.when.year != today.year:
            return put(self.when, lang)
        forms = NEAR_MOMENTS if isinstance(self.when, datetime) else NEAR_DAYS
        return _in_words(self.when, forms[lang], lang)


def near(when: date, today: date) -> Near:
    """`when` may be a moment, by the clock on the wall."""
    return Near(when, today)


@contextmanager
def read_on(day: date) -> Iterator[None]:
    """What is put into words here is read on this day: a draft of December may be read in January,
    and its conversation still takes the day of its beginning for today."""
    before = _READ.set(day)
    try:
        yield
    finally:
        _READ.reset(before)


def say(key: str, **values: object) -> Say:
    return Say(key, values)


def lines(*parts: object) -> Lines:
    return Lines([part for part in parts if part not in (None, "")])


def put(thing: object, lang: str) -> str:
    """In words: a Say, a text by language, a day, a number, a list, or plain words.

    A day or moment by itself carries its year; `near` leaves out that of today. Whatever has a
    method `words(lang)` keeps its own words, as a form does.
    """
    return _putter(type(thing))(thing, lang)  # type: ignore[arg-type]


@cache
def _putter(kind: type) -> Callable[[Any, str], str]:
    """How things of this kind are put into words."""
    if hasattr(kind, "words"):
        return lambda thing, lang: str(thing.words(lang))
    return next((how for base, how in PUT.items() if issubclass(kind, base)), _put_plain)


def _put_plain(thing: object, lang: str) -> str:
    return str(thing)


def _put_lines(thing: Lines, lang: str) -> str:
    return thing.glue.join([put(part, lang) for part in thing.parts])


def _put_moment(moment: datetime, lang: str) -> str:
    return _in_words(moment, MOMENTS[lang], lang)


def _put_day(day: date, lang: str) -> str:
    return _in_words(day, DAYS[lang], lang)


@lru_cache(4096)
def _in_words(when: date, form: str, lang: str) -> str:
    from babel.dates import format_date, format_datetime  # slow to import, and not needed to start

    if isinstance(when, datetime):
        return format_datetime(when, form, locale=LOCALES[lang])
    return format_date(when, form, locale=LOCALES[lang])


def _put_say(thing: Say, lang: str) -> str:
    many = thing.values.get("n")
    words = template(thing.key, lang, many if isinstance(many, int) else None)
    if not thing.values:
        return words
    return words.format_map({name: put(value, lang) for name, value in thing.values.items()})


def _put_list(thing: Sequence[object], lang: str) -> str:
    return GLUE[lang].join([put(part, lang) for part in thing])


def _pick(texts: Mapping[str, str], lang: str) -> str:
    """The reader's language, else the form's own, else any that there is."""
    for wanted in (lang, "default", *LANGS):
        if texts.get(wanted):
            return texts[wanted]
    return next((text for text in texts.values() if text), "")


PUT: Mapping[type, Callable[[Any, str], str]] = {
    str: _put_plain,
    Say: _put_say,
    Lines: _put_lines,
    Mapping: _pick,
    datetime: _put_moment,
    date: _put_day,
    list: _put_list,
    tuple: _put_list,
    type(None): lambda thing, lang: "",
}
"""The first that fits; a moment is a day too."""
