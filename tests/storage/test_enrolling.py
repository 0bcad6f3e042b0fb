"""Who is let in becomes a person with a post; nobody comes into somebody else's account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from domain.roles import Role
from domain.trouble import Refused
from storage import doors, inbox, invites
from storage import tables as t
from storage.do.enrolling import Approval, Enrolled
from storage.founding import Founding, NewPerson, phone_in
from storage.invites import Holder, NewInvite
from tests.conftest import both
from tests.storage.desk import PHONE, WORD, Desk
from tests.town import JOINED, Town


@pytest.fixture
def desk(town: Town) -> Iterator[Desk]:
    with town.store.work() as db:
        yield Desk(town, db)


@both()
def test_who_is_approved_is_a_person_with_a_post_and_comes_in_once(desk: Desk) -> None:
    invite, browser = desk.come("陈站长")
    assert desk.let_in(browser) is None
    assert desk.approve("陈站长", invite) == enrolled(known=False)
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
    assert desk.approve("陈站长", invite) == enrolled(known=True)
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
    desk.approve("陈站长", invite)
    assert len(desk.grants(mother)) == 1


# --- a telephone that somebody had before ------------------------------------------------------


def left(desk: Desk) -> int:
    """小柏 has had this telephone, and has left."""
    gone = desk.employ("小柏", Role.LOVING_MOTHER, "camphor", PHONE)
    post = select(t.post.c.id).where(t.post.c.person_id == gone)
    desk.act("陈站长").end_post(desk.db.execute(post).scalar_one(), None, WORD)
    return gone


def dial(desk: Desk, person: int) -> tuple[str, object]:
    row = desk.db.execute(select(t.person).where(t.person.c.id == person)).one()
    return row.dial, row.phone


@both()
def test_another_person_under_a_reused_number_gets_an_account_of_her_own(desk: Desk) -> None:
    gone = left(desk)
    invite, browser = desk.come("陈站长")
    assert desk.approve("陈站长", invite, same=False) == enrolled(known=False)
    person = desk.let_in(browser)
    assert person not in (None, gone)
    assert desk.grants(person) == [(Role.LOVING_MOTHER, desk.town.units["elm"])]
    assert desk.grants(gone) == []
    assert dial(desk, gone) == ("", None), "a number is one person's"
    found = invites.holder_of(desk.db, invites.dial_of(desk.town.store.keys, PHONE))
    assert found is not None
    assert (found.id, found.active) == (person, True)


@both()
def test_whoever_is_back_has_her_account_again_and_her_browser_stays_out(desk: Desk) -> None:
    gone = left(desk)
    invite, browser = desk.come("陈站长")
    assert desk.approve("陈站长", invite, same=True) == enrolled(known=True)
    assert desk.let_in(browser) is None
    assert desk.grants(gone) == [(Role.LOVING_MOTHER, desk.town.units["elm"])]
    assert desk.named("小槐") == []
    fresh = desk.act("陈站长").replace_phone(gone, WORD)
    assert doors.spend_code(desk.db, desk.town.store.keys, "小柏", fresh.code, desk.now) == gone


def test_who_decides_is_shown_whose_number_it_is_or_was(desk: Desk) -> None:
    desk.come("陈站长")
    (before,) = desk.act("陈站长").look.newcomers()
    assert before.holder is None
    gone = left(desk)
    (now,) = desk.act("陈站长").look.newcomers()
    assert now.holder == Holder(gone, "X-01", "小柏", active=False)


def test_nobody_is_told_whose_number_it_is_before_it_was_used(desk: Desk) -> None:
    left(desk)
    new = NewInvite(Role.LOVING_MOTHER, desk.town.units["elm"], "小槐", PHONE)
    desk.act("陈站长").invite(new)
    (waiting,) = desk.act("陈站长").look.newcomers()
    assert (waiting.state, waiting.holder) == ("open", None)


@both()
@pytest.mark.parametrize("same", [None, True, False])
def test_what_was_not_seen_is_not_approved(desk: Desk, same: bool | None) -> None:
    """Whose account it is has changed since it was shown, or it was not asked who she is."""
    invite, browser = desk.come("陈站长")
    gone = left(desk)
    shown = gone if same is None else 0
    with pytest.raises(Refused, match="newcomers.changed"):
        desk.act("陈站长").approve(Approval(invite, shown, same), WORD)
    assert desk.let_in(browser) is None


def test_in_office_nobody_asks_whether_it_is_the_same_person(desk: Desk) -> None:
    mother = desk.employ("小柏", Role.LOVING_MOTHER, "elm", PHONE)
    invite, _ = desk.come("陈站长")
    with pytest.raises(Refused, match="newcomers.changed"):
        desk.act("陈站长").approve(Approval(invite, mother, same=False), WORD)


def test_of_several_who_had_a_number_none_keeps_it(desk: Desk) -> None:
    """As data of before this rule may hold."""
    first = left(desk)
    desk.db.execute(update(t.person).where(t.person.c.id == first).values(dial="", phone=None))
    second = left_again(desk)
    number = invites.dial_of(desk.town.store.keys, PHONE)
    desk.db.execute(update(t.person).where(t.person.c.id == first).values(dial=number))
    invite, _ = desk.come("陈站长")
    desk.approve("陈站长", invite, same=True)
    assert dial(desk, first) == ("", None)
    assert dial(desk, second)[0] == number
    gone = select(t.audit.c.subject).where(t.audit.c.action == "person.phone_gone")
    assert desk.db.execute(gone).scalars().all() == ["person:X-01"]


def left_again(desk: Desk) -> int:
    """小柳 had it after her, and has left too."""
    founding = Founding(desk.db, desk.town.store.keys)
    new = NewPerson("X-02", "小柳", Role.LOVING_MOTHER, JOINED, phone=PHONE)
    person = founding.person(new, desk.town.units["elm"])
    desk.db.execute(update(t.post).where(t.post.c.person_id == person).values(until=JOINED))
    desk.db.execute(update(t.person).where(t.person.c.id == person).values(active=False))
    return person


def test_nobody_invites_or_approves_herself(desk: Desk) -> None:
    """S09: neither the one who invites nor the one who decides has the newcomer's telephone."""
    mine = desk.town.people["陈站长"]
    dial = invites.dial_of(desk.town.store.keys, PHONE)
    invite, _ = desk.come("何中心", Role.STATION_WORKER, "east")
    desk.db.execute(update(t.person).where(t.person.c.id == mine).values(dial=dial))
    with pytest.raises(Refused, match="newcomers.oneself"):
        desk.approve("陈站长", invite)
    with pytest.raises(Refused, match="invite.oneself"):
        desk.come("陈站长")
    assert desk.approve("何中心", invite).known


@both()
def test_of_two_who_decide_one_is_told_that_it_is_done(desk: Desk) -> None:
    invite, browser = desk.come("陈站长")
    desk.act("陈站长").turn_away(invite, "somebody else answered")
    for who in ("何中心", "钱协调"):
        with pytest.raises(Refused, match="newcomers.gone"):
            desk.approve(who, invite)
    assert desk.let_in(browser) is None


def test_a_decision_that_comes_too_late_is_none(desk: Desk) -> None:
    invite, _ = desk.come("陈站长")
    desk.town.clock.now += invites.WAITS
    with pytest.raises(Refused, match="newcomers.gone"):
        desk.approve("陈站长", invite)
    assert desk.act("陈站长").look.newcomers() == []


def test_whoever_may_invite_may_decide_and_whose_post_has_ended_may_not(desk: Desk) -> None:
    invite, _ = desk.come("何中心")
    left = t.post.c.person_id == desk.town.people["陈站长"]
    desk.db.execute(update(t.post).where(left).values(until=JOINED))
    with pytest.raises(Refused):
        desk.approve("陈站长", invite)
    assert desk.approve("钱协调", invite) == enrolled(known=False)


# --- roles for which it takes two --------------------------------------------------------------

FAR = [Role.CENTRE_OFFICER, Role.MANAGER]


def detail(desk: Desk) -> dict[str, object]:
    a = t.audit.c
    found = select(a.detail).where(a.action == "invite.approved").order_by(a.id.desc())
    return dict(desk.db.execute(found).scalars().first() or {})


def told(desk: Desk, name: str) -> list[str]:
    return [body["text"] for *_, body in inbox.told(desk.db, desk.keys, desk.town.people[name])]


@both()
@pytest.mark.parametrize("role", FAR)
def test_nobody_alone_gives_herself_sight_of_all_children(desk: Desk, role: Role) -> None:
    """A manager sees no child: under a second number of hers she would see them all; and so, in
    two steps, as a second manager."""
    invite, browser = desk.come("孙经理", role, "centre")
    with pytest.raises(Refused, match="newcomers.two"):
        desk.approve("孙经理", invite)
    assert desk.let_in(browser) is None
    desk.approve("何中心", invite)
    assert desk.grants(desk.let_in(browser)) == [(role, desk.town.units["centre"])]
    assert "alone" not in detail(desk)


@both()
def test_who_is_alone_after_the_founding_may_and_it_is_written_down(desk: Desk) -> None:
    officer = t.post.c.person_id == desk.town.people["何中心"]
    desk.db.execute(update(t.post).where(officer).values(until=JOINED))
    invite, browser = desk.come("孙经理", Role.MANAGER, "centre")
    (waiting,) = desk.act("孙经理").look.newcomers()
    assert waiting.seconds == ()
    desk.approve("孙经理", invite)
    second = desk.let_in(browser)
    assert second
    assert detail(desk)["alone"] is True
    other, _ = desk.come("孙经理", Role.CENTRE_OFFICER, "centre", "13800138002")
    with pytest.raises(Refused, match="newcomers.two"):
        desk.approve("孙经理", other)
    assert desk.approve(second, other) == enrolled(known=False)


def test_the_newcomer_herself_is_no_second_person(desk: Desk) -> None:
    """何中心 is asked to be a manager too: she cannot decide it, and nobody else is there."""
    number = invites.dial_of(desk.town.store.keys, PHONE)
    officer = t.person.c.id == desk.town.people["何中心"]
    desk.db.execute(update(t.person).where(officer).values(dial=number))
    invite, _ = desk.come("孙经理", Role.MANAGER, "centre")
    assert desk.approve("孙经理", invite) == enrolled(known=True)
    assert detail(desk)["alone"] is True


@both()
def test_everybody_else_who_may_approve_is_told(desk: Desk) -> None:
    manager = desk.employ("小柏", Role.MANAGER, "centre", "13800138002")
    invite, _ = desk.come("孙经理", Role.CENTRE_OFFICER, "centre")
    assert set(invites.approvers(desk.db, invite)) == {
        manager,
        *(desk.town.people[name] for name in ("何中心", "孙经理")),
    }
    desk.approve("何中心", invite)
    assert told(desk, "孙经理") == ["told"]
    assert told(desk, "何中心") == []
    assert len(inbox.told(desk.db, desk.keys, manager)) == 1


def test_of_other_roles_one_person_invites_and_approves_and_nobody_is_told(desk: Desk) -> None:
    invite, _ = desk.come("孙经理", Role.STATION_WORKER, "east")
    (waiting,) = desk.act("孙经理").look.newcomers()
    assert waiting.seconds is None
    assert desk.approve("孙经理", invite) == enrolled(known=False)
    assert told(desk, "何中心") == []


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
    desk.approve("陈站长", invite)
    a = t.audit.c
    rows = desk.db.execute(select(a.action, a.actor_id).order_by(a.id)).all()
    station = desk.town.people["陈站长"]
    assert [tuple(row) for row in rows] == [
        ("invite.made", station),
        ("invite.used", None),
        ("invite.approved", station),
    ]
