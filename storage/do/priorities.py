"""Priority items of a visit: a task of the station's when new, a note when it has it already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select, update

from domain.roles import Right
from storage import tables as t
from storage.deed import Deed
from storage.do import alerts
from storage.see.children import ChildRef

A = t.alert.c
WORKING = ("open", "acknowledged")
Said = Mapping[str, str]  # by language
Notice = Callable[[Iterable[str]], Any]


@dataclass(frozen=True)
class Passed:
    """Codes of which the station was told now, and those that it is working on already;
    `told`: whether anybody else is on duty to hear of the first."""

    fresh: tuple[str, ...]
    known: tuple[str, ...]
    told: bool = False


def raise_priority(
    act: Deed, source: str, child: ChildRef, found: Mapping[str, Said], notice: Notice
) -> Passed:
    """`found`: by code, what was answered. A code is told when it is new, or when the station
    has answered the alert before it; else the open alert notes that it was seen again.

    `notice` makes the message for some codes. Raises Refused when the child is not in reach.
    """
    child = act.look.child(child.code, Right.RAISE_ALERT)
    known = _seen_again(act, source, child, set(found))
    fresh = {code: said for code, said in found.items() if code not in known}
    told = False
    if fresh:
        codes = tuple(fresh)
        key = f"{source}/{'+'.join(codes)}"
        raised = alerts.raise_alert(act, key, codes, child, notice(codes))
        told = bool(raised.told)
        sealed = act.keys.seal(orjson.dumps([*fresh.values()]), f"alert:said:{key}")
        act.db.execute(update(t.alert).where(A.id == raised.id).values(said=sealed))
    return Passed(tuple(fresh), tuple(code for code in found if code in known), told)


def _seen_again(act: Deed, source: str, child: ChildRef, codes: set[str]) -> set[str]:
    """The codes that an open alert of the child's has; each of them notes this visit."""
    rows = act.db.execute(
        select(A.receipt, A.codes).where(
            A.child_id == child.id, A.level == "P", A.state.in_(WORKING)
        )
    )
    known: set[str] = set()
    for row in rows.all():
        again = codes.intersection(row.codes.split())
        if again:
            act.audit("alert.seen_again", f"alert:{row.receipt}", codes=sorted(again), by=source)
        known |= again
    return known
