"""One's own drafts: what each is about, as far as one may still know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select

from domain.roles import Right
from domain.trouble import Refused
from storage import tables as t
from storage.crypto import Keys
from storage.see import children
from storage.see.children import ChildRef
from storage.sight import Sight

NAMED = (".child", ".child/at once")
"""The ends of the keys under which a talk keeps whom it is about."""


@dataclass(frozen=True)
class DraftRef:
    """A parked conversation that can be gone on with; its child only while in reach.

    `asked` is the key of its open question, `versions` are those of its forms by name.
    """

    number: int
    conversation: str
    started: datetime
    touched: datetime
    child: ChildRef | None
    asked: str
    versions: Mapping[str, str]


def my_drafts(look: Sight) -> list[DraftRef]:
    """Parked drafts, the newest first."""
    d = t.talk.c
    rows = look.db.execute(
        select(d.number, d.conversation, d.started, d.touched, d.answers, d.facts)
        .where(d.person_id == look.account.id, d.state == "parked")
        .order_by(d.touched.desc(), d.number.desc())
    )
    return [_draft(look, row) for row in rows]


def last_cancelled(look: Sight) -> int | None:
    """The number of the newest conversation that was called off with answers in it, as long as
    they are kept."""
    d = t.talk.c
    rows = look.db.execute(
        select(d.number, d.answers)
        .where(d.person_id == look.account.id, d.state == "cancelled", d.answers != b"")
        .order_by(d.touched.desc(), d.number.desc())
    )
    held = (row.number for row in rows if _unsealed(look, "answers", row)["answers"])
    return next(held, None)


def _draft(look: Sight, row: Any) -> DraftRef:
    held = _unsealed(look, "answers", row)
    facts = _unsealed(look, "facts", row)["facts"]
    child = _in_reach(look, _about(held, facts))
    versions = {
        key.removeprefix("form/"): str(value)
        for key, value in facts.items()
        if key.startswith("form/")
    }
    asked = str(held["asked"]["key"])
    return DraftRef(row.number, row.conversation, row.started, row.touched, child, asked, versions)


def _unsealed(look: Sight, column: str, row: Any) -> dict[str, Any]:
    found: dict[str, Any] = unseal_talk(
        look.keys, column, look.account.id, row.number, getattr(row, column)
    )
    return found


def _about(held: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """The code of the child, as the draft knows it: chosen, named at the start, or the subject
    of the open question. Empty or no code at all where it is about none."""
    for key, value in (*held["answers"].items(), *facts.items()):
        if key.endswith(NAMED) and value:
            return str(value)
    return str(held["asked"]["about"] or "".join(held["asked"]["key"].split("/")[1:2]))


def _in_reach(look: Sight, code: str) -> ChildRef | None:
    try:
        return children.child(look, code, Right.SEE_CHILD) if code else None
    except Refused:
        return None


def unseal_talk(keys: Keys, column: str, owner: int, number: int, sealed: bytes) -> Any:
    """`answers` or `facts` of somebody's conversation."""
    return orjson.loads(keys.unseal(sealed, talk_place(column, owner, number)))


def talk_place(column: str, owner: int, number: int) -> str:
    """Where a sealed field of this row stands."""
    return f"talk:{column}:{owner}/{number}"
