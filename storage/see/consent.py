"""What a child's guardian has agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from domain.roles import Right
from storage import consents
from storage import tables as t
from storage.see.children import ChildRef, is_reached
from storage.sight import Sight


@dataclass(frozen=True)
class ConsentRef:
    """A guardian's newest word on pairing: `written`, `spoken` or `withdrawn`, and whose it is."""

    kind: str
    day: date
    who: str

    @property
    def stands(self) -> bool:
        return self.kind != consents.WITHDRAWN


def consent(look: Sight, child: ChildRef) -> ConsentRef | None:
    """None when nobody was asked yet, or the child is out of reach."""
    row = consents.newest(look.db, child.id) if _reached(look, child) else None
    if row is None:
        return None
    return ConsentRef(row.kind, row.day, consents.who_of(look.keys, child.id, row.who))


def open_pairs(look: Sight, child: ChildRef) -> int:
    """How many loving mothers are paired with the child now."""
    if not _reached(look, child):
        return 0
    p = t.pairing.c
    mine = select(func.count()).where(p.child_id == child.id, p.until.is_(None))
    return int(look.db.execute(mine).scalar_one())


def _reached(look: Sight, child: ChildRef) -> bool:
    return is_reached(look, child, Right.RECORD_CONSENT)
