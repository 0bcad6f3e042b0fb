"""Learning a child's history again: one flag for each time of suspicion, decided once.

Events stand in the order in which they became known within the month; a correction stands where
the visit stood that it corrects.
"""

from __future__ import annotations

import pytest

from tests.storage.casebook import Casebook, later, scored
from tests.town import Town

NOON = "2026-11-10 12:00"


@pytest.fixture
def book(town: Town) -> Casebook:
    return Casebook(town)


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_decided_flag_stays_alone_when_its_visit_is_amended(
    book: Casebook, confirmed: bool
) -> None:
    visit = book.visit(NOON, scored(60))
    book.decide(later(NOON, days=1), confirmed=confirmed)
    book.visit(later(NOON, days=2), scored(62), day="2026-11-10", instead=visit)
    assert book.flags == ["confirmed" if confirmed else "rejected"]
    assert [total for _, total, _ in book.totals] == [62]


def test_a_confirmed_flag_stays_alone_when_a_later_visit_is_taken_back(book: Casebook) -> None:
    book.alarm(NOON, "EM04")
    book.visit(later(NOON, minutes=20), scored(30, "EM04"))
    book.decide(later(NOON, days=1), confirmed=True)
    visit = book.visit("2026-12-08 10:00", scored(20))
    book.undo("2026-12-08 10:05", visit)
    assert book.flags == ["confirmed"]
    assert book.level == "red"


def test_a_visit_after_a_rejection_opens_a_flag_of_its_own_also_when_learnt_again(
    book: Casebook,
) -> None:
    """Both in one month, the word between them; by days and kinds the word would come last."""
    book.visit("2026-11-10 09:00", scored(60))
    book.decide("2026-11-10 11:00", confirmed=False)
    book.visit("2026-11-10 15:00", scored(70))
    assert book.flags == ["rejected", "suspected"]
    visit = book.visit("2026-11-10 16:00", scored(20))
    book.undo("2026-11-10 16:05", visit)
    assert book.flags == ["rejected", "suspected"]


def test_an_alarm_after_a_rejection_on_the_same_day_still_counts(book: Casebook) -> None:
    book.visit("2026-11-10 09:00", scored(60))
    book.decide("2026-11-10 11:00", confirmed=False)
    book.alarm("2026-11-10 12:00", "EM04")
    visit = book.visit("2026-11-10 16:00", scored(20))
    book.undo("2026-11-10 16:05", visit)
    assert book.flags == ["rejected", "suspected"]
    assert book.level == "red"


def test_a_correction_stands_where_the_visit_stood(book: Casebook) -> None:
    """Amended after the rejection: it does not become news by that."""
    first = book.visit(NOON, scored(60))
    book.decide(later(NOON, hours=2), confirmed=False)
    second = book.visit(later(NOON, hours=3), scored(55), instead=first)
    book.visit(later(NOON, hours=4), scored(58), instead=second)
    assert book.flags == ["rejected"]


@pytest.mark.parametrize("code", ["EM04", "EM05b"])
def test_an_emergency_that_a_correction_adds_is_heard_after_the_rejection(
    book: Casebook, code: str
) -> None:
    """Who rejected the flag did not know of it."""
    visit = book.visit(NOON, scored(60))
    book.decide(later(NOON, hours=2), confirmed=False)
    book.alarm(later(NOON, hours=3), code)
    book.visit(later(NOON, hours=3), scored(60, code), instead=visit)
    assert book.flags == ["rejected", "suspected"]


def test_a_confirmed_flag_stands_by_itself_when_its_ground_is_corrected_away(
    book: Casebook,
) -> None:
    """A person has spoken; only a person closes it."""
    visit = book.visit(NOON, scored(60))
    book.decide(later(NOON, days=1), confirmed=True)
    book.visit(later(NOON, days=2), scored(5), day="2026-11-10", instead=visit)
    assert (book.flags, book.level) == (["confirmed"], "red")
    book.visit("2026-12-10 12:00", scored(60))
    assert (book.flags, book.level) == (["confirmed"], "red")


def test_a_waiting_flag_goes_with_its_ground_and_comes_back_with_it(book: Casebook) -> None:
    visit = book.visit(NOON, scored(60))
    low = book.visit(later(NOON, minutes=2), scored(5), instead=visit)
    assert (book.flags, book.audit("flag.withdrawn")) == (["withdrawn"], 1)
    book.undo(later(NOON, minutes=4), low)
    assert (book.flags, book.audit("flag.opened")) == (["suspected"], 2)


def test_a_waiting_flag_whose_alarm_was_false_waits_on_for_the_visit_beside_it(
    book: Casebook,
) -> None:
    alarm = book.alarm(NOON, "EM04")
    book.visit(later(NOON, hours=1), scored(60))
    book.answer(later(NOON, hours=2), alarm, "false_alarm")
    assert book.flags == ["suspected"]
    book.decide(later(NOON, hours=3), confirmed=True)
    visit = book.visit(later(NOON, hours=4), scored(10))
    book.undo(later(NOON, hours=4, minutes=5), visit)
    assert book.flags == ["confirmed"]


def test_a_late_entry_of_another_month_leaves_decisions_alone(book: Casebook) -> None:
    book.visit("2026-11-05 09:00", scored(60))
    book.decide("2026-11-06 09:00", confirmed=False)
    book.visit("2026-11-20 09:00", scored(20), day="2026-10-25")
    assert book.flags == ["rejected"]
    assert [total for _, total, _ in book.totals] == [20, 60]


def test_learning_again_gives_what_was_learnt_step_by_step(book: Casebook) -> None:
    book.visit("2026-08-10 09:00", scored(30))
    book.alarm("2026-09-03 09:00", "EM10")
    book.visit("2026-10-12 09:00", scored(45, "EM10"))
    book.decide("2026-10-13 09:00", confirmed=True)
    book.visit("2026-11-12 09:00", scored(20))
    before = book.flags, book.level, book.totals
    visit = book.visit("2026-11-13 09:00", scored(90))
    book.undo("2026-11-13 09:05", visit)
    assert (book.flags, book.level, book.totals) == before


def test_a_closed_flag_stays_closed_when_the_history_is_learnt_again(book: Casebook) -> None:
    book.visit("2026-08-10 09:00", scored(60))
    book.decide("2026-08-11 09:00", confirmed=True)
    book.visit("2026-09-10 09:00", scored(20))
    book.visit("2026-10-10 09:00", scored(10))
    book.close("2026-10-11 09:00")
    assert book.flags == ["closed"]
    low = book.visit("2026-11-10 09:00", scored(10))
    before = book.level, book.totals
    book.visit("2026-11-12 09:00", scored(10), day="2026-11-10", instead=low)
    assert (book.flags, book.level, book.totals) == (["closed"], *before)
    book.visit("2026-11-20 09:00", scored(70))
    assert book.flags == ["closed", "suspected"]


def test_a_flag_closed_in_the_month_of_a_late_entry_stays_closed(book: Casebook) -> None:
    book.visit("2026-11-02 09:00", scored(60))
    book.decide("2026-11-03 09:00", confirmed=True)
    book.close("2026-11-04 09:00")
    book.visit("2026-11-05 09:00", scored(20), day="2026-10-20")
    assert book.flags == ["closed"]


def test_what_was_closed_is_told_in_the_audit(book: Casebook) -> None:
    book.visit(NOON, scored(60))
    book.decide(later(NOON, days=1), confirmed=True)
    book.close(later(NOON, days=2))
    names = ("flag.opened", "flag.confirmed", "flag.closed")
    assert [book.audit(name) for name in names] == [1, 1, 1]
