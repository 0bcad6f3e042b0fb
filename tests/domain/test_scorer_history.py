"""Flags, levels and the lost-contact list, month by month, by hand."""

from dataclasses import replace

import pytest

from domain.scorer import Assessment, Month, State, Step, default_rules, replay, step

RULES = default_rules()
FIRST = 2026 * 12


def scored(total: int, assessed: bool = True) -> Assessment:
    return Assessment(total, total, assessed=assessed, rules=RULES.sha256)


def months(*totals: int | None, **emergencies: str) -> list[Month]:
    """One month per total (None: nobody came); emergencies come in the last one."""
    found = [
        Month(FIRST + place, None if total is None else scored(total), "6-17")
        for place, total in enumerate(totals)
    ]
    last = found.pop()
    return [*found, Month(last.label, last.assessment, last.band, emergencies)]


def run(*totals: int | None, **emergencies: str) -> list[Step]:
    return replay(months(*totals, **emergencies), RULES)


def after(last: Step, *more: Month) -> Step:
    for month in more:
        last = step(last.state, month, RULES)
    return last


def fired(found: Step) -> str:
    return "".join(firing.trigger for firing in found.firings)


def test_the_smoothed_total_weighs_the_newest_with_six_tenths() -> None:
    assert [found.smoothed for found in run(20, 30, 30, 45)] == [20, 26, 28.4, 38.4]


def test_a_miss_leaves_the_smoothed_total_alone() -> None:
    assert [found.smoothed for found in run(20, None, 30)] == [20, 20, 26]


@pytest.mark.parametrize(
    ("totals", "triggers", "level"),
    [
        ((40,), "A", "orange"),
        ((39,), "", "yellow"),
        ((50,), "A", "red"),
        ((30,), "", "yellow"),
        ((29,), "", "green"),
        ((22, 23, 24, 36), "B", "orange"),
        ((21, 21, 36), "C", "orange"),
        ((30, 30, 46), "C", "orange"),  # 0.6 x 46 + 0.4 x 30 = 39.6, not A
    ],
)
def test_each_score_trigger_opens_a_flag(
    totals: tuple[int, ...], triggers: str, level: str
) -> None:
    last = run(*totals)[-1]
    assert (fired(last), last.level, last.opened) == (triggers, level, bool(triggers))


def test_a_red_emergency_opens_whatever_the_score() -> None:
    last = run(0, EM04="red")[-1]
    assert last.flag is not None
    assert (fired(last), last.flag.red, last.level) == ("D", True, "red")


@pytest.mark.parametrize(("total", "opened"), [(30, True), (29, False)])
def test_a_new_amber_emergency_opens_from_thirty_on(total: int, opened: bool) -> None:
    last = run(20, total, EM05b="amber")[-1]
    assert (last.opened, last.level) == (opened, "orange" if opened else "green")


@pytest.mark.parametrize(("total", "opened"), [(23, True), (22, False)])
def test_an_amber_emergency_that_comes_back_opens_from_twenty_three_on(
    total: int, opened: bool
) -> None:
    first = run(20, EM05b="amber")[-1]
    quiet = after(first, Month(FIRST + 1, scored(20), "6-17"))
    back = after(quiet, Month(FIRST + 2, scored(total), "6-17", {"EM05b": "amber"}))
    assert (first.opened, back.opened) == (False, opened)


def test_a_child_never_assessed_is_not_hidden_by_its_unknown_total() -> None:
    assert run(None, EM05b="amber")[-1].opened


def test_another_port_can_raise_a_flag_before_the_visit() -> None:
    told = Month(FIRST, None, "6-17", {"EM04": "red"}, over=False)
    found = step(State(), told, RULES)
    assert (found.opened, found.unseen, found.lost, found.total) == (True, 0, False, None)


def test_closing_is_suggested_after_two_low_months_and_left_to_a_person() -> None:
    steps = run(55, 20, 20, 20)
    assert [found.smoothed for found in steps] == [55, 34, 25.6, 22.2]
    assert [found.suggests_closing for found in steps] == [False, False, True, True]
    assert steps[-1].flag is not None


@pytest.mark.parametrize(("total", "suggested"), [(33, True), (34, False)])
def test_both_totals_must_lie_below_the_closing_line(total: int, suggested: bool) -> None:
    assert run(50, 20, 20, total)[-1].suggests_closing is suggested


def test_an_emergency_flag_may_close_after_one_visit_with_the_item_gone() -> None:
    opened = run(20, EM04="red")[-1]
    assert not opened.suggests_closing
    assert after(opened, Month(FIRST + 1, scored(20))).suggests_closing
    stands = after(opened, Month(FIRST + 1, scored(20), "", {"EM04": "red"}))
    assert not stands.suggests_closing


def test_an_unseen_month_neither_suggests_closing_nor_advances_it() -> None:
    steps = run(50, 20, None, 20)
    assert [found.suggests_closing for found in steps] == [False, False, False, True]
    assert [found.flag.held for found in steps if found.flag] == [0, 1, 1, 2]


def test_a_collection_without_seeing_the_child_does_not_close() -> None:
    low = run(50, 20)[-1]
    by_phone = after(low, Month(FIRST + 2, scored(20), seen=False))
    assert (by_phone.suggests_closing, by_phone.smoothed) == (False, 24.8)
    assert by_phone.lost


def test_a_person_closes_and_the_trend_rules_stay_quiet_for_two_months() -> None:
    closed = after(run(50, 20, 20)[-1], Month(FIRST + 2, closed=True, over=False))
    assert (closed.flag, closed.state.now.closed) == (None, FIRST + 2)
    quiet = after(closed, Month(FIRST + 3, scored(20)))
    early = after(quiet, Month(FIRST + 4, scored(36)))
    late = after(quiet, Month(FIRST + 4, scored(20)), Month(FIRST + 5, scored(37)))
    assert (fired(early), early.flag) == ("", None)
    assert (fired(late), late.opened) == ("C", True)


def test_sustained_and_emergencies_do_not_wait_for_the_cooling() -> None:
    closed = after(run(50, 20, 20)[-1], Month(FIRST + 2, closed=True, over=False))
    assert fired(after(closed, Month(FIRST + 3, scored(50)))) == "A"
    assert fired(after(closed, Month(FIRST + 3, scored(9), "", {"EM01": "red"}))) == "D"


def test_closing_is_not_undone_by_what_was_known() -> None:
    closed = after(run(60, EM04="red")[-1], Month(FIRST, closed=True, over=False))
    again = after(closed, Month(FIRST, over=False))
    missed = after(again, Month(FIRST + 1))
    assert (closed.flag, again.flag, missed.flag) == (None, None, None)
    assert after(again, Month(FIRST, None, "", {"EM04": "red"}, over=False)).opened


def test_an_amber_emergency_that_a_person_closed_is_not_raised_by_the_next_visit() -> None:
    opened = run(35, EM10="amber")[-1]
    closed = after(opened, Month(FIRST, closed=True, over=False))
    assert after(closed, Month(FIRST, scored(36))).flag is None


def test_an_emergency_that_stands_is_not_told_again_while_the_flag_is_open() -> None:
    opened = run(10, EM04="red")[-1]
    assert fired(after(opened, Month(FIRST + 1, scored(10), "", {"EM04": "red"}))) == ""


def test_a_ruleset_may_ask_for_two_low_visits_in_a_row() -> None:
    strict = replace(RULES, closing=replace(RULES.closing, visits=2))
    steps = replay(months(50, 10, 45, 10, 10), strict)
    assert [found.flag.below for found in steps if found.flag] == [0, 1, 0, 1, 2]
    assert [found.suggests_closing for found in steps] == [False, False, False, False, True]


def test_a_jump_looks_back_over_five_assessments() -> None:
    assert fired(run(10, 10, 10, 24, 24, 37)[-1]) == "C"  # with four only: 17 and not 10
    assert fired(run(10, 10, 10, 30, 30, 36)[-1]) == "C"


def test_a_confirmed_flag_is_red_until_it_is_closed() -> None:
    orange = run(42)[-1]
    confirmed = after(orange, Month(FIRST, confirmed=True, over=False))
    low = after(confirmed, Month(FIRST + 1, scored(5)))
    assert [each.level for each in (orange, confirmed, low)] == ["orange", "red", "red"]


def test_confirming_without_a_flag_changes_nothing() -> None:
    found = after(run(10)[-1], Month(FIRST, confirmed=True, over=False), Month(FIRST, scored(42)))
    assert found.flag is not None
    assert not found.flag.confirmed


def test_the_level_goes_up_at_once() -> None:
    assert [found.level_shown for found in run(10, 45)] == ["green", "yellow"]
    assert run(10, 60)[-1].level_shown == "red"


def test_the_level_goes_down_after_two_assessments() -> None:
    steps = run(35, 20, 10, 10)
    assert [found.level for found in steps] == ["yellow", "green", "green", "green"]
    assert [found.level_shown for found in steps] == ["yellow", "yellow", "green", "green"]


def test_the_level_falls_only_to_the_higher_of_two_assessments() -> None:
    red = run(35, EM04="red")[-1]
    closed = after(red, Month(FIRST, closed=True, over=False))
    shown = [closed.level_shown]
    for place, total in enumerate((30, 10, 0, 0), start=1):
        closed = after(closed, Month(FIRST + place, scored(total)))
        shown.append(closed.level_shown)
    assert shown == ["red", "red", "yellow", "green", "green"]


def test_a_missed_month_never_lowers_the_level_shown() -> None:
    steps = run(35, 10, None, 10)
    assert [found.level_shown for found in steps] == ["yellow", "yellow", "yellow", "green"]


@pytest.mark.parametrize(
    ("totals", "lost"),
    [
        ((10, None), [False, False]),
        ((10, None, None), [False, False, True]),
        ((10, None, None, 10), [False, False, True, False]),
        ((50, None), [False, True]),
        ((None, None), [False, True]),
    ],
)
def test_the_lost_contact_list(totals: tuple[int | None, ...], lost: list[bool]) -> None:
    assert [found.lost for found in run(*totals)] == lost


def test_lost_children_are_yellow() -> None:
    assert run(10, None, None)[-1].level == "yellow"


def test_a_visit_that_is_no_assessment_keeps_contact_but_not_the_score() -> None:
    visit = Month(FIRST + 1, scored(90, assessed=False))
    found = after(run(10)[-1], visit)
    assert (found.total, found.smoothed, found.unseen, found.flag) == (10, 10, 0, None)


def test_a_fall_asks_to_verify_and_never_flags() -> None:
    last = run(34, 34, 19)[-1]
    assert (last.verify, last.flag) == (True, None)
    assert not run(34, 34, 20)[-1].verify


def test_the_trend_rules_pause_for_two_collections_after_a_change_of_band() -> None:
    young = [Month(FIRST + place, scored(20), "3-5") for place in range(3)]
    for wait, opened in ((0, False), (1, False), (2, True)):
        calm = [Month(FIRST + 3 + place, scored(20), "6-17") for place in range(wait)]
        jump = Month(FIRST + 3 + wait, scored(38), "6-17")
        assert replay([*young, *calm, jump], RULES)[-1].opened is opened


def test_a_missed_month_does_not_use_up_the_pause() -> None:
    young = [Month(FIRST + place, scored(20), "3-5") for place in range(3)]
    missed = [Month(FIRST + 3 + place, None, "6-17") for place in range(2)]
    jump = Month(FIRST + 5, scored(38), "6-17")
    assert not replay([*young, *missed, jump], RULES)[-1].opened


def test_the_newest_collection_of_a_month_stands_but_each_may_fire() -> None:
    high = Month(FIRST + 1, scored(60), report="r1")
    low = Month(FIRST + 1, scored(20), report="r2")
    first = after(run(20)[-1], high)
    second = after(first, low)
    assert (first.smoothed, first.opened) == (44, True)
    assert (second.smoothed, second.total, second.opened) == (20, 20, False)
    assert second.flag is not None
    assert (second.flag.triggers, second.flag.held) == (("A",), 0)


def late(total: int, **more: object) -> Month:
    plain = Month(FIRST + 1, scored(total), "6-17", over=False, late=True)
    return replace(plain, **more)  # type: ignore[arg-type]


def test_a_late_collection_fires_and_does_not_stand() -> None:
    newest = run(20, 20)[-1]
    found = after(newest, late(60))
    assert (fired(found), found.opened, found.level) == ("A", True, "orange")
    assert (found.total, found.smoothed, found.late) == (20, 20, 44)
    assert found.state.now.scores == newest.state.now.scores


def test_a_late_collection_stands_where_the_month_has_no_score_yet() -> None:
    found = after(run(20)[-1], late(60))
    assert (found.total, found.smoothed, found.late) == (60, 44, None)


def test_a_late_collection_neither_suggests_closing_nor_asks_to_verify() -> None:
    high = run(60, 60)[-1]
    found = after(high, late(5))
    assert (found.verify, found.suggests_closing) == (False, False)
    assert found.flag == high.flag
    urgent = after(run(20, EM04="red")[-1], Month(FIRST + 1, scored(60), "6-17"))
    assert (urgent.suggests_closing, after(urgent, late(5)).suggests_closing) == (False, False)
    assert after(run(20, EM04="red")[-1], late(5)).suggests_closing


def test_a_late_collection_does_not_lower_the_level_shown() -> None:
    """Nor is it one of the two assessments for which a lower level waits."""
    low = run(35, 10)[-1]
    assert [low.level, low.level_shown, after(low, late(10)).level_shown] == [
        "green",
        "yellow",
        "yellow",
    ]


def test_a_late_collection_by_which_the_child_was_seen_makes_good_a_call() -> None:
    call = after(run(20)[-1], Month(FIRST + 1, scored(20), seen=False))
    assert (call.unseen, after(call, late(60)).unseen) == (1, 0)


def test_a_late_collection_does_not_change_the_age_band() -> None:
    newest = after(run(20)[-1], Month(FIRST + 1, scored(20), "6-17", over=False))
    found = after(newest, late(20, band="3-5"))
    assert found.state.now.scores == newest.state.now.scores


def test_an_amber_emergency_reported_before_the_visit_is_judged_by_its_total() -> None:
    told = Month(FIRST + 1, None, "", {"EM10": "amber"}, over=False)
    early = after(run(20)[-1], told)
    visit = after(early, Month(FIRST + 1, scored(31)))
    assert (early.opened, visit.opened) == (False, True)


def test_a_late_collection_makes_good_a_miss() -> None:
    late = after(run(50, None)[-1], Month(FIRST + 1, scored(20)))
    assert (late.unseen, late.lost, late.smoothed) == (0, False, 32)


def test_a_month_before_the_state_asks_for_a_replay() -> None:
    with pytest.raises(ValueError, match="replay"):
        step(run(10, 10)[-1].state, Month(FIRST), RULES)


def test_our_own_service_does_not_move_the_trend() -> None:
    shifts = [Assessment(20 + 6 * place, 20, rules=RULES.sha256) for place in range(4)]
    steps = replay([Month(FIRST + n, each) for n, each in enumerate(shifts)], RULES)
    assert [fired(found) for found in steps] == ["", "", "", ""]
    assert steps[-1].total == 38
