"""A flag waits for a person: she confirms or rejects it, later closes it, and says why."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from domain.roles import Right
from domain.trouble import Refused
from storage import tables as t
from storage.deed import Deed
from storage.do import scoring, visits
from storage.rows import lock
from storage.sight import paths_in_reach

F = t.flag.c


def decide(act: Deed, flag_id: int, *, confirmed: bool, reason: str) -> None:
    """Raises Refused when the flag is out of reach or decided already."""
    key, state = _key(act, flag_id), "confirmed" if confirmed else "rejected"
    values = {
        "reason": act.keys.seal(reason.encode(), f"flag:reason:{key}"),
        "decided_by": act.account.id,
        "decided_at": act.now,
    }
    _speak(act, flag_id, ("suspected", state), values)


def close(act: Deed, flag_id: int, reason: str) -> None:
    """Closes a confirmed flag. Raises Refused when it is out of reach or not open any more."""
    values = {
        "closed_reason": act.keys.seal(reason.encode(), f"flag:closed:{_key(act, flag_id)}"),
        "closed_by": act.account.id,
        "closed_at": act.now,
    }
    _speak(act, flag_id, ("confirmed", "closed"), values)


def _key(act: Deed, flag_id: int) -> str:
    reach = paths_in_reach(act.look, Right.DECIDE_FLAG, F.path)
    key = act.db.execute(select(F.key).where(F.id == flag_id, reach)).scalar()
    if key is None:
        raise Refused("flag.decided")
    return str(key)


def _speak(act: Deed, flag_id: int, turn: tuple[str, str], values: dict[str, Any]) -> None:
    """From one state to the next, once: of two people who answer at a time, one is told so."""
    before, state = turn
    row = act.db.execute(select(F.child_id, F.triggers).where(F.id == flag_id)).one()
    lock(act.db, t.child, row.child_id)
    still = update(t.flag).where(F.id == flag_id, F.state == before)
    if act.db.execute(still.values(state=state, **values)).rowcount == 0:
        raise Refused("flag.decided")
    scoring.hear_word(act, row.child_id, flag_id, row.triggers, state)
    visits.clock(act, row.child_id)
    act.audit(f"flag.{state}", f"child:{row.child_id}", flag=flag_id)
