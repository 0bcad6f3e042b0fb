"""What is known of a child between two months: a state that fits into one JSON object."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from .answers import Assessment

Level = Literal["green", "yellow", "orange", "red"]
RANK: Mapping[Level, int] = {"green": 0, "yellow": 1, "orange": 2, "red": 3}


@dataclass(frozen=True, slots=True)
class Month:
    """What one call of `step` brings: a collection, a miss, an emergency or a person's word.

    `label` is year * 12 + month - 1. `assessment` None: nobody came; with `over` False the
    month still runs and nothing is missed yet (an emergency that another port reports, a
    person's word). `band` is the age band; `emergencies` maps each code reported this time,
    new or standing, to "red" or "amber". `seen`: the child in person. `confirmed`, `closed`:
    a person confirmed, or closed, the open flag, after what else this call brings.
    A `report` id that came this month already changes nothing. `late`: a collection of an
    earlier day than one that this month has brought already; it may set off triggers, but does
    not stand.
    """

    label: int
    assessment: Assessment | None = None
    band: str = ""
    emergencies: Mapping[str, str] = field(default_factory=dict)
    seen: bool = True
    confirmed: bool = False
    closed: bool = False
    over: bool = True
    report: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """An open flag. `held`: seen assessments since the opening; `below`: low ones in a row."""

    since: int
    triggers: tuple[str, ...]
    red: bool = False
    confirmed: bool = False
    held: int = 0
    below: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """An emergency and the month in which it was last reported at this level."""

    code: str
    level: str
    label: int


@dataclass(frozen=True, slots=True)
class Scores:
    """The numbers that the rules remember. `totals`: the newest last, without our service.

    `seen`: the month in which the child was last seen in person; `paused`: collections for
    which B and C still pause.
    """

    seen: int | None = None
    newest: int | None = None
    smoothed: float | None = None
    totals: tuple[int, ...] = ()
    band: str = ""
    paused: int = 0


@dataclass(frozen=True, slots=True)
class Memory:
    """All that the rules remember. `closed`: the month in which a flag was last closed."""

    scores: Scores = Scores()
    emergencies: tuple[Standing, ...] = ()
    flag: Flag | None = None
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What the running month has brought so far. `score`: total and trend total that stand."""

    score: tuple[int, int] | None = None
    seen: bool = False
    over: bool = False
    fired: tuple[str, ...] = ()
    red: bool = False
    confirmed: bool = False
    reports: tuple[str, ...] = ()

    @property
    def examined(self) -> bool:
        """Was the child seen and assessed this month?"""
        return self.seen and self.score is not None


@dataclass(frozen=True, slots=True)
class State:
    """A child's history in brief: before the month `label`, within it, and as it stands now.

    `first`: the first month. `recent`: the level at the latest assessment with the child seen,
    or a higher one since; `shown`: the level shown.
    """

    first: int | None = None
    label: int | None = None
    before: Memory = Memory()
    page: Page = Page()
    now: Memory = Memory()
    recent: Level = "green"
    shown: Level = "green"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "State":
        """The state that `to_dict` gave, also after a way through JSON (lists for tuples)."""
        return cls(
            first=data["first"],
            label=data["label"],
            before=_memory(data["before"]),
            page=_page(data["page"]),
            now=_memory(data["now"]),
            recent=data["recent"],
            shown=data["shown"],
        )


def month_label(day: date) -> int:
    """The month of a local date as one number: year * 12 + month - 1."""
    return day.year * 12 + day.month - 1


def month_name(label: int) -> str:
    """A label as people write it: 2026-11."""
    return f"{label // 12}-{label % 12 + 1:02d}"


def _memory(data: Mapping[str, Any]) -> Memory:
    scores, flag = data["scores"], data["flag"]
    return Memory(
        scores=Scores(**{**scores, "totals": tuple(scores["totals"])}),
        emergencies=tuple(Standing(**each) for each in data["emergencies"]),
        flag=Flag(**{**flag, "triggers": tuple(flag["triggers"])}) if flag else None,
        closed=data["closed"],
    )


def _page(data: Mapping[str, Any]) -> Page:
    score = (data["score"][0], data["score"][1]) if data["score"] else None
    lists = {"fired": tuple(data["fired"]), "reports": tuple(data["reports"])}
    return Page(**{**data, **lists, "score": score})
