"""Flags and levels: how a flag stands, when closing is suggested, which level is shown."""

from typing import Literal

from .memory import RANK, Flag, Level, Page, Scores, State
from .rules import Ruleset

Against = Literal["emergency", "score", "unseen", "held", "below"]
"""An emergency reported this month; a total at or over the line; nobody has seen and assessed
the child this month; too few assessments since the opening; too few of them below the line."""


def carry(old: Flag | None, label: int, page: Page, low: bool) -> Flag | None:
    """The flag after this month's page: opened, or carried on with its two counts.

    `held` and `below` move only in a month with an assessment in which the child was seen.
    """
    if old is None:
        return Flag(label, page.fired, page.red, page.confirmed) if page.fired else None
    examined = page.examined
    return Flag(
        since=old.since,
        triggers=tuple(sorted({*old.triggers, *page.fired})),
        red=old.red or page.red,
        confirmed=old.confirmed or page.confirmed,
        held=old.held + examined,
        below=(old.below + 1 if low else 0) if examined else old.below,
    )


def low(scores: Scores, rules: Ruleset) -> bool:
    """Are the newest and the smoothed total both below the closing line?"""
    line = rules.closing.line
    return (scores.newest or 0) < line and (scores.smoothed or 0) < line


def suggests_closing(state: State, rules: Ruleset) -> bool:
    """Would the rules close the flag now? Only in a month in which the child was assessed."""
    return state.now.flag is not None and not against_closing(state, rules)


def against_closing(state: State, rules: Ruleset) -> tuple[Against, ...]:
    """What speaks against closing the flag that is open, in the order of weight."""
    flag = state.now.flag
    if flag is None:
        return ()
    held = rules.closing.held_urgent if flag.triggers == ("D",) else rules.closing.held
    standing = any(each.label == state.label for each in state.now.emergencies)
    found: dict[Against, bool] = {
        "emergency": standing,
        "score": not low(state.now.scores, rules),
        "unseen": not state.page.examined,
        "held": flag.held < held,
        "below": flag.below < rules.closing.visits,
    }
    return tuple(why for why, so in found.items() if so)


def unseen_months(state: State) -> int:
    """Months in a row that ended without the child being seen in person."""
    if state.first is None or state.label is None:
        return 0
    seen = state.now.scores.seen
    last = state.first - 1 if seen is None else seen
    ended = state.label if state.page.over else state.label - 1
    return max(ended - last, 0)


def is_lost(unseen: int, flag: Flag | None, rules: Ruleset) -> bool:
    """Does a child unseen for so many months belong on the lost-contact list?"""
    return unseen >= (rules.lost.flagged if flag else rules.lost.others)


def level_of(scores: Scores, flag: Flag | None, lost: bool, rules: Ruleset) -> Level:
    """By docs/scoring.md. Very high: the newest or the smoothed total at the single line."""
    smoothed = scores.smoothed or 0
    if flag:
        high = max(scores.newest or 0, smoothed) >= rules.high.single
        return "red" if flag.red or flag.confirmed or high else "orange"
    return "yellow" if lost or smoothed >= rules.levels.yellow else "green"


def brake(state: State, level: Level, examined: bool) -> tuple[Level, Level]:
    """The level to remember and the level to show: up at once, down after two assessments.

    Shown is never lower than the higher one of the last two assessments with the child seen.
    """
    higher = _higher(state.recent, level)
    if not examined:
        return higher, _higher(state.shown, level)
    return level, _higher(level, _lower(state.shown, higher))


def _higher(one: Level, other: Level) -> Level:
    return one if RANK[one] >= RANK[other] else other


def _lower(one: Level, other: Level) -> Level:
    return one if RANK[one] <= RANK[other] else other
