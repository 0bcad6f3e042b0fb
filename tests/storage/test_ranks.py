"""The directors' ranking: each once, her own children only, a place kept by who is not named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from domain.frame import Frame
from domain.library import packaged
from domain.roles import Role
from storage import inbox
from storage import tables as t
from storage.founding import Founding, NewChild
from storage.look import Look
from storage.see.ranks import Diligent
from tests.conftest import both
from tests.town import CITY, MORNING, Town

SINCE, UNTIL = date(2026, 11, 1), date(2026, 11, 30)


def visited(town: Town, who: str, child: str, late: int = 0) -> None:
    day = date(2026, 11, 10)
    row = {"key": f"{who}/{child}/{late}", "receipt": f"{who}{child}{late}", "kind": "visit"}
    made = {"child_id": town.children[child], "visitor_id": town.people[who], "day": day}
    rest = {"mode": "home", "seen": True, "minutes": 0, "form": "visit", "version": "1"}
    due = day - timedelta(late)
    with town.store.work() as db:
        values = row | made | rest | {"answers": b"", "due": due, "recorded_at": MORNING}
        db.execute(insert(t.visit).values(**values, assessed=False))


def table(town: Town, who: str, limit: int = 20) -> Diligent:
    with town.store.work() as db:
        account = inbox.load_account(db, town.people[who])
        assert account is not None
        frame = Frame(MORNING.date(), MORNING, "")
        look = Look(db, town.store.keys, account, frame, packaged(), CITY)
        city = "/" + account.grants[0].path.split("/")[1] + "/"
        return look.directors(SINCE, UNTIL, city, limit)


@pytest.fixture
def both_villages(town: Town) -> Town:
    """李主任 answers for the elms, and since this month for the camphors as well."""
    with town.store.work() as db:
        founding = Founding(db, town.store.keys)
        founding.post(town.people["李主任"], Role.CHILD_DIRECTOR, town.units["camphor"], SINCE)
    return town


@both()
def test_a_director_of_two_villages_stands_once_with_both(both_villages: Town) -> None:
    for child in ("小榆", "小樟", "小枫"):
        visited(both_villages, "李主任", child)
    found = table(both_villages, "孙经理")
    (mine,) = [each for each in found.listed if each.name == "李主任"]
    assert (mine.seen, mine.children, mine.visits, mine.in_time) == (3, 4, 3, 3)
    assert mine.unit["zh"] == "榆树村、樟树村"
    assert all(each.coverage <= 100 for each in found.listed)


@both()
def test_children_of_other_villages_are_not_hers_to_count(town: Town) -> None:
    visited(town, "李主任", "小枫")
    (mine,) = [each for each in table(town, "李主任").listed if each.name == "李主任"]
    assert (mine.seen, mine.visits, mine.punctuality) == (0, 0, 0)


@both()
def test_who_is_not_named_keeps_her_place_and_sees_it(town: Town) -> None:
    visited(town, "李主任", "小榆", late=1)
    with town.store.work() as db:
        mine = t.person.c.id == town.people["李主任"]
        db.execute(update(t.person).where(mine).values(ranked=False))
    found = table(town, "周主任")
    assert [(each.name, each.place) for each in found.listed] == [("周主任", 2)]
    assert found.count == 2
    own = table(town, "李主任").mine
    assert own is not None
    assert (own.place, own.punctuality) == (1, 0)


@both()
def test_ones_own_place_is_told_where_the_list_is_too_short(town: Town) -> None:
    visited(town, "李主任", "小榆")
    found = table(town, "周主任", limit=1)
    assert [each.name for each in found.listed] == ["李主任"]
    assert found.mine is not None
    assert (found.mine.place, found.count) == (2, 2)


def nearly_alike(town: Town, late: int) -> None:
    """李主任 saw two of three, 周主任 29 of 43: both are shown as 67 %, though hers is more."""
    founded = date(2026, 1, 5)
    with town.store.work() as db:
        founding = Founding(db, town.store.keys)
        for number in range(42):
            born = NewChild(f"谷雨-{number + 10}", {"name": f"小苗{number}"}, founded)
            town.children[f"小苗{number}"] = founding.child(born, town.units["camphor"])
    for child in ("小榆", "小樟"):
        visited(town, "李主任", child)
    for number in range(29):
        visited(town, "周主任", f"小苗{number}", late)


@both()
def test_who_is_shown_the_same_shares_shares_a_place(town: Town) -> None:
    nearly_alike(town, late=0)
    found = table(town, "孙经理")
    assert {each.seen / each.children for each in found.listed} == {2 / 3, 29 / 43}
    assert {(each.coverage, each.punctuality) for each in found.listed} == {(67, 100)}
    assert [(each.name, each.place) for each in found.listed] == [("李主任", 1), ("周主任", 1)]


@both()
def test_among_the_same_shown_share_being_in_time_decides(town: Town) -> None:
    nearly_alike(town, late=1)
    found = table(town, "孙经理")
    shown = [(each.name, each.coverage, each.punctuality) for each in found.listed]
    assert shown == [("李主任", 67, 100), ("周主任", 67, 0)]
    assert [each.place for each in found.listed] == [1, 2]
