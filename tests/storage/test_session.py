"""The database file: one writer, readers beside it, nothing half-saved, nothing in plain text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from storage import migrations
from storage import tables as t
from storage.session import DATABASE, LOCK, Store, Unavailable, open_store
from tests.conftest import both
from tests.handlers.stage import Stage
from tests.storage.filled import rows
from tests.town import MORNING, Somebody, Town

WORDS = "会讲很长的故事"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def opened(data: Path) -> Iterator[Store]:
    store = open_store(data)
    migrations.upgrade(store.engine)
    yield store
    store.close()


def beat(db: Connection, job: str) -> None:
    db.execute(insert(t.heartbeat).values(job=job, at=MORNING, did=""))


def beats(store: Store) -> list[str]:
    with store.work() as db:
        return sorted(db.execute(select(t.heartbeat.c.job)).scalars())


def pragma(store: Store, name: str) -> Any:
    with store.engine.connect() as db:
        return db.exec_driver_sql(f"PRAGMA {name}").scalar()


# --- one writer ----------------------------------------------------------------------------


def test_a_second_writer_is_refused_and_told_which_process_writes(
    data: Path, opened: Store
) -> None:
    with pytest.raises(Unavailable, match=f"pid {os.getpid()}"):
        open_store(data)
    with opened.work() as db:
        beat(db, "still writing")
    assert beats(opened) == ["still writing"]


def test_when_the_writer_has_closed_the_next_one_opens(data: Path, opened: Store) -> None:
    opened.close()
    again = open_store(data)
    assert (data / LOCK).read_text().strip() == str(os.getpid())
    again.close()


def test_a_lock_file_left_by_a_crash_stops_nobody(data: Path) -> None:
    data.mkdir()
    (data / LOCK).write_text("999999\n")
    open_store(data).close()


def test_a_reader_opens_beside_the_writer_and_sees_what_is_committed(
    data: Path, opened: Store
) -> None:
    with opened.work() as db:
        beat(db, "one")
    reader = open_store(data, write=False)
    with opened.work() as db:
        beat(db, "two")
        assert beats(reader) == ["one"], "not what is not committed yet"
    assert beats(reader) == ["one", "two"]
    reader.close()


def test_a_reader_cannot_write(data: Path, opened: Store) -> None:
    reader = open_store(data, write=False)
    with pytest.raises(Unavailable), reader.work() as db:
        beat(db, "no")
    assert beats(opened) == []
    reader.close()


def test_a_database_that_another_program_holds_is_named_and_works_again(
    data: Path, opened: Store
) -> None:
    with opened.engine.connect() as db:
        db.exec_driver_sql("PRAGMA busy_timeout = 20")
    other = open_raw(data, opened)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another program"), opened.work() as db:
        beat(db, "no")
    other.execute("ROLLBACK")
    with opened.work() as db:
        beat(db, "yes")
    assert beats(opened) == ["yes"]
    other.close()


def open_raw(data: Path, store: Store) -> Any:
    from sqlcipher3 import dbapi2

    other = dbapi2.connect(str(data / DATABASE), isolation_level=None)
    other.execute(f"PRAGMA key = \"x'{store.keys.database}'\"")
    return other


# --- what is promised to be on -------------------------------------------------------------


def test_the_promised_switches_are_on(opened: Store) -> None:
    assert pragma(opened, "journal_mode") == "wal"
    assert pragma(opened, "synchronous") == 2, "FULL: a commit survives a power cut"
    assert pragma(opened, "foreign_keys") == 1
    assert pragma(opened, "busy_timeout") == 5_000


def test_the_files_are_for_their_owner_only(data: Path, opened: Store) -> None:
    with opened.work() as db:
        beat(db, "x")
    assert (data / DATABASE).stat().st_mode & 0o077 == 0


def test_a_row_that_points_to_nobody_is_refused(opened: Store) -> None:
    row = {"source": "t", "key": "k", "person_id": 999, "digest": "", "at": MORNING}
    with pytest.raises(IntegrityError), opened.work() as db:
        db.execute(insert(t.received).values(row))


def fall(db: Connection) -> None:
    """A block of work that ends badly, after a savepoint that ended well."""
    with db.begin_nested():
        beat(db, "inner")
    beat(db, "outer")
    raise ZeroDivisionError


@both()
def test_a_block_that_raises_leaves_nothing_not_even_a_released_savepoint(store: Store) -> None:
    """SQLAlchemy's default isolation on SQLite would keep the savepoint."""
    with pytest.raises(ZeroDivisionError), store.work() as db:
        fall(db)
    assert beats(store) == []


# --- a full disk ---------------------------------------------------------------------------


def leave_room(store: Store, pages: int) -> None:
    """As if the disk had so many pages left."""
    used = int(pragma(store, "page_count"))
    pragma(store, f"max_page_count = {used + pages}")


def test_a_full_disk_saves_nothing_says_so_and_works_again(opened: Store) -> None:
    with opened.work() as db:
        beat(db, "before")
    leave_room(opened, 2)
    with pytest.raises(Unavailable, match="disk is full.*nothing was saved"):
        fill_up(opened)
    assert beats(opened) == ["before"]
    leave_room(opened, 10_000)
    fill_up(opened)
    assert len(beats(opened)) == 401


def fill_up(store: Store) -> None:
    with store.work() as db:
        for number in range(400):
            row = {"job": f"job {number}", "at": MORNING, "did": "长" * 300}
            db.execute(insert(t.heartbeat).values(row))


def test_a_full_disk_in_the_middle_of_a_conversation_loses_no_answer(town: Town) -> None:
    stage = Stage(town, "zh")
    list(stage.play(["@ 李主任 zh", "> 走访", "> [小榆]"]))
    director = stage.people["李主任"]
    leave_room(town.store, 0)
    with pytest.raises(Unavailable):
        talk_on(director)
    before = count(town.store, t.received)
    with pytest.raises(Unavailable):
        director.say("今天" + "长" * 1_500, key="again")
    assert count(town.store, t.received) == before
    leave_room(town.store, 10_000)
    assert director.say("今天", key="again").state == "new"
    assert "怎么走访" in director.text


def talk_on(who: Somebody) -> None:
    for number in range(400):
        who.say("长" * 1_500, key=f"long {number}")


def count(store: Store, table: Any) -> int:
    with store.work() as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())


# --- nothing in plain text -----------------------------------------------------------------

SECRETS = ("小榆", "小樟", "奶奶", "爱画画", WORDS)


@pytest.fixture
def spoken(town: Town) -> Town:
    """A visit with words of its own, half in a draft and half recorded."""
    lines = [
        "@ 王妈妈 zh",
        "> 联系",
        ">> [今天] [电话] [10 分钟] [😄 很开心] [都好] [补充：一句话]",
        f"> {WORDS}",
        "> [提交本次联系]",
        "> 联系",
        ">> [今天] [视频] [10 分钟] [😄 很开心] [都好] [补充：一句话]",
        f"> {WORDS}",
        "> /排行",
    ]
    list(Stage(town, "zh").play(lines))
    return town


def test_no_name_and_no_word_stands_in_the_files(spoken: Town, tmp_path: Path) -> None:
    files = [path for path in tmp_path.iterdir() if path.is_file()]
    names = {path.name for path in files}
    assert {DATABASE, f"{DATABASE}-wal"} <= names
    for path in files:
        raw = path.read_bytes()
        for secret in (*SECRETS, "李主任", "SQLite format 3", "CREATE TABLE"):
            assert secret.encode() not in raw, (path.name, secret)


@both()
def test_no_name_and_no_word_of_a_child_stands_in_an_open_column(spoken: Town) -> None:
    """What an administrator of the database could read (PostgreSQL is not encrypted whole)."""
    with spoken.store.work() as db:
        for table, found in rows(db).items():
            for row in found:
                said = " ".join(str(value) for value in row if not isinstance(value, bytes))
                raw = b" ".join(bytes(v) for v in row if isinstance(v, bytes | memoryview))
                for secret in SECRETS:
                    assert secret not in said, (table, secret)
                    assert secret.encode() not in raw, (table, secret)
