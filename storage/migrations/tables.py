"""The text of storage/tables.py: the tables of storage.models, said in plain SQLAlchemy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from storage import models  # noqa: F401  (fills the metadata)

PLACE = Path(__file__).parents[1] / "tables.py"
PLAIN = {"AutoString": "String", "UTCDateTime": "Moment"}  # SQLModel's types by ours
KINDS = ("JSON", "Boolean", "Date", "Float", "Integer", "LargeBinary", "String")
PARTS = ("CheckConstraint", "Column", "ForeignKey", "Index", "Table", "UniqueConstraint")
HEAD = '''"""Every table as the statements name it.

Written by `python -m storage.migrations tables` from storage/models.py: change it there. A start
does without SQLModel, which is slow to import (decision 0014).
"""

from __future__ import annotations

'''
TAIL = """
for _table in METADATA.tables.values():
    for _column in _table.columns:
        _column.name = str(_column.name)  # as SQLModel has it: orjson takes no other kind of key
"""


class NoWords(Exception):
    """The models say something that this module cannot write yet: teach it."""


def written(metadata: MetaData = SQLModel.metadata) -> str:
    """The whole module. Raises NoWords."""
    body = "\n".join(_table(table) for table in metadata.tables.values())
    used = [name for name in (*KINDS, *PARTS) if re.search(rf"\b{name}\b", body)]
    constants_first = sorted([*used, "MetaData"], key=lambda name: (not name.isupper(), name))
    imports = "".join(f"    {name},\n" for name in constants_first)
    return (
        f"{HEAD}from sqlalchemy import (\n{imports})\n\n"
        "from storage.moment import Moment\nfrom storage.naming import NAMING\n\n"
        f"METADATA = MetaData(naming_convention=NAMING)\n\n{body}{TAIL}"
    )


def _table(table: Table) -> str:
    lines = [f'"{table.name}"', "METADATA"]
    lines += [_column(column) for column in table.columns]
    lines += sorted(_constraints(table)) + sorted(_indexes(table))
    return f"{table.name} = Table(\n" + "".join(f"    {line},\n" for line in lines) + ")\n"


def _column(column: Column[object]) -> str:
    words = [f'"{column.name}"', _kind(column)]
    words += [f'ForeignKey("{key.target_fullname}")' for key in column.foreign_keys]
    if column.primary_key:
        words.append("primary_key=True")
    elif not column.nullable:
        words.append("nullable=False")
    if column.default is not None:
        words.append(f"default={_literal(column)}")
    if any(_alone(each, column) for each in column.table.constraints):
        words.append("unique=True")
    if any(_index_alone(each, column) for each in column.table.indexes):
        words.append("index=True")
    return f"Column({', '.join(words)})"


def _kind(column: Column[object]) -> str:
    name = type(column.type).__name__
    if repr(column.type) != f"{name}()" or name not in (*KINDS, *PLAIN):
        raise NoWords(f"{column}: {column.type!r}")
    return PLAIN.get(name, name)


def _literal(column: Column[object]) -> str:
    default = column.default
    value = default.arg if isinstance(default, ScalarElementColumnDefault) else None
    if isinstance(value, str):
        return f'"{value}"'
    if not isinstance(value, int):
        raise NoWords(f"{column}: its default")
    return repr(value)


def _alone(constraint: Constraint, column: Column[object]) -> bool:
    return isinstance(constraint, UniqueConstraint) and [*constraint.columns] == [column]


def _index_alone(index: Index, column: Column[object]) -> bool:
    usual = f"ix_{column.table.name}_{column.name}"
    return [*index.columns] == [column] and index.name == usual


def _constraints(table: Table) -> Iterator[str]:
    for each in table.constraints:
        match each:
            case UniqueConstraint() if len(each.columns) > 1:
                yield f"UniqueConstraint({_names(each.columns.keys())})"
            case CheckConstraint():
                name = str(each.name).removeprefix(f"ck_{table.name}_")
                yield f'CheckConstraint("{each.sqltext}", name="{name}")'
            case UniqueConstraint() | PrimaryKeyConstraint() | ForeignKeyConstraint():
                pass  # said with its column
            case _:
                raise NoWords(f"{table.name}: {each!r}")


def _indexes(table: Table) -> Iterator[str]:
    for each in table.indexes:
        if not any(_index_alone(each, column) for column in table.columns):
            yield f'Index("{each.name}", {_names(each.columns.keys())})'


def _names(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
