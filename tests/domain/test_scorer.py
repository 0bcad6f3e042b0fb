"""From answers to a total: the arithmetic of one form."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scorer import AnswerState, Assessment, ItemAnswer, SubScore, assess, default_rules

few = settings(deadline=None, max_examples=50)
STATES: tuple[AnswerState, ...] = ("asked", "carried", "stale", "declined")


def item(code: str, score: float | None, maximum: float = 4, **more: object) -> ItemAnswer:
    plain = ItemAnswer(code, code[0], score, maximum, middle=2)
    return replace(plain, **more)  # type: ignore[arg-type]


@st.composite
def forms(draw: st.DrawFn) -> list[ItemAnswer]:
    size = draw(st.integers(1, 33))
    items = []
    for place in range(size):
        maximum = draw(st.integers(1, 6))
        items.append(
            ItemAnswer(
                code=f"{'ABCDEF'[place % 6]}{place}",
                dimension="ABCDEF"[place % 6],
                score=draw(st.integers(0, maximum)),
                maximum=maximum,
                middle=draw(st.integers(0, maximum)),
                state=draw(st.sampled_from(STATES)),
                applicable=draw(st.booleans()),
                stale_months=draw(st.integers(0, 3)),
                own_service=draw(st.booleans()),
            )
        )
    return items


def test_a_total_is_the_share_of_the_maximum_in_hundred() -> None:
    found = assess([item("A1", 3), item("A2", 1), item("B1", 0), item("B2", 4)])
    assert (found.total, found.trend_total) == (50, 50)
    assert found.subs == (SubScore("A", 4, 8), SubScore("B", 4, 8))
    assert [sub.percent for sub in found.subs] == [50, 50]


def test_halves_are_rounded_up() -> None:
    assert assess([item("A1", 1, 200)]).total == 1
    assert assess([item("A1", 5, 200)]).total == 3
    assert assess([item("A1", 1, 201)]).total == 0


def test_items_that_do_not_apply_leave_the_denominator() -> None:
    found = assess([item("A1", 2), item("C1", 4, applicable=False)])
    assert (found.total, found.subs) == (50, (SubScore("A", 2, 4),))


def test_a_declined_item_has_no_score_and_no_maximum() -> None:
    found = assess([item("A1", 2), item("A2", None, state="declined")])
    assert (found.total, found.coverage, found.assessed) == (50, 0.5, True)


def test_same_as_last_time_counts_as_asked() -> None:
    found = assess([item("A1", 2, state="carried"), item("A2", 2)])
    assert (found.stale_share, found.coverage) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("score", "months", "points"), [(4, 0, 4), (4, 1, 4), (4, 2, 2), (0, 3, 2), (None, 1, 2)]
)
def test_a_stale_item_scores_its_last_value_and_then_its_middle(
    score: float | None, months: int, points: float
) -> None:
    found = assess([item("A1", score, state="stale", stale_months=months), item("B1", 0)])
    assert found.subs[0].points == points


@pytest.mark.parametrize(("stale", "assessed"), [(3, True), (4, False)])
def test_over_thirty_percent_stale_is_a_visit_but_no_assessment(stale: int, assessed: bool) -> None:
    items = [item(f"A{n}", 1, state="stale" if n < stale else "asked") for n in range(10)]
    assert assess(items).assessed is assessed


def test_a_form_without_any_score_is_no_assessment() -> None:
    assert not assess([]).assessed
    assert not assess([item("A1", None, state="declined")]).assessed


def test_our_own_service_counts_in_the_total_but_not_in_the_trend() -> None:
    found = assess([item("A1", 1), item("E4", 4, own_service=True)])
    assert (found.total, found.trend_total) == (63, 25)
    assert [part.own_service for part in found.parts] == [False, True]


def test_parts_share_the_total_by_largest_remainder() -> None:
    found = assess([item("A1", 1, 1), item("A2", 1, 1), item("A3", 1, 1), item("A4", 0, 1)])
    assert found.total == 75
    assert [part.points for part in found.parts] == [Decimal("25.0")] * 3 + [Decimal(0)]
    thirds = assess([item("A1", 1, 2), item("A2", 1, 2), item("A3", 1, 2), item("A4", 0, 1)])
    assert [str(part.points) for part in thirds.parts] == ["14.4", "14.3", "14.3", "0"]


def test_parts_of_broken_points_are_exact_too() -> None:
    found = assess([item("A1", 0.1), item("A2", 0.2), item("A3", 1.5)])
    assert found.total == 15
    assert [str(part.points) for part in found.parts] == ["0.8", "1.7", "12.5"]


@pytest.mark.parametrize(
    ("items", "complaint"),
    [
        ([item("A1", 5)], "A1: 5 is not within 0 and 4"),
        ([item("A1", -1)], "A1: -1 is not within"),
        ([item("A1", None)], "A1: asked, but without a score"),
        ([item("A1", 1), item("A1", 2)], "A1: answered twice"),
    ],
)
def test_impossible_answers_are_named(items: list[ItemAnswer], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        assess(items)


def test_the_rules_that_scored_are_stored_with_the_result() -> None:
    assert assess([item("A1", 1)]).rules == default_rules().sha256


@few
@given(forms())
def test_parts_add_up_exactly_to_the_total(items: list[ItemAnswer]) -> None:
    found = assess(items)
    assert sum((part.points for part in found.parts), Decimal(0)) == found.total
    assert all(part.points >= 0 and part.points * 10 % 1 == 0 for part in found.parts)


@few
@given(forms())
def test_an_assessment_survives_json(items: list[ItemAnswer]) -> None:
    found = assess(items)
    assert Assessment.from_dict(json.loads(json.dumps(found.to_dict()))) == found


@few
@given(forms())
def test_an_item_without_points_has_no_part_in_the_total(items: list[ItemAnswer]) -> None:
    zero = [replace(each, score=0, middle=0) for each in items]
    assert assess(zero).total == 0
    assert not any(part.points for part in assess(zero).parts)


@few
@given(forms())
def test_all_at_the_maximum_is_a_hundred(items: list[ItemAnswer]) -> None:
    full = [replace(each, score=each.maximum, middle=each.maximum) for each in items]
    found = assess(full)
    assert found.total == (100 if found.parts else 0)


@few
@given(forms(), st.data())
def test_raising_an_answer_never_lowers_a_total(
    items: list[ItemAnswer], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(items) - 1))
    old = items[place]
    assert old.score is not None
    higher = replace(old, score=data.draw(st.integers(int(old.score), int(old.maximum))))
    raised = [*items[:place], higher, *items[place + 1 :]]
    assert assess(raised).total >= assess(items).total
    assert assess(raised).trend_total >= assess(items).trend_total
