"""The outcome lines of a transcript: what the database says after the words were said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.channels.terminal import render
from storage import inbox
from storage import tables as t
from storage.operator import unbalanced
from storage.see.children import unseal_answers
from tests.town import CITY

if TYPE_CHECKING:
    from tests.handlers.stage import Stage

Answers = Callable[["Stage", Connection, Sequence[str]], object]


def outcome(stage: Stage, db: Connection, query: Sequence[str]) -> str:
    name, *rest = query
    return str(OUTCOMES[name](stage, db, rest))


def _count(db: Connection, table: Any, *where: ColumnElement[bool]) -> int:
    return int(db.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _child(db: Connection, code: str) -> Any:
    return db.execute(select(t.child).where(t.child.c.code == code)).one()


def taps(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """How often the speaker has pressed or typed since she came in."""
    return stage.taps


def visits(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """Standing visits of a child."""
    return _standing(db, "visit", query[0])


def contacts(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """Standing contacts of a child."""
    return _standing(db, "contact", query[0])


def _standing(db: Connection, kind: str, code: str) -> int:
    v = t.visit.c
    child = _child(db, code)
    return _count(db, t.visit, v.child_id == child.id, v.kind == kind, v.withdrawn_at.is_(None))


def points(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """A person's kept sums of a period; they always equal her ledger."""
    assert unbalanced(db) == []
    s = t.total.c
    row = db.execute(
        select(s.booked, s.pending).where(
            s.person_id == stage.town.people[query[0]], s.period == query[1]
        )
    ).first()
    return f"booked {row.booked} pending {row.pending}" if row else "none"


def alerts(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """All alerts in their order: state, level, codes."""
    a = t.alert.c
    rows = db.execute(select(a.state, a.level, a.codes).order_by(a.id)).all()
    return ", ".join(" ".join(row) for row in rows) or "none"


def police(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """When the police were told of the newest alert, by the clock on the wall."""
    row = db.execute(select(t.alert.c.police_at).order_by(t.alert.c.id.desc()).limit(1)).scalar()
    return row.astimezone(CITY).strftime("%H:%M") if row else "not yet"


def seen_again(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """How often an open alert has noted that a visit saw the same again."""
    return _count(db, t.audit, t.audit.c.action == "alert.seen_again")


def level(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """A child's level and newest total."""
    child = _child(db, query[0])
    row = db.execute(select(t.risk).where(t.risk.c.child_id == child.id)).first()
    return f"{row.level} {row.total}" if row else "none"


def flags(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """How many flags stand in this state."""
    return _count(db, t.flag, t.flag.c.state == query[0])


def next_visit(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """When a child was last seen, and when the next visit is due."""
    child = _child(db, query[0])
    return f"seen {child.last_seen or 'never'}, due {child.next_visit}"


def drafts(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """How many parked drafts a person has."""
    mine = t.talk.c.person_id == stage.town.people[query[0]]
    return _count(db, t.talk, mine, t.talk.c.state == "parked")


def person(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """One of a person's settings: lang, large, ranked."""
    row = db.execute(select(t.person).where(t.person.c.id == stage.town.people[query[0]])).one()
    return getattr(row, query[1])


def sessions(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """How many browsers are signed in as a person."""
    s = t.session.c
    return _count(db, t.session, s.person_id == stage.town.people[query[0]], s.ended_at.is_(None))


def invites(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """The newest invitation: its state, role and place."""
    i, u = t.invite.c, t.unit.c
    found = select(i.state, i.role, u.code).join(t.unit, u.id == i.unit_id)
    return " ".join(db.execute(found.order_by(i.id.desc()).limit(1)).one())


def posts(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """The posts of everybody of this name: her code, and whether each lasts."""
    p, o, u = t.person.c, t.post.c, t.unit.c
    rows = db.execute(
        select(p.code, o.role, u.code.label("unit"), o.until)
        .join(t.post, o.person_id == p.id)
        .join(t.unit, u.id == o.unit_id)
        .where(p.name == query[0])
        .order_by(o.id)
    )
    found = (f"{r.code} {r.role} {r.unit} {r.until or 'lasts'}" for r in rows)
    return ", ".join(found) or "nobody"


def consents(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """Every word of a child's guardian on pairing, and how many pairings are open."""
    c, p, child = t.consent.c, t.pairing.c, _child(db, query[0]).id
    kinds = db.execute(select(c.kind).where(c.child_id == child).order_by(c.id)).scalars()
    paired = _count(db, t.pairing, p.child_id == child, p.until.is_(None))
    return f"{' '.join(kinds) or 'none'}; paired {paired}"


def told(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """The newest message that a person was sent, in one line."""
    found = inbox.told(db, stage.town.store.keys, stage.town.people[query[0]])
    return render(found[-1][2]).replace("\n", " / ") if found else "nothing"


def answer(stage: Stage, db: Connection, query: Sequence[str]) -> object:
    """What the newest standing visit of a child holds for an item: value or why not."""
    v = t.visit.c
    row = db.execute(
        select(v.key, v.answers)
        .where(v.child_id == _child(db, query[0]).id, v.withdrawn_at.is_(None))
        .order_by(v.id.desc())
        .limit(1)
    ).one()
    held = unseal_answers(stage.town.store.keys, row.key, row.answers)
    old = held["stale"].get(query[1], ("", 0))
    why = held["whys"].get(query[1], "nothing")
    return held["answers"].get(query[1]) or (f"{why} (stale: {old[0]})" if old[0] else why)


OUTCOMES: dict[str, Answers] = {
    "taps": taps,
    "visits": visits,
    "contacts": contacts,
    "points": points,
    "alerts": alerts,
    "police": police,
    "seen_again": seen_again,
    "level": level,
    "flags": flags,
    "clock": next_visit,
    "drafts": drafts,
    "person": person,
    "sessions": sessions,
    "consents": consents,
    "invites": invites,
    "posts": posts,
    "told": told,
    "answer": answer,
}
