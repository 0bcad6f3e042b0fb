"""One's own place in the network, and one's own drafts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

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


@dataclass(frozen=True)
class DraftRef:
    """A parked conversation that can be gone on with."""

    number: int
    conversation: str
    started: datetime
    touched: datetime


def my_units(look: Sight) -> list[UnitRef]:
    """The units above and including one's own, the smallest first."""
    ids = {int(part) for grant in look.account.grants for part in grant.path.strip("/").split("/")}
    u = t.unit.c
    rows = look.db.execute(
        select(u.id, u.kind, u.name, u.name_en, u.path).where(u.id.in_(ids)).order_by(u.path.desc())
    )
    return [UnitRef(*row) for row in rows]


def my_drafts(look: Sight) -> list[DraftRef]:
    """Parked drafts, the newest first."""
    d = t.talk.c
    rows = look.db.execute(
        select(d.number, d.conversation, d.started, d.touched)
        .where(d.person_id == look.account.id, d.state == "parked")
        .order_by(d.touched.desc(), d.number.desc())
    )
    return [DraftRef(*row) for row in rows]


def station_phone(look: Sight) -> str:
    """The telephone of the nearest unit that has one."""
    phones = {row.path: row.phone for row in look.db.execute(_phones(look))}
    for grant in look.account.grants:
        for path in sorted(phones, key=len, reverse=True):
            if grant.path.startswith(path) and phones[path]:
                return str(phones[path])
    return ""


def _phones(look: Sight) -> Select[Any]:
    ids = {int(part) for grant in look.account.grants for part in grant.path.strip("/").split("/")}
    return select(t.unit.c.path, t.unit.c.phone).where(t.unit.c.id.in_(ids))
