"""Rows that were there before a migration stay, and say afterwards what they said before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, insert, select

from storage import migrations
from storage import tables as t
from storage.session import Store, open_store
from tests.conftest import fresh_database

THEN = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 10, 5)


@pytest.fixture
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database as the third migration left it."""
    kind = request.param
    url = fresh_database(request.getfixturevalue("postgres")) if kind == "postgres" else ""
    store = open_store(tmp_path, url)
    with store.engine.begin() as db:
        command.upgrade(migrations.config(db), "0003")
    yield store
    store.close()


def fill(db: Connection) -> list[int]:
    """A visit that was corrected twice, each time with the next visit's due day."""
    meta = MetaData()
    tables = {
        name: Table(name, meta, autoload_with=db)
        for name in ("unit", "person", "child", "visit", "score", "flag")
    }

    def add(table: str, **values: object) -> int:
        made = db.execute(insert(tables[table]).values(**values)).inserted_primary_key
        assert made is not None
        return int(made[0])

    unit = add("unit", code="E", kind="village", name="村", name_en="v", path="/1/", phone="")
    flags = {"large": False, "ranked": True, "greeted": True, "active": True, "core": False}
    counts = {"talks": 0, "stuck": 0, "joined": DAY, "lang": "zh"}
    person = add("person", code="D", name="李", unit_id=unit, **flags, **counts)
    child = add(
        "child", code="c", unit_id=unit, path="/1/", enrolled=DAY, active=True, identity=b"x"
    )
    ids: list[int] = []
    for number in range(3):
        made = add(
            "visit",
            key=f"k{number}",
            receipt=f"r{number}",
            kind="visit",
            child_id=child,
            visitor_id=person,
            day=DAY,
            mode="home",
            seen=True,
            minutes=0,
            form="visit",
            version="1",
            assessed=True,
            due=DAY + timedelta(30 * number),
            recorded_at=THEN + timedelta(number),
            supersedes=ids[-1] if ids else None,
            answers=b"x",
        )
        ids.append(made)
    kept = {"smoothed": 5.0, "level": "green", "rules_sha": "x", "form_version": "1"}
    add("score", child_id=child, visit_id=ids[0], day=DAY, total=5, at=THEN, **kept,
        current=True, detail=b"x")  # fmt: skip
    add("flag", key="f", child_id=child, path="/1/", triggers="A", level="red",
        state="confirmed", opened_at=THEN, evidence=b"x", decided_by=person)  # fmt: skip
    return ids


@pytest.mark.parametrize("old", ["sqlite", "postgres"], indirect=True)
def test_corrections_of_old_are_known_and_due_when_the_first_version_was(old: Store) -> None:
    with old.engine.begin() as db:
        ids = fill(db)
    migrations.upgrade(old.engine)
    with old.engine.begin() as db:
        v = t.visit.c
        rows = db.execute(select(v.known_at, v.due, v.recorded_at).order_by(v.id)).all()
        assert {(row.known_at, row.due) for row in rows} == {(THEN, DAY)}
        assert len({row.recorded_at for row in rows}) == len(ids)
        assert db.execute(select(t.child.c.counted)).scalar_one() == 0
        assert db.execute(select(t.flag.c.state, t.flag.c.closed_at)).one() == ("confirmed", None)
        assert db.execute(select(t.score.c.visit_id)).scalar_one() == ids[0]
