"""What is good about a child stays on the portrait, whichever visit it was told at."""

from __future__ import annotations

import pytest

from domain.roles import Right
from handlers.children import NOTES
from tests.storage.casebook import Casebook, scored
from tests.town import Town


@pytest.fixture
def book(town: Town) -> Casebook:
    return Casebook(town)


def notes(book: Casebook, who: str = "李主任", right: Right = Right.SEE_CHILD) -> dict[str, str]:
    with book.town.store.work() as db:
        look = book.act(db, who, "2026-12-01 09:00").look
        return look.notes(look.child(book.code, right), NOTES)


def test_each_note_is_the_newest_of_its_kind(book: Casebook) -> None:
    book.visit("2026-09-10 09:00", scored(10), talent="draws", wish="a bicycle")
    book.visit("2026-10-10 09:00", scored(10), wish="a kite", helper="his aunt")
    book.visit("2026-11-10 09:00", scored(10))
    found = notes(book)
    assert found == {"more/talent": "draws", "more/helper": "his aunt", "more/wish": "a kite"}
    assert list(found) == [path for path in NOTES if path in found], "strengths first"


def test_a_note_that_was_corrected_away_is_gone(book: Casebook) -> None:
    visit = book.visit("2026-11-10 09:00", scored(10), talent="a slip of the thumb")
    book.visit("2026-11-11 09:00", scored(10), day="2026-11-10", instead=visit)
    assert notes(book) == {}


def test_only_so_many_visits_are_read(book: Casebook) -> None:
    book.visit("2024-01-10 09:00", scored(10), talent="long ago")
    for number in range(24):
        year, month = divmod(number, 12)
        book.visit(f"{2024 + year}-{month + 1:02d}-20 09:00", scored(10))
    assert notes(book) == {}
