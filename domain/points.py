"""Points of the volunteers: the table of rules, its caps, and the arithmetic of the ledger.

All days are local dates (Asia/Shanghai): a visit at 23:50 on 31 March belongs to March.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

AUTOMATIC = "automatic"
Effect = Literal["entry", "quarter", "exit"]
EntryState = Literal["pending", "booked", "reversed"]


@dataclass(frozen=True)
class Caps:
    """How many entries of a rule count; None is no cap. Per volunteer, `child_*` per child."""

    child_month: int | None = None
    month: int | None = None
    child_year: int | None = None
    year: int | None = None


@dataclass(frozen=True)
class Taken:
    """How many entries of a rule a volunteer has already, in the same four counts."""

    child_month: int = 0
    month: int = 0
    child_year: int = 0
    year: int = 0


@dataclass(frozen=True)
class Rule:
    """One line of the table. `minutes` is the least length, `modes` the ways of contact.

    `confirmed_by`: "automatic" or a role; `recheck`: the share that is called back; `effect`
    other than "entry": the quarter's points are suspended, or the volunteer leaves.
    """

    code: str
    zh: str
    en: str
    points: int
    caps: Caps
    evidence: str
    confirmed_by: str
    minutes: int = 0
    modes: tuple[str, ...] = ()
    recheck: float = 0.0
    excused_by: str = ""
    effect: Effect = "entry"

    @property
    def automatic(self) -> bool:
        return self.confirmed_by == AUTOMATIC


@dataclass(frozen=True)
class Entry:
    """One line of the append-only ledger. `source` names what it is for, once per rule."""

    rule: str
    source: str
    state: EntryState
    points: int
    minutes: int = 0


@dataclass(frozen=True)
class Totals:
    """Points booked and pending, and the minutes of the booked lines."""

    booked: int = 0
    pending: int = 0
    minutes: int = 0


@cache
def rules() -> Mapping[str, Rule]:
    """The table by code, in its own order. ValueError for a code that comes twice."""
    data = tomllib.loads(files("domain").joinpath("points.toml").read_text("utf-8"))
    found = [_rule(row) for row in data["rule"]]
    if len({rule.code for rule in found}) < len(found):
        raise ValueError("points.toml: a code comes twice")
    return {rule.code: rule for rule in found}


def rule_for_contact(mode: str, in_person: bool) -> Rule | None:
    """The rule of such a contact, which may be shorter than its `minutes`; None for a message."""
    rule = rules()["P02" if in_person else "P01"]
    return rule if in_person or mode in rule.modes else None


def left(rule: Rule, taken: Taken) -> int | None:
    """How many more entries the caps allow; None when the rule has no cap."""
    pairs = (
        (rule.caps.child_month, taken.child_month),
        (rule.caps.month, taken.month),
        (rule.caps.child_year, taken.child_year),
        (rule.caps.year, taken.year),
    )
    return min((max(cap - count, 0) for cap, count in pairs if cap is not None), default=None)


def room(rule: Rule, taken: Taken) -> int:
    """The points that the caps allow for one more entry: the rule's, or 0 when one is full.

    Negative for a penalty. This is the only place where caps are enforced.
    """
    return 0 if left(rule, taken) == 0 else rule.points


def periods(day: date) -> tuple[str, str, str]:
    """The month, quarter and year of a local date: 2026-11, 2026-Q4, 2026."""
    quarter = (day.month + 2) // 3
    return f"{day.year}-{day.month:02d}", f"{day.year}-Q{quarter}", f"{day.year}"


def totals(entries: Iterable[Entry]) -> Totals:
    """Add up a ledger in its order; each rule and source counts once, as it stands last.

    Booked takes the place of pending; reversed takes away whichever stood; a pending line
    after a booked one changes nothing.
    """
    standing: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.rule, entry.source)
        if entry.state == "reversed":
            standing.pop(key, None)
        elif entry.state == "booked" or key not in standing:
            standing[key] = entry
    booked = [entry for entry in standing.values() if entry.state == "booked"]
    pending = [entry for entry in standing.values() if entry.state == "pending"]
    return Totals(
        booked=sum(entry.points for entry in booked),
        pending=sum(entry.points for entry in pending),
        minutes=sum(entry.minutes for entry in booked),
    )


def _rule(row: Mapping[str, Any]) -> Rule:
    caps, modes = Caps(**row["caps"]), tuple(row.get("modes", ()))
    return Rule(**{**row, "caps": caps, "modes": modes})
