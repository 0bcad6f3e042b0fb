"""What befell children is for who has shown just now that it is she: by signing in or a PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import doors, pins
from storage import tables as t
from storage.inbox import load_account
from tests.town import CITY, Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, Talks
from tests.web.lived import Lived, enter, links

PIN, OTHER = "839271", "271839"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


@pytest.fixture
def town(lived_town: Town) -> Town:
    return lived_town


@pytest.fixture
async def director(lived: Lived, stranger: Browser) -> Browser:
    """Signed in this moment, with a PIN, at the list of the children."""
    set_pin(lived.town)
    return await enter(lived, stranger, "李主任")


def set_pin(town: Town) -> None:
    with town.store.work() as db:
        pins.choose(db, town.store.keys, town.people["李主任"], PIN, town.clock())


def cookie_of(browser: Browser) -> str:
    return [c.value for c in browser.client.session.cookie_jar if c.key == "yumiao"][-1]


async def say_pin(page: Browser, pin: str) -> Browser:
    form = page.page.xpath("//form[@action='/pin']")[0]
    fields = [(each.get("name"), each.get("value")) for each in form.xpath(".//*[@type='hidden']")]
    return await page.post("/pin", [*fields, ("pin", pin)])


async def test_a_file_opens_for_ten_minutes_and_then_for_the_pin(
    director: Browser, lived: Lived
) -> None:
    address = links(director)["小樟"]
    lived.town.clock.now += 10 * MINUTE - timedelta(seconds=1)
    assert (await director.open(address)).status == 200
    lived.town.clock.now += timedelta(seconds=1)
    seen = len(lived.audit())
    await director.open(address)
    assert director.status == 401
    assert "李主任，请输入密码" in director.text
    assert "小樟" not in director.source
    assert len(lived.audit()) == seen, "nothing was read"
    await say_pin(director, PIN)
    assert (director.status, director.path) == (200, address)
    assert "爱画画" in director.text


async def test_the_cookie_from_before_the_pin_opens_nothing(
    director: Browser, lived: Lived
) -> None:
    """A new token whenever somebody has shown that it is she (ASVS 7.2.4)."""
    before = cookie_of(director)
    lived.town.clock.now += 11 * MINUTE
    await say_pin(await director.open("/pin"), PIN)
    assert director.path == "/"
    after = cookie_of(director)
    assert after != before
    assert doors.lasting(after) == doors.lasting(before), "open pages and drafts go on"
    director.client.session.cookie_jar.clear()
    director.client.session.cookie_jar.update_cookies({"yumiao": before})
    assert (await director.open("/devices")).status == 401


async def test_a_wrong_pin_says_how_many_tries_are_left_and_locks(
    director: Browser, lived: Lived
) -> None:
    lived.town.clock.now += 11 * MINUTE
    await director.open("/pin")
    for left in (4, 3, 2, 1):
        await say_pin(director, OTHER)
        assert director.status == 401
        assert f"还能试 {left} 次" in director.text
    await say_pin(director, OTHER)
    until = lived.town.clock().astimezone(CITY) + 30 * MINUTE
    assert f"连着错了 5 次，请在 {until:%H:%M} 以后再试" in director.text
    await say_pin(director, PIN)
    assert "以后再试" in director.text
    lived.town.clock.now += 30 * MINUTE
    await say_pin(director, PIN)
    assert director.path == "/"


async def test_too_many_wrong_ones_end_the_session_and_the_pin(
    director: Browser, lived: Lived
) -> None:
    lived.town.clock.now += 11 * MINUTE
    await director.open("/pin")
    for n in range(15):
        await say_pin(director, OTHER)
        lived.town.clock.now += 31 * MINUTE if n % 5 == 4 else MINUTE
    assert "密码不能用了" in director.text
    assert (await director.open("/devices")).status == 401
    with lived.town.store.work() as db:
        assert not pins.is_set(db, lived.town.people["李主任"])


async def test_without_a_pin_only_a_new_sign_in_opens_a_file(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "李主任")
    address = links(page)["小樟"]
    lived.town.clock.now += 10 * MINUTE
    await page.open(address)
    assert page.status == 401
    assert "请重新登录" in page.text
    assert not page.page.xpath("//form[@action='/pin']")
    await page.open("/pin/new")
    assert "请重新登录" in page.text, "nor can whoever found the phone set one"
    await lived.visit(page, lived.town.people["李主任"])
    assert (await page.open(address)).status == 200


async def test_after_eight_hours_the_pin_opens_an_own_browser_again(
    director: Browser, lived: Lived
) -> None:
    lived.town.clock.now += 8 * HOUR
    for path in ("/", "/today", "/devices", "/events"):
        await director.open(path)
        assert director.status == 401, path
        assert "请输入密码" in director.text
    await say_pin(director, PIN)
    assert director.path == "/events" or director.status == 200
    assert (await director.open("/today")).status == 200
    lived.town.clock.now += 7 * HOUR
    assert (await director.open("/today")).status == 200, "eight hours from the PIN"


async def test_after_thirty_days_not_even_the_pin_opens_it(director: Browser, lived: Lived) -> None:
    lived.town.clock.now += timedelta(days=29, hours=23)
    await say_pin(await director.open("/"), PIN)
    assert director.status == 200
    lived.town.clock.now += HOUR
    await director.open("/today")
    assert director.status == 401
    assert "请输入密码" not in director.text


async def test_what_was_said_too_late_is_kept_and_sent_once(
    director: Browser, lived: Lived
) -> None:
    await director.open("/")
    path, fields = director.written("菜单")
    lived.town.clock.now += 9 * HOUR
    await director.post(path, fields)
    assert "还没有保存" in director.text
    assert received(lived) == 0
    await say_pin(director, OTHER)
    await say_pin(director, PIN)
    assert "菜单" in director.page.xpath("//blockquote/text()")
    await director.press("再按一次")
    assert director.path == "/"
    assert "走访" in director.text
    assert received(lived) == 1
    await director.post(path, fields)
    assert received(lived) == 1, "with its key it is one message"


def received(lived: Lived) -> int:
    r = t.received.c
    with lived.town.store.work() as db:
        query = select(func.count()).where(r.source == "web", ~r.key.endswith(":door"))
        return int(db.execute(query).scalar() or 0)


async def test_on_a_shared_computer_the_pin_opens_nothing_again(
    lived: Lived, stranger: Browser
) -> None:
    set_pin(lived.town)
    with lived.town.store.work() as db:
        account = load_account(db, lived.town.people["李主任"])
        assert account
        keys, now = lived.town.store.keys, lived.town.clock()
        cookie = doors.open_session(db, keys, account, now, shared=True)
    stranger.client.session.cookie_jar.update_cookies({"yumiao": cookie})
    assert (await stranger.open("/today")).status == 200
    lived.town.clock.now += 30 * MINUTE
    await stranger.open("/today")
    assert stranger.status == 401
    assert "请输入密码" not in stranger.text


async def test_where_the_pin_leads_is_a_page_of_ours(director: Browser, lived: Lived) -> None:
    lived.town.clock.now += 11 * MINUTE
    await director.open("/pin")
    csrf = director.field("csrf")
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "/a?b=c", ""):
        fields = {"csrf": csrf, "pin": PIN, "back": back}
        sent = {"Origin": director.origin, "Sec-Fetch-Site": "same-origin"}
        client = director.client
        async with client.post("/pin", data=fields, headers=sent, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/", back


async def test_a_form_of_another_page_tries_no_pin(director: Browser, lived: Lived) -> None:
    lived.town.clock.now += 11 * MINUTE
    fields = {"csrf": "wrong", "pin": PIN, "back": "/"}
    assert (await director.post("/pin", fields)).status == 403
    own = (await director.open("/pin")).field("csrf")
    origin = {"Origin": "https://evil.example"}
    assert (await director.post("/pin", fields | {"csrf": own}, **origin)).status == 403


async def test_a_stranger_is_asked_nothing(stranger: Browser) -> None:
    for path in ("/pin", "/pin/new"):
        await stranger.open(path)
        assert (stranger.status, "密码" in stranger.text) == (401, False)
        await stranger.post(path, {"csrf": "", "pin": PIN})
        assert stranger.status == 401


async def test_she_sets_a_pin_right_after_signing_in(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任")
    await page.open("/")
    assert page.page.xpath("//aside//a[@href='/pin/new']")
    await page.open("/pin/new")
    csrf = page.field("csrf")
    refused = {
        ("12345", "12345"): "密码是六个数字",
        ("123456", "123456"): "太容易猜到",
        (PIN, OTHER): "两次输的不一样",
    }
    for (pin, again), words in refused.items():
        await page.post("/pin/new", {"csrf": csrf, "pin": pin, "again": again})
        assert page.status == 422
        assert words in page.text
        assert pin not in page.source
    await page.post("/pin/new", {"csrf": csrf, "pin": PIN, "again": " ８３９ ２７１"})
    assert page.path == "/"
    assert "您的密码已设置或更换" in page.text, "also on her other devices"
    assert not page.page.xpath("//aside//a[@href='/pin/new']")
    lived.town.clock.now += 11 * MINUTE
    await say_pin(await page.open("/pin"), PIN)
    assert page.path == "/"


async def test_changing_the_pin_needs_the_one_before(director: Browser, lived: Lived) -> None:
    lived.town.clock.now += 11 * MINUTE
    await director.open("/devices")
    assert "您设了密码" in director.text
    await director.open("/pin/new")
    assert "请输入密码" in director.text
    csrf = director.field("csrf")
    await director.post("/pin/new", {"csrf": csrf, "pin": OTHER, "again": OTHER})
    assert "请输入密码" in director.text
    with lived.town.store.work() as db:
        keys, who = lived.town.store.keys, lived.town.people["李主任"]
        assert pins.attempt(db, keys, who, PIN, lived.town.clock()).right


async def test_no_new_way_in_without_showing_who_she_is(
    director: Browser, lived: Lived, enter: Enter
) -> None:
    """Else whoever found the phone would sign in anew with it."""
    lived.town.clock.now += 11 * MINUTE
    await director.open("/devices")
    await director.press("给我六位数字")
    assert "请输入密码" in director.text
    await director.open("/let/" + "a" * 22)
    assert "请输入密码" in director.text
    await director.post("/let/" + "a" * 22, {"csrf": director.field("csrf")})
    assert "请输入密码" in director.text
    with lived.town.store.work() as db:
        codes = select(func.count()).select_from(t.code)
        assert db.execute(codes).scalar() == 0
    mother = await enter("王妈妈")
    lived.town.clock.now += 11 * MINUTE
    await mother.open("/devices")
    await mother.press("给我六位数字")
    assert mother.page.xpath("//*[@class='spoken']"), "she opens no files"


async def test_the_list_shows_levels_only_to_who_has_shown_who_she_is(
    director: Browser, lived: Lived
) -> None:
    assert "红" in director.text
    lived.town.clock.now += 11 * MINUTE
    await director.open("/children")
    assert "小樟" in director.text
    assert "▲" not in director.text
    assert "风险等级已收起" in director.text
    await director.open("/today")
    assert "▲" not in director.text
    await say_pin(await director.open("/pin"), PIN)
    await director.open("/children")
    assert "▲" in director.text


async def test_in_the_chat_what_befell_a_child_folds_after_ten_minutes(
    director: Browser, lived: Lived
) -> None:
    await director.open("/")
    await director.write("孩子 小樟")
    assert "总分" in director.newest or "分" in director.newest
    lived.town.clock.now += 11 * MINUTE
    await director.open("/")
    assert "已收起，输入密码再看" in director.newest
    assert "爱画画" not in director.source
    assert "走访" in " ".join(director.labels), "what can be done stays"
    await director.write("孩子 小樟")
    assert "已收起" in director.newest, "and so does what is asked for by whoever holds the phone"
    assert "爱画画" not in director.source
    await say_pin(await director.open("/pin"), PIN)
    assert "爱画画" in director.source


async def test_an_open_question_does_not_fold(director: Browser, lived: Lived) -> None:
    await director.open("/")
    await director.write("走访 小樟")
    asked = director.newest
    lived.town.clock.now += 11 * MINUTE
    await director.open("/")
    assert "已收起" not in director.newest
    assert director.newest.removesuffix(asked[-20:]) != ""
    assert director.labels


async def test_who_opens_no_files_is_never_asked(enter: Enter, lived: Lived) -> None:
    mother = await enter("王妈妈")
    await mother.write("孩子 小榆")
    lived.town.clock.now += 9 * HOUR
    await mother.open("/")
    assert mother.status == 200
    assert "已收起" not in mother.text
    address = links(await mother.open("/children"))["小榆"]
    assert (await mother.open(address)).status == 200
