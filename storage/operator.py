"""What the operator at the command line reads: lists and one child's file, by code."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, insert, select, update

from storage import tables as t
from storage.crypto import Keys


def people(db: Connection, role: str = "") -> list[dict[str, Any]]:
    """Name, code, unit and role of everybody in office."""
    p, o, u = t.person.c, t.post.c, t.unit.c
    found = (
        select(p.id, p.name, p.code, u.name.label("unit"), o.role)
        .join(t.post, o.person_id == p.id)
        .join(t.unit, u.id == o.unit_id)
        .where(o.until.is_(None), p.active)
        .order_by(p.id)
    )
    if role:
        found = found.where(o.role == role)
    return [dict(row) for row in db.execute(found).mappings()]


def person_named(db: Connection, name: str) -> list[dict[str, Any]]:
    """Everybody in office with this code or name."""
    return [row for row in people(db) if name in (row["code"], row["name"])]


def ranking(db: Connection, period: str, limit: int = 100) -> list[dict[str, Any]]:
    """Loving mothers by booked points of a period."""
    s, p, u = t.total.c, t.person.c, t.unit.c
    rows = db.execute(
        select(p.name, p.code, u.name.label("unit"), s.booked, s.pending, s.minutes)
        .join(t.person, p.id == s.person_id)
        .join(t.unit, u.id == p.unit_id)
        .where(s.period == period, s.booked > 0)
        .order_by(s.booked.desc(), p.id)
        .limit(limit)
    ).mappings()
    found: list[dict[str, Any]] = []
    for number, row in enumerate(rows, 1):
        same = found and found[-1]["booked"] == row["booked"]
        found.append({"place": found[-1]["place"] if same else number, **row})
    return found


def child(db: Connection, keys: Keys, code: str) -> dict[str, Any] | None:
    """Visits, scores, level and flags of one child; no name, no free text."""
    row = db.execute(
        select(t.child.c.id, t.child.c.last_seen, t.child.c.next_visit).where(
            t.child.c.code == code
        )
    ).first()
    if row is None:
        return None
    level = db.execute(
        select(t.risk.c.level, t.risk.c.total).where(t.risk.c.child_id == row.id)
    ).first()
    return {
        "code": code,
        "last_seen": row.last_seen,
        "next_visit": row.next_visit,
        "grade": level.level if level else "green",
        "total": level.total if level else None,
        "visits": _visits(db, row.id),
        "scores": _scores(db, keys, row.id),
        "flags": _flags(db, row.id),
        "alerts": _alerts(db, row.id),
    }


def _visits(db: Connection, child_id: int) -> list[dict[str, Any]]:
    v = t.visit.c
    names = ("receipt", "kind", "day", "mode", "seen", "minutes", "total", "withdrawn_at")
    rows = db.execute(
        select(*(v[name] for name in names), t.person.c.code.label("visitor"))
        .join(t.person, t.person.c.id == v.visitor_id)
        .where(v.child_id == child_id)
        .order_by(v.day, v.id)
    )
    return [dict(row) for row in rows.mappings()]


def _scores(db: Connection, keys: Keys, child_id: int) -> list[dict[str, Any]]:
    s = t.score.c
    rows = db.execute(
        select(s.day, s.total, s.smoothed, s.level, s.rules_sha, s.detail, s.visit_id)
        .where(s.child_id == child_id, s.current)
        .order_by(s.day, s.id)
    ).mappings()
    found = []
    for row in rows:
        sealed = keys.unseal(row["detail"], f"score:detail:{row['visit_id']}")
        kept = {name: row[name] for name in ("day", "total", "smoothed", "level", "rules_sha")}
        found.append(kept | orjson.loads(sealed))
    return found


def _flags(db: Connection, child_id: int) -> list[dict[str, Any]]:
    f = t.flag.c
    rows = db.execute(
        select(f.triggers, f.level, f.state, f.opened_at, f.decided_at)
        .where(f.child_id == child_id)
        .order_by(f.id)
    )
    return [dict(row) for row in rows.mappings()]


def _alerts(db: Connection, child_id: int) -> list[dict[str, Any]]:
    a = t.alert.c
    rows = db.execute(
        select(a.receipt, a.codes, a.level, a.state, a.at, a.police_at)
        .where(a.child_id == child_id)
        .order_by(a.id)
    )
    return [dict(row) for row in rows.mappings()]


def last_did(db: Connection, job: str) -> str | None:
    """What a job said when it last ran; None when it never has."""
    found = db.execute(select(t.heartbeat.c.did).where(t.heartbeat.c.job == job)).scalar()
    return None if found is None else str(found)


def counts(db: Connection) -> dict[str, int]:
    """How many rows the main tables hold."""
    names = ("unit", "person", "child", "pairing", "visit", "score", "flag", "alert", "entry")
    return {
        name: db.execute(select(func.count()).select_from(getattr(t, name))).scalar_one()
        for name in names
    }


def units(db: Connection) -> dict[str, int]:
    """How many units there are of each kind."""
    kind = t.unit.c.kind
    rows = db.execute(select(kind, func.count().label("many")).group_by(kind))
    return {row.kind: row.many for row in rows}


def unbalanced(db: Connection) -> list[dict[str, Any]]:
    """People whose kept totals differ from the sum of their ledger, by period; must be empty."""
    from domain.points import Entry, periods, totals

    e = t.entry.c
    lines: dict[tuple[int, str], list[Entry]] = {}
    rows = db.execute(
        select(e.person_id, e.rule, e.source, e.state, e.points, e.minutes, e.day).order_by(e.id)
    )
    for row in rows:
        for period in periods(row.day):
            entry = Entry(row.rule, row.source, row.state, row.points, row.minutes)
            lines.setdefault((row.person_id, period), []).append(entry)
    kept = {
        (row.person_id, row.period): (row.booked, row.pending, row.minutes)
        for row in db.execute(select(t.total))
    }
    wrong = []
    for key in kept.keys() | lines.keys():
        found = totals(lines.get(key, []))
        is_sum = (found.booked, found.pending, found.minutes)
        if kept.get(key, (0, 0, 0)) != is_sum:
            wrong.append({"person": key[0], "period": key[1], "kept": kept.get(key), "sum": is_sum})
    return wrong


def fill_ledger(db: Connection, people: list[int], rows: int) -> None:
    """So many booked lines in November 2026 with their totals, for measuring only."""
    day, at = date(2026, 11, 2), datetime(2026, 11, 2, tzinfo=UTC)
    line = {"rule": "P01", "state": "booked", "minutes": 10, "day": day, "at": at, "reason": ""}
    line |= {"child_id": None, "by": None}
    for start in range(0, rows, 50_000):
        batch = [
            line | {"person_id": people[n % len(people)], "source": f"m{n}", "points": 1 + n % 7}
            for n in range(start, min(start + 50_000, rows))
        ]
        db.execute(insert(t.entry), batch)
    totals = [
        {"person_id": each, "period": "2026-11", "booked": 1000 + n, "pending": 0, "minutes": 60}
        for n, each in enumerate(people)
    ]
    db.execute(insert(t.total), totals)


def dead_letters(db: Connection) -> int:
    return db.execute(select(func.count()).where(t.stuck.c.dead)).scalar_one()


def set_language(db: Connection, person_id: int, lang: str) -> None:
    db.execute(update(t.person).where(t.person.c.id == person_id).values(lang=lang))
