"""A child's file as its page draws it: numbers to shapes, and each shape in words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.web.charts import Column, Trend, columns, trend
from dialogue.read import short
from dialogue.say import Lines, Say, near, put, say
from domain.age import age_on
from domain.scorer import default_rules
from handlers.portrait import FEWEST, File, Month
from storage.see.flagged import FlagTold
from storage.see.scores import AlertRef, ScoreRef

LOW = 60  # the top of the drawing, so that low scores are not all on the ground
HIGHEST = 100


@dataclass(frozen=True)
class Dimension:
    """One dimension over the months: its bars, and what they say."""

    name: str
    newest: str
    most: str
    bars: tuple[Column, ...]
    words: str


@dataclass(frozen=True)
class Line:
    """One month as the table shows it."""

    month: str
    points: Sequence[str]
    total: str
    level: str


@dataclass(frozen=True)
class Charts:
    """The months of a file, drawn and in numbers."""

    since: str
    until: str
    trend: Trend
    words: str
    ranges: Sequence[tuple[str, str]]
    """Each level and its numbers, the lowest first."""
    dimensions: Sequence[Dimension]
    lines: Sequence[Line]


def view(file: File, now: datetime, lang: str) -> dict[str, object]:
    """What the template needs beside the file itself."""

    def local(moment: datetime) -> date:
        return moment.astimezone(now.tzinfo).date()

    def alert_words(alert: AlertRef) -> Say:
        level, state = say(f"alert.level.{alert.level}"), say(f"web.child.alert.{alert.state}")
        at = near(local(alert.at), now.date())
        return say("web.child.alert", level=level, receipt=alert.receipt, at=at, state=state)

    def flag_words(flag: FlagTold) -> Say:
        found = [say(f"trigger.{letter}") for letter in flag.triggers]
        return say("web.child.flagged", at=near(local(flag.opened_at), now.date()), triggers=found)

    return {
        "age": age_on(file.child.birth, now.date()),
        "sex": say(f"sex.{file.child.sex}"),
        "charts": charts_of(file.months, lang),
        "local": local,
        "alert_words": alert_words,
        "flag_words": flag_words,
        "mode_words": lambda trace: say(f"mode.{trace.mode}"),
    }


def charts_of(months: Sequence[Month], lang: str) -> Charts | None:
    """None for who sees no scores, and where there is none."""
    if not months:
        return None
    letters = _letters(months)
    lines = [_line(month, letters) for month in months]
    return Charts(
        lines[0].month,
        lines[-1].month,
        _trend(months),
        put(Lines([_told(line) for line in lines], glue=_glue(lang)), lang),
        _ranges(),
        [_dimension(letter, months, lang) for letter in letters],
        lines,
    )


def _letters(months: Sequence[Month]) -> list[str]:
    """The dimensions that were asked in any of the months: small children are asked fewer."""
    return sorted({letter for month in months if month.score for letter in _subs(month.score)})


def _subs(score: ScoreRef) -> dict[str, tuple[float, float]]:
    """Points and the most that there can be, by dimension."""
    return {letter: (points, most) for letter, points, most in score.detail["subs"]}


def _line(month: Month, letters: Sequence[str]) -> Line:
    name = f"{month.first:%Y-%m}"
    if month.score is None:
        return Line(name, (), "", "")
    subs = _subs(month.score)
    points = [short(subs[letter][0]) if letter in subs else "" for letter in letters]
    return Line(name, points, str(month.score.total), month.score.level)


def _told(line: Line) -> Say:
    if not line.total:
        return say("web.child.no_month", month=line.month)
    level = say(f"level.{line.level}")
    return say("web.child.in_month", month=line.month, total=line.total, level=level)


def _glue(lang: str) -> str:
    return put(say("web.child.glue"), lang)


def _trend(months: Sequence[Month]) -> Trend:
    values = [(float(m.score.total), m.score.level) if m.score else None for m in months]
    most = LOW if max(value for value, _ in filter(None, values)) < LOW else HIGHEST
    return trend(values, _floors(), most)


def _floors() -> list[tuple[int, str]]:
    """From which number on a score alone leads to a level; flags and emergencies may lead to a
    higher one, and down it goes later."""
    rules = default_rules()
    lines = (0, rules.levels.yellow, rules.high.line, rules.high.single)
    return list(zip(lines, ("green", "yellow", "orange", "red"), strict=True))


def _ranges() -> list[tuple[str, str]]:
    floors = _floors()
    tops = [low - 1 for low, _ in floors[1:]] + [HIGHEST]
    return [(level, f"{low}–{top}") for (low, level), top in zip(floors, tops, strict=True)]


def _dimension(letter: str, months: Sequence[Month], lang: str) -> Dimension:
    """Each bar is a share of the most that there could be in its month."""
    subs = [_subs(month.score).get(letter) if month.score else None for month in months]
    newest, most = next(sub for sub in reversed(subs) if sub is not None)
    told = [_pointed(f"{month.first:%Y-%m}", sub) for month, sub in zip(months, subs, strict=True)]
    return Dimension(
        put(say(f"dimension.{letter}"), lang),
        short(newest),
        short(most),
        columns([None if sub is None else sub[0] / sub[1] for sub in subs], 1, FEWEST),
        put(Lines(told, glue=_glue(lang)), lang),
    )


def _pointed(month: str, sub: tuple[float, float] | None) -> Say:
    if sub is None:
        return say("web.child.no_month", month=month)
    return say("web.child.points", month=month, points=short(sub[0]), most=short(sub[1]))
