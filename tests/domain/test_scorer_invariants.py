"""What must hold for every history."""

import json
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scorer import RANK, Assessment, Month, State, default_rules, replay, step

RULES = default_rules()
FIRST = 2026 * 12
few = settings(deadline=None, max_examples=50)
CODES = ("EM04", "EM05b", "EM10")


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    total = draw(st.integers(0, 100))
    trend = min(max(total + draw(st.integers(-2, 2)), 0), 100)
    return Assessment(total, trend, assessed=draw(st.integers(0, 9)) > 0)


@st.composite
def histories(draw: st.DrawFn) -> list[Month]:
    """Up to 14 reports in up to 14 months, some months twice, some passed over."""
    label, found = FIRST, []
    for place in range(draw(st.integers(1, 14))):
        label += draw(st.sampled_from((0, 1, 1, 1, 1, 2, 4))) if place else 0
        codes = draw(st.lists(st.sampled_from(CODES), max_size=1))
        word = draw(st.sampled_from(("", "", "", "", "confirmed", "closed")))
        found.append(
            Month(
                label,
                draw(st.none() | assessments()),
                draw(st.sampled_from(("3-5", "6-17", "6-17", "6-17"))),
                {code: draw(st.sampled_from(("red", "amber"))) for code in codes},
                seen=draw(st.integers(0, 4)) > 0,
                confirmed=word == "confirmed",
                closed=word == "closed",
                over=draw(st.booleans()),
                report=f"r{place}",
                late=draw(st.booleans()),
            )
        )
    return found


@few
@given(histories(), st.integers(0, 14))
def test_there_is_no_look_ahead(months: list[Month], cut: int) -> None:
    assert replay(months, RULES)[:cut] == replay(months[:cut], RULES)


@few
@given(histories())
def test_step_by_step_is_replay_also_through_json(months: list[Month]) -> None:
    state = State()
    for month, expected in zip(months, replay(months, RULES), strict=True):
        found = step(state, month, RULES)
        assert found == expected
        state = State.from_dict(json.loads(json.dumps(found.state.to_dict())))
        assert state == found.state


@few
@given(histories())
def test_a_repeated_report_changes_nothing(months: list[Month]) -> None:
    state = State()
    for month in months:
        once = step(state, month, RULES)
        twice = step(once.state, month, RULES)
        assert (twice.state, twice.level, twice.firings) == (once.state, once.level, ())
        state = once.state
    doubled = replay([month for month in months for _ in range(2)], RULES)
    assert doubled[-1].state == state


@few
@given(histories(), st.randoms(use_true_random=False))
def test_reports_that_come_late_give_the_same_end(months: list[Month], chance: object) -> None:
    by_month: dict[int, list[Month]] = {}
    for month in months:
        by_month.setdefault(month.label, []).append(month)
    groups = list(by_month.values())
    chance.shuffle(groups)  # type: ignore[attr-defined]
    mixed = [month for group in groups for month in group]
    assert replay(mixed, RULES)[-1] == replay(months, RULES)[-1]


@few
@given(histories(), st.lists(assessments(), min_size=4, max_size=4), st.data())
def test_the_newest_day_of_a_month_stands_in_any_order(
    months: list[Month], found: list[Assessment], data: st.DataObject
) -> None:
    """Whatever people say and see between; `days` is the order of knowing."""
    label, bands = months[-1].label + 1, ("3-5", "6-17", "3-5", "6-17")
    visits = [
        Month(label, replace(each, assessed=True), band)
        for each, band in zip(found, bands, strict=True)
    ]
    days = data.draw(st.permutations(range(4)))
    known = [replace(visits[day], late=day < max(days[: n + 1])) for n, day in enumerate(days)]
    between = Month(label, None, "", {"EM10": "amber"}, closed=True, over=False)
    known.insert(data.draw(st.integers(0, 4)), between)
    mixed, in_order = replay([*months, *known], RULES)[-1], replay([*months, *visits], RULES)[-1]
    assert mixed.state.now.scores == in_order.state.now.scores
    assert mixed.state.page.score == in_order.state.page.score


@few
@given(histories())
def test_red_is_open_in_its_month_until_a_person_closes(months: list[Month]) -> None:
    for month, found in zip(months, replay(months, RULES), strict=True):
        if "red" in month.emergencies.values() and not month.closed:
            assert found.flag is not None


@few
@given(histories())
def test_no_flag_goes_without_a_person_and_none_is_closed_unseen(months: list[Month]) -> None:
    before = None
    for month, found in zip(months, replay(months, RULES), strict=True):
        if before and before.flag and not found.flag:
            assert month.closed
        if found.suggests_closing:
            assert found.state.page.examined
        before = found


@few
@given(histories())
def test_obedient_replay_closes_only_where_it_was_suggested(months: list[Month]) -> None:
    steps = replay([replace(month, closed=False) for month in months], RULES, obedient=True)
    for before, found in zip(steps, steps[1:], strict=False):
        if before.flag and not found.flag:
            assert found.suggests_closing


@few
@given(histories())
def test_silence_loses_no_flag_and_lists_everybody_within_three_months(months: list[Month]) -> None:
    last = replay(months, RULES)[-1]
    silent = [Month(months[-1].label + place) for place in (1, 2, 3)]
    for month in silent:
        after = step(last.state, month, RULES)
        assert (after.flag is None) == (last.flag is None)
        assert (after.smoothed, after.total) == (last.smoothed, last.total)
        assert not after.suggests_closing
        last = after
    assert last.lost


@few
@given(histories(), st.integers(2, 5))
def test_months_passed_over_are_missed_months(months: list[Month], gap: int) -> None:
    last = replay(months, RULES)[-1]
    later = Month(months[-1].label + gap, Assessment(25, 25))
    passed = [Month(months[-1].label + place) for place in range(1, gap)]
    assert step(last.state, later, RULES) == replay([*months, *passed, later], RULES)[-1]


@few
@given(histories())
def test_the_level_shown_is_never_below_the_level(months: list[Month]) -> None:
    for found in replay(months, RULES):
        assert RANK[found.level_shown] >= RANK[found.level]


@few
@given(histories())
def test_children_are_independent(months: list[Month]) -> None:
    alone = replay(months, RULES)
    replay([Month(FIRST, Assessment(99, 99), "6-17", {"EM04": "red"})], RULES)
    assert replay(months, RULES) == alone


@few
@given(histories())
def test_a_state_stays_small(months: list[Month]) -> None:
    kept = replay(months, RULES)[-1].state.to_dict()
    assert len(kept["now"]["scores"]["totals"]) <= RULES.jump.window + 1
    assert len(kept["now"]["emergencies"]) <= 2 * len(CODES)
