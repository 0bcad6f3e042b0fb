"""Handing a child's history to the scorer and keeping what it says; nothing is overwritten."""

from __future__ import annotations

import orjson
from sqlalchemy import bindparam, select, update

from domain.scorer import State, Step, default_rules, month_label, step, uphold
from storage import tables as t
from storage.deed import Deed
from storage.do import history, standing
from storage.do.episodes import Opened, settle, why
from storage.do.history import Collected, Event, Scored
from storage.rows import add, first, lock

__all__ = ["Scored", "hear", "hear_alarm", "hear_visit", "hear_word", "relearn"]

S = t.score.c
NEWER = (
    select(S.id)
    .where(S.child_id == bindparam("child"), S.current, S.day > bindparam("day"))
    .limit(1)
)


def hear(act: Deed, child_id: int, event: Event) -> None:
    """One more event: a single step when it is the newest, else the whole history."""
    lock(act.db, t.child, child_id)
    state = standing.load(act.db, act.keys, child_id)
    if event.month.label < max(state.label or 0, month_label(act.today)):
        relearn(act, child_id)
        return
    state, taken = _take(act, child_id, state, _in_days(act, child_id, state, event))
    standing.keep(act.db, act.keys, child_id, state)
    if taken.opened and not event.spoken:
        settle(act, child_id, Opened(event.source, taken))


def hear_visit(act: Deed, child_id: int, found: Collected, scored: Scored | None) -> None:
    """A visit just recorded, if it was a collection."""
    if scored is not None:
        event = history.collection(found.visit_id, found.visit_id, found.day, act.now, scored)
        hear(act, child_id, event)


def hear_alarm(act: Deed, child_id: int, alert_id: int, receipt: str, codes: str) -> None:
    """An emergency raised by anybody reaches the score in the same transaction."""
    hear(act, child_id, history.alarm(act, alert_id, receipt, codes, act.now))


def hear_word(act: Deed, child_id: int, flag_id: int, triggers: str, state: str) -> None:
    """A person's word on a flag: confirmed, rejected or closed."""
    hear(act, child_id, history.word(act, flag_id, triggers, state, act.now))


def relearn(act: Deed, child_id: int) -> None:
    """From the first event on, after one was withdrawn, corrected or came late."""
    lock(act.db, t.child, child_id)
    current = (t.score.c.child_id == child_id, t.score.c.current)
    act.db.execute(update(t.score).where(*current).values(current=False))
    first = standing.load(act.db, act.keys, child_id).first
    state, opened = State(), None
    for event in history.events(act, child_id):
        state, taken = _take(act, child_id, standing.until(state, event.month.label, first), event)
        if taken.opened:
            opened = Opened(event.source, taken)
        if event.spoken:
            opened = None
    state = standing.until(state, month_label(act.today), first)
    standing.keep(act.db, act.keys, child_id, state)
    settle(act, child_id, opened)


def _in_days(act: Deed, child_id: int, state: State, event: Event) -> Event:
    """The newest event, marked late where its month holds an assessment of a newer day."""
    found = event.collected
    if found is None or event.month.label != state.label or state.page.score is None:
        return event
    newer = first(act.db, NEWER, {"child": child_id, "day": found.day})
    return event.late() if newer else event


def _take(act: Deed, child_id: int, state: State, event: Event) -> tuple[State, Step]:
    rules, month = default_rules(), event.month
    state = standing.until(state, month.label)
    if event.confirms and state.now.flag is None:
        state = uphold(state, month.label, tuple(event.confirms), rules)
    taken = step(state, month, rules)
    if event.collected and taken.assessment and taken.assessment.assessed:
        _write(act, child_id, event.collected, taken)
    return taken.state, taken


def _write(act: Deed, child_id: int, found: Collected, taken: Step) -> None:
    assert taken.assessment is not None
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
        visit_id=found.visit_id,
        day=found.day,
        total=taken.assessment.total,
        smoothed=taken.smoothed,
        level=taken.level_shown,
        detail=act.keys.seal(orjson.dumps(detail), f"score:detail:{found.visit_id}"),
        rules_sha=taken.rules,
        form_version=found.version,
        at=act.now,
        current=True,
    )
