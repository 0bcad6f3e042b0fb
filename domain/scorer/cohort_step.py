"""One column of a cohort: what `step` does for one child, for a block of children at once.

Every array holds one value per child. Nothing is changed in place, so what was known before
the month costs no copy: it is the arrays of the column before.
"""

from dataclasses import dataclass, replace

import numpy as np

from .cohort_triggers import (
    Alarms,
    Bools,
    D,
    Floats,
    Labels,
    Small,
    Totals,
    Window,
    alarmed,
    past_known,
    pick,
    reach,
    sustained,
    trending,
)
from .memory import RANK
from .rules import Ruleset

NEVER = -1000  # further back than any rule looks
YELLOW, ORANGE, RED = (np.uint8(RANK[level]) for level in ("yellow", "orange", "red"))


@dataclass(frozen=True, slots=True)
class Column:
    """One report of each child; `total` -1: no assessment, `band` 0: not given."""

    total: Totals
    trend_total: Totals
    seen: Bools
    over: Bools
    band: Small
    alarms: Alarms
    confirmed: Bools
    closed: Bools
    late: Bools


@dataclass(frozen=True, slots=True)
class Scores:
    """The numbers that the rules remember. `newest` -1 and `smoothed` 0.0: never assessed."""

    seen: Labels
    newest: Totals
    smoothed: Floats
    window: Window
    band: Small
    paused: Small


@dataclass(frozen=True, slots=True)
class Flags:
    """The open flags: `triggers` as bits, 0 where no flag is open; the rest is then empty."""

    triggers: Small
    red: Bools
    confirmed: Bools
    held: Labels
    below: Labels

    @property
    def open(self) -> Bools:
        return self.triggers.astype(np.bool_)

    def only(self, kept: Bools) -> "Flags":
        """The flags that stay open."""
        return Flags(
            self.triggers * kept,
            self.red & kept,
            self.confirmed & kept,
            self.held * kept,
            self.below * kept,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """What the running month has brought so far.

    `closed`: a flag was closed this month, when the emergencies `told` were known.
    """

    total: Totals
    trend_total: Totals
    seen: Bools
    over: Bools
    fired: Small
    red: Bools
    confirmed: Bools
    alarms: Alarms
    closed: Bools
    told: Alarms


@dataclass(frozen=True, slots=True)
class State:
    """A block's history in brief: before the running month, within it, and as it stands now.

    `past`: the emergencies of earlier months, the latest first, as far back as the rules look.
    `blank`: the page of a month that has not brought anything yet.
    """

    label: int
    before: tuple[Scores, Flags]
    page: Page
    now: tuple[Scores, Flags]
    closed: Labels
    past: tuple[Alarms, ...]
    recent: Small
    shown: Small
    blank: Page


@dataclass(frozen=True, slots=True)
class Taken:
    """What one column gave; `fired` as bits, levels by rank."""

    state: State
    fired: Small
    opened: Bools
    verify: Bools
    suggests_closing: Bools
    level: Small
    unseen: Labels
    lost: Bools


def begin(first: Labels, no_alarms: Alarms, rules: Ruleset) -> State:
    """The state before the first column of children who start in the months `first`."""
    children = len(first)
    no, zero = np.zeros(children, np.bool_), np.zeros(children, np.uint8)
    none, count = np.full(children, -1, np.int8), np.zeros(children, np.int16)
    window = Window.empty(rules.jump, children)
    seen = (first - 1).astype(np.int16)
    scores = Scores(seen, none, np.zeros(children), window, zero, zero)
    flags = Flags(zero, no, no, count, count)
    blank = Page(none, none, no, no, zero, no, no, no_alarms, no, no_alarms)
    return State(
        label=-1,
        before=(scores, flags),
        page=blank,
        now=(scores, flags),
        closed=np.full(children, NEVER, np.int16),
        past=(no_alarms,) * reach(rules.urgent),
        recent=zero,
        shown=zero,
        blank=blank,
    )


def take(state: State, column: Column, label: int, rules: Ruleset, obedient: bool) -> Taken:
    """Take one more report of each child: of the next month, or again of the running one."""
    state = _turn(state, label)
    fresh = column.total >= 0
    page = _written(state, column, fresh)
    scores, trends = _learn(state, column, page, rules)
    fired, red, fallen = _fire(state, column, scores, (fresh, fresh & trends), rules)
    late = column.late & (state.page.total >= 0)
    page, scores = _standing(state, late, page, scores)
    stands = fresh & ~late
    page = _signed(state, column, page, (fired, red))
    flags, low = _carry(state, page, scores, rules)
    told = replace(state, page=page, now=(scores, flags))
    told = _close(told, column.closed & flags.open)
    suggests = _suggests(told, low, rules)
    unseen = np.maximum(np.int16(label - 1) + page.over - scores.seen, 0)
    lost, level = _level(told, unseen, rules)
    told = _brake(told, level, stands & column.seen)
    opened = flags.open & ~state.now[1].open
    if obedient:
        told = _close(told, suggests)
    return Taken(told, fired, opened, stands & trends & fallen, suggests, level, unseen, lost)


def _turn(state: State, label: int) -> State:
    """The state on its page of the month `label`, the same month or the next one."""
    if label == state.label:
        return state
    past = (state.page.alarms, *state.past)[: len(state.past)]
    return replace(state, label=label, before=state.now, page=state.blank, past=past)


def _written(state: State, column: Column, fresh: Bools) -> Page:
    """The month's page with this report on it, if its assessment stands."""
    old = state.page
    if old is state.blank:
        return replace(
            old,
            total=column.total,
            trend_total=column.trend_total,
            seen=column.seen,
            over=column.over,
            alarms=column.alarms,
        )
    return replace(
        old,
        total=pick(fresh, column.total, old.total),
        trend_total=pick(fresh, column.trend_total, old.trend_total),
        seen=old.seen | column.seen,
        over=old.over | column.over,
        alarms=old.alarms | column.alarms,
    )


def _learn(state: State, column: Column, page: Page, rules: Ruleset) -> tuple[Scores, Bools]:
    """The numbers after this report, if it stands; where the trend rules may judge (no pause)."""
    before, now = state.before[0], state.now[0]
    scored = page.total >= 0
    band = pick(column.band != 0, column.band, now.band)
    changed = (before.band != 0) & (band != 0) & (band != before.band)
    paused = pick(changed, np.uint8(rules.trend.pause), before.paused)
    smoothed = np.where(scored, smooth(page.total, before.smoothed, rules), before.smoothed)
    first = scored & (before.newest < 0)
    scores = Scores(
        seen=pick(column.seen, np.int16(state.label), now.seen),
        newest=pick(scored, page.total, before.newest),
        smoothed=np.where(first, page.total, smoothed) if first.any() else smoothed,
        window=before.window.add(page.trend_total, scored),
        band=band,
        paused=paused - (scored & (paused != 0)),
    )
    return scores, paused == 0


def _standing(state: State, late: Bools, page: Page, scores: Scores) -> tuple[Page, Scores]:
    """The page and the numbers that are kept: where the report is `late`, those before it."""
    if not late.any():
        return page, scores
    old, now = state.page, state.now[0]
    page = replace(
        page,
        total=pick(late, old.total, page.total),
        trend_total=pick(late, old.trend_total, page.trend_total),
    )
    scores = Scores(
        seen=scores.seen,
        newest=pick(late, now.newest, scores.newest),
        smoothed=np.where(late, now.smoothed, scores.smoothed),
        window=scores.window.swapped(late, now.window),
        band=pick(late, now.band, scores.band),
        paused=pick(late, now.paused, scores.paused),
    )
    return page, scores


def smooth(total: Totals, old: Floats, rules: Ruleset) -> Floats:
    """history.smooth in the same order of the same operations, so that every bit is equal."""
    share = rules.smoothing.newest
    smoothed: Floats = share * total.astype(np.float64)
    smoothed += (1 - share) * old
    smoothed *= 10
    smoothed += 0.5
    np.floor(smoothed, out=smoothed)
    smoothed /= 10
    return smoothed


def _fire(
    state: State, column: Column, scores: Scores, judged: tuple[Bools, Bools], rules: Ruleset
) -> tuple[Small, Bools, Bools]:
    """The triggers set off as bits, where D is red, and who fell; `judged`: by A, by B and C."""
    assessed, trends = judged
    flagged = state.now[1].open
    free = flagged | (state.label - state.closed > rules.closing.cool)
    fired, fallen = trending(scores.window, trends & free, rules)
    high = assessed & sustained(column.total, scores.smoothed, rules.high)
    fired |= high.view(np.uint8)  # the bit of A
    reported = _reported(state, column, assessed)
    few = np.flatnonzero(reported.any)
    known = list(past_known(state.past, state.page.closed, state.page.told, few))
    alarm, red_few = alarmed(reported[few], known, (scores.newest[few], flagged[few]), rules.urgent)
    fired[few] |= D * alarm.view(np.uint8)
    red = np.zeros(len(flagged), np.bool_)
    red[few] = red_few
    return fired, red, fallen


def _reported(state: State, column: Column, assessed: Bools) -> Alarms:
    """This report's emergencies, with the amber ones that the month brought already."""
    earlier, now = state.page.alarms, column.alarms
    if state.page is state.blank or not state.past:
        return now
    told = earlier.amber & ~now.red
    return Alarms(now.red, now.amber | told * (assessed | now.any))


def _signed(state: State, column: Column, page: Page, fired: tuple[Small, Bools]) -> Page:
    """The page with what fired, and with a person's confirmation of it."""
    bits, red = page.fired | fired[0], page.red | fired[1]
    flagged = state.now[1].open | (bits != 0)
    confirmed = page.confirmed | (column.confirmed & flagged)
    return replace(page, fired=bits, red=red, confirmed=confirmed)


def _carry(state: State, page: Page, scores: Scores, rules: Ruleset) -> tuple[Flags, Bools]:
    """The flags after this page: opened, or carried on; and who was examined and found low."""
    old, line = state.before[1], rules.closing.line
    examined = page.seen & (page.total >= 0)
    low = examined & (scores.newest < line) & (scores.smoothed < line)
    counted = examined & old.open
    flags = Flags(
        triggers=old.triggers | page.fired,
        red=old.red | page.red,
        confirmed=old.confirmed | page.confirmed,
        held=old.held + counted,
        below=(old.below + counted) * (low | ~counted),
    )
    return flags, low


def _close(state: State, shut: Bools) -> State:
    """A person closed these flags: nothing that was known by then opens them again."""
    if not shut.any():
        return state
    kept, page = ~shut, state.page
    return replace(
        state,
        before=(state.before[0], state.before[1].only(kept)),
        page=replace(
            page,
            fired=page.fired * kept,
            red=page.red & kept,
            confirmed=page.confirmed & kept,
            closed=page.closed | shut,
            told=page.told | page.alarms.only(shut),
        ),
        now=(state.now[0], state.now[1].only(kept)),
        closed=pick(shut, np.int16(state.label), state.closed),
    )


def _suggests(state: State, low: Bools, rules: Ruleset) -> Bools:
    """Would the rules close the flag now?"""
    flags, closing = state.now[1], rules.closing
    alone = (flags.triggers == D) & (flags.held >= closing.held_urgent)
    held = alone | ((flags.triggers != D) & (flags.held >= closing.held))
    ripe: Bools = flags.open & low & held & (flags.below >= closing.visits)
    return ripe & ~state.page.alarms.any if state.past else ripe


def _level(state: State, unseen: Labels, rules: Ruleset) -> tuple[Bools, Small]:
    """Who is on the lost-contact list, and the level (docs/scoring.md)."""
    scores, flags = state.now
    lost = (unseen >= rules.lost.others) | (flags.open & (unseen >= rules.lost.flagged))
    high = (scores.newest >= rules.high.single) | (scores.smoothed >= rules.high.single)
    calm = YELLOW * (lost | (scores.smoothed >= rules.levels.yellow))
    grave = flags.red | flags.confirmed | high
    return lost, np.maximum(calm, flags.open * (ORANGE + grave))


def _brake(state: State, level: Small, examined: Bools) -> State:
    """Up at once, down after two assessments of the child seen."""
    higher = np.maximum(state.recent, level)
    lowest = np.minimum(state.shown, pick(~examined, RED, higher))
    recent = pick(examined, level, higher)
    return replace(state, recent=recent, shown=np.maximum(level, lowest))
