"""A served web chat with the town's people and a conversation of its own."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from sqlalchemy import func, select

from bot.intake import Intake
from bot.web.server import WebHouse, make_app
from dialogue.registry import Registry
from domain.library import Library
from storage import doors, migrations
from storage import tables as t
from storage.session import open_store
from tests.storage.filled import fill_town
from tests.town import Clock, Town, found_town
from tests.web.browser import Browser
from tests.web.lived import Lived, Staff
from tests.web.tea import tea_house

Enter = Callable[[str], Awaitable[Browser]]
Talks = tuple[Registry, Library]


@pytest.fixture
def talks() -> Talks:
    """What can be talked about; a test module may have conversations of its own."""
    return tea_house(), Library([])


@pytest.fixture
async def house(town: Town, talks: Talks) -> AsyncIterator[WebHouse]:
    intake = Intake(town.turns(*talks))
    yield WebHouse(intake, town.clock)
    intake.close()


@pytest.fixture
async def server(house: WebHouse) -> AsyncIterator[BaseTestServer]:
    async with TestServer(make_app(house)) as served:
        yield served


@pytest.fixture
async def stranger(server: BaseTestServer) -> AsyncIterator[Browser]:
    async with Browser(server) as browser:
        yield browser


@pytest.fixture
async def enter(town: Town, server: BaseTestServer) -> AsyncIterator[Enter]:
    """Signs a person of the town in, in a browser of her own."""
    async with AsyncExitStack() as stack:

        async def sign_in(name: str) -> Browser:
            browser = await stack.enter_async_context(Browser(server))
            await browser.open(f"/in/{link_of(town, name)}")
            return await browser.press("登录")

        yield sign_in


@pytest.fixture(scope="session")
def lived_once(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town, Staff]:
    """The folder of a town in which everything has happened once, closed."""
    folder = tmp_path_factory.mktemp("lived")
    store = open_store(folder)
    migrations.upgrade(store.engine)
    town = found_town(store)
    staff = fill_town(town)
    store.close()
    return folder, town, staff


@pytest.fixture
def lived_town(lived_once: tuple[Path, Town, Staff], tmp_path: Path) -> Iterator[Town]:
    """A copy of it; a module that wants no other says so by a fixture `town` of its own."""
    folder, town, _ = lived_once
    store = open_store(shutil.copytree(folder, tmp_path / "lived"))
    yield replace(town, store=store, clock=Clock(town.clock.now))
    store.close()


@pytest.fixture
def lived(lived_town: Town, lived_once: tuple[Path, Town, Staff], server: BaseTestServer) -> Lived:
    return Lived(lived_town, server, lived_once[2])


@pytest.fixture
async def mother(enter: Enter) -> Browser:
    return await enter("王妈妈")


def received(town: Town) -> int:
    """How many messages were taken, but for that of coming in at the door."""
    query = select(func.count()).where(~t.received.c.key.endswith(":door"))
    with town.store.work() as db:
        return int(db.execute(query).scalar() or 0)


def link_of(town: Town, name: str, minutes: int = 15) -> str:
    with town.store.work() as db:
        return doors.make_link(db, town.store.keys, town.people[name], town.clock(), minutes)
