"""In by a link, out by a button."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from sqlalchemy import func, select

from bot.channels.message import Incoming, Taken
from bot.intake import Intake
from bot.web.server import WebHouse, make_app
from storage import doors
from storage import tables as t
from storage.session import Unavailable
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, link_of


async def test_the_page_of_a_link_asks_for_a_button_and_spends_nothing(
    stranger: Browser, town: Town
) -> None:
    path = f"/in/{link_of(town, '王妈妈')}"
    for _ in range(3):
        await stranger.open(path)
        assert "您是王妈妈吗" in stranger.text
        assert "Set-Cookie" not in stranger.answer.headers
    await stranger.press("登录")
    assert stranger.path == "/"
    assert "王妈妈" in stranger.text


async def test_robots_that_look_ahead_leave_the_link_whole(stranger: Browser, town: Town) -> None:
    path = f"/in/{link_of(town, '王妈妈')}"
    await stranger.client.head(path)
    await stranger.client.get(path, headers={"User-Agent": "TelegramBot (like TwitterBot)"})
    await stranger.client.post(path)  # without the page's token
    await stranger.open(path)
    await stranger.press("登录")
    assert stranger.path == "/"


async def test_used_expired_and_unknown_links_get_one_answer(
    stranger: Browser, enter: Enter, town: Town
) -> None:
    used, old = link_of(town, "王妈妈"), link_of(town, "王妈妈", minutes=1)
    await stranger.open(f"/in/{used}")
    await stranger.press("登录")
    stranger.client.session.cookie_jar.clear()
    town.clock.now += timedelta(minutes=2)
    seen = set()
    for token in (used, old, "A" * 43, "x", "%00", "小榆", "a" * 2000):
        await stranger.open(f"/in/{token}")
        seen.add((stranger.status, stranger.source))
    assert len(seen) == 1
    assert stranger.status == 410


async def test_a_used_link_is_refused_at_the_button_too(stranger: Browser, town: Town) -> None:
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    again = stranger.filled("登录")
    await stranger.press("登录")
    await stranger.post(*again)
    assert stranger.status == 410
    assert "Set-Cookie" not in stranger.answer.headers


async def test_of_twenty_parallel_presses_one_signs_in(
    stranger: Browser, server: BaseTestServer, town: Town
) -> None:
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    path, fields = stranger.filled("登录")

    async def press() -> int:
        async with Browser(server) as browser:
            return (await browser.post(path, fields)).status

    found = await asyncio.gather(*(press() for _ in range(20)))
    assert sorted(found) == [200] + [410] * 19
    with town.store.work() as db:
        assert db.execute(select(func.count()).select_from(t.session)).scalar() == 1


async def test_the_cookie_of_an_own_phone_lasts(stranger: Browser, town: Town) -> None:
    cookie = await _cookie(stranger, town, "王妈妈")
    assert "Max-Age=2592000" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert cookie.startswith("yumiao=p.")


async def test_a_directors_browser_is_known_as_long_but_open_for_eight_hours(
    stranger: Browser, town: Town
) -> None:
    assert "Max-Age=2592000" in await _cookie(stranger, town, "李主任")
    with town.store.work() as db:
        row = db.execute(select(t.session.c.started, t.session.c.expires)).one()
    assert row.expires - row.started == timedelta(hours=8)


async def test_the_cookie_of_a_shared_computer_ends_with_the_browser(
    stranger: Browser, town: Town
) -> None:
    cookie = await _cookie(stranger, town, "王妈妈", shared=True)
    assert "Max-Age" not in cookie
    assert "expires" not in cookie.lower()


async def test_over_https_the_cookie_is_bound_to_the_host(house: WebHouse, town: Town) -> None:
    secure = WebHouse(Intake(house.intake.turns), house.clock, base="https://yu.cn")
    async with TestServer(make_app(secure)) as server, Browser(server) as browser:
        browser.origin = "https://yu.cn"  # a proxy may call us by another name
        cookie = await _cookie(browser, town, "王妈妈")
        assert cookie.startswith("__Host-yumiao=")
        assert "; Secure" in cookie
        assert "max-age" in browser.answer.headers["Strict-Transport-Security"]
        for elsewhere in (str(server.make_url("")), "http://yu.cn", "https://yu.cn.example"):
            await browser.open(f"/in/{link_of(town, '王妈妈')}")
            path, fields = browser.filled("登录")
            await browser.post(path, fields, Origin=elsewhere.rstrip("/"))
            assert browser.status == 403, elsewhere
    secure.intake.close()


async def test_a_planted_cookie_never_becomes_a_session(stranger: Browser, town: Town) -> None:
    planted = "p." + "A" * 43 + "." + "A" * 32
    stranger.client.session.cookie_jar.update_cookies({"yumiao": planted})
    cookie = await _cookie(stranger, town, "王妈妈")
    assert planted not in cookie


async def test_signing_in_again_ends_what_this_browser_had(mother: Browser, town: Town) -> None:
    await mother.open(f"/in/{link_of(town, '李主任')}")
    await mother.press("登录")
    assert "李主任" in mother.text
    with town.store.work() as db:
        ended = db.execute(select(t.session.c.ended_at).order_by(t.session.c.person_id)).scalars()
        assert [each is None for each in ended] == [False, True]


async def test_signing_out_ends_the_session_on_the_server(mother: Browser, town: Town) -> None:
    kept = _jar(mother)
    await mother.press("退出")
    assert "请用登录链接打开" in mother.text
    assert _jar(mother) == {}
    mother.client.session.cookie_jar.update_cookies(kept)
    await mother.open("/")
    assert "王妈妈" not in mother.text


async def test_a_revoked_session_neither_reads_nor_says(mother: Browser, town: Town) -> None:
    await mother.write("走访")
    words = mother.written("1")
    with town.store.work() as db:
        doors.end_all(db, town.people["王妈妈"], town.clock())
    await mother.post(*words)
    assert mother.status == 401
    await mother.open("/")
    assert "请谁来喝茶" not in mother.text
    await mother.open("/events")
    assert mother.status == 401


async def test_a_visitor_without_a_link_learns_nobodys_name(
    stranger: Browser, house: WebHouse, town: Town
) -> None:
    await stranger.open("/")
    assert not [name for name in town.people if name in stranger.source]
    demo = WebHouse(Intake(house.intake.turns), house.clock, demo=True)
    async with TestServer(make_app(demo)) as server, Browser(server) as browser:
        await browser.open("/")
        assert "命令行" in browser.text
        assert not [name for name in town.people if name in browser.source]
    demo.intake.close()


@pytest.mark.parametrize(
    ("asked", "title"),
    [("en-GB,en;q=0.9", "Please open"), ("zh-CN", "请用"), ("fr", "请用"), ("fr,en", "Please")],
)
async def test_the_door_speaks_the_browsers_language(
    stranger: Browser, asked: str, title: str
) -> None:
    stranger.headers["Accept-Language"] = asked
    await stranger.open("/")
    assert title in stranger.text


async def _cookie(browser: Browser, town: Town, name: str, *, shared: bool = False) -> str:
    await browser.open(f"/in/{link_of(town, name)}")
    path, fields = browser.filled("登录", tick=("这是公用电脑",) if shared else ())
    sent = {"Origin": browser.origin, "Sec-Fetch-Site": "same-origin"}
    answer = await browser.client.post(path, data=fields, headers=sent, allow_redirects=False)
    assert answer.status == 303
    [cookie] = answer.headers.getall("Set-Cookie")
    return cookie


def _jar(browser: Browser) -> dict[str, str]:
    return {cookie.key: cookie.value for cookie in browser.client.session.cookie_jar}


async def test_the_first_words_stand_on_the_page_to_which_somebody_new_comes(
    stranger: Browser, town: Town
) -> None:
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    await stranger.press("登录")
    assert stranger.newest.count("一个聊天机器人") == 1
    assert "登录" not in stranger.newest, "she has said nothing"
    stranger.client.session.cookie_jar.clear()
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    await stranger.press("登录")
    assert stranger.text.count("一个聊天机器人") == 1, "once, not at every door"


async def test_a_greeting_that_cannot_be_saved_keeps_nobody_out(
    stranger: Browser, town: Town, house: WebHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(message: Incoming) -> Taken:
        raise Unavailable

    monkeypatch.setattr(house.intake, "take", away)
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    await stranger.press("登录")
    assert stranger.path == "/"
    monkeypatch.undo()
    await stranger.write("你好")
    assert "一个聊天机器人" in stranger.text
