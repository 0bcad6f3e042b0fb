"""Rows by their shape: statements of the hot path, built and compiled once.

SQLAlchemy builds and checks them; on SQLite their text then goes straight to the driver, which
costs a tenth of a round through the engine (decision 0008). PostgreSQL takes the usual way.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Dialect,
    Insert,
    LargeBinary,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    select,
)
from sqlalchemy import update as core_update
from sqlalchemy.exc import DBAPIError

from storage.moment import Moment

Statement = Insert | Update | Select[Any]
Convert = Callable[[Any], Any]


def lock(db: Connection, table: Table, row_id: int) -> None:
    """Holds one row until the transaction ends; SQLite has one writer and needs none."""
    if db.dialect.name != "sqlite":
        db.execute(select(table.c.id).where(table.c.id == row_id).with_for_update())


def add(db: Connection, table: Table, **values: object) -> int:
    """Inserts one row; returns its id (0 where the table has no number for one)."""
    statement = _insert(table)
    if db.dialect.name == "sqlite":
        return int(_run(db, _plain(statement, db.dialect, tuple(values)), values).lastrowid or 0)
    made = db.execute(statement, values).inserted_primary_key
    first = made[0] if made else 0
    return first if isinstance(first, int) else 0


def find(db: Connection, table: Table, columns: tuple[str, ...], **where: object) -> Any:
    """The first row whose columns have these values, or None."""
    return first(db, _select(table, columns, tuple(where)), where)


def first(db: Connection, statement: Select[Any], values: Mapping[str, object]) -> Any:
    """The first row of a statement that is kept, or None. It may hold no expanding IN."""
    if db.dialect.name != "sqlite":
        return db.execute(statement, values).first()
    plain = _plain(statement, db.dialect, ())
    row = _run(db, plain, values).fetchone()
    return None if row is None else plain.row(row)


def fetch(db: Connection, statement: Select[Any], values: Mapping[str, object]) -> list[Any]:
    """All rows of a statement that is kept. It may hold no expanding IN."""
    if db.dialect.name != "sqlite":
        return list(db.execute(statement, values))
    plain = _plain(statement, db.dialect, ())
    return [plain.row(row) for row in _run(db, plain, values).fetchall()]


def run(db: Connection, statement: Update, values: Mapping[str, object]) -> int:
    """Runs an update that is kept; returns how many rows it found."""
    if db.dialect.name != "sqlite":
        return int(db.execute(statement, values).rowcount)
    return int(_run(db, _plain(statement, db.dialect, ()), values).rowcount)


def write_all(
    db: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, object]]
) -> None:
    """Runs an insert or update that is kept for each of the rows, all of the same columns."""
    if db.dialect.name != "sqlite":
        db.execute(statement, list(rows))
        return
    keys = tuple(rows[0]) if isinstance(statement, Insert) else ()
    plain = _plain(statement, db.dialect, keys)
    for row in rows:
        _run(db, plain, row)


def change(db: Connection, table: Table, where: dict[str, object], **values: object) -> int:
    """Updates the rows whose columns have these values; returns how many there were."""
    keys = {f"key_{name}": value for name, value in where.items()}
    return run(db, _update(table, tuple(where), tuple(values)), keys | values)


class Plain:
    """A statement as the driver takes it: its text, its places, and what converts values."""

    def __init__(self, statement: Statement, dialect: Dialect, keys: tuple[str, ...]) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=keys or None)
        self.text = str(compiled)
        self.order: tuple[str, ...] = tuple(compiled.positiontup or ())
        self.pick: Convert = _picking(self.order)
        own = {name for name in self.order if not compiled.binds[name].required}
        self.own = {name: compiled.params[name] for name in own}
        """What the statement itself says: a state, a limit."""
        hows = (_bound(compiled.binds[name].type, dialect) for name in self.order)
        self.places = [(at, how) for at, how in enumerate(hows) if how]
        chosen = statement.selected_columns if isinstance(statement, Select) else ()
        found = (_found(column.type, dialect) for column in chosen)
        self.converts = [(at, how) for at, how in enumerate(found) if how]
        kind: Any = namedtuple("Found", [column.key for column in chosen], rename=True)  # type: ignore[misc]
        self.make: Convert = partial(tuple.__new__, kind)  # as _make, which counts besides

    def values(self, given: Mapping[str, object]) -> Sequence[Any]:
        picked: Sequence[Any] = self.pick({**self.own, **given} if self.own else given)
        if not self.places:
            return picked
        found = list(picked)
        for at, how in self.places:
            found[at] = how(found[at])
        return found

    def row(self, raw: Sequence[Any]) -> Any:
        if not self.converts:
            return self.make(raw)
        found = list(raw)
        for at, how in self.converts:
            if found[at] is not None:
                found[at] = how(found[at])
        return self.make(found)


def _picking(names: tuple[str, ...]) -> Convert:
    """What takes these values out of a mapping, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: [given[name] for name in names]


def _bound(kind: Any, dialect: Dialect) -> Convert | None:
    """What makes a value the driver's: days and moments without the detours of the types."""
    if isinstance(kind, Date):
        return _day_text
    if isinstance(kind, Moment):
        return _moment_text
    if isinstance(kind, LargeBinary):
        return None  # the driver takes and gives bytes
    how: Convert | None = kind._cached_bind_processor(dialect)
    return how


def _found(kind: Any, dialect: Dialect) -> Convert | None:
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Moment):
        return _text_moment
    if isinstance(kind, LargeBinary):
        return None
    how: Convert | None = kind._cached_result_processor(dialect, None)
    return how


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@lru_cache(64)  # all rows of a turn are written at one moment
def _moment_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise TypeError("a moment without its zone cannot be kept")
    return moment.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _text_moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _run(db: Connection, plain: Plain, values: Mapping[str, object]) -> Any:
    """Runs in the transaction of `db`; the driver's errors are SQLAlchemy's as usual."""
    try:
        return db.connection.dbapi_connection.execute(plain.text, plain.values(values))  # type: ignore[union-attr]
    except db.dialect.loaded_dbapi.Error as error:
        base = db.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(plain.text, None, error, base, hide_parameters=True) from error


@lru_cache(512)
def _plain(statement: Statement, dialect: Dialect, keys: tuple[str, ...]) -> Plain:
    return Plain(statement, dialect, keys)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _select(table: Table, columns: tuple[str, ...], keys: tuple[str, ...]) -> Select[Any]:
    here = (table.c[name] == bindparam(name) for name in keys)
    return select(*(table.c[name] for name in columns)).where(*here)


@cache
def _update(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Update:
    here = (table.c[name] == bindparam(f"key_{name}") for name in keys)
    return core_update(table).where(*here).values({name: bindparam(name) for name in columns})
