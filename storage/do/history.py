"""A child's history as the scorer hears it: collections, emergencies, and what people said.

Months follow each other; within one, everything stands in the order in which it became known. A
correction stands where the visit stood that it corrects. Whatever the order, of a month's
assessments that of the newest day counts: one that comes after a newer one is marked late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import orjson
from sqlalchemy import select

from domain.emergency import signal
from domain.scorer import Assessment, Month, month_label
from storage import tables as t
from storage.deed import Deed

ALARM, COLLECTION, WORD = range(3)  # at one moment: an alarm comes before the visit that found it
DECIDED = ("confirmed", "rejected", "closed")


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
        rest = (held[name] for name in ("signals", "band", "seen", "version"))
        return cls(Assessment.from_dict(held["assessment"]), *rest)


@dataclass(frozen=True)
class Collected:
    """What is written with the score of a collection."""

    visit_id: int
    day: date
    version: str


@dataclass(frozen=True)
class Event:
    """One thing that the scorer hears, and when it became known.

    `source` names it for good, also through corrections. `confirms`: the triggers of the flag
    that a person confirmed by it.
    """

    known: datetime
    rank: int
    row: int
    source: str
    month: Month
    collected: Collected | None = None
    confirms: str = ""

    @property
    def place(self) -> tuple[int, datetime, int, int]:
        return self.month.label, self.known, self.rank, self.row

    @property
    def spoken(self) -> bool:
        """Whether it is a person's word on the open flag."""
        return self.month.confirmed or self.month.closed

    @property
    def assessed(self) -> bool:
        return self.month.assessment is not None and self.month.assessment.assessed

    def late(self) -> Event:
        """It tells of an earlier day than an assessment before it in the same month."""
        return replace(self, month=replace(self.month, late=True))


def events(act: Deed, child_id: int) -> list[Event]:
    """Everything that counts of a child, in its order."""
    found = (*_collections(act, child_id), *_alarms(act, child_id), *_words(act, child_id))
    return [*_in_days(sorted(found, key=lambda each: each.place))]


def _in_days(found: Iterable[Event]) -> Iterator[Event]:
    newest: dict[int, date] = {}
    for each in found:
        collected, label = each.collected, each.month.label
        if collected is None:
            yield each
            continue
        latest = newest.get(label, collected.day)
        yield each.late() if collected.day < latest else each
        if each.assessed:
            newest[label] = max(latest, collected.day)


def collection(root: int, visit_id: int, day: date, known: datetime, scored: Scored) -> Event:
    """A collection; `root` is the visit that it corrects in the end, or itself."""
    month = Month(
        month_label(day),
        scored.assessment,
        scored.band,
        scored.signals,
        seen=scored.seen,
        over=False,
        report=str(root),
    )
    collected = Collected(visit_id, day, scored.version)
    return Event(known, COLLECTION, root, str(root), month, collected)


def alarm(act: Deed, row: int, receipt: str, codes: str, at: datetime) -> Event:
    """An emergency raised by anybody."""
    levels = {code: signal(code) for code in codes.split()}
    known = {code: level for code, level in levels.items() if level}
    source = f"alert/{receipt}"
    month = Month(_label(act, at), emergencies=known, over=False, report=source)
    return Event(at, ALARM, row, source, month)


def word(act: Deed, row: int, triggers: str, state: str, at: datetime) -> Event:
    """A person confirmed a flag, or closed it: rejected at once, or later."""
    said = state == "confirmed"
    month = Month(_label(act, at), confirmed=said, closed=not said, over=False)
    return Event(at, WORD, row, f"word/{row}/{state}", month, confirms=triggers if said else "")


def _collections(act: Deed, child_id: int) -> Iterator[Event]:
    """Emergencies count from the first version on; one that a correction adds is an alarm of
    its own, heard when it was raised."""
    v = t.visit.c
    rows = act.db.execute(
        select(v.id, v.key, v.day, v.known_at, v.supersedes, v.scoring, v.withdrawn_at)
        .where(v.child_id == child_id, v.kind == "visit")
        .order_by(v.id)
    ).all()
    roots: dict[int, int] = {}
    known: dict[int, Mapping[str, str]] = {}
    for row in rows:
        root = roots[row.id] = roots.get(row.supersedes, row.id)
        if row.scoring is None:
            continue
        scored = Scored.loads(act.keys.unseal(row.scoring, f"visit:scoring:{row.key}"))
        if root == row.id:
            known[root] = scored.signals
        if row.withdrawn_at is None:
            first = known.get(root, {})
            told = {code: level for code, level in scored.signals.items() if code in first}
            yield collection(root, row.id, row.day, row.known_at, replace(scored, signals=told))


def _alarms(act: Deed, child_id: int) -> Iterator[Event]:
    a = t.alert.c
    rows = act.db.execute(
        select(a.id, a.receipt, a.codes, a.at).where(
            a.child_id == child_id, a.state != "false_alarm"
        )
    )
    return (alarm(act, *row) for row in rows)


def _words(act: Deed, child_id: int) -> Iterator[Event]:
    f = t.flag.c
    rows = act.db.execute(
        select(f.id, f.triggers, f.state, f.decided_at, f.closed_at).where(
            f.child_id == child_id, f.state.in_(DECIDED)
        )
    )
    for row in rows:
        first = "rejected" if row.state == "rejected" else "confirmed"
        yield word(act, row.id, row.triggers, first, row.decided_at)
        if row.closed_at:
            yield word(act, row.id, row.triggers, "closed", row.closed_at)


def _label(act: Deed, at: datetime) -> int:
    return month_label(at.astimezone(act.look.zone).date())
