"""Whether the rules suggest closing a confirmed flag, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from sqlalchemy import select

from domain.roles import Right
from domain.scorer import Against, State, against_closing, default_rules
from storage import tables as t
from storage.sight import Sight, children_in_reach


@dataclass(frozen=True)
class Closing:
    """Where the child stands against the closing line; suggested when nothing is against it."""

    newest: int | None
    smoothed: float | None
    line: int
    assessed: int
    against: tuple[Against, ...]


def closing(look: Sight, child_id: int) -> Closing | None:
    """Of the open flag of a child; None without one, and outside one's reach."""
    r = t.risk.c
    row = look.db.execute(
        select(r.state)
        .join(t.child, t.child.c.id == r.child_id)
        .where(r.child_id == child_id, children_in_reach(look, Right.DECIDE_FLAG))
    ).first()
    if row is None:
        return None
    state = State.from_dict(orjson.loads(look.keys.unseal(row.state, f"risk:state:{child_id}")))
    rules, scores, flag = default_rules(), state.now.scores, state.now.flag
    if flag is None:
        return None
    found = against_closing(state, rules)
    return Closing(scores.newest, scores.smoothed, rules.closing.line, flag.held, found)
