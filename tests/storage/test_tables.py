"""The tables that statements name are those of the models; one is written from the other."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    MetaData,
    String,
    Table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from storage import models
from storage.migrations import tables as writing
from storage.moment import Moment
from storage.session import Store
from storage.tables import METADATA
from tests.conftest import both

NAMES = sorted(SQLModel.metadata.tables)
DIALECTS: tuple[Any, ...] = (sqlite.dialect(), postgresql.dialect())  # type: ignore[no-untyped-call]
HERE = timezone(timedelta(hours=8))


def column_words(column: Column[Any]) -> tuple[object, ...]:
    default = column.default
    assert default is None or isinstance(default, ScalarElementColumnDefault)
    return (
        column.name,
        [column.type.compile(dialect) for dialect in DIALECTS],
        column.nullable,
        column.primary_key,
        column.autoincrement,
        default.arg if default is not None else None,
        (column.server_default, column.onupdate, column.server_onupdate, column.computed),
    )


def constraint_words(each: Constraint) -> tuple[str, ...]:
    words = (type(each).__name__, str(each.name))
    if isinstance(each, ForeignKeyConstraint):
        ends = (f"{key.parent.name} > {key.target_fullname}" for key in each.elements)
        return (*words, *ends, str(each.ondelete), str(each.onupdate), str(each.deferrable))
    if isinstance(each, CheckConstraint):
        return (*words, str(each.sqltext))
    return (*words, *getattr(each, "columns", {}).keys())


def index_words(table: Table) -> set[tuple[object, ...]]:
    return {(each.name, each.unique, *each.columns.keys()) for each in table.indexes}


def test_both_have_the_same_tables() -> None:
    assert sorted(METADATA.tables) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_what_its_model_says(name: str) -> None:
    said, written = SQLModel.metadata.tables[name], METADATA.tables[name]
    assert [column_words(each) for each in written.columns] == [
        column_words(each) for each in said.columns
    ]
    assert {constraint_words(each) for each in written.constraints} == {
        constraint_words(each) for each in said.constraints
    }
    assert index_words(written) == index_words(said)


def test_the_files_are_as_they_would_be_written_now() -> None:
    assert writing.is_written()


def test_what_cannot_be_written_is_said() -> None:
    strange = MetaData()
    Table("strange", strange, Column("short", String(3)))
    with pytest.raises(writing.NoWords, match="short"):
        writing.file_of(models.doors, [*strange.tables.values()])


@both()
def test_the_migrations_lead_to_these_tables(store: Store) -> None:
    with store.work() as db:
        options = {"compare_type": True}
        assert compare_metadata(MigrationContext.configure(db, opts=options), METADATA) == []


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: str(dialect.name))
@pytest.mark.parametrize(
    "moment",
    [None, datetime(2026, 10, 5, 2, tzinfo=UTC), datetime(2026, 10, 5, 2, 0, 0, 7, HERE)],
)
def test_a_moment_is_kept_as_sqlmodel_keeps_it(moment: datetime | None, dialect: Any) -> None:
    ours, theirs = Moment(), UTCDateTime()
    kept = ours.process_bind_param(moment, dialect)
    assert kept == theirs.process_bind_param(moment, dialect)
    for read in (kept, kept and kept.replace(tzinfo=None), moment):
        assert ours.process_result_value(read, dialect) == theirs.process_result_value(
            read, dialect
        )


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2026, 10, 5), DIALECTS[0])  # noqa: DTZ001


def test_a_start_does_without_sqlmodel_and_what_only_operators_use() -> None:
    slow = {"sqlmodel", "sqlalchemy.orm", "alembic", "pyxform", "rich", "typer", "telegram"}
    code = "import bot.app, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert slow & set(done.stdout.split()) == set()
