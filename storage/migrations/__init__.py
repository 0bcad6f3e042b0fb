"""Bringing a database to this version's tables, and proving that models and migrations agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"


def config(connection: Connection) -> Config:
    from alembic.config import Config  # slow to import, and only needed for an upgrade

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine) -> None:
    """Every step in one transaction: the old tables or the new ones, never between."""
    with engine.begin() as connection:
        if current(connection) == HEAD:
            return
        from alembic import command

        command.upgrade(config(connection), "head")


def current(connection: Connection) -> str | None:
    """The revision of this database; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest(connection: Connection) -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config(connection)).get_current_head()
