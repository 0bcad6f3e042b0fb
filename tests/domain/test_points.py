"""Points: the table, the caps at month borders, and the ledger."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.points import (
    Caps,
    Entry,
    EntryState,
    Taken,
    Totals,
    left,
    periods,
    room,
    rule_for_contact,
    rules,
    totals,
)
from domain.roles import Role

few = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize(
    ("code", "points", "caps"),
    [
        ("P01", 2, Caps(child_month=4)),
        ("P02", 8, Caps(child_month=2)),
        ("P03", 2, Caps(child_month=4)),
        ("P04", 3, Caps(year=4)),
        ("P05", 5, Caps(year=4)),
        ("P06", 5, Caps(year=4)),
        ("P07", 10, Caps(child_year=2, year=4)),
        ("P08", 4, Caps(year=6)),
        ("P09", 6, Caps(year=12)),
        ("P10", 8, Caps(year=6)),
        ("P11", 4, Caps(year=12)),
        ("P12", 5, Caps(year=4)),
        ("P13", 6, Caps(year=6)),
        ("P00", 0, Caps()),
        ("N1", -2, Caps(month=3)),
        ("N2", -2, Caps(year=4)),
        ("N3", 0, Caps()),
        ("N4", 0, Caps()),
    ],
)
def test_the_table_is_the_paper(code: str, points: int, caps: Caps) -> None:
    assert (rules()[code].points, rules()[code].caps) == (points, caps)


def test_the_table_holds_nothing_else() -> None:
    assert len(rules()) == 18


def test_an_alert_never_earns_points() -> None:
    assert rules()["P00"].points == 0


def test_every_confirmer_is_a_role_or_automatic() -> None:
    known = {"automatic", *(role.value for role in Role)}
    assert {rule.confirmed_by for rule in rules().values()} <= known
    assert {rule.excused_by for rule in rules().values()} <= {"", *known}
    assert rules()["P03"].automatic
    assert not rules()["P02"].automatic


@pytest.mark.parametrize(
    ("mode", "minutes", "in_person", "code"),
    [
        ("phone", 5, False, "P01"),
        ("video", 5, False, "P01"),
        ("call", 5, False, "P01"),
        ("message", 0, False, None),
        ("home", 30, True, "P02"),
        ("school", 30, True, "P02"),
    ],
)
def test_a_contact_earns_by_its_way_from_a_length_on(
    mode: str, minutes: int, in_person: bool, code: str | None
) -> None:
    rule = rule_for_contact(mode, in_person)
    assert (rule.code if rule else None) == code
    assert (rule.minutes if rule else 0) == minutes


@pytest.mark.parametrize(
    ("code", "taken", "points", "more"),
    [
        ("P01", Taken(child_month=3, month=40, year=400), 2, 1),
        ("P01", Taken(child_month=4), 0, 0),
        ("P01", Taken(child_month=9), 0, 0),
        ("P07", Taken(child_year=1, year=3), 10, 1),
        ("P07", Taken(child_year=2, year=2), 0, 0),
        ("P07", Taken(child_year=0, year=4), 0, 0),
        ("P00", Taken(month=99), 0, None),
        ("N1", Taken(month=2), -2, 1),
        ("N1", Taken(month=3), 0, 0),
        ("N2", Taken(year=3), -2, 1),
        ("N2", Taken(year=4), 0, 0),
    ],
)
def test_room_is_what_the_caps_still_allow(
    code: str, taken: Taken, points: int, more: int | None
) -> None:
    assert room(rules()[code], taken) == points
    assert left(rules()[code], taken) == more


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), ("2026-11", "2026-Q4", "2026")),
        (date(2026, 3, 31), ("2026-03", "2026-Q1", "2026")),
        (date(2026, 4, 1), ("2026-04", "2026-Q2", "2026")),
        (date(2026, 12, 31), ("2026-12", "2026-Q4", "2026")),
        (date(2027, 1, 1), ("2027-01", "2027-Q1", "2027")),
    ],
)
def test_periods_change_at_midnight(day: date, expected: tuple[str, str, str]) -> None:
    assert periods(day) == expected


def lines(*told: tuple[EntryState, int], source: str = "visit-1") -> list[Entry]:
    return [Entry("P02", source, state, points, 30) for state, points in told]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("pending", 8)], Totals(0, 8, 0)),
        ([("pending", 8), ("booked", 8)], Totals(8, 0, 30)),
        ([("pending", 8), ("reversed", 8)], Totals(0, 0, 0)),
        ([("booked", 8), ("reversed", -8)], Totals(0, 0, 0)),
        ([("booked", 8), ("booked", 8)], Totals(8, 0, 30)),
        ([("booked", 8), ("pending", 8)], Totals(8, 0, 30)),
        ([("booked", 8), ("reversed", 8), ("booked", 8)], Totals(8, 0, 30)),
        ([("reversed", 8)], Totals(0, 0, 0)),
    ],
)
def test_a_ledger_counts_what_stands_last(
    told: list[tuple[EntryState, int]], expected: Totals
) -> None:
    assert totals(lines(*told)) == expected


def test_sources_and_rules_are_counted_apart() -> None:
    other = lines(("booked", 8), source="visit-2")
    late = [Entry("N1", "visit-1", "booked", -2)]
    assert totals([*lines(("booked", 8)), *other, *late]) == Totals(14, 0, 60)


ENTRIES = st.builds(
    Entry,
    rule=st.sampled_from(("P01", "P02", "N1")),
    source=st.sampled_from(("a", "b")),
    state=st.sampled_from(("pending", "booked", "reversed")),
    points=st.integers(-8, 10),
    minutes=st.integers(0, 90),
)


@few
@given(st.lists(ENTRIES, max_size=25))
def test_totals_equal_a_naive_reading(entries: list[Entry]) -> None:
    booked = pending = minutes = 0
    for key in {(entry.rule, entry.source) for entry in entries}:
        story = [entry for entry in entries if (entry.rule, entry.source) == key]
        undone = max((n for n, entry in enumerate(story) if entry.state == "reversed"), default=-1)
        rest = story[undone + 1 :]
        sure = [entry for entry in rest if entry.state == "booked"]
        if sure:
            booked, minutes = booked + sure[-1].points, minutes + sure[-1].minutes
        elif rest:
            pending += rest[0].points
    assert totals(entries) == Totals(booked, pending, minutes)


@few
@given(
    st.sampled_from(sorted(rules())),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from("xyz")), max_size=120),
)
def test_caps_hold_in_every_month_and_year(code: str, told: list[tuple[int, str]]) -> None:
    rule, counts = rules()[code], Counter[tuple[str, ...]]()
    for offset, child in sorted(told):
        month, _, year = periods(date(2026, 1, 1) + timedelta(days=offset))
        keys = [("child_month", child, month), ("month", month), ("child_year", child, year)]
        keys.append(("year", year))
        if room(rule, Taken(**{key[0]: counts[key] for key in keys})):
            counts.update(keys)
    for key, count in counts.items():
        cap = getattr(rule.caps, key[0])
        assert cap is None or count <= cap
    assert not told or rule.points == 0 or counts


def test_a_full_month_is_empty_again_on_the_first() -> None:
    rule, counts = rules()["P02"], Counter[str]()
    earned = []
    for day in (date(2026, 3, 29), date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 1)):
        month = periods(day)[0]
        earned.append(room(rule, Taken(child_month=counts[month])))
        counts[month] += 1
    assert earned == [8, 8, 0, 8]
