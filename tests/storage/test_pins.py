"""PINs: counted, locked, gone; on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import doors, pins
from storage import tables as t
from storage.pins import Tried
from tests.conftest import both
from tests.town import Town

pytestmark = both()

PIN, OTHER = "839271", "271839"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def director(town: Town) -> int:
    who = town.people["李主任"]
    with town.store.work() as db:
        pins.choose(db, town.store.keys, who, PIN, town.clock())
    return who


def tried(town: Town, who: int, pin: str) -> Tried:
    with town.store.work() as db:
        return pins.attempt(db, town.store.keys, who, pin, town.clock())


def actions(town: Town) -> list[str]:
    with town.store.work() as db:
        query = select(t.audit.c.action).where(t.audit.c.action.startswith("pin."))
        return list(db.execute(query.order_by(t.audit.c.id)).scalars())


def test_nothing_that_is_kept_gives_the_pin_back(town: Town, director: int) -> None:
    with town.store.work() as db:
        row = db.execute(select(t.pin)).one()
    assert PIN not in str(row)
    assert actions(town) == ["pin.set"]


def test_the_same_digits_of_two_people_are_kept_differently(town: Town, director: int) -> None:
    with town.store.work() as db:
        pins.choose(db, town.store.keys, town.people["陈站长"], PIN, town.clock())
        assert len(set(db.execute(select(t.pin.c.token)).scalars())) == 2


def test_a_right_one_forgets_the_wrong_ones_before(town: Town, director: int) -> None:
    for _ in range(4):
        assert not tried(town, director, OTHER).right
    assert tried(town, director, PIN).right
    assert tried(town, director, OTHER).left == 4


def test_five_wrong_ones_lock_it_for_half_an_hour(town: Town, director: int) -> None:
    lefts = [tried(town, director, OTHER) for _ in range(5)]
    assert [each.left for each in lefts[:4]] == [4, 3, 2, 1]
    until = town.clock() + 30 * MINUTE
    assert lefts[4].locked == until
    assert tried(town, director, PIN) == Tried(locked=until), "nor is the right one looked at"
    town.clock.now += 29 * MINUTE
    assert tried(town, director, PIN).locked
    town.clock.now += MINUTE
    assert tried(town, director, PIN).right
    assert actions(town) == ["pin.set", "pin.locked"]


def test_of_a_thousand_guesses_fifteen_are_looked_at(town: Town, director: int) -> None:
    """S36: brute force, at the pace that the locks leave."""
    guesses = iter(range(1_000))
    looked = 0
    for guess in guesses:
        found = tried(town, director, f"{guess:06}")
        assert not found.right
        if found.gone:
            break
        looked += 1
        town.clock.now += 2 * MINUTE
    assert actions(town)[-1] == "pin.gone"
    assert looked < 60, "most of them fell into a lock"
    assert all(tried(town, director, f"{guess:06}").gone for guess in guesses)
    assert tried(town, director, PIN).gone, "it opens nothing any more"


def test_of_twenty_at_once_five_are_counted(town: Town, director: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tried(town, director, OTHER), range(20)))
    assert sorted(each.left for each in found if each.left and not each.locked) == [1, 2, 3, 4]
    assert sum(each.locked is not None for each in found) == 16
    with town.store.work() as db:
        assert db.execute(select(t.pin.c.wrong)).scalar() == 5


def test_another_pin_replaces_it(town: Town, director: int) -> None:
    with town.store.work() as db:
        pins.choose(db, town.store.keys, director, OTHER, town.clock())
    assert tried(town, director, OTHER).right
    assert not tried(town, director, PIN).right
    assert actions(town) == ["pin.set", "pin.changed"]


def test_a_lost_phone_takes_the_pin_with_it(town: Town, director: int) -> None:
    with town.store.work() as db:
        doors.end_all(db, director, town.clock())
    assert tried(town, director, PIN).gone


def test_who_has_none_has_nothing_to_try(town: Town) -> None:
    assert tried(town, town.people["李主任"], PIN).gone
