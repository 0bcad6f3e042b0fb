"""Transcripts are played on a copy of one founded town; `--rewrite` writes what was said."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storage import migrations
from storage.session import open_store
from tests.handlers.stage import Past, Stage
from tests.town import Clock, Town, found_town

Founded = tuple[Path, Town]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        default=False,
        help="Write the bot's lines and the outcomes of tests/transcripts anew.",
    )


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    """The data directory of a founded town, closed, and who is who in it."""
    data = tmp_path_factory.mktemp("founded")
    store = open_store(data)
    migrations.upgrade(store.engine)
    town = found_town(store)
    store.close()
    return data, town


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return Past(tmp_path_factory.mktemp("past"))


@pytest.fixture
def open_stage(fresh_town: Town, past: Past, tmp_path: Path) -> Callable[[str], Stage]:
    """A stage in this language, in a town of this test's own."""
    return lambda lang: Stage(fresh_town, lang, tmp_path / "town", past)


@pytest.fixture
def fresh_town(founded: Founded, tmp_path: Path) -> Iterator[Town]:
    """A town of this test's own."""
    data, town = founded
    shutil.copytree(data, tmp_path / "town")
    mine = replace(town, store=open_store(tmp_path / "town"), clock=Clock())
    yield mine
    mine.store.close()
