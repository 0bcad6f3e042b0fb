"""The limit to compare with: the driver itself doing the same statements, one commit each."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ANSWERS, FACTS, BODY = 900, 700, 1100  # bytes sealed in a routine visit's turn
SECONDS = 2.0


def raw_sqlite(folder: Path, keys_database: str, person: int, seconds: float = SECONDS) -> float:
    """Turns per second of the bare driver: read the person, children and key; write four rows."""
    from sqlcipher3 import dbapi2

    db = dbapi2.connect(str(folder / "yumiao.db"), isolation_level=None)
    for pragma in (
        f"key = \"x'{keys_database}'\"",
        "foreign_keys = ON",
        "synchronous = FULL",
        "journal_mode = WAL",
        "cache_size = -65536",
    ):
        db.execute(f"PRAGMA {pragma}")
    try:
        return _loop(lambda number: _step(db.execute, number, person), seconds)
    finally:
        db.close()


def _step(run: Callable[..., Any], number: int, person: int) -> None:
    run("BEGIN IMMEDIATE")
    run(
        "SELECT p.*, k.answers, k.facts FROM person p LEFT JOIN talk k "
        "ON k.person_id = p.id AND k.number = p.talk WHERE p.id = ?",
        (person,),
    ).fetchall()
    run(
        "SELECT o.role, o.unit_id, u.path FROM post o JOIN unit u ON u.id = o.unit_id "
        "WHERE o.person_id = ? AND o.until IS NULL",
        (person,),
    ).fetchall()
    key = f"raw:{time.perf_counter_ns()}:{number}"
    run("SELECT digest FROM received WHERE source = 'raw' AND key = ?", (key,)).fetchall()
    run(
        "SELECT c.* FROM child c JOIN post o ON o.unit_id = c.unit_id WHERE o.person_id = ?",
        (person,),
    ).fetchall()
    now = "2026-11-23 01:00:00.000000"
    run("INSERT INTO received VALUES ('raw', ?, ?, 'digest', ?)", (key, person, now))
    run(
        "UPDATE talk SET answers = ?, facts = ?, revision = revision + 1, touched = ? "
        "WHERE person_id = ? AND number = 1",
        (os.urandom(ANSWERS), os.urandom(FACTS), now, person),
    )
    run("UPDATE person SET talk = talk WHERE id = ?", (person,))
    run(
        "INSERT INTO outgoing (person_id, channel, state, data_class, dedupe_key, body, at) "
        "VALUES (?, 'raw', 'sent', 'D4', ?, ?, ?)",
        (person, key, os.urandom(BODY), now),
    )
    run("COMMIT")


def _loop(step: Callable[[int], None], seconds: float) -> float:
    end, number = time.perf_counter() + seconds, 0
    begun = time.perf_counter()
    while time.perf_counter() < end:
        step(number)
        number += 1
    return number / (time.perf_counter() - begun)


def raw_postgres(url: str, people: Sequence[int], seconds: float = SECONDS) -> float:
    """The same statements over psycopg with 16 connections in threads, one commit each."""
    import psycopg

    def one(place: int) -> int:
        done, end = 0, time.perf_counter() + seconds
        with psycopg.connect(url) as db:
            while time.perf_counter() < end:
                number = place * 1_000_000 + done
                _step(_pg_run(db), number, people[place * 7 % len(people)])
                done += 1
        return done

    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(one, range(16))) / seconds


def _pg_run(db: Any) -> Callable[..., Any]:
    def run(sql: str, values: tuple[Any, ...] = ()) -> Any:
        if sql == "COMMIT":
            db.commit()
            return None
        if sql == "BEGIN IMMEDIATE":
            return None
        return db.execute(sql.replace("?", "%s"), values)

    return run
