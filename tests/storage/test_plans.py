"""The hottest queries use an index: what conversations run is explained, none scans a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import handlers  # noqa: F401
from dialogue.registry import conversations
from domain.library import packaged
from storage.session import Store
from storage.tables import METADATA
from tests.town import Somebody, Town

SMALL = {"unit", "post"}  # a few hundred rows, or reached through them
SCAN = re.compile(r"^SCAN (\w+)\b(?! USING (?:COVERING )?INDEX)")
ALIASES = re.compile(r"\b(?:FROM|JOIN) (\w+) AS (\w+)", re.IGNORECASE)
LEAST = 12


@contextmanager
def heard(store: Store) -> Iterator[set[str]]:
    """Every statement that the driver runs meanwhile, its values in their places."""
    found: set[str] = set()

    def listen(sql: str) -> None:
        if sql.split()[0] in ("SELECT", "UPDATE", "DELETE"):
            found.add(sql)

    driver: Any = store.engine.raw_connection().driver_connection
    driver.set_trace_callback(listen)
    try:
        yield found
    finally:
        driver.set_trace_callback(None)


def scans(store: Store, sql: str) -> list[str]:
    """The large tables that SQLite would read from end to end for this statement."""
    with store.engine.connect() as db:
        rows = db.exec_driver_sql("EXPLAIN QUERY PLAN " + sql.replace("%", "%%")).all()
    aliases = {alias: table for table, alias in ALIASES.findall(sql)}
    hits = [hit[1] for row in rows if (hit := SCAN.match(row[-1]))]
    names: set[str] = {str(aliases.get(name, name)) for name in hits}
    return sorted(names & set(METADATA.tables) - SMALL)


def test_no_query_of_a_visit_a_contact_or_a_ranking_scans_a_table(town: Town) -> None:
    turns = town.turns(conversations, packaged())
    with heard(town.store) as found:
        for name, words in (
            ("李主任", ("走访", "小榆", *["1"] * 60, "取消", "孩子 小满-01", "撤回")),
            ("王妈妈", ("联系", "1", "4", "2", "1", "1", "1", "积分", "孩子", "撤回", "是")),
            ("钱协调", ("排行", "1", "1", "1", "确认", "/排行", "2", "1", "1")),
            ("陈站长", ("警报", "取消", "待复核", "草稿")),
        ):
            who = Somebody(turns, town.people[name])
            for word in words:
                who.say(word)
    assert len(found) >= LEAST
    bad = {sql: hit for sql in found if (hit := scans(town.store, sql))}
    assert not bad, "\n\n".join(f"{hit}: {sql}" for sql, hit in bad.items())
