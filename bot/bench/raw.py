"""The limit to compare with: the driver itself doing the same statements, one commit each."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ANSWERS, BODY = 900, 1100  # bytes sealed in a routine visit's turn
SECONDS, PG_SECONDS = 2.0, 4


def raw_sqlite(folder: Path, keys_database: str, person: int, code: str) -> float:
    """Turns per second of the bare driver with a turn's own statements, one commit each: read the
    person, her posts, the key and the child; write the key, the talk's row and the reply."""
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
        return _loop(lambda number: _step(db.execute, number, person, code))
    finally:
        db.close()


def _step(run: Callable[..., Any], number: int, person: int, code: str) -> None:
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
        "SELECT c.* FROM child c WHERE c.code = ? AND c.unit_id IN "
        "(SELECT unit_id FROM post WHERE person_id = ?)",
        (code, person),
    ).fetchall()
    now = "2026-11-23 01:00:00.000000"
    run("INSERT INTO received VALUES ('raw', ?, ?, 'digest', ?)", (key, person, now))
    run(
        "UPDATE talk SET answers = ?, revision = revision + 1, state = state, outcome = outcome, "
        "touched = ? WHERE person_id = ? AND number = 1",
        (os.urandom(ANSWERS), now, person),
    )
    run(
        "INSERT INTO outgoing (person_id, channel, state, data_class, dedupe_key, body, at) "
        "VALUES (?, 'raw', 'sent', 'D4', ?, ?, ?)",
        (person, key, os.urandom(BODY), now),
    )
    run("COMMIT")


def _loop(step: Callable[[int], None]) -> float:
    end, number = time.perf_counter() + SECONDS, 0
    begun = time.perf_counter()
    while time.perf_counter() < end:
        step(number)
        number += 1
    return number / (time.perf_counter() - begun)


SCRIPT = r"""
\set place random(0, {last})
\set person case {people} end
\set number random(1, 1000000000000)
BEGIN;
SELECT p.id FROM person p WHERE p.id = :person ORDER BY p.id FOR UPDATE;
SELECT p.*, k.answers, k.facts FROM person p LEFT JOIN talk k
  ON k.person_id = p.id AND k.number = p.talk WHERE p.id = :person;
SELECT o.role, o.unit_id, u.path FROM post o JOIN unit u ON u.id = o.unit_id
  WHERE o.person_id = :person AND o.until IS NULL;
SELECT digest FROM received WHERE source = 'raw' AND key = 'raw:' || :client_id || ':' || :number;
SELECT c.* FROM child c WHERE c.code = '{code}' AND c.unit_id IN
  (SELECT unit_id FROM post WHERE person_id = :person);
INSERT INTO received (source, key, person_id, digest, at)
  VALUES ('raw', 'raw:' || :client_id || ':' || :number, :person, 'digest', now());
UPDATE talk SET answers = '\x{answers}', revision = revision + 1, state = state,
  outcome = outcome, touched = now() WHERE person_id = :person AND number = 1;
INSERT INTO outgoing (person_id, channel, state, data_class, dedupe_key, body, at)
  VALUES (:person, 'raw', 'sent', 'D4', 'raw:' || :client_id || ':' || :number, '\x{body}', now());
COMMIT;
"""


def pgbench(program: Path, url: str, codes: Mapping[int, str], folder: Path) -> float:
    """The same statements by PostgreSQL's own pgbench, 16 connections; turns per second."""
    cases = " ".join(f"when :place = {place} then {each}" for place, each in enumerate(codes))
    text = SCRIPT.format(
        last=len(codes) - 1,
        people=cases,
        code=next(iter(codes.values())),
        answers=os.urandom(ANSWERS).hex(),
        body=os.urandom(BODY).hex(),
    )
    script = folder / "turn.sql"
    script.write_text(text)
    options = [
        "--no-vacuum",
        "--client=16",
        "--jobs=2",
        "--protocol=simple",
        f"--time={PG_SECONDS}",
    ]
    command = [str(program), *options, f"--file={script}", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(f"pgbench said no rate: {said}")
    return float(found[1])
