"""The points ledger: lines are only ever added, and the kept totals move with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, func, or_, select, update

from domain.points import Taken, periods, room, rules
from domain.roles import Right
from domain.trouble import Refused
from storage import tables as t
from storage.deed import Deed
from storage.rows import add, fetch, find, first, lock, run
from storage.sight import children_listed, reach_values

AUTOMATIC = "automatic"
E, TOTAL = t.entry.c, t.total.c
ME: BindParameter[int] = bindparam("me")
RULE: BindParameter[str] = bindparam("rule")
DEAD = select(E.source).where(E.person_id == ME, E.rule == RULE, E.state == "reversed")
TAKEN = (
    select(E.day, E.child_id, func.count(E.source.distinct()))
    .where(E.person_id == ME, E.rule == RULE, E.source.not_in(DEAD))
    .where(E.day.between(bindparam("first"), bindparam("last")))
    .group_by(E.day, E.child_id)
)
PENDING = select(t.entry).where(E.id == bindparam("entry"), E.state == "pending")
SETTLED = (
    select(E.id)
    .where(E.rule == RULE, E.source == bindparam("source"), E.state != "pending")
    .limit(1)
)
SPANS = ("month", "quarter", "year")
MOVE = (
    update(t.total)
    .where(TOTAL.person_id == bindparam("who"))
    .where(or_(*(TOTAL.period == bindparam(span) for span in SPANS)))
    .values(
        booked=TOTAL.booked + bindparam("more_booked"),
        pending=TOTAL.pending + bindparam("more_pending"),
        minutes=TOTAL.minutes + bindparam("more_minutes"),
    )
)


@dataclass(frozen=True)
class Award:
    """Points to give: for which rule, by which source, for which child and day."""

    rule: str
    source: str
    day: date
    child_id: int | None = None
    minutes: int = 0


def award(act: Deed, given: Award) -> int:
    """Adds a line, booked or pending as the rule says, within its caps; returns the points.

    The same rule and source are never awarded twice. Nothing is added when the cap is full.
    Raises Refused for points that are not one's own to earn, or a child out of reach.
    """
    if not act.account.may(Right.OWN_POINTS):
        raise Refused("points.not_yours")
    if given.child_id is not None:
        act.look.child_by_id(given.child_id, Right.LOG_CONTACT)
    rule = rules()[given.rule]
    if _line(act, given.rule, given.source) is not None:
        return 0
    points = room(rule, _taken(act, given))
    if points == 0:
        return 0
    state = "booked" if rule.confirmed_by == AUTOMATIC else "pending"
    _add(act, given, act.account.id, state, points, "")
    return points


def settle(act: Deed, entry_id: int, *, booked: bool, reason: str = "") -> None:
    """Books a pending line, or reverses it with a reason; nobody settles her own.

    Raises Refused when the child is out of the confirmer's reach, or the line is settled.
    """
    lock(act.db, t.entry, entry_id)
    row = first(act.db, PENDING, {"entry": entry_id})
    if row is None or row.person_id == act.account.id or not _confirmable(act, row.child_id):
        raise Refused("points.not_yours")
    if first(act.db, SETTLED, {"rule": row.rule, "source": row.source}):
        raise Refused("points.settled")
    given = Award(row.rule, row.source, row.day, row.child_id, row.minutes)
    if booked:
        _add(act, given, row.person_id, "booked", row.points, reason)
    else:
        _add(act, given, row.person_id, "reversed", -row.points, reason, was="pending")


def _confirmable(act: Deed, child_id: int | None) -> bool:
    if child_id is None:
        return False
    right, columns = Right.CONFIRM_POINTS, (t.child.c.id,)
    values = reach_values(act.look, right) | {"wanted": child_id}
    return first(act.db, children_listed(act.look, right, columns, "id"), values) is not None


def reverse(act: Deed, source: str, reason: str) -> None:
    """Takes back whatever a withdrawn source had earned, pending or booked."""
    e = t.entry.c
    rows = act.db.execute(select(t.entry).where(e.source == source).order_by(e.id)).all()
    by_rule: dict[str, dict[str, Row[Any]]] = {}
    for row in rows:
        by_rule.setdefault(row.rule, {})[row.state] = row
    for rule, states in by_rule.items():
        if "reversed" in states:
            continue
        last = states.get("booked") or states["pending"]
        given = Award(rule, source, last.day, last.child_id, last.minutes)
        _add(act, given, last.person_id, "reversed", -last.points, reason, was=last.state)


def _line(act: Deed, rule: str, source: str) -> Any:
    return find(act.db, t.entry, ("id",), rule=rule, source=source)


def _add(
    act: Deed, given: Award, person_id: int, state: str, points: int, reason: str, was: str = ""
) -> None:
    add(
        act.db,
        t.entry,
        person_id=person_id,
        rule=given.rule,
        source=given.source,
        state=state,
        points=points,
        minutes=given.minutes,
        child_id=given.child_id,
        day=given.day,
        reason=reason,
        by=act.account.id,
        at=act.now,
    )
    _move(act, person_id, given, _change(state, points, given, was))
    act.audit(f"points.{state}", f"entry:{given.rule}/{given.source}", points=points)


def _change(state: str, points: int, given: Award, was: str) -> tuple[int, int, int]:
    """How booked points, pending points and minutes move."""
    match state:
        case "pending":
            return 0, points, 0
        case "booked":
            pending = -points if rules()[given.rule].confirmed_by != AUTOMATIC else 0
            return points, pending, given.minutes
        case _ if was == "pending":
            return 0, points, 0
        case _:
            return points, 0, -given.minutes


def _move(act: Deed, person_id: int, given: Award, change: tuple[int, int, int]) -> None:
    by = dict(zip(("more_booked", "more_pending", "more_minutes"), change, strict=True))
    spans, (booked, pending, minutes) = periods(given.day), change
    places = dict(zip(SPANS, spans, strict=True))
    if run(act.db, MOVE, {"who": person_id, **places, **by}) == len(spans):
        return
    for period in spans:  # a new month, quarter or year
        row: dict[str, object] = {"person_id": person_id, "period": period}
        if find(act.db, t.total, ("booked",), **row) is None:
            add(act.db, t.total, **row, booked=booked, pending=pending, minutes=minutes)


def _taken(act: Deed, given: Award) -> Taken:
    """How often this rule has counted in the month and the year, in all and for this child."""
    year = given.day.year
    span = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    rows = fetch(act.db, TAKEN, {"me": act.account.id, "rule": given.rule, **span})
    here = [row for row in rows if row.day.month == given.day.month]
    mine = given.child_id
    return Taken(
        month=sum(row[2] for row in here),
        year=sum(row[2] for row in rows),
        child_month=sum(row[2] for row in here if row.child_id == mine),
        child_year=sum(row[2] for row in rows if row.child_id == mine),
    )
