"""A routine month counted on the pages themselves: only buttons that a page offers are pressed."""

from __future__ import annotations

from datetime import timedelta

import pytest

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, Talks

QUIET = ("都没有", "以上都没有", "都好")


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


async def taps(page: Browser) -> int:
    """To the receipt, the first answer or the quiet one each time."""
    for count in range(1, 60):
        quiet = [label for label in page.labels if any(words in label for words in QUIET)]
        await page.press(quiet[0] if quiet else page.submit or page.labels[0])
        if "回执" in page.newest:
            return count
    raise AssertionError(page.newest)


async def test_a_directors_routine_visit_takes_twelve(enter: Enter, town: Town) -> None:
    page = await enter("李主任")
    await taps(await page.write("走访 小榆"))
    town.clock.now += timedelta(days=28)
    page = await enter("李主任")
    await page.write("走访 小榆")  # as the button of her reminder says it: one tap
    assert 1 + await taps(page) <= 12


async def test_a_mothers_contact_takes_eight(enter: Enter) -> None:
    page = await enter("王妈妈")
    assert 1 + await taps(await page.press("联系登记")) <= 8


async def test_what_stands_alone_is_a_button_of_its_own(enter: Enter) -> None:
    page = await enter("王妈妈")
    await page.press("联系登记")
    for _ in range(20):
        if page.page.xpath("//input[@type='checkbox']"):
            break
        await page.press(page.labels[0])
    ticks = [each.text_content().strip() for each in page.page.xpath("//label[@class='tick']")]
    assert ticks
    assert not any("都好" in each for each in ticks)
    assert any("都好" in label for label in page.labels)
