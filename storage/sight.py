"""What one account may see now: every query starts from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Column, ColumnElement, Connection, Select, bindparam, false, or_, select

from domain.frame import Frame
from domain.roles import Account, Reach, Right
from storage import tables as t
from storage.crypto import Keys

Columns = tuple[Column[Any], ...]
Value = Callable[[str], Any]
MOST = 2**31 - 1  # as a limit: all of them


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
    return _reach(reach_ways(look, right), reach_values(look, right).__getitem__)


def children_listed(look: Sight, right: Right, listed: Columns, by: str = "") -> Select[Any]:
    """The same as a statement that is built once for each kind of account (the hot path).

    Run it with `reach_values`; with `by`, a column of the child, and its value as `wanted`.
    """
    return _listing(listed, reach_ways(look, right), by)


def reach_clause(ways: tuple[Reach, ...]) -> ColumnElement[bool]:
    """For a statement of one's own that is kept by its ways; run it with `reach_values`."""
    return _reach(ways, bindparam)


def reach_values(look: Sight, right: Right) -> dict[str, Any]:
    """The values of a statement of `children_listed`."""
    values: dict[str, Any] = {"me": look.account.id}
    for place, (_, grant) in enumerate(look.account.reaches(right)):
        values |= {f"unit{place}": grant.unit_id, f"path{place}": grant.path + "%"}
    return values


def reach_ways(look: Sight, right: Right) -> tuple[Reach, ...]:
    return tuple(reach for reach, _ in look.account.reaches(right))


@cache
def _listing(listed: Columns, ways: tuple[Reach, ...], by: str) -> Select[Any]:
    found = select(*listed).where(_reach(ways, bindparam))
    return found.where(t.child.c[by] == bindparam("wanted")) if by else found


def _reach(ways: tuple[Reach, ...], value: Value) -> ColumnElement[bool]:
    """`value` gives what a name of `reach_values` stands for: itself, or a place for it."""
    found = (_way(reach, place, value) for place, reach in enumerate(ways))
    return or_(false(), *found) & t.child.c.active


def paths_in_reach(look: Sight, right: Right, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Rows whose place in the unit tree lies within the account's reach."""
    ways = [
        column.startswith(grant.path, autoescape=True)
        for reach, grant in look.account.reaches(right)
        if reach in (Reach.VILLAGE, Reach.TOWNSHIP, Reach.CITY)
    ]
    return or_(false(), *ways)


def _way(reach: Reach, place: int, value: Value) -> ColumnElement[bool]:
    match reach:
        case Reach.ASSIGNED:
            return t.child.c.id.in_(_paired(value))
        case Reach.VILLAGE:
            here: ColumnElement[bool] = t.child.c.unit_id == value(f"unit{place}")
            return here
        case Reach.TOWNSHIP | Reach.CITY:
            return t.child.c.path.like(value(f"path{place}"))
        case _:
            return false()


def _paired(value: Value) -> Select[Any]:
    pair = t.pairing.c
    return select(pair.child_id).where(pair.mother_id == value("me"), pair.until.is_(None))
