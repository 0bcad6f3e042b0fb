"""`python -m storage.migrations`: models and migrations agree (0) or not (1).

`python -m storage.migrations new "message"` writes the next migration.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from storage import migrations, models  # noqa: F401
from storage.session import open_store


def main(words: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        try:
            migrations.upgrade(store.engine)
            with store.engine.begin() as connection:
                settings = migrations.config(connection)
                if words[:1] == ["new"]:
                    number = (
                        f"{len(list((Path(__file__).parent / 'versions').glob('0*.py'))) + 1:04}"
                    )
                    command.revision(settings, words[1], autogenerate=True, rev_id=number)
                else:
                    if migrations.newest(connection) != migrations.HEAD:
                        sys.stderr.write("storage.migrations.HEAD is not the newest migration\n")
                        return 1
                    command.check(settings)
        finally:
            store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
