"""Recording visits and contacts, and taking them back within ten minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import select, update

from domain.roles import Right
from domain.trouble import Refused
from storage import tables as t
from storage.deed import Deed, receipt
from storage.do import ledger, rounds, scoring
from storage.do.history import Collected
from storage.rows import add, find, lock
from storage.see.children import ChildRef

UNDO = timedelta(minutes=10)


@dataclass(frozen=True)
class NewVisit:
    """What is to be recorded. `held`: answers by path, reasons for none, months stale.

    `scored`: what the scorer needs of a collection, None for a contact or an attempt.
    """

    kind: str
    child: ChildRef
    day: date
    mode: str
    seen: bool
    minutes: int
    form: str
    version: str
    held: Mapping[str, Any]
    scored: scoring.Scored | None = None
    supersedes: int | None = None


@dataclass(frozen=True)
class Entry:
    """What belongs to a visit's first entry and stays through corrections: the day by which it
    was due, and when it was told."""

    due: date | None
    known_at: datetime


@dataclass(frozen=True)
class Recorded:
    """The visit's id and receipt; `fresh` False when it had been recorded before."""

    id: int
    receipt: str
    fresh: bool


RIGHTS = {"visit": Right.LOG_VISIT, "contact": Right.LOG_CONTACT}


def record(act: Deed, new: NewVisit) -> Recorded:
    """Writes a visit once, scores it, and moves the child's clock.

    Raises Refused when the child is no longer in reach.
    """
    new = replace(new, child=act.look.child(new.child.code, RIGHTS[new.kind]))
    lock(act.db, t.child, new.child.id)
    key = f"{new.kind}/{new.child.code}/{new.day.isoformat()}/{act.key}"
    before = find(act.db, t.visit, ("id", "receipt"), key=key)
    if before:
        return Recorded(before.id, before.receipt, fresh=False)
    number = receipt(key)
    visit_id = _insert(act, new, (key, number), _entry(act, new))
    if new.supersedes is None:
        found = Collected(visit_id, new.day, new.version)
        scoring.hear_visit(act, new.child.id, found, new.scored)
    else:
        scoring.relearn(act, new.child.id)
    if new.kind == "visit":
        clock(act, new.child.id)
    act.audit(f"{new.kind}.recorded", f"child:{new.child.code}", receipt=number)
    return Recorded(visit_id, number, fresh=True)


def _insert(act: Deed, new: NewVisit, names: tuple[str, str], entry: Entry) -> int:
    """`names` are its key and its receipt."""
    seal, scored, (key, number) = act.keys.seal, new.scored, names
    return add(
        act.db,
        t.visit,
        key=key,
        receipt=number,
        kind=new.kind,
        child_id=new.child.id,
        visitor_id=act.account.id,
        day=new.day,
        mode=new.mode,
        seen=new.seen,
        minutes=new.minutes,
        form=new.form,
        version=new.version,
        answers=seal(orjson.dumps(new.held), f"visit:answers:{key}"),
        scoring=scored and seal(scored.dumps(), f"visit:scoring:{key}"),
        total=scored.assessment.total if scored else None,
        assessed=bool(scored and scored.assessment.assessed),
        due=entry.due,
        recorded_at=act.now,
        known_at=entry.known_at,
        withdrawn_at=None,
        supersedes=new.supersedes,
    )


def _entry(act: Deed, new: NewVisit) -> Entry:
    """Of a correction: the entry of one's own visit to this child that steps back for it; its
    row stays."""
    if new.supersedes is None:
        return Entry(new.child.next_visit, act.now)
    v = t.visit.c
    mine = (v.id == new.supersedes, v.visitor_id == act.account.id, v.child_id == new.child.id)
    row = act.db.execute(select(v.due, v.known_at).where(*mine, v.withdrawn_at.is_(None))).first()
    gone = update(t.visit).where(*mine, v.withdrawn_at.is_(None)).values(withdrawn_at=act.now)
    if row is None or act.db.execute(gone).rowcount == 0:
        raise Refused("amend.nothing")
    return Entry(row.due, row.known_at)


def withdraw(act: Deed, visit_id: int) -> str:
    """Takes one's own visit back within ten minutes, with its points; the alert stays.

    Where it was a correction, the version before it counts again. Returns the receipt.
    Raises Refused when it is too late, not one's own, or the child no longer in reach.
    """
    v = t.visit.c
    row = act.db.execute(
        select(v.kind, v.receipt, v.child_id, v.recorded_at, v.supersedes).where(
            v.id == visit_id, v.visitor_id == act.account.id, v.withdrawn_at.is_(None)
        )
    ).first()
    if row is None or act.now - row.recorded_at > UNDO:
        raise Refused("undo.too_late")
    act.look.child_by_id(row.child_id, RIGHTS[row.kind])
    lock(act.db, t.child, row.child_id)
    act.db.execute(update(t.visit).where(v.id == visit_id).values(withdrawn_at=act.now))
    if row.supersedes is not None:
        act.db.execute(update(t.visit).where(v.id == row.supersedes).values(withdrawn_at=None))
    ledger.reverse(act, f"visit:{row.receipt}", "withdrawn")
    scoring.relearn(act, row.child_id)
    clock(act, row.child_id)
    act.audit("visit.withdrawn", f"visit:{row.receipt}")
    return str(row.receipt)


def clock(act: Deed, child_id: int) -> None:
    """When the child was last seen in person, and when the next visit is due."""
    rounds.set_clock(act.db, act.look.zone, child_id)
