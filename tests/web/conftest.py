"""A served web chat with the town's people and a conversation of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from sqlalchemy import func, select

from bot.intake import Intake
from bot.web.server import WebHouse, make_app
from dialogue.registry import Registry
from domain.library import Library
from storage import doors
from storage import tables as t
from tests.town import Town
from tests.web.browser import Browser
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
