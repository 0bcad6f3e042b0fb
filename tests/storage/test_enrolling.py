"""Who is let in becomes a person with a post; nobody comes into somebody else's account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from domain.roles import Role
from domain.trouble import Refused
from storage import invites
from storage import tables as t
from storage.do.enrolling import Enrolled
from storage.founding import phone_in
from tests.conftest import both
from tests.storage.desk import PHONE, Desk
from tests.town import JOINED, Town


@pytest.fixture
def desk(town: Town) -> Iterator[Desk]:
    with town.store.work() as db:
        yield Desk(town, db)


@both()
def test_who_is_approved_is_a_person_with_a_post_and_comes_in_once(desk: Desk) -> None:
    invite, browser = desk.come("陈站长")
    assert desk.let_in(browser) is None
    assert desk.act("陈站长").approve(invite) == enrolled(known=False)
    person = desk.let_in(browser)
    assert desk.grants(person) == [(Role.LOVING_MOTHER, desk.town.units["elm"])]
    row = desk.db.execute(select(t.person).where(t.person.c.id == person)).one()
    assert (row.code, row.name) == ("M-003", "小槐")
    assert phone_in(desk.town.store.keys, row.code, row.phone) == PHONE
    assert PHONE.encode() not in row.phone
    assert desk.let_in(browser) is None, "the browser's secret is spent"


def enrolled(*, known: bool) -> Enrolled:
    return Enrolled("小槐", known)


@both()
def test_whoever_is_in_office_gains_the_post_and_her_account_stays_shut(desk: Desk) -> None:
    """Else a station could invite the centre's telephone, and come into the centre's account."""
    officer = desk.employ("小柏", Role.CENTRE_OFFICER, "centre", PHONE)
    invite, browser = desk.come("陈站长")
    assert desk.act("陈站长").approve(invite) == enrolled(known=True)
    assert desk.let_in(browser) is None
    assert desk.grants(officer) == [
        (Role.CENTRE_OFFICER, desk.town.units["centre"]),
        (Role.LOVING_MOTHER, desk.town.units["elm"]),
    ]
    found = invites.waiting(desk.db, desk.town.store.keys, browser, desk.town.clock.now)
    assert found is not None
    assert (found.state, found.enters) == ("approved", False)


def test_a_post_that_she_holds_already_is_not_given_twice(desk: Desk) -> None:
    mother = desk.employ("小槐", Role.LOVING_MOTHER, "elm", PHONE)
    invite, _ = desk.come("陈站长")
    desk.act("陈站长").approve(invite)
    assert len(desk.grants(mother)) == 1


def test_whoever_had_left_is_back_as_the_same_person(desk: Desk) -> None:
    gone = desk.employ("小槐", Role.LOVING_MOTHER, "camphor", PHONE)
    desk.db.execute(update(t.post).where(t.post.c.person_id == gone).values(until=JOINED))
    desk.db.execute(update(t.person).where(t.person.c.id == gone).values(active=False))
    invite, browser = desk.come("陈站长")
    desk.act("陈站长").approve(invite)
    assert desk.let_in(browser) == gone
    assert desk.grants(gone) == [(Role.LOVING_MOTHER, desk.town.units["elm"])]


def test_nobody_invites_or_approves_herself(desk: Desk) -> None:
    """S09: neither the one who invites nor the one who decides has the newcomer's telephone."""
    mine = desk.town.people["陈站长"]
    dial = invites.dial_of(desk.town.store.keys, PHONE)
    invite, _ = desk.come("何中心", Role.STATION_WORKER, "east")
    desk.db.execute(update(t.person).where(t.person.c.id == mine).values(dial=dial))
    with pytest.raises(Refused, match="newcomers.oneself"):
        desk.act("陈站长").approve(invite)
    with pytest.raises(Refused, match="invite.oneself"):
        desk.come("陈站长")
    assert desk.act("何中心").approve(invite).known


@both()
def test_of_two_who_decide_one_is_told_that_it_is_done(desk: Desk) -> None:
    invite, browser = desk.come("陈站长")
    desk.act("陈站长").turn_away(invite, "somebody else answered")
    for deed in (desk.act("何中心").approve, desk.act("钱协调").approve):
        with pytest.raises(Refused, match="newcomers.gone"):
            deed(invite)
    assert desk.let_in(browser) is None


def test_a_decision_that_comes_too_late_is_none(desk: Desk) -> None:
    invite, _ = desk.come("陈站长")
    desk.town.clock.now += invites.WAITS
    with pytest.raises(Refused, match="newcomers.gone"):
        desk.act("陈站长").approve(invite)
    assert desk.act("陈站长").look.newcomers() == []


def test_whoever_may_invite_may_decide_and_whose_post_has_ended_may_not(desk: Desk) -> None:
    invite, _ = desk.come("何中心")
    left = t.post.c.person_id == desk.town.people["陈站长"]
    desk.db.execute(update(t.post).where(left).values(until=JOINED))
    with pytest.raises(Refused):
        desk.act("陈站长").approve(invite)
    assert desk.act("钱协调").approve(invite) == enrolled(known=False)


def test_who_is_told_of_a_newcomer_is_the_inviter_while_in_office(desk: Desk) -> None:
    people = desk.town.people
    invite, _ = desk.come("陈站长")
    assert invites.approvers(desk.db, invite) == [people["陈站长"]]
    left = t.post.c.person_id == people["陈站长"]
    desk.db.execute(update(t.post).where(left).values(until=JOINED))
    assert set(invites.approvers(desk.db, invite)) == {
        people[name] for name in ("何中心", "钱协调", "孙经理")
    }


def test_every_step_is_a_line_of_the_audit(desk: Desk) -> None:
    invite, _ = desk.come("陈站长")
    desk.act("陈站长").approve(invite)
    a = t.audit.c
    rows = desk.db.execute(select(a.action, a.actor_id).order_by(a.id)).all()
    station = desk.town.people["陈站长"]
    assert [tuple(row) for row in rows] == [
        ("invite.made", station),
        ("invite.used", None),
        ("invite.approved", station),
    ]
