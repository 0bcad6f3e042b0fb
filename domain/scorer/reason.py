"""Why a child has this score: the numbers, and one sentence in Chinese or English."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from .answers import Part, SubScore
from .history import Step
from .memory import Flag, Level, month_name
from .rules import Ruleset
from .triggers import Alarmed, Firing, Grown, Jumped, Sustained

Lang = Literal["zh", "en"]
LARGEST = 3


@dataclass(frozen=True, slots=True)
class Explanation:
    """A result in numbers that a person can check by hand: largest + rest = total, exactly.

    `total` is None when this step brought no assessment; `newest` is then the last known one.
    `coverage`: 0 to 1, the share of the items that were asked. `late`: the smoothed total that
    this assessment gives, where one of a later day stands, whose are `newest` and `smoothed`.
    `apart`: the trend rules saw another total than the one shown, because our own service is
    left out of them.
    """

    label: int
    level: Level
    level_shown: Level
    total: int | None
    newest: int | None
    smoothed: float | None
    line: int
    firings: tuple[Firing, ...]
    flag: Flag | None
    largest: tuple[Part, ...]
    rest: Decimal
    subs: tuple[SubScore, ...]
    coverage: float
    months_since_seen: int | None
    closing_line: int
    suggests_closing: bool
    verify: bool
    lost: bool
    late: float | None
    apart: bool
    version: str
    rules: str


def explain(step: Step, rules: Ruleset) -> Explanation:
    """The reasons of a step under the rules by which it was taken.

    Raises ValueError when the step was taken under other rules.
    """
    if step.rules != rules.sha256:
        raise ValueError("the step was taken under other rules")
    found = step.assessment if step.assessment and step.assessment.assessed else None
    largest = _largest(found.parts if found else ())
    seen = step.state.now.scores.seen
    return Explanation(
        label=step.label,
        level=step.level,
        level_shown=step.level_shown,
        total=found.total if found else None,
        newest=step.total,
        smoothed=step.smoothed,
        line=rules.high.line,
        firings=step.firings,
        flag=step.flag,
        largest=largest,
        rest=(found.total if found else 0) - sum((each.points for each in largest), Decimal(0)),
        subs=found.subs if found else (),
        coverage=step.assessment.coverage if step.assessment else 0.0,
        months_since_seen=None if seen is None else step.label - seen,
        closing_line=rules.closing.line,
        suggests_closing=step.suggests_closing,
        verify=step.verify,
        lost=step.lost,
        late=step.late,
        apart=found is not None and found.total != found.trend_total,
        version=rules.version,
        rules=rules.sha256,
    )


def sentence(explanation: Explanation, lang: Lang, names: Mapping[str, str]) -> str:
    """One sentence; `names` gives the words for item and emergency codes (else the code)."""
    words = _words()[lang]
    pieces = (
        _head(explanation, words),
        _cause(explanation, words, names),
        _sources(explanation, words, names),
        *_data(explanation, words),
        words["tail"],
    )
    return words["joint"].join(piece for piece in pieces if piece) + words["stop"]


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    package = __name__.rpartition(".")[0]
    return tomllib.loads(files(package).joinpath("words.toml").read_text("utf-8"))


def _largest(parts: Iterable[Part]) -> tuple[Part, ...]:
    adding = [part for part in parts if part.points]
    return tuple(sorted(adding, key=lambda part: -part.points)[:LARGEST])


def _head(found: Explanation, words: Mapping[str, str]) -> str:
    month = month_name(found.label)
    if found.newest is None:
        return words["unknown"].format(month=month)
    known = "unscored" if found.total is None else "scored"
    return words[known if found.late is None else "late"].format(
        month=month,
        total=found.total,
        newest=found.newest,
        smoothed=_number(found.smoothed or 0),
        late=_number(found.late or 0),
        line=found.line,
    )


def _cause(found: Explanation, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    if found.firings:
        lines = (_firing(firing, words, names) for firing in found.firings)
        return words["fired"].format(firings=words["between"].join(lines))
    if found.flag:
        triggers = words["between"].join(words[each] for each in found.flag.triggers)
        return words["stands"].format(since=month_name(found.flag.since), triggers=triggers)
    return words["calm"]


def _firing(firing: Firing, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    match firing:
        case Sustained():
            return words["single" if firing.by_single else "smoothed"].format(
                total=firing.total,
                single=firing.single,
                smoothed=_number(firing.smoothed),
                line=firing.line,
            )
        case Grown():
            totals = words["arrow"].join(map(str, firing.totals))
            return words["growth"].format(totals=totals, rise=firing.rise, needed=firing.needed)
        case Jumped():
            return words["jump"].format(
                total=firing.total,
                median=_number(firing.median),
                rise=_number(firing.rise),
                needed=_number(firing.needed),
            )
        case Alarmed():
            return _alarm(firing, words, names)


def _alarm(alarm: Alarmed, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    key = "red" if alarm.level == "red" else f"amber_{alarm.kind}"
    if alarm.level == "amber" and alarm.total is None:
        key = "amber_unknown"
    name = names.get(alarm.code, alarm.code)
    return words[key].format(name=name, total=alarm.total, line=alarm.line)


def _sources(found: Explanation, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    if found.total is None:
        return ""
    if not found.largest:
        return words["no_parts"]
    lines = [
        words["part"].format(name=names.get(part.code, part.code), points=_number(part.points))
        for part in found.largest
    ]
    if found.rest:
        lines.append(words["rest"].format(points=_number(found.rest)))
    return words["parts"].format(parts=words["between"].join(lines), total=found.total)


def _data(found: Explanation, words: Mapping[str, str]) -> Iterable[str]:
    if found.apart and any(isinstance(firing, Grown | Jumped) for firing in found.firings):
        yield words["apart"]
    if found.total is not None:
        yield words["coverage"].format(percent=round(100 * found.coverage))
    yield _seen(found.months_since_seen, words)
    if found.lost:
        yield words["lost"]
    if found.verify:
        yield words["verify"]
    if found.flag:
        yield words["closing"].format(line=found.closing_line)


def _seen(months: int | None, words: Mapping[str, str]) -> str:
    if months is None:
        return words["seen_never"]
    return words["seen_before" if months else "seen_now"].format(months=months)


def _number(value: float | Decimal) -> str:
    """To one decimal place, and without it when it is a whole number."""
    return f"{value:.1f}".removesuffix(".0")
