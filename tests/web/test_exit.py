"""The quick way out stands on every page that somebody who has not signed in can come to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer

from bot.intake import Intake
from bot.web.house import WebHouse
from bot.web.server import make_app
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import link_of
from tests.web.test_join import PHONE, decide, invited, send, use

WEATHER = "https://www.weather.com.cn/"


def leads_out(page: Browser) -> list[str]:
    """Where the ways out lead, of those that a script finds and a keyboard comes to first."""
    found = page.page.xpath("//body/*[1][self::aside]/a[@id='exit'][@rel='noreferrer']")
    return [each.get("href") for each in found]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/code", 200),
        ("/scan", 200),
        ("/join", 200),
        (f"/join/{'A' * 22}", 200),
        ("/join/wait", 404),
        (f"/in/{'A' * 43}", 410),
        ("/today", 401),
    ],
)
async def test_a_stranger_can_leave_every_page_at_once(
    stranger: Browser, path: str, status: int
) -> None:
    await stranger.open(path)
    assert stranger.status == status
    assert leads_out(stranger) == [WEATHER]


async def test_a_newcomer_can_leave_at_every_step_of_her_invitation(
    stranger: Browser, town: Town
) -> None:
    ticket = invited(town)
    for wrong, status in (("12", 400), ("138 0000 0009", 403)):
        await use(stranger, ticket, wrong)
        assert (stranger.status, leads_out(stranger)) == (status, [WEATHER])
    await send(stranger, phone=PHONE)
    assert "已登记" in stranger.text
    assert leads_out(stranger) == [WEATHER]
    decide(town)
    await stranger.open("/join/wait")
    assert "已经批准" in stranger.text
    assert leads_out(stranger) == [WEATHER]


async def test_who_was_turned_away_can_leave_too(stranger: Browser, town: Town) -> None:
    await use(stranger, invited(town))
    decide(town, approve=False)
    await stranger.open("/join/wait")
    assert "没有批准" in stranger.text
    assert leads_out(stranger) == [WEATHER]


async def test_who_has_joined_already_finds_her_way_on(stranger: Browser, town: Town) -> None:
    await use(stranger, invited(town))
    decide(town)
    await stranger.press("再看一下")
    await stranger.press("进来")
    town.clock.now += timedelta(minutes=1)
    await stranger.open("/join/wait")
    assert stranger.status == 404
    assert stranger.page.xpath("//a[@class='go'][@href='/']")


async def test_it_leads_where_the_house_says(house: WebHouse) -> None:
    other = WebHouse(Intake(house.intake.turns), house.clock, exit="https://example.org/")
    async with TestServer(make_app(other)) as server, Browser(server) as browser:
        for path in ("/join", "/join/wait"):
            await browser.open(path)
            assert leads_out(browser) == ["https://example.org/"]
    other.intake.close()


async def test_the_link_at_the_door_is_left_too(stranger: Browser, town: Town) -> None:
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    assert leads_out(stranger) == [WEATHER]
