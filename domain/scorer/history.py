"""One month at a time: from what was known and what the month brings to flag and level."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import floor

from .answers import Assessment
from .flags import brake, carry, is_lost, level_of, low, suggests_closing, unseen_months
from .memory import Flag, Level, Memory, Month, Page, Scores, Standing, State
from .rules import Ruleset
from .triggers import Alarmed, Firing, fallen, grown, jumped, sustained, urgent

EMPTY = Page()


@dataclass(frozen=True, slots=True)
class Step:
    """What one call gave. `state` is all that must be kept for the next one.

    `firings`: the triggers that fired now, with their numbers. `opened`: a flag was opened now.
    `verify`: the total fell so far that a person should check it (C-down, never a flag).
    `suggests_closing`: the rules would close; a person decides. `unseen`: months in a row that
    ended without the child being seen; `lost`: on the lost-contact list. `late`: the smoothed
    total that this assessment gives, where one of a later day stands. `rules`: the sha256.
    """

    state: State
    assessment: Assessment | None = None
    firings: tuple[Firing, ...] = ()
    opened: bool = False
    verify: bool = False
    suggests_closing: bool = False
    level: Level = "green"
    unseen: int = 0
    lost: bool = False
    late: float | None = None
    rules: str = ""

    @property
    def label(self) -> int:
        return self.state.label or 0

    @property
    def total(self) -> int | None:
        """The newest total, also when it is older than this month."""
        return self.state.now.scores.newest

    @property
    def smoothed(self) -> float | None:
        return self.state.now.scores.smoothed

    @property
    def flag(self) -> Flag | None:
        return self.state.now.flag

    @property
    def level_shown(self) -> Level:
        """The level after the brake: up at once, down only after two assessments below it.

        The signature that going down also needs is the caller's to ask for.
        """
        return self.state.shown


def replay(months: Iterable[Month], rules: Ruleset, obedient: bool = False) -> list[Step]:
    """Take a child's months from the beginning, in the order of their labels.

    Reports of one month keep their order and repeated ids count once, so duplicates and late
    reports give the same end. `obedient` (back-tests) takes each suggestion to close as a
    person's closing; without it a flag closes only where a month says so.
    """
    state, steps = State(), []
    for month in sorted(months, key=lambda month: month.label):
        taken = step(state, month, rules)
        if obedient and taken.suggests_closing:
            word = Month(month.label, closed=True, over=False)
            taken = replace(taken, state=step(taken.state, word, rules).state)
        state = taken.state
        steps.append(taken)
    return steps


def step(state: State, month: Month, rules: Ruleset) -> Step:
    """Take one month, or one more report of the running month, by docs/scoring.md.

    Months that were passed over count as missed. Raises ValueError for a month before the
    state's own: history then has to be replayed.
    """
    state = _turn(state, month.label, rules)
    if month.report and month.report in state.page.reports:
        month = Month(month.label, over=False)  # a repeat brings nothing
    fresh = month.assessment if month.assessment and month.assessment.assessed else None
    heard = scores = _learn(state, month, fresh, rules)
    firings = _fire(state, month, heard, rules) if fresh or month.emergencies else ()
    late = month.late and state.page.score is not None
    if late:
        scores = replace(state.now.scores, seen=heard.seen)
    stands = None if late else fresh
    page = _write(state, month, stands, firings)
    flag = carry(state.before.flag, month.label, page, low(scores, rules))
    now = Memory(scores, _recall(state, month, rules), flag, state.now.closed)
    told = State(state.first, month.label, state.before, page, now, state.recent, state.shown)
    if month.closed and flag:
        told = _close(told)
    unseen = unseen_months(told)
    lost = is_lost(unseen, told.now.flag, rules)
    level = level_of(scores, told.now.flag, lost, rules)
    return Step(
        state=_brake(told, level, stands is not None and month.seen),
        assessment=month.assessment,
        firings=firings,
        opened=flag is not None and state.now.flag is None,
        verify=stands is not None and _falls(state, scores, rules),
        suggests_closing=suggests_closing(told, rules),
        level=level,
        unseen=unseen,
        lost=lost,
        late=heard.smoothed if late and fresh else None,
        rules=rules.sha256,
    )


def uphold(state: State, label: int, triggers: Iterable[str], rules: Ruleset) -> State:
    """The state in the month `label` as if these triggers had fired: what they fired on was
    corrected away, but a person stands by the flag and is about to confirm it."""
    state = _turn(state, label, rules)
    fired = tuple(sorted({*state.page.fired, *triggers}))
    return replace(state, page=replace(state.page, fired=fired))


def _turn(state: State, label: int, rules: Ruleset) -> State:
    """The state on its page of the month `label`, after the missed months in between."""
    if state.label is None:
        return State(first=label, label=label)
    if label < state.label:
        raise ValueError(f"month {label} lies before {state.label}: replay the history")
    if label == state.label:
        return state
    for missed in range(state.label + 1, label):
        state = step(state, Month(missed), rules).state
    return State(state.first, label, state.now, EMPTY, state.now, state.recent, state.shown)


def _learn(state: State, month: Month, fresh: Assessment | None, rules: Ruleset) -> Scores:
    """The numbers after this report, if it stands; it then replaces one of the same month."""
    before, now = state.before.scores, state.now.scores
    seen = month.label if month.assessment and month.seen else now.seen
    band = month.band or now.band
    paused = _paused(before, band, rules)
    score = (fresh.total, fresh.trend_total) if fresh else state.page.score
    if score is None:
        return Scores(seen, before.newest, before.smoothed, before.totals, band, paused)
    totals = (*before.totals, score[1])[-rules.jump.window - 1 :]
    smoothed = smooth(score[0], before.smoothed, rules)
    return Scores(seen, score[0], smoothed, totals, band, max(paused - 1, 0))


def smooth(total: int, old: float | None, rules: Ruleset) -> float:
    """E = newest x total + (1 - newest) x old E, to one decimal place, halves up.

    Rounded so that the number that a person reads is the number that the rules compare.
    """
    if old is None:
        return float(total)
    share = rules.smoothing.newest
    return floor(10 * (share * total + (1 - share) * old) + 0.5) / 10


def _paused(before: Scores, band: str, rules: Ruleset) -> int:
    changed = before.band and band and band != before.band
    return rules.trend.pause if changed else before.paused


def _fire(state: State, month: Month, scores: Scores, rules: Ruleset) -> tuple[Firing, ...]:
    """The triggers that this report sets off: A, B and C by an assessment, D by itself."""
    flagged = state.now.flag is not None
    firings: list[Firing | None] = []
    if month.assessment and month.assessment.assessed:
        smoothed = scores.smoothed or 0.0
        firings = [sustained(month.assessment.total, smoothed, rules.high)]
        if (flagged or not _cools(state, rules)) and _trends(state, scores, rules):
            firings += [grown(scores.totals, rules.growth), jumped(scores.totals, rules.jump)]
    moment = (month.label, scores.newest, flagged)
    alarms = urgent(_reported(state, month), state.before.emergencies, moment, rules.urgent)
    return (*(firing for firing in firings if firing), *alarms)


def _cools(state: State, rules: Ruleset) -> bool:
    closed, label = state.now.closed, state.label
    return closed is not None and label is not None and label - closed <= rules.closing.cool


def _trends(state: State, scores: Scores, rules: Ruleset) -> bool:
    """May the trend rules judge, or do they pause after a change of age band?"""
    return _paused(state.before.scores, scores.band, rules) == 0


def _falls(state: State, scores: Scores, rules: Ruleset) -> bool:
    return _trends(state, scores, rules) and fallen(scores.totals, rules.jump)


def _reported(state: State, month: Month) -> dict[str, str]:
    """This report's emergencies, with the amber ones that the month brought already."""
    amber = {
        each.code: each.level
        for each in state.now.emergencies
        if each.label == month.label and each.level == "amber"
    }
    return {**amber, **month.emergencies}


def _recall(state: State, month: Month, rules: Ruleset) -> tuple[Standing, ...]:
    """When each emergency was last reported, as far back as the rules look."""
    known = state.now.emergencies
    if not known and not month.emergencies:
        return ()
    last = {(each.code, each.level): each.label for each in known}
    last |= dict.fromkeys(month.emergencies.items(), month.label)
    reach = month.label - max(rules.urgent.back_months, rules.urgent.absent_months)
    return tuple(Standing(*key, label) for key, label in last.items() if label > reach)


def _write(
    state: State, month: Month, stands: Assessment | None, firings: tuple[Firing, ...]
) -> Page:
    """The month's page with this report added; `stands`: its assessment, if it stands."""
    page, fired = state.page, state.page.fired
    if firings:
        fired = tuple(sorted({*fired, *(firing.trigger for firing in firings)}))
    return Page(
        score=(stands.total, stands.trend_total) if stands else page.score,
        seen=page.seen or (month.assessment is not None and month.seen),
        over=page.over or month.over,
        fired=fired,
        red=page.red or any(isinstance(each, Alarmed) and each.level == "red" for each in firings),
        confirmed=page.confirmed or (month.confirmed and bool(state.now.flag or fired)),
        reports=(*page.reports, month.report) if month.report else page.reports,
    )


def _close(state: State) -> State:
    """A person closed the flag: nothing that was known by then opens it again."""
    page = replace(state.page, fired=(), red=False, confirmed=False)
    before = replace(state.before, flag=None, closed=state.label, emergencies=state.now.emergencies)
    now = replace(state.now, flag=None, closed=state.label)
    return replace(state, before=before, page=page, now=now)


def _brake(state: State, level: Level, examined: bool) -> State:
    recent, shown = brake(state, level, examined)
    if (recent, shown) == (state.recent, state.shown):
        return state
    return State(state.first, state.label, state.before, state.page, state.now, recent, shown)
