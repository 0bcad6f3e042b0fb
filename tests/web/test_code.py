"""In by six digits, by one's own phone; one's devices; and how often somebody may try."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import func, select

from bot.web.house import WebHouse
from bot.web.useragent import device_of
from storage import doors
from storage import tables as t
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, link_of

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"


def code_for(town: Town, name: str) -> str:
    with town.store.work() as db:
        return doors.make_code(db, town.store.keys, town.people[name], town.clock())


def fields(page: Browser, **more: str) -> list[tuple[str, str]]:
    return [("csrf", page.field("csrf")), *more.items()]


async def say_code(page: Browser, who: str, code: str) -> Browser:
    await page.open("/code")
    return await page.post("/code", fields(page, who=who, code=code))


@pytest.mark.parametrize("how", ["{}", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}", " {} "])
async def test_six_digits_let_in_once(stranger: Browser, town: Town, how: str) -> None:
    code = code_for(town, "王妈妈")
    await say_code(stranger, "王妈妈", how.format(code))
    assert "王妈妈" in stranger.text
    assert stranger.path == "/"
    await stranger.press("退出")
    await say_code(stranger, "王妈妈", code)
    assert stranger.status == 403


async def test_full_width_digits_and_her_number_do_too(stranger: Browser, town: Town) -> None:
    wide = code_for(town, "王妈妈").translate({48 + n: 0xFF10 + n for n in range(10)})
    await say_code(stranger, "M-01", wide)
    assert stranger.path == "/"


async def test_after_five_wrong_ones_the_right_one_is_too_late(
    stranger: Browser, town: Town
) -> None:
    code = code_for(town, "王妈妈")
    for n in range(5):
        await say_code(stranger, "王妈妈", f"{(int(code) + n + 1) % 10**6:06}")
        assert stranger.status == 403
    await say_code(stranger, "王妈妈", code)
    assert stranger.status == 403
    await say_code(stranger, "王妈妈", code_for(town, "王妈妈"))
    assert stranger.path == "/"


async def test_a_code_ends_after_ten_minutes(stranger: Browser, town: Town) -> None:
    code = code_for(town, "王妈妈")
    town.clock.now += timedelta(minutes=10)
    await say_code(stranger, "王妈妈", code)
    assert stranger.status == 403


async def test_nobody_else_comes_in_by_it(stranger: Browser, town: Town) -> None:
    await say_code(stranger, "李主任", code_for(town, "王妈妈"))
    assert stranger.status == 403


async def test_wrong_unknown_and_used_up_are_one_answer(stranger: Browser, town: Town) -> None:
    code_for(town, "王妈妈")
    shown = set()
    for who in ("王妈妈", "李主任", "没有的人", "", "' or 1=1"):
        await say_code(stranger, who, "000000")
        shown.add((stranger.status, stranger.text))
    assert len(shown) == 1


async def test_an_address_that_guesses_waits_even_after_a_restart(
    stranger: Browser, town: Town
) -> None:
    for n in range(10):
        await say_code(stranger, f"人{n}", "000000")
    await say_code(stranger, "王妈妈", code_for(town, "王妈妈"))
    assert stranger.status == 429  # the buckets stand in the database, not in this process
    town.clock.now += timedelta(minutes=2)
    await say_code(stranger, "王妈妈", code_for(town, "王妈妈"))
    assert stranger.path == "/"


async def test_the_seventh_sign_in_within_ten_minutes_waits_and_spends_nothing(
    stranger: Browser, town: Town
) -> None:
    for _ in range(6):
        await stranger.open(f"/in/{link_of(town, '王妈妈')}")
        await stranger.press("登录")
        assert stranger.path == "/"
    link = link_of(town, "王妈妈")
    await stranger.open(f"/in/{link}")
    await stranger.press("登录")
    assert stranger.status == 429
    town.clock.now += timedelta(minutes=2)
    await stranger.open(f"/in/{link}")
    await stranger.press("登录")
    assert stranger.path == "/"


async def test_a_computer_comes_in_by_her_phone(
    stranger: Browser, enter: Enter, town: Town
) -> None:
    phone = await enter("王妈妈")
    await stranger.open("/scan")
    address = _scanned(stranger, town)
    await stranger.press("手机上按好了")
    assert stranger.path == "/scan", "nobody has said yes yet"
    await phone.open(address)
    assert "王妈妈" in phone.text
    await stranger.press("手机上按好了")
    assert stranger.path == "/scan", "looking says nothing"
    await phone.press("是我，让它登录")
    assert "好了" in phone.text
    await stranger.press("手机上按好了")
    assert stranger.path == "/"
    assert "王妈妈" in stranger.text
    await phone.open()
    assert "有一台新设备登录了您的账号" in phone.newest


def _scanned(page: Browser, town: Town) -> str:
    """What the phone reads in the picture: made as the page makes it, from the same secret."""
    from bot.web.code import _tokens

    secret = next(
        cookie.value for cookie in page.client.session.cookie_jar if cookie.key == "yumiao-door"
    )
    house = _House(town)
    return f"/let/{_tokens(house, secret)[0]}"  # type: ignore[arg-type]


class _House:
    """What the picture is made of."""

    def __init__(self, town: Town) -> None:
        self.keys, self.clock = town.store.keys, town.clock


async def test_the_yes_opens_no_other_browser(
    stranger: Browser, enter: Enter, town: Town, server: BaseTestServer
) -> None:
    phone = await enter("王妈妈")
    await stranger.open("/scan")
    address = _scanned(stranger, town)
    await phone.open(address)
    await phone.press("是我，让它登录")
    async with Browser(server) as thief:
        await thief.open("/scan")
        await thief.press("手机上按好了")
        assert thief.path == "/scan"
        token = address.removeprefix("/let/")
        for link in (token, f"scan/{token}"):
            await thief.open(f"/in/{link}")
            assert thief.status in (404, 410)


async def test_an_old_picture_lets_nobody_in(stranger: Browser, enter: Enter, town: Town) -> None:
    phone = await enter("王妈妈")
    await stranger.open("/scan")
    await phone.open(_scanned(stranger, town))
    await phone.press("是我，让它登录")
    town.clock.now += timedelta(minutes=11)
    await stranger.press("手机上按好了")
    assert stranger.path == "/scan"


async def test_a_stranger_cannot_say_yes(stranger: Browser, town: Town) -> None:
    await stranger.open("/scan")
    await stranger.open(_scanned(stranger, town))
    assert stranger.status == 401


async def test_ones_devices_are_listed_and_signed_out(
    enter: Enter, stranger: Browser, town: Town
) -> None:
    phone = await enter("王妈妈")
    stranger.headers["User-Agent"] = CHROME
    await stranger.open(f"/in/{link_of(town, '王妈妈')}")
    await stranger.press("登录")
    await phone.open("/devices")
    assert "Chrome · Windows" in phone.text
    assert "09:00 登录" in phone.text, "by the clock on the wall"
    assert phone.text.count("（这一台）") == 1
    await phone.press("退出：Chrome · Windows")
    await stranger.open("/devices")
    assert stranger.status == 401
    await phone.open("/devices")
    assert phone.status == 200
    await phone.press("退出所有设备")
    assert phone.path == "/"
    await phone.open("/devices")
    assert phone.status == 401


async def test_nobody_signs_out_somebody_else(enter: Enter, town: Town) -> None:
    mother, director = await enter("王妈妈"), await enter("李主任")
    await mother.open("/devices")
    other = director.client.session.cookie_jar
    cookie = next(each.value for each in other if each.key == "yumiao")
    mark = doors.mark_of(town.store.keys, cookie)
    await mother.post("/devices", fields(mother, end=mark))
    await director.open("/devices")
    assert director.status == 200


async def test_a_code_for_another_device_is_ones_own(
    enter: Enter, stranger: Browser, town: Town
) -> None:
    phone = await enter("王妈妈")
    await phone.open("/devices")
    await phone.press("给我六位数字")
    code = re.search(r"\d{3} \d{3}", phone.text)
    assert code
    await say_code(stranger, "王妈妈", code[0])
    assert stranger.path == "/"


async def test_behind_a_proxy_it_is_the_caller_that_counts(
    house: WebHouse, stranger: Browser, town: Town
) -> None:
    object.__setattr__(house, "proxies", 1)
    for n in range(12):
        stranger.headers["X-Forwarded-For"] = f"9.9.9.9, 10.0.0.{n}"
        await say_code(stranger, f"人{n}", "000000")
        assert stranger.status == 403
    for n in range(11):  # what she claims herself counts for nothing
        stranger.headers["X-Forwarded-For"] = f"10.1.0.{n}, 10.0.1.1"
        await say_code(stranger, f"人{n}", "000000")
    assert stranger.status == 429


async def test_wherever_one_signs_in_it_is_written_down(stranger: Browser, town: Town) -> None:
    await say_code(stranger, "王妈妈", code_for(town, "王妈妈"))
    with town.store.work() as db:
        mine = (t.audit.c.actor_id == town.people["王妈妈"], t.audit.c.action == "door.opened")
        assert db.execute(select(func.count()).where(*mine)).scalar_one() == 1


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (CHROME, "Chrome · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17) MicroMessenger/8.0 Safari",
            "微信 WeChat · iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; HarmonyOS) HuaweiBrowser/14",
            "华为浏览器 Huawei · HarmonyOS",
        ),
        ("curl/8", ""),
        ("<script>", ""),
    ],
)
def test_a_device_has_two_words(agent: str, device: str) -> None:
    assert device_of(agent) == device


async def test_what_she_wrote_of_herself_stays_but_not_the_digits(
    stranger: Browser, town: Town
) -> None:
    await stranger.open("/code")
    await say_code(stranger, "d-01", "000000")
    assert stranger.status == 403
    assert stranger.page.get_element_by_id("who").get("value") == "d-01"
    assert stranger.page.get_element_by_id("code").get("value") is None


async def test_a_number_may_be_written_small(stranger: Browser, town: Town) -> None:
    with town.store.work() as db:
        code = doors.make_code(db, town.store.keys, town.people["李主任"], town.clock())
    await say_code(stranger, "d-01", code)
    assert stranger.path == "/"


async def test_pressed_too_early_says_that_the_phone_has_not_said_yes(stranger: Browser) -> None:
    await stranger.open("/scan")
    await stranger.press("手机上按好了")
    assert "手机还没有说可以" in stranger.text
