"""The people for whom one answers: their posts, their telephones, what they leave behind; and
who is not in office any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, func, select

from domain.roles import Right, Role
from storage import tables as t
from storage.crypto import Keys
from storage.founding import phone_in
from storage.sight import Sight, paths_in_reach

O, P, U = t.post.c, t.person.c, t.unit.c  # noqa: E741
OPEN_TALKS = ("active", "parked")
OF_CHILDREN = (Role.CHILD_DIRECTOR, Role.FEDERATION_EXECUTIVE)
OF_ALERTS = (Role.STATION_WORKER, Role.CENTRE_OFFICER)


@dataclass(frozen=True)
class PostRef:
    """A role that somebody holds in a unit."""

    id: int
    role: Role
    unit_id: int
    unit: dict[str, str]
    path: str


@dataclass(frozen=True)
class PersonRef:
    """Somebody in office, and those of her posts for which one answers."""

    id: int
    code: str
    name: str
    posts: tuple[PostRef, ...]
    sealed: bytes | None = field(repr=False)
    keys: Keys = field(repr=False)

    @property
    def phone(self) -> str:
        """Unsealed only when somebody looks; "" where none is known."""
        return phone_in(self.keys, self.code, self.sealed)


@dataclass(frozen=True)
class Handover:
    """What hangs on a post: numbers only, as not everybody who ends one may know a child.

    `successors` hold the same role in the same unit.
    """

    pairs: int
    children: int
    drafts: int
    alerts: int
    successors: tuple[tuple[int, str], ...]


def my_people(look: Sight, *, whole: bool = False) -> list[PersonRef]:
    """Others in office with a post for which one answers; `whole`: with no other posts either."""
    reached = paths_in_reach(look, Right.ENROL, U.path)
    within = select(O.person_id).join(t.unit, U.id == O.unit_id).where(reached, O.until.is_(None))
    rows = look.db.execute(
        select(P.id, P.code, P.name, P.phone, O.id.label("post"), O.role, O.unit_id)
        .add_columns(U.name.label("zh"), U.name_en.label("en"), U.path)
        .join(t.post, O.person_id == P.id)
        .join(t.unit, U.id == O.unit_id)
        .where(O.until.is_(None), P.active, P.id != look.account.id, P.id.in_(within))
        .order_by(P.code, O.id)
    )
    return list(_people(look, rows, whole))


def _people(look: Sight, rows: Any, whole: bool) -> Iterator[PersonRef]:
    for _, found in groupby(rows, key=lambda row: row.id):
        held = list(found)
        mine = [row for row in held if look.account.enrols(Role(row.role), row.path)]
        if mine and (len(mine) == len(held) or not whole):
            first = held[0]
            posts = tuple(map(_post, mine))
            yield PersonRef(first.id, first.code, first.name, posts, first.phone, look.keys)


def _post(row: Any) -> PostRef:
    return PostRef(row.post, Role(row.role), row.unit_id, {"zh": row.zh, "en": row.en}, row.path)


def former_people(look: Sight) -> dict[str, str]:
    """The names by code of those who held a post for which one answers, and hold none now."""
    reached = paths_in_reach(look, Right.ENROL, U.path)
    held = select(O.id).where(O.until.is_(None), O.person_id == P.id).correlate(t.person).exists()
    rows = look.db.execute(
        select(P.code, P.name, O.role, U.path)
        .join(t.post, O.person_id == P.id)
        .join(t.unit, U.id == O.unit_id)
        .where(reached, ~held, P.id != look.account.id)
        .order_by(P.code)
    )
    return {row.code: row.name for row in rows if look.account.enrols(Role(row.role), row.path)}


def handover(look: Sight, who: PersonRef, post: PostRef) -> Handover | None:
    """None of a post for which one does not answer."""
    if not look.account.enrols(post.role, post.path):
        return None
    return Handover(
        _pairs(look, who) if post.role is Role.LOVING_MOTHER else 0,
        _count(look, t.child, t.child.c.unit_id == post.unit_id, t.child.c.active)
        if post.role in OF_CHILDREN
        else 0,
        _count(look, t.talk, t.talk.c.person_id == who.id, t.talk.c.state.in_(OPEN_TALKS)),
        _count(look, t.alert, t.alert.c.state == "open", _below(post.path))
        if post.role in OF_ALERTS
        else 0,
        _successors(look, who, post),
    )


def _below(path: str) -> ColumnElement[bool]:
    return t.alert.c.path.startswith(path, autoescape=True)


def _pairs(look: Sight, who: PersonRef) -> int:
    """Her pairings, if she holds no further post for them."""
    mine = (O.person_id == who.id, O.role == Role.LOVING_MOTHER.value, O.until.is_(None))
    if _count(look, t.post, *mine) > 1:
        return 0
    return _count(look, t.pairing, t.pairing.c.mother_id == who.id, t.pairing.c.until.is_(None))


def _count(look: Sight, table: Any, *where: ColumnElement[bool]) -> int:
    return int(look.db.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _successors(look: Sight, who: PersonRef, post: PostRef) -> tuple[tuple[int, str], ...]:
    rows = look.db.execute(
        select(P.id, P.name)
        .join(t.post, O.person_id == P.id)
        .where(O.role == post.role.value, O.unit_id == post.unit_id, O.until.is_(None))
        .where(P.active, P.id.not_in((who.id, look.account.id)))
        .order_by(P.code)
    )
    return tuple(dict.fromkeys((row.id, row.name) for row in rows))
