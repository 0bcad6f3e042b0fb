"""A guardian's word is recorded; when it is withdrawn, pairings end or the station hears of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from domain.privacy import DataClass
from domain.roles import Right, Role
from domain.trouble import Refused
from storage import consents
from storage import tables as t
from storage.consents import NewConsent
from storage.deed import Deed
from storage.founding import Founding
from storage.rows import lock
from storage.see.children import ChildRef

KINDS = (consents.WRITTEN, consents.SPOKEN, consents.WITHDRAWN)


def record_consent(act: Deed, child: ChildRef, new: NewConsent) -> None:
    """Raises Refused when the child is out of reach or there is nothing to withdraw."""
    found = _child(act, child)
    if new.kind not in KINDS:
        raise ValueError(f"no kind of consent: {new.kind}")
    if new.kind == consents.WITHDRAWN and not consents.stands(act.db, found.id):
        raise Refused("consent.nothing")
    consents.record(act.db, act.keys, found.id, new, act.account.id)
    action = "withdrawn" if new.kind == consents.WITHDRAWN else "given"
    act.audit(f"consent.{action}", f"child:{found.code}", kind=new.kind, day=str(new.day))


def end_pairs(act: Deed, child: ChildRef, notice: object) -> int:
    """Every open pairing of a child ends today; `notice` goes to each mother. How many there were.

    Raises Refused when the child is out of reach, or the guardian's consent stands.
    """
    found = _child(act, child)
    if consents.stands(act.db, found.id):
        raise Refused("consent.stands")
    p = t.pairing.c
    open_ones = select(p.id, p.mother_id).where(p.child_id == found.id, p.until.is_(None))
    rows = act.db.execute(open_ones.order_by(p.id)).all()
    founding = Founding(act.db, act.keys)
    for row in rows:
        founding.part(row.id, act.today)
        act.tell(row.mother_id, notice, f"pairing/{row.id}/ended", DataClass.CODED)
        act.audit("pairing.ended", f"child:{found.code}", pairing=row.id)
    return len(rows)


def tell_station(act: Deed, child: ChildRef, notice: object) -> int:
    """The child's station hears of it; how many people that were. Raises Refused out of reach."""
    found = _child(act, child)
    told = [each for each in _station(act, found.path) if each != act.account.id]
    for each in told:
        key = f"consent/{act.key}/{found.code}/{each}"
        act.tell(each, notice, key, DataClass.CODED)
    return len(told)


def _child(act: Deed, child: ChildRef) -> ChildRef:
    """Looked up again, and held until the transaction ends."""
    found = act.look.child(child.code, Right.RECORD_CONSENT)
    lock(act.db, t.child, found.id)
    return found


def _station(act: Deed, path: str) -> list[int]:
    """Station workers in the units above this place."""
    above = [int(part) for part in path.strip("/").split("/")]
    o = t.post.c
    rows: Any = act.db.execute(
        select(o.person_id)
        .join(t.person, t.person.c.id == o.person_id)
        .where(o.role == Role.STATION_WORKER.value, o.until.is_(None), t.person.c.active)
        .where(o.unit_id.in_(above))
        .order_by(o.person_id)
    ).scalars()
    return list(dict.fromkeys(rows))
