"""Holding the cohort against the pure scorer: both must say the same of every report."""

from collections.abc import Iterable
from dataclasses import fields
from typing import NamedTuple

from .cohort import Cohort, Outcome, columns_of, placed, replay_all
from .cohort_triggers import A, B, C, D
from .history import Step, replay
from .memory import RANK, Month
from .rules import Ruleset

BITS = {"A": A, "B": B, "C": C, "D": D}


class Reading(NamedTuple):
    """One child's results in one column, as at `Outcome`; `smoothed` None: never assessed."""

    smoothed: float | None
    triggers: int
    fired: int
    opened: bool
    verify: bool
    suggests_closing: bool
    level: int
    level_shown: int
    unseen: int
    lost: bool


class Difference(NamedTuple):
    """A report of which the two do not say the same; `child`: its place in the histories."""

    child: int
    label: int
    cohort: Reading
    replay: Reading


def differences(
    histories: Iterable[Iterable[Month]], rules: Ruleset, obedient: bool = False
) -> list[Difference]:
    """Where `replay_all` and `replay` disagree: nowhere, or a re-scoring must not be used."""
    taken = [placed(months) for months in histories]
    alone = [[month for month, _ in reports] for reports in taken]
    columns, outcome = columns_of(taken), replay_all(Cohort.of(alone), rules, obedient)
    found = []
    for child, reports in enumerate(taken):
        steps = replay(alone[child], rules, obedient)
        for (month, place), step in zip(reports, steps, strict=True):
            fast, slow = reading_at(outcome, child, columns[month.label][place]), reading_of(step)
            if fast != slow:
                found.append(Difference(child, month.label, fast, slow))
    return found


def reading_at(outcome: Outcome, child: int, column: int) -> Reading:
    """What the cohort says of one report."""
    values = {
        each.name: getattr(outcome, each.name)[child, column].item() for each in fields(outcome)
    }
    known = values["smoothed"] == values["smoothed"]
    return Reading(**values | {"smoothed": values["smoothed"] if known else None})


def reading_of(step: Step) -> Reading:
    """What the pure scorer says of one report."""
    return Reading(
        smoothed=step.smoothed,
        triggers=_bits(step.flag.triggers) if step.flag else 0,
        fired=_bits(firing.trigger for firing in step.firings),
        opened=step.opened,
        verify=step.verify,
        suggests_closing=step.suggests_closing,
        level=RANK[step.level],
        level_shown=RANK[step.level_shown],
        unseen=step.unseen,
        lost=step.lost,
    )


def _bits(triggers: Iterable[str]) -> int:
    return sum({BITS[trigger] for trigger in triggers})
