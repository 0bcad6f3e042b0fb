"""S30, S31: an invitation opens once, for its telephone, in time; guessing leads nowhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

import pytest
from sqlalchemy import Connection, func, select, update

from domain.enrol import LETTERS
from domain.roles import Role
from storage import invites, limits
from storage import tables as t
from storage.invites import ALL, OPEN_FOR, WAITS, Gate, NewInvite, Ticket, Tried
from tests.conftest import both
from tests.storage.filled import rows
from tests.town import Town

HOSTILE = Path(__file__).parents[1] / "hostile" / "join.json"
PHONE = "13800138001"


@dataclass
class Door:
    """The door of one town in one transaction that is committed by the test's end."""

    town: Town
    db: Connection
    callers: int = 0

    def make(self, phone: str = PHONE, role: Role = Role.LOVING_MOTHER) -> Ticket:
        new = NewInvite(role, self.town.units["elm"], "小槐", phone)
        station = self.town.people["陈站长"]
        return invites.make(self.db, self.town.store.keys, new, station, self.town.clock.now)

    def gate(self, caller: str = "") -> Gate:
        """Without a caller one who has never tried before."""
        self.callers += 1
        who = caller or f"caller {self.callers}"
        return Gate(self.db, self.town.store.keys, self.town.clock.now, who)

    @property
    def states(self) -> list[str]:
        return list(self.db.execute(select(t.invite.c.state).order_by(t.invite.c.id)).scalars())

    def later(self, **more: float) -> None:
        self.town.clock.now += timedelta(**more)


@pytest.fixture
def door(town: Town) -> Iterator[Door]:
    with town.store.work() as db:
        yield Door(town, db)


@both()
def test_a_link_opens_once_and_only_with_its_telephone(door: Door) -> None:
    ticket = door.make()
    assert door.gate().by_link(ticket.token, "13800138002") == Tried()
    found = door.gate().by_link(ticket.token, PHONE)
    assert len(found.browser) == 43
    assert door.gate().by_link(ticket.token, PHONE) == Tried()
    assert door.gate().by_code(PHONE, ticket.spoken) == Tried()
    assert door.states == ["used"]


@both()
def test_a_spoken_code_opens_once_and_only_with_its_telephone(door: Door) -> None:
    ticket = door.make()
    assert door.gate().by_code("13800138002", ticket.spoken) == Tried()
    assert door.gate().by_code(PHONE, ticket.spoken).browser
    assert door.gate().by_code(PHONE, ticket.spoken) == Tried()
    assert door.gate().by_link(ticket.token, PHONE) == Tried()


def test_an_invitation_lasts_seventy_two_hours(door: Door) -> None:
    ticket, late = door.make(), door.make("13800138002")
    door.town.clock.now += OPEN_FOR - timedelta(seconds=1)
    assert door.gate().by_link(ticket.token, PHONE).browser
    door.later(seconds=1)
    assert door.gate().by_link(late.token, "13800138002") == Tried()
    assert door.gate().by_code("13800138002", late.spoken) == Tried()


def test_a_second_invitation_takes_the_place_of_the_first(door: Door) -> None:
    first, second = door.make(), door.make()
    other = door.make(role=Role.CHILD_DIRECTOR)
    assert door.gate().by_link(first.token, PHONE) == Tried()
    assert door.gate().by_link(second.token, PHONE).browser
    assert door.gate().by_link(other.token, PHONE).browser


def test_nothing_that_is_kept_gives_a_link_a_code_or_a_telephone_back(door: Door) -> None:
    ticket = door.make()
    browser = door.gate().by_link(ticket.token, PHONE).browser
    kept = str(rows(door.db))
    for secret in (ticket.token, ticket.spoken, PHONE, browser, "小槐"):
        assert secret not in kept
    assert "invite.used" in kept


def test_only_the_browser_that_used_it_sees_how_it_stands(door: Door) -> None:
    browser = door.gate().by_link(door.make().token, PHONE).browser
    keys, now = door.town.store.keys, door.town.clock.now
    found = invites.waiting(door.db, keys, browser, now)
    assert found is not None
    assert (found.state, found.name, found.unit["zh"]) == ("used", "小槐", "榆树村")
    for other in ("", "x" * 43, browser[::-1]):
        assert invites.waiting(door.db, keys, other, now) is None
        assert invites.let_in(door.db, keys, other, now) is None
    assert invites.let_in(door.db, keys, browser, now) is None, "nobody has decided"
    assert invites.waiting(door.db, keys, browser, now + WAITS) is None


def test_invitations_are_forgotten_when_they_have_ended_long_ago(door: Door) -> None:
    door.make()
    assert invites.forget(door.db, door.town.clock.now) == 0
    assert invites.forget(door.db, door.town.clock.now + OPEN_FOR + WAITS) == 1


# --- S30: bad uses -----------------------------------------------------------------------------


def test_five_hundred_bad_uses_open_nothing_and_get_one_answer(door: Door) -> None:
    """S30: reuse, expired, withdrawn, unknown, another telephone, by link and by code."""
    bad = json.loads(HOSTILE.read_text("utf-8"))
    assert len(bad) == 500
    old = door.make("13800138009")
    door.town.clock.now += OPEN_FOR
    tickets = {"old": old, "live": door.make(), "used": door.make("13800138007")}
    tickets["withdrawn"] = door.make("13800138008")
    gone = t.invite.c.token == door.town.store.keys.hide(f"join/{tickets['withdrawn'].token}")
    door.db.execute(update(t.invite).where(gone).values(state="withdrawn"))
    assert door.gate().by_link(tickets["used"].token, "13800138007").browser
    before = door.states
    for each in bad:
        ticket = tickets.get(each["of"]) or Ticket(each["token"], each["spoken"])
        door.db.execute(t.bucket.delete())  # else it would be refused for being too much
        tried = (
            door.gate().by_link(ticket.token, each["phone"])
            if each["by"] == "link"
            else door.gate().by_code(each["phone"], ticket.spoken)
        )
        assert tried == Tried(), each
    assert door.states == before


# --- S31: guessing -----------------------------------------------------------------------------


@both()
def test_after_five_wrong_tries_a_caller_waits_whatever_she_says(door: Door) -> None:
    ticket = door.make()
    for number in range(5):
        door.gate("one").by_code(f"1390000000{number}", "00000000")
    assert door.gate("one").by_code(PHONE, ticket.spoken) == Tried()
    assert door.gate("one").by_link(ticket.token, PHONE) == Tried()
    door.later(minutes=12)
    assert door.gate("one").by_link(ticket.token, PHONE).browser


def test_a_telephone_is_guessed_at_five_times_by_whomever(door: Door) -> None:
    ticket = door.make()
    for _ in range(5):
        door.gate().by_code(PHONE, "00000000")
    assert door.gate().by_code(PHONE, ticket.spoken) == Tried()
    assert door.gate().by_link(ticket.token, PHONE).browser, "her link still opens"


def test_of_a_link_five_telephones_are_tried(door: Door) -> None:
    ticket = door.make()
    for number in range(5):
        door.gate().by_link(ticket.token, f"1390000000{number}")
    assert door.gate().by_link(ticket.token, PHONE) == Tried()


def test_who_is_right_is_not_counted(door: Door) -> None:
    """A station's one address serves a whole evening of newcomers."""
    for number in range(30):
        phone = f"138001380{number:02}"
        assert door.gate("the station").by_link(door.make(phone).token, phone).browser


def test_ten_thousand_guesses_find_nothing_and_raise_one_alarm(door: Door) -> None:
    """S31: from ever new addresses, at ever new telephones, with 500 codes alive."""
    chance = Random(31)
    for number in range(500):
        door.make(f"1380014{number:04}")
    alarms = found = 0
    for _ in range(10_000):
        phone = f"1380014{chance.randrange(500):04}"
        tried = door.gate().by_code(phone, "".join(chance.choices(LETTERS, k=8)))
        alarms += tried.alarm
        found += bool(tried.browser)
    assert (found, alarms) == (0, 1)
    counted = limits.Meter(door.db, door.town.store.keys, door.town.clock.now)
    assert not counted.spare(ALL, invites.EVERYBODY)
    buckets = door.db.execute(select(func.count()).select_from(t.bucket)).scalar_one()
    assert buckets < 1000, "a pause keeps no list of who comes"


def test_wrong_used_expired_and_unknown_take_the_same_time(door: Door) -> None:
    """S31: their medians differ by less than 5 ms."""
    old, used, live = door.make("13800138009"), door.make("13800138007"), door.make()
    door.gate().by_link(used.token, "13800138007")
    late = t.invite.c.token == door.town.store.keys.hide(f"join/{old.token}")
    door.db.execute(update(t.invite).where(late).values(expires=door.town.clock.now))
    tries = {
        "wrong": (live.token, "13800138002"),
        "used": (used.token, "13800138007"),
        "expired": (old.token, "13800138009"),
        "unknown": ("A" * 22, PHONE),
    }
    took: dict[str, list[float]] = {name: [] for name in tries}
    for _ in range(25):
        for name, (token, phone) in tries.items():
            door.db.execute(t.bucket.delete())
            gate, begun = door.gate(), perf_counter()
            gate.by_link(token, phone)
            took[name].append(perf_counter() - begun)
    medians = [median(each) for each in took.values()]
    assert max(medians) - min(medians) < 0.005


def test_while_guessing_is_paused_codes_wait_and_links_open(door: Door) -> None:
    ticket = door.make()
    for number in range(200):
        door.gate().by_code(f"139{number:08}", "00000000")
    assert door.gate().by_code(PHONE, ticket.spoken) == Tried()
    door.later(minutes=1)
    assert door.gate().by_code(PHONE, ticket.spoken).browser
    for number in range(9):
        door.gate().by_code(f"137{number:08}", "00000000")
    other = door.make("13800138002")
    assert door.gate().by_link(other.token, "13800138002").browser
