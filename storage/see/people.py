"""One's own place in the network."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from storage import tables as t
from storage.sight import Sight


@dataclass(frozen=True)
class UnitRef:
    """A unit of the network."""

    id: int
    kind: str
    name: str
    name_en: str
    path: str

    @property
    def names(self) -> dict[str, str]:
        return {"zh": self.name, "en": self.name_en}


def my_units(look: Sight) -> list[UnitRef]:
    """The units above and including one's own, the smallest first."""
    ids = {int(part) for grant in look.account.grants for part in grant.path.strip("/").split("/")}
    u = t.unit.c
    rows = look.db.execute(
        select(u.id, u.kind, u.name, u.name_en, u.path).where(u.id.in_(ids)).order_by(u.path.desc())
    )
    return [UnitRef(*row) for row in rows]


def units_below(look: Sight, unit: UnitRef) -> list[UnitRef]:
    """The units directly below one of one's own city; places are public within it."""
    cities = {grant.path.split("/")[1] for grant in look.account.grants}
    if unit.path.split("/")[1] not in cities:
        return []
    u = t.unit.c
    rows = look.db.execute(
        select(u.id, u.kind, u.name, u.name_en, u.path)
        .where(u.parent_id == unit.id)
        .order_by(u.code)
    )
    return [UnitRef(*row) for row in rows]


def home_path(look: Sight) -> str:
    """The place where one belongs: of one's first role, else where one was enrolled."""
    if look.account.grants:
        return look.account.grants[0].path
    home = select(t.unit.c.path).join(t.person, t.person.c.unit_id == t.unit.c.id)
    path = look.db.execute(home.where(t.person.c.id == look.account.id)).scalar()
    return str(path or "")


def station_phone(look: Sight) -> str:
    """The telephone of the nearest unit that has one; also for somebody without a role."""
    paths = [grant.path for grant in look.account.grants] or [home_path(look)]
    return next(filter(None, (phone_at(look, path) for path in paths)), "")


def phones(look: Sight) -> list[tuple[dict[str, str], str]]:
    """Names and telephones of the units above one's own place, the nearest first."""
    return _phones(look, home_path(look))


def phone_at(look: Sight, path: str) -> str:
    """The telephone of the unit of this place, or of the nearest above it that has one."""
    return next((phone for _, phone in _phones(look, path)), "")


def _phones(look: Sight, path: str) -> list[tuple[dict[str, str], str]]:
    ids = [int(part) for part in path.strip("/").split("/") if part]
    u = t.unit.c
    rows = look.db.execute(
        select(u.name, u.name_en, u.phone)
        .where(u.id.in_(ids), u.phone != "")
        .order_by(u.path.desc())
    )
    return [({"zh": row.name, "en": row.name_en}, row.phone) for row in rows]
