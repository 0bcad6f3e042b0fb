"""Enrolling in the outsider tests: what there is, who may see it, and what outsiders try."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from domain.roles import ENROLS, HOMES, RIGHTS, Right, Role
from storage import invites
from storage import tables as t
from storage.invites import Gate, NewInvite
from tests.town import Town

if TYPE_CHECKING:
    from tests.storage.probes import Asked

PHONE = "13800138001"
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


PROBES: dict[str, tuple[Callable[[Any], Iterable[object]], Callable[[Any], Iterable[object]]]] = {
    "enrolled_by_me": (lambda a: a.look.enrolled_by_me(), enrolled),
    "homes_of": (
        lambda a: {(role, unit.path) for role in Role for unit in a.look.homes_of(role)},
        homes,
    ),
    "newcomers": (lambda a: {each.id for each in a.look.newcomers()}, invited),
}


def invitation(role: Role, place: str) -> Callable[[Any, Any], object]:
    return lambda s, act: act.invite(
        NewInvite(role, s.filled.town.units[place], "小槐", "13700137000")
    )


def of(s: Any, state: str, role: Role = Role.LOVING_MOTHER) -> int:
    """An invitation in this state."""
    return int(s.one(t.invite, t.invite.c.state == state, t.invite.c.role == role.value).id)


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
        *((who, lambda s, act: act.approve(of(s, "used"))) for who in OUTSIDERS),
        ("陈站长", lambda s, act: act.approve(of(s, "open"))),
        ("陈站长", lambda s, act: act.approve(of(s, "used", Role.MANAGER))),
        ("陈站长", lambda s, act: act.approve(999_999)),
        ("钱协调", lambda s, act: act.approve(of(s, "used", Role.CHILD_DIRECTOR))),
    ],
    "turn_away": [
        *((who, lambda s, act: act.turn_away(of(s, "used"), "not she")) for who in OUTSIDERS),
        ("陈站长", lambda s, act: act.turn_away(of(s, "open"), "not she")),
        ("陈站长", lambda s, act: act.turn_away(of(s, "used", Role.MANAGER), "not she")),
    ],
}
