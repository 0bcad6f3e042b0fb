"""S08, S09, S37: ways in are made, a lost phone is cut off, a post ends with its rights; none of it
by oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from domain.privacy import DataClass
from domain.roles import HOMES, RIGHTS, Right, Role
from domain.trouble import Refused
from storage import doors
from storage import tables as t
from storage.do.staff import Ended
from storage.founding import Founding
from storage.inbox import load_account
from storage.invites import NewInvite, dial_of
from tests.conftest import both
from tests.storage.conftest import Filled
from tests.storage.desk import PHONE, WORD, Desk
from tests.town import JOINED, Town, pair

PLACE = {"village": "elm", "station": "east", "centre": "centre"}


@pytest.fixture
def desk(town: Town) -> Iterator[Desk]:
    with town.store.work() as db:
        yield Desk(town, db)


def post_of(desk: Desk, person: int, role: Role | None = None) -> int:
    mine = (t.post.c.person_id == person, t.post.c.until.is_(None))
    one = (t.post.c.role == role.value,) if role else ()
    return int(desk.db.execute(select(t.post.c.id).where(*mine, *one)).scalars().first() or 0)


def artefacts(desk: Desk, person: int, cookies: int, links: int) -> list[str]:
    """What lets her in: so many browsers and links, and one code."""
    keys, now = desk.town.store.keys, desk.town.clock.now
    account = load_account(desk.db, person)
    assert account is not None
    return [
        *(doors.open_session(desk.db, keys, account, now, shared=False) for _ in range(cookies)),
        *(doors.make_link(desk.db, keys, person, now) for _ in range(links)),
        doors.make_code(desk.db, keys, person, now),
    ]


def opening(desk: Desk, person: int, held: list[str]) -> list[str]:
    """Those of them that still let somebody in."""
    keys, now = desk.town.store.keys, desk.town.clock.now
    code = desk.db.execute(select(t.person.c.code).where(t.person.c.id == person)).scalar_one()
    return [
        each
        for each in held
        if doors.account_of(desk.db, keys, each, now)
        or doors.peek_link(desk.db, keys, each, now)
        or (len(each) == doors.DIGITS and doors.spend_code(desk.db, keys, code, each, now))
    ]


# --- S37: a lost phone -------------------------------------------------------------------------


@both()
def test_of_a_lost_phone_nothing_opens_any_more_and_the_new_ways_do(desk: Desk) -> None:
    """S37: sixty browsers, thirty-nine links and a code, in the same transaction."""
    mother = desk.town.people["王妈妈"]
    held = artefacts(desk, mother, 60, 39)
    assert len(held) == 100
    fresh = desk.act("陈站长").replace_phone(mother, WORD)
    assert fresh.ended == 60
    assert opening(desk, mother, held) == []
    keys, now = desk.town.store.keys, desk.town.clock.now
    assert doors.spend_code(desk.db, keys, "M-01", fresh.code, now) == mother
    assert doors.spend_link(desk.db, keys, fresh.token, now) == mother
    actions = desk.db.execute(select(t.audit.c.action).order_by(t.audit.c.id.desc())).scalars()
    assert next(iter(actions)) == "person.new_phone"


@both()
def test_a_lost_phone_that_was_approved_but_has_not_come_in_stays_out(desk: Desk) -> None:
    """She was let in, and lost the phone before she looked again."""
    invite, browser = desk.come("陈站长")
    desk.approve("陈站长", invite)
    (mother,) = desk.named("小槐")
    fresh = desk.act("陈站长").replace_phone(mother, WORD)
    assert desk.let_in(browser) is None
    assert desk.waiting(browser) is None
    assert doors.spend_link(desk.db, desk.town.store.keys, fresh.token, desk.now) == mother


@both()
@pytest.mark.parametrize("how", ["signed out everywhere", "dismissed", "in by another door"])
def test_an_approved_browser_stays_out_after_any_other_end(desk: Desk, how: str) -> None:
    invite, browser = desk.come("陈站长")
    desk.approve("陈站长", invite)
    (mother,) = desk.named("小槐")
    match how:
        case "signed out everywhere":
            doors.end_everywhere(desk.db, mother, desk.now)
        case "dismissed":
            desk.act("陈站长").end_post(post_of(desk, mother), None, WORD)
        case _:
            artefacts(desk, mother, 1, 0)
    assert desk.let_in(browser) is None


def test_the_end_of_ones_phone_shuts_nobody_else_out(desk: Desk) -> None:
    invite, browser = desk.come("陈站长")
    desk.approve("陈站长", invite)
    desk.act("陈站长").replace_phone(desk.town.people["王妈妈"], WORD)
    assert desk.let_in(browser) == desk.named("小槐")[0]


def test_what_is_given_for_a_new_phone_is_kept_as_a_hash_only(desk: Desk) -> None:
    fresh = desk.act("陈站长").replace_phone(desk.town.people["王妈妈"], WORD)
    links = desk.db.execute(select(t.link.c.token)).scalars().all()
    assert fresh.token not in links
    assert fresh.code not in desk.db.execute(select(t.code.c.token)).scalars().all()


def test_a_lost_phone_cancels_nothing_else(desk: Desk) -> None:
    mother = desk.town.people["王妈妈"]
    desk.act("陈站长").replace_phone(mother, WORD)
    assert desk.grants(mother) == [(Role.LOVING_MOTHER, desk.town.units["elm"])]
    assert desk.db.execute(select(t.pairing.c.until)).scalars().all() == [None]


def test_a_phone_is_replaced_only_by_whoever_answers_for_every_post_on_it(desk: Desk) -> None:
    """A director who also works at the centre: her link would open the centre's children."""
    director = desk.town.people["李主任"]
    founding = Founding(desk.db, desk.town.store.keys)
    founding.post(director, Role.CENTRE_OFFICER, desk.town.units["centre"], JOINED)
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("陈站长").replace_phone(director, WORD)
    assert director not in {each.id for each in desk.act("陈站长").look.my_people(whole=True)}
    assert director in {each.id for each in desk.act("陈站长").look.my_people()}
    assert desk.act("孙经理").replace_phone(director, WORD).token


# --- a way in, where nothing is lost -------------------------------------------------------------


@both()
def test_a_way_in_is_made_beside_what_she_has(desk: Desk) -> None:
    mother = desk.town.people["王妈妈"]
    *held, old_code = artefacts(desk, mother, 2, 2)
    fresh = desk.act("陈站长").make_way_in(mother, WORD)
    assert fresh.ended == 0
    assert opening(desk, mother, held) == held, "every browser and link of hers stays"
    assert opening(desk, mother, [old_code]) == [], "of codes one is good at a time"
    keys, now = desk.town.store.keys, desk.town.clock.now
    assert doors.spend_code(desk.db, keys, "M-01", fresh.code, now) == mother
    assert doors.spend_link(desk.db, keys, fresh.token, now) == mother
    assert doors.spend_link(desk.db, keys, fresh.token, now) is None, "it opens once"


def test_who_made_a_way_in_for_whom_is_written_down_and_told_to_her(desk: Desk) -> None:
    mother = desk.town.people["王妈妈"]
    desk.act("陈站长").make_way_in(mother, WORD)
    a, o = t.audit.c, t.outgoing.c
    row = desk.db.execute(select(a.actor_id, a.action, a.subject).order_by(a.id.desc())).first()
    assert row is not None
    assert tuple(row) == (desk.town.people["陈站长"], "person.way_in", "person:M-01")
    told = desk.db.execute(select(o.data_class).where(o.person_id == mother)).scalars().all()
    assert told == [DataClass.INTERNAL.value]


def test_of_a_way_in_hashes_are_kept_and_it_ends_by_itself(desk: Desk) -> None:
    fresh = desk.act("陈站长").make_way_in(desk.town.people["王妈妈"], WORD)
    assert fresh.token not in desk.db.execute(select(t.link.c.token)).scalars().all()
    assert fresh.code not in desk.db.execute(select(t.code.c.token)).scalars().all()
    keys, made = desk.town.store.keys, desk.town.clock.now
    late = made + doors.CODE_LIFE
    assert doors.spend_code(desk.db, keys, "M-01", fresh.code, late) is None
    assert doors.peek_link(desk.db, keys, fresh.token, late)
    assert not doors.peek_link(desk.db, keys, fresh.token, made + timedelta(minutes=15))


def test_a_way_in_is_made_only_by_whoever_answers_for_every_post_behind_it(desk: Desk) -> None:
    director = desk.town.people["李主任"]
    founding = Founding(desk.db, desk.town.store.keys)
    founding.post(director, Role.CENTRE_OFFICER, desk.town.units["centre"], JOINED)
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("陈站长").make_way_in(director, WORD)
    assert desk.act("孙经理").make_way_in(director, WORD).token


@both()
def test_who_is_not_in_office_any_more_gets_no_way_in(desk: Desk) -> None:
    mother = desk.town.people["王妈妈"]
    assert desk.act("陈站长").look.former_people() == {}
    desk.act("陈站长").end_post(post_of(desk, mother), None, WORD)
    assert desk.act("陈站长").look.former_people() == {"M-01": "王妈妈"}
    for deed in (desk.act("陈站长").make_way_in, desk.act("陈站长").replace_phone):
        with pytest.raises(Refused, match="staff.gone"):
            deed(mother, WORD)
    assert desk.act("吴站长").look.former_people() == {}, "she was another station's"
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("吴站长").make_way_in(mother, WORD)
    assert desk.db.execute(select(t.link.c.token)).all() == []


def test_with_another_post_she_is_not_gone(desk: Desk) -> None:
    mother = desk.town.people["王妈妈"]
    far = desk.town.units["pine"]
    Founding(desk.db, desk.town.store.keys).post(mother, Role.LOVING_MOTHER, far, JOINED)
    desk.act("陈站长").end_post(post_of(desk, mother), None, WORD)
    assert desk.act("陈站长").look.former_people() == {}
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("陈站长").make_way_in(mother, WORD)
    assert desk.act("吴站长").make_way_in(mother, WORD).token


# --- S08: a post ends --------------------------------------------------------------------------


@pytest.mark.parametrize("role", HOMES)
def test_with_the_last_post_fifty_old_ways_in_and_every_right_end(desk: Desk, role: Role) -> None:
    """S08, for each role that people are enrolled in, in the same transaction."""
    person = desk.employ("小槐", role, PLACE[HOMES[role][0]], PHONE)
    held = artefacts(desk, person, 25, 24)
    assert len(held) == 50
    assert desk.act("孙经理").end_post(post_of(desk, person), None, WORD).gone
    assert opening(desk, person, held) == []
    assert load_account(desk.db, person) is None


@pytest.mark.parametrize("role", HOMES)
def test_with_one_of_two_posts_its_rights_end_and_the_sign_in_stays(desk: Desk, role: Role) -> None:
    other = Role.POINTS_MANAGER if role is not Role.POINTS_MANAGER else Role.COORDINATOR
    person = desk.employ("小槐", role, PLACE[HOMES[role][0]], PHONE)
    Founding(desk.db, desk.town.store.keys).post(person, other, desk.town.units["centre"], JOINED)
    held = artefacts(desk, person, 25, 24)
    assert not desk.act("孙经理").end_post(post_of(desk, person, role), None, WORD).gone
    account = load_account(desk.db, person)
    assert account is not None
    assert account.roles() == {other}
    for right in RIGHTS[role].keys() - RIGHTS[other].keys():
        assert not account.may(right)
    assert len(opening(desk, person, held)) == 50


@both()
def test_pairings_are_handed_on_under_a_number_that_shows_it(desk: Desk) -> None:
    next_one = desk.employ("小槐", Role.LOVING_MOTHER, "elm", PHONE)
    post = post_of(desk, desk.town.people["王妈妈"])
    done = desk.act("陈站长").end_post(post, next_one, WORD)
    assert done == Ended(moved=1, closed=0, gone=True)
    p = t.pairing.c
    rows = desk.db.execute(select(p.code, p.mother_id, p.until.is_(None)).order_by(p.id)).all()
    assert [tuple(row) for row in rows] == [
        ("P-01", desk.town.people["王妈妈"], False),
        ("P-01.2", next_one, True),
    ]
    (child,) = desk.act(next_one).look.my_children(Right.SEE_CHILD)
    assert child.code == "小满-01"


def test_without_a_successor_pairings_end(desk: Desk) -> None:
    post = post_of(desk, desk.town.people["王妈妈"])
    assert desk.act("陈站长").end_post(post, None, WORD) == Ended(0, 1, gone=True)
    assert desk.db.execute(select(t.pairing.c.until)).scalars().all() != [None]


def test_pairings_stay_while_another_post_of_hers_holds_them(desk: Desk) -> None:
    mother = desk.town.people["王妈妈"]
    first = post_of(desk, mother)
    Founding(desk.db, desk.town.store.keys).post(
        mother, Role.LOVING_MOTHER, desk.town.units["camphor"], JOINED
    )
    assert desk.act("陈站长").end_post(first, None, WORD) == Ended(0, 0, gone=False)
    assert desk.db.execute(select(t.pairing.c.until)).scalars().all() == [None]


def test_who_is_paired_with_the_child_already_is_not_paired_twice(desk: Desk) -> None:
    next_one = desk.employ("小槐", Role.LOVING_MOTHER, "elm", PHONE)
    founding = Founding(desk.db, desk.town.store.keys)
    pair(founding, "P-02", next_one, desk.town.children["小榆"], JOINED)
    post = post_of(desk, desk.town.people["王妈妈"])
    assert desk.act("陈站长").end_post(post, next_one, WORD) == Ended(0, 1, gone=True)


@pytest.mark.parametrize("name", ["郑妈妈", "李主任", "王妈妈"])
def test_a_successor_holds_the_same_role_in_the_same_place(desk: Desk, name: str) -> None:
    """Another village's mother, somebody of another role, she herself."""
    post = post_of(desk, desk.town.people["王妈妈"])
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("陈站长").end_post(post, desk.town.people[name], WORD)


def test_what_she_was_told_of_children_fades_with_the_post(desk: Desk) -> None:
    desk.act("李主任").tell(desk.town.people["王妈妈"], WORD, "k", DataClass.CHILD)
    desk.act("陈站长").end_post(post_of(desk, desk.town.people["王妈妈"]), None, WORD)
    told = select(t.outgoing.c.data_class).where(
        t.outgoing.c.person_id == desk.town.people["王妈妈"]
    )
    assert set(desk.db.execute(told).scalars()) == {DataClass.INTERNAL.value}


@both()
def test_with_her_last_post_what_she_was_told_of_adults_fades_too(desk: Desk) -> None:
    """Telephones, links and codes; with one of two posts they stay."""
    person = desk.employ("小槐", Role.STATION_WORKER, "east", PHONE)
    founding = Founding(desk.db, desk.town.store.keys)
    founding.post(person, Role.LOVING_MOTHER, desk.town.units["elm"], JOINED)
    desk.act("陈站长").tell(person, WORD, "k", DataClass.ADULT)
    for role, left in (
        (Role.STATION_WORKER, [DataClass.ADULT.value]),
        (Role.LOVING_MOTHER, [DataClass.INTERNAL.value]),
    ):
        desk.act("孙经理").end_post(post_of(desk, person, role), None, WORD)
        told = select(t.outgoing.c.data_class).where(t.outgoing.c.person_id == person)
        assert desk.db.execute(told).scalars().all() == left


@both()
def test_a_post_ends_once(desk: Desk) -> None:
    post = post_of(desk, desk.town.people["王妈妈"])
    desk.act("陈站长").end_post(post, None, WORD)
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("陈站长").end_post(post, None, WORD)
    with pytest.raises(Refused, match="staff.not_yours"):
        desk.act("陈站长").end_post(999_999, None, WORD)


def test_a_post_that_ends_is_a_line_of_the_audit(desk: Desk) -> None:
    desk.act("陈站长").end_post(post_of(desk, desk.town.people["王妈妈"]), None, WORD)
    a = t.audit.c
    row = desk.db.execute(select(a.action, a.subject, a.detail).order_by(a.id.desc())).first()
    assert row is not None
    assert (row.action, row.subject) == ("post.ended", "person:M-01")
    assert (row.detail["role"], row.detail["closed"]) == ("loving_mother", 1)


# --- S09: nobody does it to herself ------------------------------------------------------------


def test_nobody_raises_her_own_rights_or_decides_her_own_request(filled: Filled) -> None:
    """S09: sixteen roles in four places invite themselves to all roles, make themselves a way in,
    replace their own phone and end their own post: more than two hundred tries."""
    town, tries = filled.town, 0
    with town.store.engine.connect() as db, db.begin() as work:
        desk = Desk(town, db)
        for person in filled.staff.values():
            mine = t.person.c.id == person
            db.execute(update(t.person).values(dial="").where(t.person.c.dial != ""))
            dial = dial_of(town.store.keys, PHONE)
            db.execute(update(t.person).where(mine).values(dial=dial))
            act = desk.act(person)
            for role, kinds in HOMES.items():
                new = NewInvite(role, town.units[PLACE[kinds[0]]], "小槐", PHONE)
                with pytest.raises(Refused):
                    act.invite(new)
            for deed in (
                partial(act.replace_phone, person, WORD),
                partial(act.make_way_in, person, WORD),
                partial(act.end_post, post_of(desk, person), None, WORD),
            ):
                with pytest.raises(Refused):
                    deed()
            assert person not in {each.id for each in act.look.my_people()}
            tries += len(HOMES) + 3
        work.rollback()
    assert tries >= 200
