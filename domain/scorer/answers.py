"""From the answers of one form to a total, its parts and its sub-scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor
from typing import Any, Literal, NamedTuple

from .rules import Form, Ruleset, default_rules

AnswerState = Literal["asked", "carried", "stale", "declined"]


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """One item of the form as answered: points of the form, 0 to `maximum`.

    `carried` is an explicit "same as last time" and counts as asked; `stale` was not asked:
    `score` is then the last known one (None if there is none), `stale_months` months old;
    `declined` has no score. `own_service` marks what the system fills in about our service.
    """

    code: str
    dimension: str
    score: float | None
    maximum: float
    middle: float
    state: AnswerState = "asked"
    applicable: bool = True
    stale_months: int = 0
    own_service: bool = False


@dataclass(frozen=True)  # no slots: these travel between processes, and so fast
class SubScore:
    """One dimension: points of the form out of the maximum of the items that were scored."""

    dimension: str
    points: float
    maximum: float

    @property
    def percent(self) -> int:
        return percent(self.points, self.maximum)


@dataclass(frozen=True)  # no slots: these travel between processes, and so fast
class Part:
    """What one item adds to the total: points of 100 to one decimal place."""

    code: str
    points: Decimal
    own_service: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """One scored form. The parts add up exactly to the total.

    `trend_total` leaves our own service out; the trend rules read it. `assessed` is False when
    too much is stale: then it was a visit, but no assessment. Shares are 0 to 1.
    """

    total: int
    trend_total: int
    subs: tuple[SubScore, ...] = ()
    parts: tuple[Part, ...] = ()
    stale_share: float = 0.0
    coverage: float = 1.0
    assessed: bool = True
    rules: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; the points of the parts as text, so that they stay exact."""
        parts = [{**asdict(part), "points": str(part.points)} for part in self.parts]
        return {**asdict(self), "parts": parts}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Assessment":
        """The assessment that `to_dict` gave."""
        subs = tuple(SubScore(**each) for each in data["subs"])
        parts = tuple(
            Part(each["code"], Decimal(each["points"]), each["own_service"])
            for each in data["parts"]
        )
        return cls(**{**data, "subs": subs, "parts": parts})


class _Scored(NamedTuple):
    item: ItemAnswer
    score: float


def assess(items: Sequence[ItemAnswer], rules: Ruleset | None = None) -> Assessment:
    """Score the answers of one form (docs/scoring.md).

    total = 100 x sum / maximum over the items that apply and have a score, halves rounded up.
    Stale items count with their last score and from `form.middle_after` months on, or when
    there is none, with their middle option. Raises ValueError for a score out of its range,
    an asked item without one, and a code that comes twice.
    """
    rules = rules or default_rules()
    _check(items)
    applicable = [item for item in items if item.applicable]
    scored = list(_scored(applicable, rules.form))
    total = _total(scored)
    stale = _share(applicable, {"stale"})
    return Assessment(
        total=total,
        trend_total=_total([line for line in scored if not line.item.own_service]),
        subs=_subs(applicable, scored),
        parts=_parts(scored, total),
        stale_share=stale,
        coverage=_share(applicable, {"asked", "carried"}),
        assessed=bool(scored) and stale <= rules.form.stale_share,
        rules=rules.sha256,
    )


def percent(points: float, maximum: float) -> int:
    """100 x points / maximum as a whole number, halves rounded up; 0 of 0 is 0."""
    return floor(100 * points / maximum + 0.5) if maximum else 0


def _check(items: Iterable[ItemAnswer]) -> None:
    seen: set[str] = set()
    for item in items:
        if item.code in seen:
            raise ValueError(f"{item.code}: answered twice")
        seen.add(item.code)
        if item.score is not None and not 0 <= item.score <= item.maximum:
            raise ValueError(f"{item.code}: {item.score} is not within 0 and {item.maximum}")
        if item.applicable and item.score is None and item.state in ("asked", "carried"):
            raise ValueError(f"{item.code}: {item.state}, but without a score")


def _scored(items: Iterable[ItemAnswer], form: Form) -> Iterable[_Scored]:
    for item in items:
        if item.state == "declined":
            continue
        old = item.state == "stale" and item.stale_months >= form.middle_after
        known = item.middle if old or item.score is None else item.score
        yield _Scored(item, known)


def _total(scored: Iterable[_Scored]) -> int:
    lines = list(scored)
    return percent(sum(line.score for line in lines), sum(line.item.maximum for line in lines))


def _share(items: Sequence[ItemAnswer], states: set[str]) -> float:
    return sum(item.state in states for item in items) / len(items) if items else 0.0


def _subs(items: Iterable[ItemAnswer], scored: Sequence[_Scored]) -> tuple[SubScore, ...]:
    points = dict.fromkeys((item.dimension for item in items), 0.0)
    maxima = dict(points)
    for line in scored:
        points[line.item.dimension] += line.score
        maxima[line.item.dimension] += line.item.maximum
    return tuple(_sub(name, points[name], maxima[name]) for name in points)


def _parts(scored: Sequence[_Scored], total: int) -> tuple[Part, ...]:
    tenths = _apportion([_exact(line.score) for line in scored], 10 * total)
    return tuple(
        _part(line.item.code, units, line.item.own_service)
        for line, units in zip(scored, tenths, strict=True)
    )


# The children of a county share few different parts: each is made, and travels, once.
_sub = lru_cache(4096)(SubScore)


@lru_cache(4096)
def _part(code: str, tenths: int, own_service: bool) -> Part:
    return Part(code, Decimal(tenths) / 10, own_service)


def _exact(score: float) -> int | Fraction:
    return int(score) if score == int(score) else Fraction(score)


def _apportion(weights: Sequence[int | Fraction], units: int) -> list[int]:
    """Share whole units by weight: largest remainder, ties to the earlier (Hamilton)."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [int(weight * units // whole) for weight in weights]
    remainders = [weight * units % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -remainders[i])
    for i in by_remainder[: units - sum(shares)]:
        shares[i] += 1
    return shares
