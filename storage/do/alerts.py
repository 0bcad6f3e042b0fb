"""Emergencies: raised at once to station and centre, answered by a person, never withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from domain.emergency import worst
from domain.privacy import DataClass
from domain.roles import RIGHTS, Right, Role
from domain.trouble import Refused
from storage import tables as t
from storage.deed import Deed, receipt
from storage.do import scoring, visits
from storage.rows import add, lock
from storage.see.children import ChildRef
from storage.see.people import home_path, phone_at
from storage.see.scores import police_notable
from storage.sight import paths_in_reach

NEXT: Mapping[str, tuple[str, ...]] = {
    "open": ("acknowledged", "false_alarm", "closed"),
    "acknowledged": ("false_alarm", "closed"),
    "false_alarm": (),
    "closed": (),
}


@dataclass(frozen=True)
class Raised:
    """The alert's id, its receipt, whether it is new, and who was told of it: those on duty at
    a `station`, at the `centre`, else a `manager`, else nobody but `you`, who answer it."""

    id: int
    receipt: str
    fresh: bool
    told: frozenset[str] = frozenset()


def raise_alert(
    act: Deed, key: str, codes: tuple[str, ...], child: ChildRef | None, notice: Any
) -> Raised:
    """Writes an alert once under its key and tells everybody who answers for that place.

    `notice` makes the message from the receipt, the station's phone and whether anybody is on
    duty there; it names no child.
    The call is open to everybody (child None: of the place where one belongs); of a child it
    needs the right, and raises Refused when the child is not in reach.
    """
    found = child and act.look.child(child.code, Right.RAISE_ALERT)
    about = (found.id, found.path) if found else (None, home_path(act.look))
    return _raise(act, key, codes, about, notice)


def raise_for(act: Deed, key: str, codes: tuple[str, ...], code: str, notice: Any) -> Raised:
    """The same of a child who was in her reach when she began to tell of it, and is so no
    longer: the alert goes to where the child is now, and nothing of the child is shown to her."""
    c = t.child.c
    row = act.db.execute(select(c.id, c.path).where(c.code == code)).first()
    about = (row.id, row.path) if row else (None, home_path(act.look))
    return _raise(act, key, codes, about, notice)


def _raise(
    act: Deed, key: str, codes: tuple[str, ...], about: tuple[int | None, str], notice: Any
) -> Raised:
    """`about` is the child by its id, and the place."""
    child_id, path = about
    a = t.alert.c
    found = act.db.execute(select(a.id, a.receipt, a.path).where(a.key == key)).first()
    if found:
        return Raised(found.id, found.receipt, fresh=False, told=_told(act, found.id, found.path))
    number = receipt(f"alert/{key}")
    alert_id = add(
        act.db,
        t.alert,
        key=key,
        receipt=number,
        child_id=child_id,
        path=path,
        codes=" ".join(codes),
        level=worst(codes).level,
        reporter_id=act.account.id,
        state="open",
        at=act.now,
    )
    _tell(act, alert_id, path, number, notice)
    if child_id is not None:
        scoring.hear_alarm(act, child_id, alert_id, number, " ".join(codes))
        visits.clock(act, child_id)
    told = _told(act, alert_id, path)
    act.audit("alert.raised", f"alert:{number}", codes=list(codes), told=sorted(told))
    return Raised(alert_id, number, fresh=True, told=told)


def _tell(act: Deed, alert_id: int, path: str, number: str, notice: Any) -> None:
    """Those who answer for the place; where nobody does, the managers above it."""
    on_duty = answerers(act, path)
    message = notice(number, phone_at(act.look, path), bool(on_duty))
    for row in on_duty or _on_duty(act, path, [Role.MANAGER]):
        if row.person_id == act.account.id:
            continue
        add(
            act.db,
            t.notice,
            alert_id=alert_id,
            unit_id=row.unit_id,
            person_id=row.person_id,
            at=act.now,
        )
        key = f"alert/{alert_id}/{row.person_id}"
        act.tell(row.person_id, message, key, DataClass.INTERNAL)


def _told(act: Deed, alert_id: int, path: str) -> frozenset[str]:
    n = t.notice.c
    people = set(act.db.execute(select(n.person_id).where(n.alert_id == alert_id)).scalars())
    on_duty = answerers(act, path)
    kinds = frozenset(str(row.kind) for row in on_duty if row.person_id in people)
    if kinds == {"centre"} and path.count("/") == 2:  # it happened at the centre's own place
        return frozenset(("only_centre",))
    if people:
        return kinds or frozenset(("manager",))
    mine = [row for row in on_duty if row.person_id == act.account.id]
    return frozenset(("you",)) if mine else frozenset()


def answerers(act: Deed, path: str) -> list[Row[Any]]:
    """Everybody on duty whose right to answer alerts reaches this place, once."""
    return _on_duty(act, path, [r for r, rights in RIGHTS.items() if Right.ANSWER_ALERT in rights])


def _on_duty(act: Deed, path: str, roles: Iterable[Role]) -> list[Row[Any]]:
    """Active people who hold one of these roles in this place or above it, each once, with the
    smallest of their units."""
    above = [path[: end + 1] for end, letter in enumerate(path) if letter == "/" and end]
    rows = act.db.execute(
        select(t.post.c.person_id, t.post.c.unit_id, t.unit.c.kind)
        .join(t.unit, t.unit.c.id == t.post.c.unit_id)
        .join(t.person, t.person.c.id == t.post.c.person_id)
        .where(t.post.c.role.in_([role.value for role in roles]), t.post.c.until.is_(None))
        .where(t.person.c.active, t.unit.c.path.in_(above))
        .order_by(t.unit.c.path)
    )
    found: dict[int, Any] = {row.person_id: row for row in rows}
    return list(found.values())


def report_police(act: Deed, alert_id: int) -> tuple[str, datetime]:
    """ "Reported to the police" by whoever raised the alert or answers it: its receipt and
    the moment of the first report, which a later one does not change."""
    number = _mine_or_answerable(act, alert_id)
    a = t.alert.c
    first = update(t.alert).where(a.id == alert_id, a.police_at.is_(None))
    if act.db.execute(first.values(police_at=act.now)).rowcount:
        act.audit("alert.police", f"alert:{number}")
    at = act.db.execute(select(a.police_at).where(a.id == alert_id)).scalar_one()
    assert at is not None
    return number, at


def correct_police(act: Deed, alert_id: int) -> str:
    """ "Reported to the police" was noted by mistake: by whoever noted it, or who answers the
    alert. The audit keeps both. Raises Refused where nothing is noted, or it is not hers."""
    a = t.alert.c
    row = act.db.execute(
        select(a.receipt, a.police_at).where(a.id == alert_id, police_notable(act.look))
    ).first()
    if row is None:
        raise Refused("police.not_noted")
    wrong = update(t.alert).where(a.id == alert_id, a.police_at == row.police_at)
    if act.db.execute(wrong.values(police_at=None)).rowcount == 0:
        raise Refused("police.not_noted")
    act.audit("alert.police.wrong", f"alert:{row.receipt}", was=row.police_at.isoformat())
    return str(row.receipt)


def answer_alert(act: Deed, alert_id: int, state: str, note: str) -> str:
    """`acknowledged`, `false_alarm` or `closed`, with a word of explanation.

    Raises Refused when the alert is out of reach, or was answered so or finally already, also
    by somebody else at this moment.
    """
    a = t.alert.c
    reach = paths_in_reach(act.look, Right.ANSWER_ALERT, a.path)
    row = act.db.execute(
        select(a.receipt, a.key, a.child_id, a.state).where(a.id == alert_id, reach)
    ).first()
    if row is None:
        raise Refused("alert.not_yours")
    if row.child_id is not None:
        lock(act.db, t.child, row.child_id)
    answered = {
        "state": state,
        "answered_by": act.account.id,
        "answered_at": act.now,
        "note": act.keys.seal(note.encode(), f"alert:note:{row.key}") if note else None,
    }
    still = update(t.alert).where(a.id == alert_id, a.state == row.state)
    if state not in NEXT[row.state] or act.db.execute(still.values(answered)).rowcount == 0:
        raise Refused("alert.answered")
    if state == "false_alarm" and row.child_id is not None:
        scoring.relearn(act, row.child_id)
        visits.clock(act, row.child_id)
    act.audit(f"alert.{state}", f"alert:{row.receipt}")
    return str(row.receipt)


def _mine_or_answerable(act: Deed, alert_id: int) -> str:
    """The alert's receipt. Raises Refused when it is neither."""
    reach = paths_in_reach(act.look, Right.ANSWER_ALERT, t.alert.c.path)
    mine = t.alert.c.reporter_id == act.account.id
    row = act.db.execute(
        select(t.alert.c.receipt).where(t.alert.c.id == alert_id, mine | reach)
    ).first()
    if row is None:
        raise Refused("alert.not_yours")
    return str(row.receipt)
