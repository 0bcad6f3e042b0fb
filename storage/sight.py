"""What one account may see now: every query starts from here."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Select, false, or_, select

from domain.frame import Frame
from domain.roles import Account, Grant, Reach, Right
from storage import tables as t
from storage.crypto import Keys


class Sight(Protocol):
    """The part of Look that its queries stand on."""

    @property
    def db(self) -> Connection: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def account(self) -> Account: ...
    @property
    def frame(self) -> Frame: ...


def children_in_reach(look: Sight, right: Right) -> ColumnElement[bool]:
    """Active children for whom this account holds the right at this moment."""
    ways = [_way(look, reach, grant) for reach, grant in look.account.reaches(right)]
    return or_(false(), *ways) & t.child.c.active


def paths_in_reach(look: Sight, right: Right, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Rows whose place in the unit tree lies within the account's reach."""
    ways = [
        column.startswith(grant.path, autoescape=True)
        for reach, grant in look.account.reaches(right)
        if reach in (Reach.VILLAGE, Reach.TOWNSHIP, Reach.CITY)
    ]
    return or_(false(), *ways)


def _way(look: Sight, reach: Reach, grant: Grant) -> ColumnElement[bool]:
    match reach:
        case Reach.ASSIGNED:
            return t.child.c.id.in_(_paired(look))
        case Reach.VILLAGE:
            return t.child.c.unit_id == grant.unit_id
        case Reach.TOWNSHIP | Reach.CITY:
            return t.child.c.path.startswith(grant.path, autoescape=True)
        case _:
            return false()


def _paired(look: Sight) -> Select[Any]:
    pair = t.pairing.c
    return select(pair.child_id).where(pair.mother_id == look.account.id, pair.until.is_(None))
