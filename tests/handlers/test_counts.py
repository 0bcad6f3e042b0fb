"""However much waits: the number that is said is the number that there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import insert, select

from storage import tables as t
from tests.handlers.stage import Stage

Open = Callable[[str], Stage]
MANY = 60


def play(stage: Stage, *lines: str) -> str:
    """Plays these lines; what the bot said last."""
    return "\n".join(stage.play(lines))


def copies(stage: Stage, table: Any, more: Callable[[int, dict[str, Any]], dict[str, Any]]) -> None:
    """Rows like the newest one of this table, each with what is its own."""
    with stage.town.store.work() as db:
        row = dict(db.execute(select(table).order_by(table.c.id.desc())).mappings().first() or {})
        del row["id"]
        db.execute(insert(table), [row | more(number, row) for number in range(MANY)])


def test_flags_that_wait_and_flags_that_stand_add_up_to_the_list(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ visit-high")
    keys = stage.town.store.keys

    def confirmed(number: int, row: dict[str, Any]) -> dict[str, Any]:
        key = f"copy/{number}"
        evidence = keys.seal(orjson.dumps({"zh": "", "en": ""}), f"flag:evidence:{key}")
        return {"key": key, "state": "confirmed", "evidence": evidence}

    copies(stage, t.flag, confirmed)
    said = play(stage, "@ 陈站长 zh", "> 待复核")
    assert f"有 1 项待复核，另有 {MANY} 项已确认" in said
    assert f"共 {MANY + 1} 项" in said


def test_all_points_that_wait_are_counted(open_stage: Open) -> None:
    stage = open_stage("zh")
    play(stage, "+ contact-points")
    waits = {"rule": "P02", "state": "pending"}
    copies(stage, t.entry, lambda number, row: waits | {"source": f"copy/{number}"})
    said = play(stage, "@ 李主任 zh", "> 确认")
    assert f"有 {MANY + 2} 笔待确认" in said
    assert f"共 {MANY + 2} 项" in said
    said = play(stage, "> 1", "> [属实]")
    assert f"还有 {MANY + 1} 笔待确认" in said
