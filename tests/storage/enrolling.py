"""Enrolling in the outsider tests: what there is, who may see it, and what outsiders try."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from dialogue.registry import Answer
from domain.roles import ENROLS, HOMES, RIGHTS, Right, Role
from storage import invites
from storage import tables as t
from storage.consents import NewConsent
from storage.do.enrolling import Approval
from storage.invites import Gate, NewInvite
from storage.see.staff import PersonRef, PostRef
from tests.town import JOINED, Town

if TYPE_CHECKING:
    from tests.storage.probes import Asked

PHONE = "13800138001"
CONSENT = Right.RECORD_CONSENT
INVITED = (
    (Role.LOVING_MOTHER, "elm", "13900139001"),
    (Role.CHILD_DIRECTOR, "camphor", "13900139002"),
    (Role.STATION_WORKER, "west", "13900139003"),
    (Role.MANAGER, "centre", "13900139004"),
)
OUTSIDERS = ("李主任", "王妈妈", "吴站长")


def invite_some(town: Town, db: Connection) -> None:
    """One invitation of each kind that is open, and one that has been used."""
    keys, officer, now = town.store.keys, town.people["何中心"], town.clock.now
    for role, place, phone in INVITED:
        for used in (False, True):
            new = NewInvite(role, town.units[place], "小槐", phone)
            ticket = invites.make(db, keys, new, officer, now)
            if used:
                assert Gate(db, keys, now, phone).by_link(ticket.token, phone).browser
            phone = phone.replace("139", "138")


def answers_for(a: Asked, role: Role, path: str) -> bool:
    """By the table of rights alone."""
    return any(
        Right.ENROL in RIGHTS[grant.role] and role in ENROLS[grant.role]
        for grant in a.look.account.grants
        if path.startswith(grant.path)
    )


def enrolled(a: Asked) -> set[object]:
    return {role for role in HOMES if any(answers_for(a, role, g.path) for g in grants(a))}


def grants(a: Asked) -> Iterable[Any]:
    return a.look.account.grants


def homes(a: Asked) -> set[object]:
    rows = a.world.db.execute(select(t.unit))
    return {
        (role, row.path)
        for row in rows
        for role, kinds in HOMES.items()
        if row.kind in kinds and answers_for(a, role, row.path)
    }


def invited(a: Asked) -> set[object]:
    live = t.invite.c.state.in_(("open", "used"))
    rows = a.world.db.execute(
        select(t.invite, t.unit.c.path).join(t.unit, t.unit.c.id == t.invite.c.unit_id).where(live)
    )
    return {row.id for row in rows if answers_for(a, Role(row.role), row.path)}


def in_office(a: Asked) -> list[Any]:
    """Every post that is held now."""
    return list(
        a.world.db.execute(
            select(t.post, t.unit.c.path, t.person.c.code)
            .join(t.unit, t.unit.c.id == t.post.c.unit_id)
            .join(t.person, t.person.c.id == t.post.c.person_id)
            .where(t.post.c.until.is_(None))
        )
    )


def people(a: Asked) -> set[object]:
    """Everybody else with a post for which one answers, each once with its posts."""
    posts = [row for row in in_office(a) if row.person_id != a.me]
    mine = {row.id for row in posts if answers_for(a, Role(row.role), row.path)}
    far = {row.person_id for row in posts if row.id not in mine}
    some = {(False, row.code, row.id) for row in posts if row.id in mine}
    return some | {
        (True, row.code, row.id) for row in posts if row.id in mine and row.person_id not in far
    }


def gone(a: Asked) -> set[object]:
    """Everybody else who held a post for which one answers, and holds none now."""
    held = {row.person_id for row in in_office(a)}
    rows = a.world.db.execute(
        select(t.post.c.role, t.post.c.person_id, t.unit.c.path, t.person.c.code)
        .join(t.unit, t.unit.c.id == t.post.c.unit_id)
        .join(t.person, t.person.c.id == t.post.c.person_id)
        .where(t.post.c.until.is_not(None), t.post.c.person_id != a.me)
    )
    ended = [row for row in rows if row.person_id not in held]
    return {row.code for row in ended if answers_for(a, Role(row.role), row.path)}


def handed(a: Asked) -> set[object]:
    """The posts whose handover list one gets, asked for with references to all."""
    found = set()
    for row in in_office(a):
        who = PersonRef(row.person_id, row.code, "", (), None, a.look.keys)
        post = PostRef(row.id, Role(row.role), row.unit_id, {}, row.path)
        if a.look.handover(who, post) is not None:
            found.add(row.id)
    return found


PROBES: dict[str, tuple[Callable[[Any], Iterable[object]], Callable[[Any], Iterable[object]]]] = {
    "enrolled_by_me": (lambda a: a.look.enrolled_by_me(), enrolled),
    "homes_of": (
        lambda a: {(role, unit.path) for role in Role for unit in a.look.homes_of(role)},
        homes,
    ),
    "newcomers": (lambda a: {each.id for each in a.look.newcomers()}, invited),
    "my_people": (
        lambda a: {
            (whole, each.code, post.id)
            for whole in (False, True)
            for each in a.look.my_people(whole=whole)
            for post in each.posts
        },
        people,
    ),
    "former_people": (lambda a: set(a.look.former_people()), gone),
    "consent": (
        lambda a: {code for code, ref in a.refs.items() if a.look.consent(ref)},
        lambda a: a.world.reach(CONSENT) & a.world.codes_in(t.consent),
    ),
    "open_pairs": (
        lambda a: {code for code, ref in a.refs.items() if a.look.open_pairs(ref)},
        lambda a: a.world.reach(CONSENT) & a.world.codes_in(t.pairing, t.pairing.c.until.is_(None)),
    ),
    "handover": (
        handed,
        lambda a: {row.id for row in in_office(a) if answers_for(a, Role(row.role), row.path)},
    ),
}


def invitation(role: Role, place: str) -> Callable[[Any, Any], object]:
    return lambda s, act: act.invite(
        NewInvite(role, s.filled.town.units[place], "小槐", "13700137000")
    )


def of(s: Any, state: str, role: Role = Role.LOVING_MOTHER) -> int:
    """An invitation in this state."""
    return int(s.one(t.invite, t.invite.c.state == state, t.invite.c.role == role.value).id)


def approval(state: str, role: Role = Role.LOVING_MOTHER) -> Callable[[Any, Any], object]:
    return lambda s, act: act.approve(Approval(of(s, state, role)), Answer(""))


def phone_of(name: str) -> Callable[[Any, Any], object]:
    return lambda s, act: act.replace_phone(s.filled.town.people[name], Answer(""))


def way_in_of(name: str) -> Callable[[Any, Any], object]:
    return lambda s, act: act.make_way_in(s.filled.town.people[name], Answer(""))


def post_of(name: str) -> Callable[[Any, Any], object]:
    return lambda s, act: act.end_post(
        s.one(t.post, t.post.c.person_id == s.filled.town.people[name]).id, None, Answer("")
    )


def word(kind: str) -> Callable[[Any, Any], object]:
    """A guardian's word on 小榆, whose guardian has agreed."""
    return lambda s, act: act.record_consent(
        s.child("小满-01"), NewConsent(kind, "奶奶", JOINED, act.now)
    )


OTHERS = ("周主任", "王妈妈", "吴站长", "何中心", "钱协调")

BEYOND = (
    *((who, name) for who in OUTSIDERS for name in ("周主任", "陈站长", "钱协调")),
    *(("陈站长", name) for name in ("吴站长", "郑妈妈", "何中心", "孙经理", "陈站长")),
    *(("钱协调", name) for name in ("李主任", "陈站长", "孙经理")),
    ("孙经理", "孙经理"),
)
"""Who tries it on whom, in vain: others' people, people above her, herself."""

TRIES: dict[str, list[tuple[str, Callable[[Any, Any], object]]]] = {
    "invite": [
        *((who, invitation(Role.LOVING_MOTHER, "elm")) for who in OUTSIDERS),
        ("陈站长", invitation(Role.CENTRE_OFFICER, "centre")),
        ("陈站长", invitation(Role.COORDINATOR, "centre")),
        ("陈站长", invitation(Role.STATION_WORKER, "west")),
        ("陈站长", invitation(Role.STATION_WORKER, "elm")),
        ("钱协调", invitation(Role.CHILD_DIRECTOR, "elm")),
        ("钱协调", invitation(Role.COORDINATOR, "centre")),
        ("何中心", invitation(Role.AUDITOR, "centre")),
        ("孙经理", invitation(Role.MANAGER, "elm")),
    ],
    "withdraw_invite": [
        *((who, lambda s, act: act.withdraw_invite(of(s, "open"))) for who in OUTSIDERS),
        ("陈站长", lambda s, act: act.withdraw_invite(of(s, "used"))),
        ("陈站长", lambda s, act: act.withdraw_invite(of(s, "open", Role.MANAGER))),
    ],
    "approve": [
        *((who, approval("used")) for who in OUTSIDERS),
        ("陈站长", approval("open")),
        ("陈站长", approval("used", Role.MANAGER)),
        ("陈站长", lambda s, act: act.approve(Approval(999_999), Answer(""))),
        ("钱协调", approval("used", Role.CHILD_DIRECTOR)),
        ("何中心", approval("used", Role.MANAGER)),  # invited by herself, and it takes two
    ],
    "turn_away": [
        *((who, lambda s, act: act.turn_away(of(s, "used"), "not she")) for who in OUTSIDERS),
        ("陈站长", lambda s, act: act.turn_away(of(s, "open"), "not she")),
        ("陈站长", lambda s, act: act.turn_away(of(s, "used", Role.MANAGER), "not she")),
    ],
    "record_consent": [(who, word(kind)) for who in OTHERS for kind in ("written", "withdrawn")],
    "end_pairs": [
        (who, lambda s, act: act.end_pairs(s.child("小满-01"), Answer("")))
        for who in (*OTHERS, "李主任")  # the last because the consent stands
    ],
    "tell_station": [
        (who, lambda s, act: act.tell_station(s.child("小满-01"), Answer(""))) for who in OTHERS
    ],
    "replace_phone": [(who, phone_of(name)) for who, name in BEYOND],
    "make_way_in": [(who, way_in_of(name)) for who, name in BEYOND],
    "end_post": [(who, post_of(name)) for who, name in BEYOND],
}
