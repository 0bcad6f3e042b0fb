"""Numbers to shapes: everything stays in the drawing, more is higher, nothing is no zero."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.charts import Band, Column, Dot, Segment, columns, share, trend

FLOORS = ((0, "green"), (30, "yellow"), (40, "orange"), (50, "red"))
POINTS = st.floats(0, 100)
SOME = st.lists(st.none() | POINTS, min_size=1, max_size=12)
LEVELS = st.sampled_from([level for _, level in FLOORS])
SCORES = st.lists(st.none() | st.tuples(POINTS, LEVELS), min_size=1, max_size=12)


def test_a_share_is_a_percentage_of_the_most() -> None:
    assert [share(n, 28) for n in (0, 7, 14, 28)] == [0, 25, 50, 100]
    assert (share(30, 28), share(-1, 28), share(3, 0)) == (100, 0, 0)


def test_columns_stand_side_by_side_and_the_newest_are_marked() -> None:
    assert columns([7, None, 0, 28], 28, fresh=2) == (
        Column(x=3.75, width=17.5, y=75, height=25, fresh=False),
        Column(x=28.75, width=17.5, y=100, height=None, fresh=False),
        Column(x=53.75, width=17.5, y=100, height=0, fresh=True),
        Column(x=78.75, width=17.5, y=0, height=100, fresh=True),
    )
    assert columns([], 28, fresh=6) == ()


def test_a_line_bridges_the_months_without_a_number() -> None:
    drawn = trend([(0, "green"), (60, "red"), None, (30, "yellow")], FLOORS, 60)
    assert drawn.dots == (Dot(11.5, 96, "green"), Dot(34.5, 6, "red"), Dot(80.5, 51, "yellow"))
    assert drawn.segments == (
        Segment(11.5, 96, 34.5, 6, bridges=False),
        Segment(34.5, 6, 80.5, 51, bridges=True),
    )


def test_bands_lie_on_each_other_from_the_ground_to_the_top() -> None:
    assert trend([None], FLOORS, 60).bands == (
        Band("green", 0, 51, 45),
        Band("yellow", 30, 36, 15),
        Band("orange", 40, 21, 15),
        Band("red", 50, 6, 15),
    )


@given(SOME, st.integers(0, 12))
def test_every_column_stays_in_the_drawing(values: list[float | None], fresh: int) -> None:
    found = columns(values, 100, fresh)
    assert [each.height is None for each in found] == [value is None for value in values]
    assert [each.fresh for each in found].count(True) == min(fresh, len(values))
    for before, each in zip(found, found[1:], strict=False):
        assert before.x + before.width < each.x + 0.02
    for each in found:
        assert 0 <= each.x < each.x + each.width <= 100.02
        assert each.y + (each.height or 0) == 100


@given(st.lists(POINTS, min_size=2, max_size=12))
def test_more_is_higher(values: list[float]) -> None:
    bars = columns(list(values), 100, 6)
    dots = trend([(value, "green") for value in values], FLOORS, 100).dots
    for (one, bar, dot), (other, bar2, dot2) in zip(
        zip(values, bars, dots, strict=True),
        [*zip(values, bars, dots, strict=True)][1:],
        strict=False,
    ):
        if one <= other:
            assert (bar.height or 0) <= (bar2.height or 0)
            assert dot.y >= dot2.y


@given(SCORES)
def test_a_line_has_a_mark_for_each_number_and_joins_neighbours(
    values: list[tuple[float, str] | None],
) -> None:
    drawn = trend(values, FLOORS, 100)
    known = [value for value in values if value is not None]
    assert [dot.level for dot in drawn.dots] == [level for _, level in known]
    assert len(drawn.segments) == max(0, len(known) - 1)
    for dot in drawn.dots:
        assert 0 < dot.x < 100
        assert 0 < dot.y < 100
    for one, other in zip(drawn.dots, drawn.dots[1:], strict=False):
        assert one.x < other.x
    ends = [(each.x1, each.y1, each.x2, each.y2) for each in drawn.segments]
    assert ends == [
        (one.x, one.y, other.x, other.y)
        for one, other in zip(drawn.dots, drawn.dots[1:], strict=False)
    ]


@given(SCORES)
def test_a_gap_is_bridged_and_nothing_else(values: list[tuple[float, str] | None]) -> None:
    known = [place for place, value in enumerate(values) if value is not None]
    jumps = [after - before > 1 for before, after in zip(known, known[1:], strict=False)]
    assert [each.bridges for each in trend(values, FLOORS, 100).segments] == jumps
