"""Opening the database: one encrypted SQLite file with one writer, or PostgreSQL."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, TextIO

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from storage.crypto import Keys, make_key, read_key

DATABASE = "yumiao.db"
KEY = "yumiao.key"
LOCK = "yumiao.lock"
BUSY = 5_000  # milliseconds
STATEMENTS = 1_024  # prepared ones that the driver keeps


class Unavailable(Exception):
    """The database cannot be used; the message says why and what helps."""


@dataclass
class Store:
    """An open database with its keys."""

    engine: Engine
    keys: Keys
    made_key: Path | None = None
    lock: TextIO | None = None
    turn: AbstractContextManager[object] = field(default_factory=RLock, repr=False, compare=False)
    """SQLite has one connection: threads take turns."""

    @property
    def postgres(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def work(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, else rolled back whole."""
        try:
            with self._turns(), self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            if _is_ours(error):
                raise
            raise Unavailable(_explain(error)) from error

    def _turns(self) -> AbstractContextManager[object]:
        return nullcontext() if self.postgres else self.turn

    def close(self) -> None:
        self.engine.dispose()
        if self.lock:
            self.lock.close()


def open_store(data: Path, url: str = "", *, write: bool = True) -> Store:
    """`url` empty: SQLite under `data`. Raises Unavailable or WrongKey, with the cure."""
    if not write:
        refuse_empty(data, url)
    data.mkdir(parents=True, exist_ok=True)
    keys, made = _keys(data, url)
    if url:
        return Store(_postgres(url), keys, made)
    lock = _only_writer(data / LOCK) if write else None
    try:
        engine = _sqlite(data / DATABASE, keys, write)
        _prove(engine, data)
    except BaseException:
        if lock:
            lock.close()
        raise
    return Store(engine, keys, made, lock)


def refuse_empty(data: Path, url: str) -> None:
    """Reading makes nothing: a mistyped directory is said, not founded."""
    if not (data / DATABASE).exists() and not url:
        raise Unavailable(
            f"目录 {data} 里没有数据，请检查 --data，或先运行：yumiao demo。"
            f"There is no data in {data}. Check --data, or make some first with: yumiao demo"
        )


def _keys(data: Path, url: str) -> tuple[Keys, Path | None]:
    path = Path(os.environ.get("YUMIAO_KEY_FILE", data / KEY))
    if path.exists():
        return read_key(path), None
    if (data / DATABASE).exists():
        raise Unavailable(
            f"密钥文件 {path} 不见了，没有它就读不了 {data / DATABASE}。"
            "请从另存的地方放回密钥文件。"
            f"The key file {path} is missing, but {data / DATABASE} exists and cannot be read "
            "without it. Put the key file back from your safe copy."
        )
    return make_key(path), path


def _only_writer(path: Path) -> TextIO:
    """A second writing process would corrupt nothing but wait for ever: refuse it at once."""
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read().strip() or "?"
        lock.close()
        raise Unavailable(
            f"另一个进程（pid {holder}）正在使用数据目录 {path.parent}。请先停止它。"
            f"Another process (pid {holder}) is writing to {path.parent}. "
            "Stop it first, or use PostgreSQL for several processes."
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _sqlite(path: Path, keys: Keys, write: bool) -> Engine:
    from sqlcipher3 import dbapi2

    def connect() -> Any:
        connection = dbapi2.connect(
            str(path), isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
        )
        run = connection.execute
        run("PRAGMA cipher_log_level = NONE")  # a wrong key is said in our own words
        run(f"PRAGMA key = \"x'{keys.database}'\"")
        run(f"PRAGMA busy_timeout = {BUSY}")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA cache_size = -65536")
        if write:
            run("PRAGMA journal_mode = WAL")
        else:
            run("PRAGMA query_only = ON")
        os.chmod(path, 0o600)  # noqa: PTH101
        return connection

    # One connection for the one writing thread; a reader opens its own process.
    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=dbapi2,
        poolclass=StaticPool,
        hide_parameters=True,
        json_serializer=_json,
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres(url: str) -> Engine:
    options = "-c synchronous_commit=on -c lock_timeout=5000 -c statement_timeout=15000"
    return create_engine(
        url.replace("postgres://", "postgresql://", 1),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=8,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        connect_args={"options": options},
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _prove(engine: Engine, data: Path) -> None:
    """Reads the first page, so that a wrong key is found now and not in the first visit."""
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
    except DBAPIError as error:
        if "not a database" in str(error.orig):
            raise Unavailable(
                f"密钥不对，打不开 {data / DATABASE}，数据没有改动。请放回正确的密钥文件。"
                f"{data / DATABASE} cannot be opened with this key: wrong key, or not a "
                "database of ours; nothing was changed. Put the right key file back."
            ) from None
        raise Unavailable(_explain(error)) from error


def _is_ours(error: DBAPIError) -> bool:
    """A statement that the database does not understand is a bug, not an outage."""
    said = str(error.orig)
    return any(words in said for words in ("no such", "syntax error", "has no column"))


def _explain(error: DBAPIError) -> str:
    said = str(error.orig)
    if "locked" in said:
        return "数据库被占用，请稍后再试。The database is locked by another program."
    if "full" in said or "disk I/O" in said:
        return "磁盘已满或有故障，没有保存。The disk is full or failing; nothing was saved."
    return f"数据库没有响应。The database does not answer: {said}"
