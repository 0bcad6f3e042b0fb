"""Rows by their shape: statements of the hot path, built once for each table and columns.

SQLAlchemy keeps the compiled form of a statement object that is used again; a new object for
every row costs more than the database does.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Select, Table, Update, bindparam, insert, select
from sqlalchemy import update as core_update


def add(db: Connection, table: Table, **values: object) -> int:
    """Inserts one row; returns its id (0 where the table has no number for one)."""
    made = db.execute(_insert(table), values).inserted_primary_key
    first = made[0] if made else 0
    return first if isinstance(first, int) else 0


def find(db: Connection, table: Table, columns: tuple[str, ...], **where: object) -> Any:
    """The first row whose columns have these values, or None."""
    return db.execute(_select(table, columns, tuple(where)), where).first()


def change(db: Connection, table: Table, where: dict[str, object], **values: object) -> int:
    """Updates the rows whose columns have these values; returns how many there were."""
    keys = {f"key_{name}": value for name, value in where.items()}
    statement = _update(table, tuple(where), tuple(values))
    return int(db.execute(statement, keys | values).rowcount)


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
