"""A newcomer in front of the forms: on a computer that others use too, and after a mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Talks
from tests.web.test_join import PHONE, decide, invited, sessions, use

SHARED = "这是公用电脑"


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


async def test_looking_again_asks_first_whether_others_use_this_computer_too(
    stranger: Browser, town: Town
) -> None:
    await use(stranger, invited(town))
    decide(town)
    await stranger.press("再看一下")
    assert (stranger.path, sessions(town)) == ("/join/wait", 0)
    assert "公用电脑" in stranger.text
    await stranger.press("进来", tick=(SHARED,))
    assert (stranger.path, sessions(town)) == ("/", 1)
    assert "Max-Age" not in cookies(stranger, "yumiao")


async def test_who_waits_sees_until_when_and_that_it_was_looked_at_just_now(
    stranger: Browser, town: Town
) -> None:
    await use(stranger, invited(town))
    assert "09:00 看过，还没有批准。这份登记等到 11月30日 09:00" in stranger.text
    town.clock.now += timedelta(hours=3)
    await stranger.press("再看一下")
    assert "12:00 看过" in stranger.text


def cookies(browser: Browser, name: str) -> str:
    """What the last answer, or the one that led to it, said of this cookie."""
    answers = (*browser.answer.history, browser.answer)
    said = [value for each in answers for value in each.headers.getall("Set-Cookie", [])]
    return next(value for value in reversed(said) if value.startswith(f"{name}="))


async def test_on_a_shared_computer_the_next_one_finds_nothing(
    stranger: Browser, town: Town
) -> None:
    """Its cookie ends with the browser, also when other pages of the door are looked at."""
    ticket = invited(town)
    await stranger.open(f"/join/{ticket.token}")
    assert f"Max-Age={7 * 86400}" in cookies(stranger, "yumiao-door")
    path, fields = stranger.filled("继续", tick=(SHARED,))
    fields = [(name, PHONE if name == "phone" else value) for name, value in fields]
    await stranger.post(path, fields)
    assert stranger.path == "/join/wait"
    for path in ("/join/wait", "/code", "/scan", "/join"):
        await stranger.open(path)
        assert "Max-Age" not in cookies(stranger, "yumiao-door"), path
    decide(town)
    await stranger.open("/join/wait")
    assert stranger.page.xpath("//input[@name='shared'][@checked]")
    await stranger.press("进来")
    assert sessions(town) == 1
    assert "Max-Age" not in cookies(stranger, "yumiao"), "unticked, it is shared all the same"


async def test_a_wrong_code_leaves_the_telephone_in_its_field(stranger: Browser) -> None:
    await stranger.open("/join")
    fields = {"csrf": stranger.field("csrf"), "phone": PHONE, "spoken": "ABCD-EFGH"}
    await stranger.post("/join", fields)
    assert stranger.status == 403
    assert stranger.page.get_element_by_id("phone").get("value") == PHONE
    assert stranger.page.get_element_by_id("spoken").get("value") is None
