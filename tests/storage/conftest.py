"""One filled town for all tests that only look, or take everything back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from domain.roles import Role
from storage import migrations
from storage.session import open_store
from tests.storage.filled import fill_town
from tests.town import Town, found_town


@dataclass(frozen=True)
class Filled:
    """A town in which everything has happened, and one person of each role in four places."""

    town: Town
    staff: dict[tuple[Role, str], int]


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    store = open_store(tmp_path_factory.mktemp("filled"))
    migrations.upgrade(store.engine)
    town = found_town(store)
    yield Filled(town, fill_town(town))
    store.close()
