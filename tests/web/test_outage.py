"""The database is away: nothing is acknowledged, nothing is lost, nothing is saved twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import link_of, received
from tests.web.test_say import tell
from tests.web.test_stream import listening


@contextmanager
def away(town: Town) -> Iterator[None]:
    """As when another program holds the file, or the server is gone: no transaction opens."""

    def refuse(_: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("database is locked"))

    event.listen(town.store.engine, "begin", refuse)
    try:
        yield
    finally:
        event.remove(town.store.engine, "begin", refuse)


async def test_words_that_were_not_saved_come_back_as_the_same_form(
    mother: Browser, town: Town
) -> None:
    await mother.write("孩子")
    words = mother.written("给小榆带一本书")
    with away(town):
        for _ in range(3):
            await mother.post(*words)
            assert mother.status == 503
            assert mother.answer.headers["Retry-After"] == "5"
            assert "没有保存" in mother.text
            assert "110" in mother.text, "who is in danger needs nothing of us"
            assert "给小榆带一本书" in mother.text
            assert sorted(mother.filled("再按一次")[1]) == sorted(words[1])
    await mother.press("再按一次")
    assert mother.path == "/"
    assert "给小榆带一本书" in mother.newest
    assert received(town) == 2
    await mother.post(*words)
    assert received(town) == 2


async def test_a_press_that_was_not_saved_can_be_pressed_again(mother: Browser, town: Town) -> None:
    await mother.write("走访")
    await mother.press("小榆")
    with away(town):
        await mother.press("选好了", tick=("枣糕", "米糕"))
        assert mother.status == 503
    await mother.press("再按一次")
    assert "几杯茶?" in mother.newest
    assert "枣糕" in mother.bubbles[-2]


async def test_pages_say_that_they_cannot_be_read(mother: Browser, town: Town) -> None:
    with away(town):
        for path in ("/", "/in/x", "/events"):
            await mother.open(path)
            assert mother.status == 503
            assert mother.answer.headers["Retry-After"] == "5"
        answer = await mother.client.get("/health")
        assert answer.status == 503
        assert await answer.json() == {"database": False}
    await mother.open("/")
    assert "王妈妈" in mother.text


async def test_a_link_survives_an_outage(stranger: Browser, town: Town) -> None:
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    button = stranger.filled("登录")
    with away(town):
        await stranger.post(*button)
        assert stranger.status == 503
    await stranger.post(*button)
    assert "王妈妈" in stranger.text


async def test_an_open_stream_survives_an_outage(mother: Browser, town: Town) -> None:
    async with listening(mother) as ear:
        with away(town):
            await asyncio.sleep(0.7)
        tell(town, "王妈妈", "又好了")
        heard = await ear.hear()
        assert heard
        assert "又好了" in heard.text
