"""Handing collections to the scorer and keeping what it says; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import orjson
from sqlalchemy import BindParameter, bindparam, insert, select, update

from domain.emergency import signal
from domain.library import item_names
from domain.rhythm import after_emergency, next_visit
from domain.scorer import (
    Assessment,
    Level,
    Month,
    Part,
    State,
    Step,
    SubScore,
    default_rules,
    explain,
    month_label,
    sentence,
    step,
)
from domain.scorer.reason import Lang
from storage import tables as t
from storage.deed import Deed
from storage.rows import add, change, fetch, find, first, lock

CHILD: BindParameter[int] = bindparam("child")
S, A, V = t.score.c, t.alert.c, t.visit.c
SEEN = (
    select(V.day)
    .where(V.child_id == CHILD, V.kind == "visit", V.seen, V.withdrawn_at.is_(None))
    .order_by(V.day.desc())
    .limit(1)
)
TOLD = (
    select(A.at)
    .where(A.child_id == CHILD, A.level != "P", A.state != "false_alarm")
    .order_by(A.at.desc(), A.id.desc())
    .limit(1)
)
STANDING = (
    select(
        t.child.c.enrolled,
        t.risk.c.level,
        SEEN.scalar_subquery().label("seen"),
        TOLD.scalar_subquery().label("told"),
    )
    .outerjoin(t.risk, t.risk.c.child_id == t.child.c.id)
    .where(t.child.c.id == CHILD)
)
LEVELS = (
    select(S.day, S.level)
    .where(S.child_id == CHILD, S.current)
    .order_by(S.day.desc(), S.id.desc())
    .limit(6)
)
LANGS: tuple[Lang, ...] = ("zh", "en")
Event = tuple[tuple[date, int, int], Callable[[State], State]]


@dataclass(frozen=True)
class Scored:
    """One collection for the scorer: the assessment, the emergencies ticked, the age band."""

    assessment: Assessment
    signals: Mapping[str, str]
    band: str
    seen: bool
    version: str = ""

    def dumps(self) -> bytes:
        return orjson.dumps(self, default=str)

    @classmethod
    def loads(cls, data: bytes) -> Scored:
        held = orjson.loads(data)
        found = held["assessment"]
        found["subs"] = tuple(SubScore(**each) for each in found["subs"])
        found["parts"] = tuple(
            Part(each["code"], Decimal(each["points"]), each["own_service"])
            for each in found["parts"]
        )
        rest = (held[name] for name in ("signals", "band", "seen", "version"))
        return cls(Assessment(**found), *rest)


def learn(act: Deed, child_id: int, visit_id: int, day: date, scored: Scored | None) -> None:
    """One more collection: a single step when it is the newest, else the whole history."""
    if scored is None:
        return
    state = _state(act, child_id)
    if state.label is not None and month_label(day) < state.label:
        relearn(act, child_id)
        return
    _take(act, child_id, state, visit_id, day, scored)


def relearn(act: Deed, child_id: int) -> None:
    """From the first collection on, after one was withdrawn, corrected or came late.

    What people decided about flags, and emergencies raised apart from visits, take their
    place between the collections again.
    """
    current = (t.score.c.child_id == child_id, t.score.c.current)
    act.db.execute(update(t.score).where(*current).values(current=False))
    _take_back_flags(act, child_id)
    state = State()
    _keep(act, child_id, state, None)
    events = [*_collections(act, child_id), *_words(act, child_id), *_alarms(act, child_id)]
    for _, event in sorted(events, key=lambda each: each[0]):
        state = event(state)


def _take_back_flags(act: Deed, child_id: int) -> None:
    """Flags that wait are opened again by what still stands; the others have lost their ground."""
    f = t.flag.c
    waiting = (f.child_id == child_id, f.state == "suspected")
    act.db.execute(update(t.flag).where(*waiting).values(state="withdrawn"))


def _collections(act: Deed, child_id: int) -> list[Event]:
    v = t.visit.c
    rows = act.db.execute(
        select(v.id, v.key, v.day, v.scoring)
        .where(v.child_id == child_id, v.scoring.is_not(None), v.withdrawn_at.is_(None))
        .order_by(v.day, v.id)
    ).all()
    return [
        (
            (row.day, 0, row.id),
            partial(_replayed, act, child_id, row.id, row.day, _unseal(act, row)),
        )
        for row in rows
    ]


def _replayed(
    act: Deed, child_id: int, visit_id: int, day: date, scored: Scored, *state: State
) -> State:
    return _take(act, child_id, state[0], visit_id, day, scored)


def _words(act: Deed, child_id: int) -> list[Event]:
    """Each decided flag as the month in which a person spoke."""
    f = t.flag.c
    rows = act.db.execute(
        select(f.id, f.state, f.decided_at).where(
            f.child_id == child_id, f.state.in_(("confirmed", "rejected"))
        )
    ).all()
    found: list[Event] = []
    for row in rows:
        day = row.decided_at.astimezone(act.look.zone).date()
        said = row.state == "confirmed"
        found.append(((day, 2, row.id), partial(_apart, act, child_id, _word(day, confirmed=said))))
    return found


def _alarms(act: Deed, child_id: int) -> list[Event]:
    a = t.alert.c
    rows = act.db.execute(
        select(a.id, a.receipt, a.codes, a.at).where(
            a.child_id == child_id, a.state != "false_alarm"
        )
    ).all()
    found: list[Event] = []
    for row in rows:
        day = row.at.astimezone(act.look.zone).date()
        month = _alarm(day, row.receipt, tuple(row.codes.split()))
        found.append(((day, 1, row.id), partial(_apart, act, child_id, month)))
    return found


def _word(day: date, *, confirmed: bool) -> Month:
    label = month_label(day)
    return Month(label, confirmed=confirmed, closed=not confirmed, over=False)


def _alarm(day: date, receipt: str, codes: tuple[str, ...]) -> Month:
    levels = {code: signal(code) for code in codes}
    known = {code: level for code, level in levels.items() if level}
    return Month(month_label(day), emergencies=known, over=False, report=f"alert/{receipt}")


def _apart(act: Deed, child_id: int, month: Month, state: State) -> State:
    """Something that is no collection: a person's word, an emergency."""
    if state.label is not None and month.label < state.label:
        month = replace(month, label=state.label)
    taken = step(state, month, default_rules())
    _keep(act, child_id, taken.state, taken)
    if taken.opened:
        _open_flag(act, child_id, month.report or f"word/{month.label}", taken)
    return taken.state


def hear(act: Deed, child_id: int, month: Month) -> None:
    """One event apart from the collections."""
    lock(act.db, t.child, child_id)
    _apart(act, child_id, month, _state(act, child_id))


def hear_alarm(act: Deed, child_id: int, receipt: str, codes: tuple[str, ...]) -> None:
    """An emergency raised by anybody reaches the score in the same transaction."""
    hear(act, child_id, _alarm(act.today, receipt, codes))


def hear_word(act: Deed, child_id: int, *, confirmed: bool) -> None:
    """A person's word on the open flag."""
    hear(act, child_id, _word(act.today, confirmed=confirmed))


def _unseal(act: Deed, row: Any) -> Scored:
    return Scored.loads(act.keys.unseal(row.scoring, f"visit:scoring:{row.key}"))


def _take(
    act: Deed, child_id: int, state: State, visit_id: int, day: date, scored: Scored
) -> State:
    rules = default_rules()
    month = Month(
        month_label(day),
        scored.assessment,
        scored.band,
        scored.signals,
        seen=scored.seen,
        report=str(visit_id),
    )
    taken = step(state, month, rules)
    if scored.assessment.assessed:
        _write(act, child_id, visit_id, day, taken, scored.version)
    _keep(act, child_id, taken.state, taken)
    if taken.opened:
        _open_flag(act, child_id, visit_id, taken)
    return taken.state


def _write(
    act: Deed, child_id: int, visit_id: int, day: date, taken: Step, version: str
) -> None:
    rules = default_rules()
    assert taken.assessment is not None
    assert taken.smoothed is not None
    detail = {
        "subs": [[each.dimension, each.points, each.maximum] for each in taken.assessment.subs],
        "parts": [[each.code, str(each.points)] for each in taken.assessment.parts],
        "triggers": [each.trigger for each in taken.firings],
        "why": why(taken),
    }
    add(
        act.db,
        t.score,
        child_id=child_id,
        visit_id=visit_id,
        day=day,
        total=taken.assessment.total,
        smoothed=taken.smoothed,
        level=taken.level_shown,
        detail=act.keys.seal(orjson.dumps(detail), f"score:detail:{visit_id}"),
        rules_sha=rules.sha256,
        form_version=version,
        at=act.now,
        current=True,
    )


def why(taken: Step) -> dict[str, str]:
    """The one sentence that explains a score, in both languages."""
    found = explain(taken, default_rules())
    return {
        "zh": sentence(found, "zh", item_names("zh")),
        "en": sentence(found, "en", item_names("en")),
    }


def _keep(act: Deed, child_id: int, state: State, taken: Step | None) -> None:
    values: dict[str, object] = {
        "state": act.keys.seal(orjson.dumps(state), f"risk:state:{child_id}"),
        "total": taken.total if taken else None,
        "level": taken.level_shown if taken else "green",
    }
    if change(act.db, t.risk, {"child_id": child_id}, **values) == 0:
        add(act.db, t.risk, child_id=child_id, **values)


def _state(act: Deed, child_id: int) -> State:
    row = find(act.db, t.risk, ("state",), child_id=child_id)
    if row is None:
        return State()
    return State.from_dict(orjson.loads(act.keys.unseal(row.state, f"risk:state:{child_id}")))


def _open_flag(act: Deed, child_id: int, source: object, taken: Step) -> None:
    """Suspected high risk: it waits for a person."""
    key = f"flag/{child_id}/{source}"
    state = act.db.execute(select(t.flag.c.state).where(t.flag.c.key == key)).scalar()
    if state is not None:
        again = (t.flag.c.key == key, t.flag.c.state == "withdrawn")
        act.db.execute(update(t.flag).where(*again).values(state="suspected"))
        return
    path = act.db.execute(select(t.child.c.path).where(t.child.c.id == child_id)).scalar_one()
    act.db.execute(
        insert(t.flag).values(
            key=key,
            child_id=child_id,
            path=path,
            triggers="".join(sorted({each.trigger for each in taken.firings})),
            level=taken.level_shown,
            evidence=act.keys.seal(orjson.dumps(why(taken)), f"flag:evidence:{key}"),
            state="suspected",
            opened_at=act.now,
        )
    )
    act.audit("flag.opened", f"child:{child_id}", source=str(source))


def due(act: Deed, child_id: int) -> tuple[date | None, date]:
    """When the child was last seen, and the day of the next visit: by the child's level, and
    soon after an emergency (R0, R1) that was no false alarm."""
    row = first(act.db, STANDING, {"child": child_id})
    level: Level = row.level or "green"
    risen = None if level == "green" else _risen(act, child_id, level)
    regular = next_visit(row.seen, level, row.enrolled, since=risen)
    told = row.told.astimezone(act.look.zone).date() if row.told else None
    if told is None or (row.seen is not None and row.seen > told):
        return row.seen, regular
    return row.seen, min(regular, after_emergency(told))


def _risen(act: Deed, child_id: int, level: Level) -> date | None:
    """The day since which the child has stood at this level, after a lower one."""
    since = None
    for row in fetch(act.db, LEVELS, {"child": child_id}):
        if row.level != level:
            return since
        since = row.day
    return None
