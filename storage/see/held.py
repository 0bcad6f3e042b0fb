"""What visits hold: the one before a day, one's own to correct, what is good about a child."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select

from domain.roles import Reach, Right
from domain.trouble import Refused
from storage import tables as t
from storage.rows import fetch, first
from storage.see.children import (
    NEWEST_FIRST,
    STANDS,
    ChildRef,
    V,
    VisitRef,
    is_reached,
    loggable,
    unseal_answers,
)
from storage.sight import Sight, reach_clause, reach_values, reach_ways

LOOK_BACK = 24  # visits whose notes are still told
PAIR = t.pairing.c
DAY = bindparam("day", type_=V.day.type)
BEFORE = (
    select(V.key, V.answers)
    .where(V.child_id == bindparam("child"), V.form == bindparam("form"))
    .where(STANDS, V.mode != "tried", V.id != bindparam("but"))
    .where(V.day <= DAY, or_(V.day < DAY, V.known_at <= bindparam("known")))
    .order_by(*NEWEST_FIRST)
    .limit(1)
)
BEFORE_OWN = BEFORE.where(V.visitor_id == bindparam("me"))
RECENT = (
    select(V.key, V.answers)
    .where(V.child_id == bindparam("child"), V.form == bindparam("form"), STANDS)
    .order_by(*NEWEST_FIRST)
    .limit(LOOK_BACK)
)
MET = (
    select(V.id)
    .where(V.child_id == PAIR.child_id, V.visitor_id == PAIR.mother_id, V.kind == "contact")
    .where(V.day >= bindparam("month", type_=V.day.type), V.day <= DAY, STANDS)
    .correlate(t.pairing)
    .exists()
)
OPEN_PAIR = (
    select(MET.label("met"))
    .where(PAIR.child_id == bindparam("child"), PAIR.since <= DAY)
    .where(or_(PAIR.until.is_(None), PAIR.until > DAY))
    .order_by(MET.desc())
    .limit(1)
)


LOGS = {"visit": Right.LOG_VISIT, "contact": Right.LOG_CONTACT}


@dataclass(frozen=True)
class Told:
    """What one has recorded oneself: its receipt, its mode, and when it was recorded."""

    receipt: str
    mode: str
    at: datetime


def told_on(look: Sight, child: ChildRef, kind: str, day: date) -> list[Told]:
    """One's own visits to (or contacts with) a child on a day, the newest first."""
    right = LOGS[kind]
    values = reach_values(look, right) | {"child": child.id, "kind": kind, "day": day}
    found = _told_on(reach_ways(look, right))
    return [Told(*row) for row in fetch(look.db, found, values | {"visitor": look.account.id})]


@cache
def _told_on(ways: tuple[Reach, ...]) -> Select[Any]:
    return (
        select(V.receipt, V.mode, V.recorded_at)
        .join(t.child, t.child.c.id == V.child_id)
        .where(reach_clause(ways), V.child_id == bindparam("child"), V.day == DAY, STANDS)
        .where(V.visitor_id == bindparam("visitor"), V.kind == bindparam("kind"))
        .order_by(V.id.desc())
    )


def last_held(
    look: Sight, child: ChildRef, form: str, day: date, instead: VisitRef | None = None
) -> dict[str, Any]:
    """What the child's collection before this day holds: answers by path (those of an earlier
    month included), and how stale each is. Empty at the first visit.

    `instead`: a visit of this day that is corrected; what was known before it counts.
    Directors and executives build on any earlier visit; a loving mother only on her own.
    """
    values = {"child": child.id, "form": form, "me": look.account.id, "day": day}
    values |= {"known": instead.known_at if instead else look.frame.began}
    values |= {"but": instead.id if instead else 0}
    row = None
    if _reads_all(look, child):
        row = first(look.db, BEFORE, values)
    elif is_reached(look, child, Right.LOG_CONTACT):
        row = first(look.db, BEFORE_OWN, values)
    if row is None:
        return {}
    return carried_on(unseal_answers(look.keys, row.key, row.answers))


def carried_on(held: Mapping[str, Any]) -> dict[str, Any]:
    """What a collection hands on to the next one: its answers, in place of those that it had not
    asked the ones of an earlier month, and how stale these are."""
    stale = held["stale"]
    older = {path: value for path, (value, _) in stale.items() if value}
    return {"answers": older | held["answers"], "stale": stale}


def notes(look: Sight, child: ChildRef, paths: Sequence[str]) -> dict[str, str]:
    """The newest words under each of these paths over the last visits, in the order of `paths`;
    for whoever may read what others have recorded."""
    if not _reads_all(look, child):
        return {}
    found: dict[str, str] = {}
    for row in fetch(look.db, RECENT, {"child": child.id, "form": "visit"}):
        answers = unseal_answers(look.keys, row.key, row.answers)["answers"]
        found = {path: str(answers[path]) for path in paths if answers.get(path)} | found
    return {path: found[path] for path in paths if path in found}


def _reads_all(look: Sight, child: ChildRef) -> bool:
    return any(is_reached(look, child, right) for right in (Right.LOG_VISIT, Right.SEE_SCORE))


def held(look: Sight, visit_id: int) -> dict[str, Any]:
    """What one's own visit holds, for correcting it: answers, and the emergencies among them.

    Refused when it is not one's own, or the child no longer in reach.
    """
    row = look.db.execute(
        select(V.key, V.answers)
        .join(t.child, t.child.c.id == V.child_id)
        .where(V.id == visit_id, V.visitor_id == look.account.id, STANDS, loggable(look))
    ).first()
    if row is None:
        raise Refused("amend.nothing")
    found = unseal_answers(look.keys, row.key, row.answers)
    return {"answers": found["answers"], "urgent": found["urgent"]}


def paired(look: Sight, child: ChildRef, right: Right, day: date) -> str:
    """`none`, `paired` or `paired_contact`, as it stood on this day: in contact from the first
    of its month up to the day, with any loving mother whose pairing was open then."""
    if not is_reached(look, child, right):
        return "none"
    values = {"child": child.id, "day": day, "month": day.replace(day=1)}
    pair = first(look.db, OPEN_PAIR, values)
    if pair is None:
        return "none"
    return "paired_contact" if pair.met else "paired"
