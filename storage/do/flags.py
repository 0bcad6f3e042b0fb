"""A flag waits for a person: she confirms or rejects it, and says why."""

from __future__ import annotations

from sqlalchemy import select, update

from domain.roles import Right
from domain.trouble import Refused
from storage import tables as t
from storage.deed import Deed
from storage.do import scoring, visits
from storage.sight import paths_in_reach


def decide(act: Deed, flag_id: int, *, confirmed: bool, reason: str) -> None:
    """Raises Refused when the flag is out of reach or decided already."""
    f = t.flag.c
    row = act.db.execute(
        select(f.id, f.key, f.child_id, f.state).where(
            f.id == flag_id, paths_in_reach(act.look, Right.DECIDE_FLAG, f.path)
        )
    ).first()
    if row is None or row.state != "suspected":
        raise Refused("flag.decided")
    state = "confirmed" if confirmed else "rejected"
    act.db.execute(
        update(t.flag)
        .where(f.id == flag_id)
        .values(
            state=state,
            reason=act.keys.seal(reason.encode(), f"flag:reason:{row.key}"),
            decided_by=act.account.id,
            decided_at=act.now,
        )
    )
    scoring.hear_word(act, row.child_id, confirmed=confirmed)
    visits.clock(act, row.child_id)
    act.audit(f"flag.{state}", f"child:{row.child_id}", flag=flag_id)
