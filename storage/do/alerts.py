"""Emergencies: raised at once to station and centre, answered by a person, never withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from domain.emergency import worst
from domain.privacy import DataClass
from domain.roles import RIGHTS, Right
from domain.trouble import Refused
from storage import tables as t
from storage.deed import Deed, receipt
from storage.do import scoring, visits
from storage.see.children import ChildRef
from storage.sight import paths_in_reach

NEXT: Mapping[str, tuple[str, ...]] = {
    "open": ("acknowledged", "false_alarm", "closed"),
    "acknowledged": ("false_alarm", "closed"),
    "false_alarm": (),
    "closed": (),
}


@dataclass(frozen=True)
class Raised:
    """The alert's id, its receipt, and whether it is new."""

    id: int
    receipt: str
    fresh: bool


def raise_alert(
    act: Deed, key: str, codes: tuple[str, ...], child: ChildRef | None, notice: Any
) -> Raised:
    """Writes an alert once under its key and tells everybody who answers for that place.

    `notice` makes the message for the receipt number; it names no child. Raises Refused when
    the child is not in reach; a child who is in nobody's list (None) may always be told of.
    """
    if not act.account.may(Right.RAISE_ALERT):
        raise Refused("alert.not_yours")
    child = child and act.look.child(child.code, Right.RAISE_ALERT)
    found = act.db.execute(
        select(t.alert.c.id, t.alert.c.receipt).where(t.alert.c.key == key)
    ).first()
    if found:
        return Raised(found.id, found.receipt, fresh=False)
    number = receipt(f"alert/{key}")
    path = child.path if child else act.account.grants[0].path
    made = act.db.execute(
        insert(t.alert).values(
            key=key,
            receipt=number,
            child_id=child.id if child else None,
            path=path,
            codes=" ".join(codes),
            level=worst(codes).level,
            reporter_id=act.account.id,
            state="open",
            at=act.now,
        )
    )
    assert made.inserted_primary_key is not None
    alert_id = int(made.inserted_primary_key[0])
    told = _tell(act, alert_id, path, number, notice)
    if child:
        scoring.hear_alarm(act, child.id, number, codes)
        visits.clock(act, child.id)
    act.audit("alert.raised", f"alert:{number}", codes=list(codes), told=told)
    return Raised(alert_id, number, fresh=True)


def _tell(act: Deed, alert_id: int, path: str, number: str, notice: Any) -> int:
    people = [row for row in answerers(act, path) if row.person_id != act.account.id]
    for row in people:
        act.db.execute(
            insert(t.notice).values(
                alert_id=alert_id, unit_id=row.unit_id, person_id=row.person_id, at=act.now
            )
        )
        act.tell(
            row.person_id, notice(number), f"alert/{alert_id}/{row.person_id}", DataClass.CODED
        )
    return len(people)


def answerers(act: Deed, path: str) -> list[Row[Any]]:
    """Everybody on duty whose right to answer alerts reaches this place."""
    roles = [role.value for role, rights in RIGHTS.items() if Right.ANSWER_ALERT in rights]
    above = [path[: end + 1] for end, letter in enumerate(path) if letter == "/" and end]
    return list(
        act.db.execute(
            select(t.post.c.person_id, t.post.c.unit_id)
            .join(t.unit, t.unit.c.id == t.post.c.unit_id)
            .join(t.person, t.person.c.id == t.post.c.person_id)
            .where(t.post.c.role.in_(roles), t.post.c.until.is_(None), t.person.c.active)
            .where(t.unit.c.path.in_(above))
            .distinct()
        )
    )


def report_police(act: Deed, alert_id: int) -> tuple[str, datetime]:
    """ "Reported to the police" by whoever raised the alert or answers it: its receipt and
    the moment of the first report, which a later one does not change."""
    row = _mine_or_answerable(act, alert_id)
    if row.police_at is None:
        act.db.execute(update(t.alert).where(t.alert.c.id == alert_id).values(police_at=act.now))
        act.audit("alert.police", f"alert:{row.receipt}")
    return str(row.receipt), row.police_at or act.now


def answer_alert(act: Deed, alert_id: int, state: str, note: str) -> str:
    """`acknowledged`, `false_alarm` or `closed`, with a word of explanation.

    Raises Refused when the alert is out of reach, or was answered so or finally already.
    """
    reach = paths_in_reach(act.look, Right.ANSWER_ALERT, t.alert.c.path)
    row = act.db.execute(
        select(t.alert.c.receipt, t.alert.c.key, t.alert.c.child_id, t.alert.c.state).where(
            t.alert.c.id == alert_id, reach
        )
    ).first()
    if row is None:
        raise Refused("alert.not_yours")
    if state not in NEXT[row.state]:
        raise Refused("alert.answered")
    act.db.execute(
        update(t.alert)
        .where(t.alert.c.id == alert_id)
        .values(
            state=state,
            answered_by=act.account.id,
            answered_at=act.now,
            note=act.keys.seal(note.encode(), f"alert:note:{row.key}") if note else None,
        )
    )
    if state == "false_alarm" and row.child_id is not None:
        scoring.relearn(act, row.child_id)
        visits.clock(act, row.child_id)
    act.audit(f"alert.{state}", f"alert:{row.receipt}")
    return str(row.receipt)


def _mine_or_answerable(act: Deed, alert_id: int) -> Any:
    reach = paths_in_reach(act.look, Right.ANSWER_ALERT, t.alert.c.path)
    mine = t.alert.c.reporter_id == act.account.id
    row = act.db.execute(
        select(t.alert.c.receipt, t.alert.c.police_at).where(t.alert.c.id == alert_id, mine | reach)
    ).first()
    if row is None:
        raise Refused("alert.not_yours")
    return row
