"""What became of a child's flags: who opened, confirmed, rejected and closed them, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import case, select

from domain.roles import Right
from storage import tables as t
from storage.crypto import Keys
from storage.see.children import ChildRef
from storage.see.scores import SPOKEN
from storage.sight import Sight, children_in_reach

F = t.flag.c


@dataclass(frozen=True)
class Word:
    """What a person said about a flag; `reason` is empty for whoever decides nothing."""

    who: str
    at: datetime
    reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class FlagTold:
    """A flag with what opened it and what people said of it."""

    triggers: str
    level: str
    state: str
    opened_at: datetime
    evidence: Mapping[str, str]
    decided: Word | None
    closed: Word | None


def flag_story(look: Sight, child: ChildRef, limit: int = 6) -> list[FlagTold]:
    """The newest first, for whoever sees the child's score; the reasons that people gave for
    whoever decides."""
    decider, closer = t.person.alias("decider"), t.person.alias("closer")
    decides = children_in_reach(look, Right.DECIDE_FLAG)
    rows = look.db.execute(
        select(F.key, F.triggers, F.level, F.state, F.opened_at, F.evidence)
        .add_columns(F.decided_at, case((decides, F.reason)).label("reason"))
        .add_columns(F.closed_at, case((decides, F.closed_reason)).label("closed_reason"))
        .add_columns(decider.c.name.label("decider"), closer.c.name.label("closer"))
        .join(t.child, t.child.c.id == F.child_id)
        .outerjoin(decider, decider.c.id == F.decided_by)
        .outerjoin(closer, closer.c.id == F.closed_by)
        .where(children_in_reach(look, Right.SEE_SCORE), F.child_id == child.id)
        .where(F.state.in_(SPOKEN))
        .order_by(F.opened_at.desc(), F.id.desc())
        .limit(limit)
    )
    return [_told(look.keys, row) for row in rows]


def _told(keys: Keys, row: Any) -> FlagTold:
    def word(kind: str, who: str | None, at: datetime | None, reason: bytes | None) -> Word | None:
        if at is None:
            return None
        said = keys.unseal(reason, f"flag:{kind}:{row.key}").decode() if reason else ""
        return Word(who or "", at, said)

    return FlagTold(
        row.triggers,
        row.level,
        row.state,
        row.opened_at,
        orjson.loads(keys.unseal(row.evidence, f"flag:evidence:{row.key}")),
        word("reason", row.decider, row.decided_at, row.reason),
        word("closed", row.closer, row.closed_at, row.closed_reason),
    )
