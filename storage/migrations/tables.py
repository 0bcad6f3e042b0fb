"""The text of storage/tables: the tables of storage.models, said in plain SQLAlchemy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import ScalarElementColumnDefault
from sqlmodel import SQLModel

from storage import models

PLACE = Path(__file__).parents[1] / "tables"
PLAIN = {"AutoString": "String", "UTCDateTime": "Moment"}  # SQLModel's types by ours
KINDS = ("JSON", "Boolean", "Date", "Float", "Integer", "LargeBinary", "String")
PARTS = ("CheckConstraint", "Column", "ForeignKey", "Index", "Table", "UniqueConstraint")
HEAD = '''"""{about}

Written by `python -m storage.migrations tables` from storage/models/{name}.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
{imports})

{ours}
{body}'''
WHOLE = '''"""Every table as the statements name it.

Written by `python -m storage.migrations tables` from storage/models: change it there. A start
does without SQLModel, which is slow to import (decision 0014).
"""

from storage.naming import METADATA
{imports}
__all__ = [
{names}]

for _table in METADATA.tables.values():
    for _column in _table.columns:
        _column.name = str(_column.name)  # as SQLModel has it: orjson takes no other kind of key
'''


class NoWords(Exception):
    """The models say something that this module cannot write yet: teach it."""


def write() -> None:
    """Every file anew. Raises NoWords."""
    PLACE.mkdir(exist_ok=True)
    for name, text in written().items():
        (PLACE / name).write_text(text, "utf-8")


def is_written() -> bool:
    """Whether the files are what the models say."""
    kept = {each.name: each.read_text("utf-8") for each in PLACE.glob("*.py")}
    return kept == written()


def written() -> dict[str, str]:
    """Each file of the package, by its name. Raises NoWords."""
    files = {module.__name__.rpartition(".")[2]: module for module in models.FILES}
    tables = {name: _tables(module) for name, module in files.items()}
    found = {f"{name}.py": file_of(files[name], tables[name]) for name in files}
    imports = "".join(
        f"from storage.tables.{name} import {', '.join(sorted(map(str, tables[name])))}\n"
        for name in sorted(files)
    )
    names = sorted(["METADATA", *(table.name for each in tables.values() for table in each)])
    listed = "".join(f'    "{name}",\n' for name in names)
    return found | {"__init__.py": WHOLE.format(imports=imports, names=listed)}


def _tables(module: ModuleType) -> list[Table]:
    own = (each for each in vars(module).values() if isinstance(each, type))
    return [
        SQLModel.metadata.tables[str(each.__tablename__)]
        for each in own
        if issubclass(each, SQLModel) and each.__module__ == module.__name__
    ]


def file_of(module: ModuleType, tables: list[Table]) -> str:
    """The text of these tables. Raises NoWords."""
    body = "\n".join(_table(table) for table in tables)
    used = [name for name in (*KINDS, *PARTS) if re.search(rf"\b{name}\b", body)]
    constants_first = sorted(used, key=lambda name: (not name.isupper(), name))
    moment = "from storage.moment import Moment\n" if "Moment" in body else ""
    return HEAD.format(
        about=(module.__doc__ or "").strip(),
        name=module.__name__.rpartition(".")[2],
        imports="".join(f"    {name},\n" for name in constants_first),
        ours=f"{moment}from storage.naming import METADATA\n",
        body=body,
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
