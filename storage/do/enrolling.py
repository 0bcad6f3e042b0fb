"""Enrolling: somebody is asked in, and let in or turned away by a person who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from domain.privacy import DataClass
from domain.roles import HOMES, TWO_DECIDE, Role
from domain.trouble import Refused
from storage import invites
from storage import tables as t
from storage.deed import Deed
from storage.founding import Founding, NewPerson
from storage.invites import Holder, NewInvite, Ticket, holder_of, who_of
from storage.rows import lock

I, P, U = t.invite.c, t.person.c, t.unit.c  # noqa: E741
LETTER = {
    Role.LOVING_MOTHER: "M",
    Role.CHILD_DIRECTOR: "D",
    Role.FEDERATION_EXECUTIVE: "F",
    Role.STATION_WORKER: "S",
    Role.COORDINATOR: "K",
    Role.POINTS_MANAGER: "P",
    Role.CENTRE_OFFICER: "C",
    Role.MANAGER: "G",
}


@dataclass(frozen=True)
class Approval:
    """Who is let in, as the one who decides has seen her: whose account her telephone has
    (`holder`, 0: nobody's), and where that one had left whether she is the `same` person."""

    invite_id: int
    holder: int = 0
    same: bool | None = None


@dataclass(frozen=True)
class Enrolled:
    """Who was let in; `known` when she had an account already, and keeps it."""

    name: str
    known: bool


def invite(act: Deed, new: NewInvite) -> Ticket:
    """Raises Refused when the role or the place is out of reach, and for oneself."""
    unit = act.db.execute(select(U.kind, U.path, U.code).where(U.id == new.unit_id)).first()
    if unit is None or unit.kind not in HOMES.get(new.role, ()):
        raise Refused("invite.not_yours")
    if not act.account.enrols(new.role, unit.path):
        raise Refused("invite.not_yours")
    if _is_me(act, invites.dial_of(act.keys, new.phone)):
        raise Refused("invite.oneself")
    ticket = invites.make(act.db, act.keys, new, act.account.id, act.now)
    act.audit("invite.made", f"unit:{unit.code}", role=new.role.value)
    return ticket


def withdraw_invite(act: Deed, invite_id: int) -> None:
    """An open invitation counts no longer. Raises Refused when it is out of reach or used."""
    _decide(act, _row(act, invite_id), "open", {"state": "withdrawn"})


def turn_away(act: Deed, invite_id: int, reason: str) -> None:
    """Raises Refused when it is out of reach, or somebody has decided already."""
    row = _row(act, invite_id)
    sealed = act.keys.seal(reason.encode(), f"invite:reason:{row.token}")
    _decide(act, row, "used", {"state": "refused", "reason": sealed})


def approve(act: Deed, said: Approval, notice: object) -> Enrolled:
    """A person with her post. Whoever has an account under this telephone, or had one and is back,
    gains the post and signs in as others do: the browser that came by the link is not let in.
    Of another person who had this number before, it is taken away. Where it takes two, `notice`
    goes to everybody else who may approve.

    Raises Refused when it is out of reach, decided already, one's own, somebody else has to decide
    too, or the account under this telephone is not the one that was seen.
    """
    row = _row(act, said.invite_id)
    if _is_me(act, row.phone):
        raise Refused("newcomers.oneself")
    lock(act.db, t.unit, int(row.path.split("/")[1]))  # two at once would be two people
    others = invites.others(act.db, row, act.account.id)
    detail = _eyes(act, row)
    _decide(act, row, "used", {"state": "approved", "expires": act.now + invites.WAITS}, **detail)
    found = _seen(act, row.phone, said)
    known = found if found and (found.active or said.same) else None
    _free(act, row.phone, known)
    person = known.id if known else _found(act, row)
    if known:
        _gain(act, known, row)
    values = {"person_id": person, "enters": known is None}
    act.db.execute(update(t.invite).where(I.id == row.id).values(values))
    for each in others if Role(row.role) in TWO_DECIDE else ():
        act.tell(each, notice, f"invite/{row.id}/{each}", DataClass.INTERNAL)
    return Enrolled(who_of(act.keys, row)["name"], known is not None)


def _eyes(act: Deed, row: Any) -> dict[str, bool]:
    """What the audit says of who decides. Raises Refused when it takes two and there are two."""
    seconds = invites.seconds(act.db, row, act.account.id)
    if seconds:
        raise Refused("newcomers.two")
    return {} if seconds is None else {"alone": True}


def _seen(act: Deed, dial: str, said: Approval) -> Holder | None:
    """The account under this telephone. Raises Refused unless it is the one that was seen, and
    it was said who she is where that one has left."""
    found = holder_of(act.db, dial)
    asked = found is not None and not found.active
    if (found.id if found else 0) != said.holder or asked is (said.same is None):
        raise Refused("newcomers.changed")
    return found


def _free(act: Deed, dial: str, known: Holder | None) -> None:
    """A number belongs to one person: whoever had it and has left has it no more."""
    before = (P.dial == dial, ~P.active, P.id != (known.id if known else 0))
    for code in act.db.execute(select(P.code).where(*before)).scalars().all():
        act.audit("person.phone_gone", f"person:{code}")
    act.db.execute(update(t.person).where(*before).values(dial="", phone=None))


def _row(act: Deed, invite_id: int) -> Any:
    """Raises Refused when it is out of reach or over."""
    row = act.db.execute(
        select(t.invite, U.path)
        .join(t.unit, U.id == I.unit_id)
        .where(I.id == invite_id, I.expires > act.now)
    ).first()
    if row is None or not act.account.enrols(Role(row.role), row.path):
        raise Refused("newcomers.gone")
    return row


def _decide(act: Deed, row: Any, before: str, values: dict[str, Any], **detail: object) -> None:
    """Once: of two people who decide at a time, one is told so. Raises Refused."""
    said = values | {"decided_by": act.account.id, "decided_at": act.now}
    still = update(t.invite).where(I.id == row.id, I.state == before)
    if act.db.execute(still.values(said)).rowcount == 0:
        raise Refused("newcomers.gone")
    detail = {"role": row.role, "unit": row.unit_id} | detail
    act.audit(f"invite.{values['state']}", f"invite:{row.id}", **detail)


def _is_me(act: Deed, dial: str) -> bool:
    mine = select(P.dial).where(P.id == act.account.id)
    return bool(act.db.execute(mine).scalar() == dial)


def _found(act: Deed, row: Any) -> int:
    who, role = who_of(act.keys, row), Role(row.role)
    new = NewPerson(_code(act, role), who["name"], role, act.today, phone=who["phone"])
    return Founding(act.db, act.keys).person(new, row.unit_id)


def _gain(act: Deed, known: Holder, row: Any) -> None:
    """One more post, unless she holds it already; whoever had left is back, in her new place."""
    if not known.active:
        back = {"active": True, "unit_id": row.unit_id}
        act.db.execute(update(t.person).where(P.id == known.id).values(back))
        act.audit("person.back", f"person:{known.code}", role=row.role, unit=row.unit_id)
    o = t.post.c
    same = (o.person_id == known.id, o.role == row.role, o.unit_id == row.unit_id)
    if not act.db.execute(select(o.id).where(*same, o.until.is_(None))).first():
        Founding(act.db, act.keys).post(known.id, Role(row.role), row.unit_id, act.today)


def _code(act: Deed, role: Role) -> str:
    """The next number of this role's letter: M-017."""
    begin = f"{LETTER[role]}-"
    codes = act.db.execute(select(P.code).where(P.code.startswith(begin))).scalars()
    numbers = [int(code[len(begin) :]) for code in codes if code[len(begin) :].isdecimal()]
    return f"{begin}{max(numbers, default=0) + 1:03}"
