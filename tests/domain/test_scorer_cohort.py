"""The cohort says what `replay` says, bit for bit."""

import random
import subprocess
import sys
from dataclasses import fields, replace
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scorer import Assessment, Month, Ruleset, default_rules, load_rules, replay
from domain.scorer import cohort as cohorts
from domain.scorer import cohort_audit as audit
from domain.scorer.cohort import Cohort, Outcome, replay_all
from domain.scorer.cohort_audit import differences, reading_at, reading_of
from domain.scorer.cohort_step import smooth
from domain.scorer.cohort_triggers import doubled_medians
from domain.scorer.history import smooth as history_smooth
from domain.scorer.triggers import median

RULES = default_rules()
FIRST = 2026 * 12
few = settings(deadline=None, max_examples=25)
CODES = ("EM04", "EM05b", "EM10")
BANDS = ("", "3-5", "6-17", "6-17", "6-17", "6-17")


@st.composite
def rulesets(draw: st.DrawFn) -> Ruleset:
    """Any rules that a rule file may hold, near the ones that are used."""

    def up_to(most: int, least: int = 0) -> int:
        return draw(st.integers(least, most))

    line, new, window, flagged = up_to(60, 15), up_to(60), up_to(9, 1), up_to(3, 1)
    share = draw(st.sampled_from((0.6, 0.6, 0.5, 0.35, 0.1, 1.0)))
    tables: dict[str, dict[str, float]] = {
        "form": {"stale_share": 0.3, "middle_after": 2},
        "smoothing": {"newest": share},
        "high": {"line": line, "single": line + up_to(20)},
        "growth": {"rises": up_to(min(window, 3), 1), "each": up_to(3), "rise": up_to(18)},
        "jump": {"rise": up_to(20), "window": window, "earlier": up_to(min(window, 3), 1)},
        "trend": {"pause": up_to(3)},
        "urgent": {"new": new, "back": up_to(new), "back_months": up_to(4)},
        "closing": {"line": up_to(line), "held": up_to(3), "held_urgent": up_to(2)},
        "lost": {"flagged": flagged, "others": flagged + up_to(2)},
        "levels": {"yellow": up_to(line)},
    }
    tables["growth"]["floor"] = tables["jump"]["floor"] = up_to(40)
    tables["jump"] |= {"fall": up_to(25), "sigma": up_to(6) / 2, "least_sigma": up_to(8) / 2}
    tables["urgent"]["absent_months"] = up_to(4)
    tables["closing"] |= {"visits": up_to(2, 1), "cool": up_to(4)}
    lines = [
        f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in table.items())
        for name, table in tables.items()
    ]
    return load_rules(("version = 'drawn'\n" + "".join(lines)).encode())


def history(
    chance: random.Random, months: int, *, several: bool = False, urgent: float = 0.12
) -> list[Month]:
    """A child's reports: a total that wanders, misses, emergencies, a person's words."""
    label = FIRST + chance.choice((0, 0, 0, 1, 5))
    level, found = chance.randint(5, 45), []
    for place in range(months):
        if place:
            label += chance.choice((0, 0, 1, 1, 1, 2, 4) if several else (1, 1, 1, 1, 1, 1, 2, 4))
        level = min(max(level + chance.randint(-10, 10), 0), 100)
        total = chance.choice((level, level, level, chance.randint(0, 100)))
        trend = min(max(total + chance.choice((0, 0, -3, 2)), 0), 100)
        visit = Assessment(total, trend, assessed=chance.random() < 0.93)
        word = chance.random()
        found.append(
            Month(
                label,
                visit if chance.random() < 0.8 - urgent else None,
                chance.choice(BANDS),
                {
                    code: chance.choice(("red", "amber", "amber"))
                    for code in CODES
                    if chance.random() < urgent
                },
                seen=chance.random() < 0.9,
                confirmed=word < 0.04,
                closed=0.04 < word < 0.04 + urgent,
                over=chance.random() < 0.85,
                report=f"r{place // 2}" if several else "",
                late=several and chance.random() < 0.4,
            )
        )
    return found


@st.composite
def histories(draw: st.DrawFn, several: bool = False) -> list[list[Month]]:
    """Up to six children with up to 14 reports each."""
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    lengths = draw(st.lists(st.integers(0, 14), min_size=1, max_size=6))
    return [history(chance, length, several=several) for length in lengths]


@few
@given(histories(), rulesets(), st.booleans())
def test_every_month_is_what_replay_says(
    children: list[list[Month]], rules: Ruleset, obedient: bool
) -> None:
    assert differences(children, rules, obedient) == []


@few
@given(histories(several=True), rulesets(), st.booleans())
def test_several_reports_in_a_month_are_what_replay_says(
    children: list[list[Month]], rules: Ruleset, obedient: bool
) -> None:
    assert differences(children, rules, obedient) == []


@few
@given(histories(), rulesets())
def test_every_column_is_a_month_of_replay(children: list[list[Month]], rules: Ruleset) -> None:
    """Also the months that a child's list passes over, and those after its last report."""
    cohort = Cohort.of(children)
    outcome = replay_all(cohort, rules)
    for child, months in enumerate(children):
        known = {month.label: month for month in months}
        begun = [label for label in cohort.labels.tolist() if known and label >= min(known)]
        steps = replay([known.get(label, Month(label)) for label in begun], rules)
        columns = range(len(cohort.labels) - len(begun), len(cohort.labels))
        found = [reading_at(outcome, child, column) for column in columns]
        assert found == [reading_of(step) for step in steps]


@few
@given(histories(several=True))
def test_repeated_reports_change_nothing(children: list[list[Month]]) -> None:
    cohort = Cohort.of([*months, *months] for months in children)
    outcome = replay_all(cohort, RULES)
    last = max((month.label for month in chain(*children)), default=0)
    for child, months in enumerate(children):
        if months and months[-1].label == last:
            end = reading_of(replay([*months, *months], RULES)[-1])
            found = reading_at(outcome, child, int(cohort.ends[-1]))
            assert found._replace(fired=0, opened=False, verify=False) == end._replace(
                fired=0, opened=False, verify=False
            )


@pytest.mark.parametrize(("obedient", "visits"), [(False, 1), (True, 2)])
def test_a_larger_cohort_is_what_replay_says(obedient: bool, visits: int) -> None:
    rules = replace(RULES, closing=replace(RULES.closing, visits=visits))
    chance = random.Random(20261)
    children = [history(chance, 24) for _ in range(400)]
    assert differences(children, rules, obedient) == []
    everything = replay_all(Cohort.of(children), rules, obedient)
    assert {bit for bit in (1, 2, 4, 8) if (everything.fired & bit).any()} == {1, 2, 4, 8}
    assert set(np.unique(everything.level)) == {0, 1, 2, 3}
    for seldom in (everything.verify, everything.suggests_closing, everything.lost):
        assert seldom.any()


@pytest.mark.parametrize(("back", "absent"), [(3, 2), (2, 3), (1, 0), (0, 2), (0, 0)])
def test_emergencies_between_words_are_what_replay_says(back: int, absent: int) -> None:
    """Months full of emergencies, closings and emergencies again."""
    urgent = replace(RULES.urgent, back_months=back, absent_months=absent)
    chance = random.Random(10 * back + absent)
    children = [history(chance, 14, several=True, urgent=0.35) for _ in range(150)]
    assert differences(children, replace(RULES, urgent=urgent)) == []


def test_an_emergency_that_turns_red_within_the_month_is_amber_no_more() -> None:
    red, amber = {"EM04": "red"}, {"EM04": "amber"}
    months = [
        Month(FIRST, Assessment(30, 30), "", red),
        Month(FIRST + 1, Assessment(30, 30)),
        Month(FIRST + 2, None, "", amber, over=False),
        Month(FIRST + 2, None, "", red),
    ]
    assert replay_all(Cohort.of([months]), RULES).fired.tolist() == [[8, 0, 8, 0]]
    assert differences([months], RULES) == []


def test_a_late_report_fires_and_does_not_stand() -> None:
    """Whatever else it brings: a change of band, a fall, the child seen."""
    before = [Month(FIRST + place, Assessment(40, 40), "3-5") for place in range(3)]
    now = FIRST + 3
    newest = Month(now, Assessment(30, 30), "3-5", seen=False, over=False)
    fallen = Month(now, Assessment(2, 2), "3-5", over=False, late=True)
    urgent = Month(now, Assessment(70, 70), "6-17", {"EM04": "red"}, late=True)
    risen = Month(now + 1, Assessment(70, 70), "3-5")
    months = [*before, newest, fallen, urgent, risen]
    outcome = replay_all(Cohort.of([months]), RULES)
    assert outcome.smoothed[0, 3:].tolist() == [34.0, 34.0, 34.0, 55.6]
    assert outcome.fired[0, 3:].tolist() == [0, 0, 9, 5]
    assert not outcome.verify.any()
    assert differences([months], RULES) == []


def test_a_difference_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(RULES, high=replace(RULES.high, line=1))
    monkeypatch.setattr(audit, "replay", lambda months, rules, obedient: replay(months, other))
    months = [Month(FIRST, Assessment(0, 0)), Month(FIRST + 1, Assessment(9, 9))]
    found = differences([months], RULES)
    assert [(each.child, each.label, each.cohort.fired, each.replay.fired) for each in found] == [
        (0, FIRST + 1, 0, 1)
    ]


def test_blocks_and_layout_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    cohort = Cohort.of([history(chance, 12, several=True) for _ in range(40)])
    whole = replay_all(cohort, RULES)
    monkeypatch.setattr(cohorts, "BLOCK", 7)
    arrays = {each.name: getattr(cohort, each.name).copy(order="C") for each in fields(cohort)}
    assert_equal(replay_all(Cohort(**arrays), RULES), whole)


def assert_equal(one: Outcome, other: Outcome) -> None:
    for each in fields(one):
        np.testing.assert_array_equal(getattr(one, each.name), getattr(other, each.name))


def test_only_the_cohort_needs_numpy() -> None:
    code = "import sys, domain.scorer; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("children", [0, 1, 3])
def test_a_cohort_without_months_has_empty_results(children: int) -> None:
    outcome = replay_all(Cohort.of([[]] * children), RULES)
    assert outcome.flagged.shape == (children, 0)


def test_one_month_is_enough() -> None:
    outcome = replay_all(Cohort.of([[Month(FIRST, Assessment(55, 55))]]), RULES)
    assert (outcome.smoothed.tolist(), outcome.flagged.tolist()) == ([[55.0]], [[True]])


def test_before_its_first_month_a_child_has_no_results() -> None:
    rules = replace(RULES, levels=replace(RULES.levels, yellow=0))
    early = [Month(FIRST + place, Assessment(10, 10)) for place in range(3)]
    outcome = replay_all(Cohort.of([early, early[2:], []]), rules)
    assert outcome.level.tolist() == [[1, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert outcome.level_shown.tolist() == outcome.level.tolist()
    assert np.isnan(outcome.smoothed).tolist() == [[False] * 3, [True, True, False], [True] * 3]


def test_a_month_ends_with_its_last_report() -> None:
    months = [Month(FIRST, Assessment(9, 9)), Month(FIRST, over=False), Month(FIRST + 1)]
    cohort = Cohort.of([months])
    assert (cohort.labels - FIRST).tolist() == [0, 0, 1]
    assert cohort.ends.tolist() == [1, 2]


@pytest.mark.parametrize("codes", [1, 9, 17, 40, 64])
def test_emergencies_take_the_bits_they_need(codes: int) -> None:
    levels = {f"E{code}": "amber" for code in range(codes)}
    months = [Month(FIRST, Assessment(9, 9), "", levels), Month(FIRST + 1, None, "", levels)]
    assert 8 * Cohort.of([months]).red.itemsize >= codes
    assert differences([months, months[1:]], RULES) == []


def test_what_does_not_fit_into_the_arrays_is_refused() -> None:
    many = {f"E{code}": "red" for code in range(65)}
    with pytest.raises(ValueError, match="65 emergency codes, 1 bands: at most 64 and 256"):
        Cohort.of([[Month(FIRST, None, "", many)]])
    with pytest.raises(ValueError, match="E: 'R1' is neither red nor amber"):
        Cohort.of([[Month(FIRST, None, "", {"E": "R1"})]])
    with pytest.raises(ValueError, match="a total of 101"):
        Cohort.of([[Month(FIRST, Assessment(101, 9))]])


def good() -> dict[str, np.ndarray]:
    """Two children, three months, as a caller would hand them over."""
    total = np.array([[10, -1, 30], [-1, 20, 60]], np.int8)
    return {"total": total, "trend_total": total.copy(), "seen": total >= 0}


def test_arrays_by_hand_need_only_totals_and_visits() -> None:
    outcome = replay_all(Cohort(**good(), first=np.array([0, 1])), RULES)
    assert outcome.smoothed[:, 1:].tolist() == [[10.0, 22.0], [20.0, 44.0]]
    assert outcome.unseen.tolist() == [[0, 1, 0], [0, 0, 0]]
    assert outcome.flagged.tolist() == [[False] * 3, [False, False, True]]


def test_a_child_of_a_later_year_has_no_results() -> None:
    nobody = np.full((1, 2), -1, np.int8)
    cohort = Cohort(nobody, nobody, nobody == 0, first=np.array([99_999]))
    assert replay_all(cohort, RULES).unseen.tolist() == [[0, 0]]


def test_red_alone_may_be_given_in_any_width() -> None:
    red = np.array([[0, 0, 1 << 40], [0, 0, 0]], np.uint64)
    assert replay_all(Cohort(**good(), red=red), RULES).fired[0].tolist() == [0, 0, 8]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("total", np.zeros(3, np.int8), "total: children x columns are needed, not 1 axes"),
        ("total", np.zeros((2, 3)), "total: int8 is needed, not float64"),
        ("total", np.full((2, 3), 101, np.int8), "total: 101 to 101 is not within -1 and 100"),
        ("total", np.full((2, 3), 9, np.int8), "trend_total: must be -1 exactly where total is"),
        ("trend_total", np.zeros((2, 4), np.int8), r"trend_total: \(2, 4\), but total is \(2, 3\)"),
        ("seen", np.zeros((3, 2), np.bool_), r"seen: \(3, 2\), but total is \(2, 3\)"),
        ("seen", np.zeros((2, 3), np.int8), "seen: bool is needed, not int8"),
        ("band", np.zeros((2, 3), np.int64), "band: uint8 is needed, not int64"),
        ("red", np.zeros((2, 3), np.int64), "red: an unsigned dtype is needed, not int64"),
        ("red", np.array(2, np.uint8), "amber: a code is also red in the same report"),
        ("labels", np.array([1, 2]), "labels: 3 whole numbers are needed"),
        ("labels", np.array([1, 2, 4]), "labels: must rise by 1 or stay"),
        ("labels", np.array([3, 2, 1]), "labels: must rise by 1 or stay"),
        ("first", np.array([0]), "first: 2 whole numbers are needed"),
        ("first", np.array([0, -1]), "first: -1 lies before the first column, 0"),
        ("first", np.array([1, 1]), "total: child 0 reports before its first month"),
    ],
)
def test_arrays_that_do_not_fit_are_named(name: str, value: np.ndarray, complaint: str) -> None:
    amber = {"amber": np.array(2, np.uint8)} if name == "red" else {}
    with pytest.raises(ValueError, match=complaint):
        Cohort(**good() | amber | {name: value})


def test_ten_thousand_months_are_the_end() -> None:
    total = np.full((1, 10_001), -1, np.int8)
    with pytest.raises(ValueError, match="labels: at most 10000 months"):
        Cohort(total, total, total == 0)


@pytest.mark.parametrize("share", [0.6, 0.35, 0.1])
def test_smoothing_rounds_every_total_as_the_pure_scorer_does(share: float) -> None:
    rules = replace(RULES, smoothing=replace(RULES.smoothing, newest=share))
    totals, olds = range(101), [tenths / 10 for tenths in range(0, 1001, 3)]
    for total in totals:
        found = smooth(np.full(len(olds), total, np.int8), np.array(olds), rules)
        assert found.tolist() == [history_smooth(total, old, rules) for old in olds]


@few
@given(st.lists(st.integers(0, 100), min_size=1, max_size=9), st.integers(1, 9))
def test_medians_are_those_of_the_pure_scorer(values: list[int], window: int) -> None:
    last = values[-window:]
    padded = np.array([[127] * (window - len(last)) + last], np.int8).T
    assert doubled_medians(padded, np.array([len(last)], np.int8)).tolist() == [2 * median(last)]
