"""Flags as rows: one for each time that a child is suspected, whatever is learnt again.

A row that waits follows what the scorer says; what a person has decided only a person changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import insert, select, update

from domain.library import item_names
from domain.scorer import Step, default_rules, explain, sentence
from storage import tables as t
from storage.deed import Deed

F = t.flag.c
ROW = (F.id, F.key, F.state)
WAITS, WITHDRAWN = "suspected", "withdrawn"


@dataclass(frozen=True)
class Opened:
    """A flag that nobody has spoken about: what opened it, and the step that did."""

    source: str
    taken: Step


def settle(act: Deed, child_id: int, opened: Opened | None) -> None:
    """At most one row waits, and only while a flag is open that nobody has spoken about."""
    waiting = select(*ROW).where(F.child_id == child_id, F.state == WAITS)
    rows: list[Any] = list(act.db.execute(waiting.order_by(F.id)).all())
    if opened:
        row = rows.pop() if rows else _before(act, child_id, opened.source)
        _follow(act, child_id, row, opened) if row else _add(act, child_id, opened)
    for row in rows:
        act.db.execute(update(t.flag).where(F.id == row.id).values(state=WITHDRAWN))
        act.audit("flag.withdrawn", f"child:{child_id}", flag=row.id)


def _before(act: Deed, child_id: int, source: str) -> Any:
    """The row that the same source opened and that lost its ground meanwhile."""
    same = (F.key == _key(child_id, source), F.state == WITHDRAWN)
    return act.db.execute(select(*ROW).where(*same)).first()


def _follow(act: Deed, child_id: int, row: Any, opened: Opened) -> None:
    """A row that waits says what is known now."""
    values = _values(act, row.key, opened)
    act.db.execute(update(t.flag).where(F.id == row.id).values(state=WAITS, **values))
    if row.state == WITHDRAWN:
        act.audit("flag.opened", f"child:{child_id}", source=opened.source, flag=row.id)


def _add(act: Deed, child_id: int, opened: Opened) -> None:
    key = _key(child_id, opened.source)
    path = act.db.execute(select(t.child.c.path).where(t.child.c.id == child_id)).scalar_one()
    row = {"key": key, "child_id": child_id, "path": path, "opened_at": act.now}
    act.db.execute(insert(t.flag).values(**row, state=WAITS, **_values(act, key, opened)))
    act.audit("flag.opened", f"child:{child_id}", source=opened.source)


def _key(child_id: int, source: str) -> str:
    return f"flag/{child_id}/{source}"


def _values(act: Deed, key: str, opened: Opened) -> dict[str, object]:
    taken = opened.taken
    return {
        "triggers": "".join(sorted({each.trigger for each in taken.firings})),
        "level": taken.level_shown,
        "evidence": act.keys.seal(orjson.dumps(why(taken)), f"flag:evidence:{key}"),
    }


def why(taken: Step) -> dict[str, str]:
    """The one sentence that explains a score, in both languages."""
    found = explain(taken, default_rules())
    return {
        "zh": sentence(found, "zh", item_names("zh")),
        "en": sentence(found, "en", item_names("en")),
    }
