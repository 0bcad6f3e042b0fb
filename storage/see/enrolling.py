"""Whom one may enrol, where, and who waits to be let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from domain.roles import ENROLS, HOMES, Right, Role
from storage import tables as t
from storage.crypto import Keys
from storage.invites import Holder, holder_of, seconds, who_of
from storage.see.people import UnitRef
from storage.sight import Sight, paths_in_reach

I, U = t.invite.c, t.unit.c  # noqa: E741
LIVE = ("used", "open")


@dataclass(frozen=True)
class Newcomer:
    """An invitation in one's reach; who it is for is unsealed only when somebody looks.

    Of one who waits: `holder` has an account under this telephone, if somebody has; `seconds` are
    the names of those one of whom must approve, as oneself has invited her to a role for which it
    takes two (none of them: one is alone). None where one's own word is enough.
    """

    id: int
    state: str
    role: Role
    unit: dict[str, str]
    inviter: str
    expires: datetime
    holder: Holder | None
    seconds: tuple[str, ...] | None
    row: Any = field(repr=False)
    keys: Keys = field(repr=False)

    @property
    def name(self) -> str:
        return who_of(self.keys, self.row)["name"]

    @property
    def phone(self) -> str:
        return who_of(self.keys, self.row)["phone"]


def enrolled_by_me(look: Sight) -> list[Role]:
    """The roles for which one may invite, in the order of HOMES."""
    mine = {role for _, grant in look.account.reaches(Right.ENROL) for role in ENROLS[grant.role]}
    return [role for role in HOMES if role in mine]


def homes_of(look: Sight, role: Role) -> list[UnitRef]:
    """The units within reach in which this role is held, by their codes."""
    reach = paths_in_reach(look, Right.ENROL, U.path)
    rows = look.db.execute(
        select(U.id, U.kind, U.name, U.name_en, U.path)
        .where(reach, U.kind.in_(HOMES.get(role, ())))
        .order_by(U.code)
    )
    return [UnitRef(*row) for row in rows if look.account.enrols(role, row.path)]


def newcomers(look: Sight) -> list[Newcomer]:
    """Those who wait for a person's word first, then those who have not come yet."""
    return sorted(_reached(look), key=lambda each: LIVE.index(each.state))


def _reached(look: Sight) -> Iterator[Newcomer]:
    rows = look.db.execute(
        select(t.invite, t.person.c.name, U.name.label("zh"), U.name_en.label("en"), U.path)
        .join(t.unit, U.id == I.unit_id)
        .join(t.person, t.person.c.id == I.inviter_id)
        .where(paths_in_reach(look, Right.ENROL, U.path), I.state.in_(LIVE))
        .where(I.expires > look.frame.began)
        .order_by(I.id)
    )
    for row in rows:
        role = Role(row.role)
        if look.account.enrols(role, row.path):
            yield Newcomer(
                row.id,
                row.state,
                role,
                {"zh": row.zh, "en": row.en},
                row.name,
                row.expires,
                holder_of(look.db, row.phone) if row.state == "used" else None,
                _seconds(look, row) if row.state == "used" else None,
                row,
                look.keys,
            )


def _seconds(look: Sight, row: Any) -> tuple[str, ...] | None:
    ids = seconds(look.db, row, look.account.id)
    if ids is None:
        return None
    p = t.person.c
    return tuple(look.db.execute(select(p.name).where(p.id.in_(ids)).order_by(p.id)).scalars())
