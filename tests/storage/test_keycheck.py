"""One database, one key: a machine with another key is refused before it seals anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from bot.app import open_house
from bot.settings import Settings
from storage import tables as t
from storage.crypto import WrongKey
from storage.session import KEY, Store
from tests.conftest import fresh_database
from tests.town import found_town


@pytest.fixture
def url(postgres: str) -> str:
    return fresh_database(postgres)


def house(folder: Path, url: str) -> Settings:
    return Settings(data=folder, database_url=url)


def marks(store: Store) -> list[str]:
    with store.work() as db:
        return list(db.execute(select(t.fingerprint.c.mark)).scalars())


def test_a_second_machine_with_a_key_of_its_own_is_refused(url: str, tmp_path: Path) -> None:
    first = open_house(house(tmp_path / "a", url))
    found_town(first)
    with pytest.raises(WrongKey, match="另一把密钥"):
        open_house(house(tmp_path / "b", url))
    assert not (tmp_path / "b" / KEY).exists(), "a key that fits nothing is not left lying"
    (tmp_path / "b" / KEY).write_bytes((tmp_path / "a" / KEY).read_bytes())
    (tmp_path / "b" / KEY).chmod(0o600)
    second = open_house(house(tmp_path / "b", url))
    assert marks(second) == marks(first) == [first.keys.mark]
    second.close()
    first.close()


def test_a_database_older_than_its_mark_is_tried_with_what_it_holds(
    url: str, tmp_path: Path
) -> None:
    first = open_house(house(tmp_path / "a", url))
    found_town(first)
    with first.work() as db:
        db.execute(delete(t.fingerprint))
    with pytest.raises(WrongKey):
        open_house(house(tmp_path / "b", url))
    assert marks(first) == []
    open_house(house(tmp_path / "a", url)).close()
    assert marks(first) == [first.keys.mark]
    first.close()


def test_a_key_file_of_somebody_else_is_kept(url: str, tmp_path: Path) -> None:
    open_house(house(tmp_path / "a", url)).close()
    open_house(house(tmp_path / "own", "")).close()
    with pytest.raises(WrongKey):
        open_house(house(tmp_path / "own", url))
    assert (tmp_path / "own" / KEY).exists()
