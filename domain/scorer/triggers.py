"""The four triggers: each looks at numbers and gives the evidence when it fires, or None."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

from .memory import Standing
from .rules import Growth, High, Jump, Urgent

MAD_TO_SIGMA = 1.4826  # a normal distribution's standard deviation in median absolute deviations


@dataclass(frozen=True, slots=True)
class Sustained:
    """A 持续高分 fired: the smoothed total reached the line, or one total the single line."""

    trigger: ClassVar[str] = "A"
    total: int
    smoothed: float
    line: int
    single: int

    @property
    def by_single(self) -> bool:
        return self.smoothed < self.line


@dataclass(frozen=True, slots=True)
class Grown:
    """B 每月分值增长 fired: totals (without our own service) that rose every time."""

    trigger: ClassVar[str] = "B"
    totals: tuple[int, ...]
    needed: int

    @property
    def rise(self) -> int:
        return self.totals[-1] - self.totals[0]


@dataclass(frozen=True, slots=True)
class Jumped:
    """C 分值动态变化 fired: a total (without our own service) far over the own median."""

    trigger: ClassVar[str] = "C"
    total: int
    median: float
    needed: float

    @property
    def rise(self) -> float:
        return self.total - self.median


@dataclass(frozen=True, slots=True)
class Alarmed:
    """D 紧急事项新增 fired. `line`: the total that an amber emergency needed (None: none)."""

    trigger: ClassVar[str] = "D"
    code: str
    level: str
    kind: Literal["new", "back", "standing"]
    total: int | None
    line: int | None


Firing = Sustained | Grown | Jumped | Alarmed


def evidence(firing: Firing) -> dict[str, Any]:
    """The numbers that fired as plain values, to be stored with the alert."""
    return {"trigger": firing.trigger, **asdict(firing)}


def sustained(total: int, smoothed: float, rules: High) -> Sustained | None:
    """A: the smoothed total at or over `line`, or this total at or over `single`."""
    if smoothed >= rules.line or total >= rules.single:
        return Sustained(total, smoothed, rules.line, rules.single)
    return None


def grown(totals: Sequence[int], rules: Growth) -> Grown | None:
    """B: the last `rises` steps each up by `each`, together by `rise`, now at `floor` or over.

    `totals` are those of assessed months, the newest last; missed months do not stand between.
    """
    if len(totals) <= rules.rises or totals[-1] < rules.floor:
        return None
    last = tuple(totals[-rules.rises - 1 :])
    if last[-1] - last[0] < rules.rise:
        return None
    every = all(after - before >= rules.each for before, after in zip(last, last[1:], strict=False))
    return Grown(last, rules.rise) if every else None


def jumped(totals: Sequence[int], rules: Jump) -> Jumped | None:
    """C: the newest total over the median of the earlier ones by `rise` and by `sigma` sigma."""
    total, earlier = totals[-1], totals[-rules.window - 1 : -1]
    if total < rules.floor or len(earlier) < rules.earlier:
        return None
    middle = median(earlier)
    if total - middle < rules.rise:
        return None
    spread = MAD_TO_SIGMA * median([abs(each - middle) for each in earlier])
    needed = max(rules.rise, rules.sigma * max(rules.least_sigma, spread))
    return Jumped(total, middle, needed) if total - middle >= needed else None


def fallen(totals: Sequence[int], rules: Jump) -> bool:
    """C-down: the newest total so far below the own median that a person should verify."""
    earlier = totals[-rules.window - 1 : -1]
    return len(earlier) >= rules.earlier and median(earlier) - totals[-1] >= rules.fall


def alarmed(
    code: str, level: str, known: Iterable[Standing], now: int, rules: Urgent
) -> Literal["new", "back", "standing"]:
    """D: is an emergency of this level new in the month `now`, back, or standing?

    `known` is what was reported before this month. New: never at this level or a graver one,
    or absent for `absent_months` and more; back: an amber one absent for a month at least and
    known within `back_months`.
    """
    last = max(
        (each.label for each in known if each.code == code and each.level in ("red", level)),
        default=None,
    )
    if last is None:
        return "new"
    if level == "amber" and 1 < now - last <= rules.back_months:
        return "back"
    return "new" if now - last > rules.absent_months else "standing"


def urgent(
    reported: Mapping[str, str],
    known: Sequence[Standing],
    now: tuple[int, int | None, bool],
    rules: Urgent,
) -> list[Alarmed]:
    """D for all emergencies of a report; `now`: the month, the last total, is a flag open.

    Red fires when new, and whenever no flag is open: a red month is never without one. Amber
    fires when new from the total `new` on, when back from `back` on, and always as long as
    the child was never assessed: an unknown total must not hide it. ValueError for a level
    that is neither.
    """
    label, total, flagged = now
    found = []
    for code, level in reported.items():
        if level not in ("red", "amber"):
            raise ValueError(f"{code}: {level!r} is neither red nor amber")
        kind = alarmed(code, level, known, label, rules)
        line = _line(level, kind, rules)
        if level == "red":
            fires = kind == "new" or not flagged
        else:
            fires = kind != "standing" and (total is None or line is None or total >= line)
        if fires:
            found.append(Alarmed(code, level, kind, total, line))
    return found


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two middle ones."""
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _line(level: str, kind: str, rules: Urgent) -> int | None:
    if level == "red":
        return None
    return rules.back if kind == "back" else rules.new
