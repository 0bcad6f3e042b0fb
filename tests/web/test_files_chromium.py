"""A photo is sent from a phone, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import func, select

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from storage import tables as t
from tests.parcels import at_home, library
from tests.town import Town
from tests.web.conftest import Talks
from tests.web.test_chromium import phone, press, pytestmark, say, sign_in

__all__ = ["pytestmark"]


WIDTH = "async each => { await each.decode(); return each.naturalWidth; }"


@pytest.fixture
def talks() -> Talks:
    return conversations, library()


@pytest.mark.parametrize("script", [True, False])
async def test_a_phone_sends_a_photo(
    script: bool, server: BaseTestServer, town: Town, tmp_path: Path
) -> None:
    """With script and without, and it is shown small; nothing is refused by the page's rules."""
    (tmp_path / "小榆.jpg").write_bytes(at_home())
    async with phone(java_script_enabled=script) as page:
        await sign_in(page, server, town, script=script)
        for text, expect in (("联系", "哪一天"), ("1", "怎么联系"), ("见面", "照片")):
            await say(page, text, expect)
        await page.set_input_files("#log input[type=file]", tmp_path / "小榆.jpg")
        await press(page, "发送", "录音")
        picture = page.locator(".said img").last
        await picture.scroll_into_view_if_needed()
        assert await picture.evaluate(WIDTH) == 200
        assert (await picture.bounding_box())["height"] <= 216
    with town.store.work() as db:
        assert db.execute(select(func.count()).select_from(t.attachment)).scalar_one() == 1
