"""What was answered where a priority item was found: for whoever works on it."""

from __future__ import annotations

import orjson
from sqlalchemy import select

from domain.roles import Right
from storage import tables as t
from storage.sight import Sight, paths_in_reach

A = t.alert.c


def alert_said(look: Sight, alert_id: int) -> list[dict[str, str]]:
    """One text by language for each code; none for emergencies, and outside one's reach."""
    reach = paths_in_reach(look, Right.ANSWER_ALERT, A.path)
    row = look.db.execute(select(A.key, A.said).where(A.id == alert_id, reach)).first()
    if row is None or row.said is None:
        return []
    found: list[dict[str, str]] = orjson.loads(look.keys.unseal(row.said, f"alert:said:{row.key}"))
    return found
