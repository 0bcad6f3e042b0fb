"""`python -m storage.migrations`: models, tables and migrations agree (0) or not (1).

`python -m storage.migrations tables` writes storage/tables from the models.
`python -m storage.migrations new "message"` does so and writes the next migration.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command

from storage import migrations
from storage.migrations import tables
from storage.session import Store, open_store


def main(words: list[str]) -> int:
    match words:
        case []:
            return _check()
        case ["tables"]:
            tables.write()
        case ["new", message]:
            tables.write()
            _make(message)
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


def _check() -> int:
    if not tables.is_written():
        return _wrong("storage/tables is not what storage/models says: write it anew")
    with _newest_database() as store, store.engine.begin() as connection:
        if migrations.newest(connection) != migrations.HEAD:
            return _wrong("storage.migrations.HEAD is not the newest migration")
        command.check(migrations.config(connection))
    return 0


def _make(message: str) -> None:
    number = f"{len(list((Path(__file__).parent / 'versions').glob('0*.py'))) + 1:04}"
    with _newest_database() as store, store.engine.begin() as connection:
        settings = migrations.config(connection)
        command.revision(settings, message, autogenerate=True, rev_id=number)


@contextmanager
def _newest_database() -> Iterator[Store]:
    """An empty one that every migration has passed."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        try:
            migrations.upgrade(store.engine)
            yield store
        finally:
            store.close()


def _wrong(what: str) -> int:
    sys.stderr.write(f"{what}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
