"""Sign-in links and browser sessions, in both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from domain.roles import Role
from storage import doors
from storage import tables as t
from storage.inbox import load_account
from tests.conftest import both
from tests.town import Town

MINUTE = timedelta(minutes=1)


@both()
def test_a_link_opens_once(town: Town) -> None:
    token = _link(town)
    assert _spend(town, token) == town.people["王妈妈"]
    assert _spend(town, token) is None


@both()
def test_of_twenty_parallel_spends_one_wins(town: Town) -> None:
    token = _link(town)
    with ThreadPoolExecutor(1 if not town.store.postgres else 20) as pool:
        found = list(pool.map(lambda _: _spend(town, token), range(20)))
    assert [each for each in found if each] == [town.people["王妈妈"]]


def test_a_link_ends_after_its_minutes(town: Town) -> None:
    token = _link(town)
    town.clock.now += 15 * MINUTE
    assert _spend(town, token) is None


def test_looking_at_a_link_spends_nothing(town: Town) -> None:
    token = _link(town)
    with town.store.work() as db:
        for _ in range(3):
            found = doors.peek_link(db, town.store.keys, token, town.clock())
            assert found == town.people["王妈妈"]
    assert _spend(town, token) == town.people["王妈妈"]


def test_neither_link_nor_cookie_is_stored(town: Town) -> None:
    token, cookie = _link(town), _open(town, "王妈妈")
    with town.store.work() as db:
        kept = str(db.execute(select(t.link)).all()) + str(db.execute(select(t.session)).all())
    assert token not in kept
    assert cookie not in kept
    assert cookie[2:] not in kept


@both()
def test_a_session_leads_to_its_person(town: Town) -> None:
    cookie = _open(town, "王妈妈")
    assert _who(town, cookie) == town.people["王妈妈"]


@pytest.mark.parametrize("cookie", ["", "p.", "x" * 45, "p." + "A" * 43, "p." + "A" * 42 + "/"])
def test_a_made_up_cookie_leads_to_nobody(town: Town, cookie: str) -> None:
    assert _who(town, cookie) is None


def test_a_shared_cookie_cannot_be_turned_into_an_own_one(town: Town) -> None:
    cookie = _open(town, "王妈妈", shared=True)
    assert _who(town, "p." + cookie[2:]) is None


def test_a_mother_stays_for_thirty_days(town: Town) -> None:
    cookie = _open(town, "王妈妈")
    town.clock.now += timedelta(days=30) - MINUTE
    assert _who(town, cookie)
    town.clock.now += MINUTE
    assert _who(town, cookie) is None


@pytest.mark.parametrize("name", ["李主任", "陈站长", "何中心", "钱协调", "孙经理"])
def test_everybody_else_stays_for_eight_hours(town: Town, name: str) -> None:
    cookie = _open(town, name)
    town.clock.now += timedelta(hours=8) - MINUTE
    assert _who(town, cookie)
    town.clock.now += MINUTE
    assert _who(town, cookie) is None


def test_a_shared_computer_forgets_after_thirty_idle_minutes(town: Town) -> None:
    cookie = _open(town, "王妈妈", shared=True)
    for _ in range(4):
        town.clock.now += 29 * MINUTE
        assert _who(town, cookie)
    town.clock.now += 30 * MINUTE
    assert _who(town, cookie) is None


def test_a_session_is_touched_at_most_once_a_minute(town: Town) -> None:
    cookie, opened = _open(town, "王妈妈"), town.clock.now
    town.clock.now += timedelta(seconds=59)
    _who(town, cookie)
    assert _touched(town) == opened
    town.clock.now += timedelta(seconds=1)
    _who(town, cookie)
    assert _touched(town) == town.clock.now


def test_being_watched_does_not_keep_a_session_awake(town: Town) -> None:
    cookie = _open(town, "王妈妈", shared=True)
    for minutes, stands in ((20, True), (10, False)):
        town.clock.now += minutes * MINUTE
        with town.store.work() as db:
            found = doors.open_among(db, town.store.keys, [cookie], town.clock())
        assert (cookie in found) is stands


def test_signing_out_ends_one_session_and_a_lost_phone_ends_all(town: Town) -> None:
    first, second, link = _open(town, "王妈妈"), _open(town, "王妈妈"), _link(town)
    other = _open(town, "李主任")
    with town.store.work() as db:
        doors.end_session(db, town.store.keys, first, town.clock())
    assert _who(town, first) is None
    assert _who(town, second)
    with town.store.work() as db:
        assert doors.end_all(db, town.people["王妈妈"], town.clock()) == 1
    assert _who(town, second) is None
    assert _spend(town, link) is None
    assert _who(town, other)


def test_a_person_who_has_left_is_out_at_once(town: Town) -> None:
    cookie = _open(town, "王妈妈")
    with town.store.work() as db:
        db.execute(update(t.person).where(t.person.c.code == "M-01").values(active=False))
    assert _who(town, cookie) is None


def test_a_new_role_shortens_an_old_sign_in(town: Town) -> None:
    cookie = _open(town, "王妈妈")
    town.clock.now += timedelta(hours=9)
    with town.store.work() as db:
        row = {
            "person_id": town.people["王妈妈"],
            "unit_id": town.units["elm"],
            "role": Role.CHILD_DIRECTOR,
            "since": date(2026, 11, 23),
        }
        db.execute(insert(t.post).values(row))
        assert doors.account_of(db, town.store.keys, cookie, town.clock()) is None


def _link(town: Town) -> str:
    with town.store.work() as db:
        return doors.make_link(db, town.store.keys, town.people["王妈妈"], town.clock())


def _spend(town: Town, token: str) -> int | None:
    with town.store.work() as db:
        return doors.spend_link(db, town.store.keys, token, town.clock())


def _open(town: Town, name: str, *, shared: bool = False) -> str:
    with town.store.work() as db:
        account = load_account(db, town.people[name])
        assert account
        return doors.open_session(db, town.store.keys, account, town.clock(), shared)


def _who(town: Town, cookie: str) -> int | None:
    with town.store.work() as db:
        return doors.session_of(db, town.store.keys, cookie, town.clock())


def _touched(town: Town) -> object:
    with town.store.work() as db:
        return db.execute(select(t.session.c.touched)).scalar()
