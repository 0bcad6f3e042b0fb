"""The porter's window: a link is made while the server runs, for the owner of the data only."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import clock, make_turns
from bot.choices import NotOne
from bot.intake import Intake
from bot.porter import SOCKET, NoPorter, ask_link, open_window
from bot.settings import Settings
from storage import doors, migrations
from storage.session import Store, open_store
from tests.town import found_town


@pytest.fixture
def town_store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path)
    migrations.upgrade(store.engine)
    found_town(store)
    yield store
    store.close()


ADDRESS = "http://127.0.0.1:8081"


async def through_the_window(store: Store, data: Path, person: str) -> tuple[str, str]:
    """Asks a running server, as the command does from another process."""
    intake = Intake(make_turns(store, Settings(data=data)))
    window = await open_window(intake, data, ADDRESS)
    assert window is not None
    try:
        assert stat.S_IMODE((data / SOCKET).stat().st_mode) == 0o600
        return await asyncio.to_thread(ask_link, data, person)
    finally:
        await window.cleanup()
        intake.close()


async def test_a_link_is_made_while_the_server_writes(town_store: Store, tmp_path: Path) -> None:
    address, token = await through_the_window(town_store, tmp_path, "王妈妈")
    assert address == ADDRESS, "where this server is, not where one usually is"
    with town_store.work() as db:
        assert doors.peek_link(db, town_store.keys, token, clock()) is not None


async def test_nobody_of_that_name_is_said(town_store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotOne, match="Nobody is called 张三"):
        await through_the_window(town_store, tmp_path, "张三")


def test_without_a_server_there_is_no_porter(tmp_path: Path) -> None:
    with pytest.raises(NoPorter):
        ask_link(tmp_path, "王妈妈")


def test_a_socket_that_a_killed_server_left_is_no_porter(tmp_path: Path) -> None:
    (tmp_path / SOCKET).touch()
    with pytest.raises(NoPorter):
        ask_link(tmp_path, "王妈妈")


async def test_a_path_too_long_for_a_socket_stops_no_server(
    town_store: Store, tmp_path: Path
) -> None:
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    intake = Intake(make_turns(town_store, Settings(data=deep)))
    assert await open_window(intake, deep, ADDRESS) is None
    intake.close()
