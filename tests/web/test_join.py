"""S30-S33: a newcomer comes in by her link or code, in one browser, when a person lets her in."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp.test_utils import BaseTestServer, TestServer
from sqlalchemy import func, select
from yarl import URL

import handlers  # noqa: F401  (registers every conversation)
from bot.intake import Intake
from bot.web.server import WebHouse, make_app
from dialogue.registry import Answer, conversations
from dialogue.show import show_answer
from domain.enrol import spaced
from domain.library import packaged
from domain.roles import Role
from storage import doors
from storage import tables as t
from storage.act import Act
from storage.do.enrolling import Approval
from storage.founding import Founding, NewPerson
from storage.invites import Gate, NewInvite, Ticket
from tests.storage.filled import look_of
from tests.town import JOINED, Town
from tests.web.browser import Browser
from tests.web.conftest import Enter, Talks

PHONE = "138 0013 8001"
DIGITS = PHONE.replace(" ", "")
TOKENS = json.loads((Path(__file__).parents[1] / "hostile" / "tokens.json").read_text("utf-8"))


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


def act(town: Town, db: object, who: str = "陈站长") -> Act:
    look = look_of(town.store, db, town.people[who], town)  # type: ignore[arg-type]
    return Act(look, town.clock.now, 1, show_answer)


def invited(town: Town, phone: str = DIGITS) -> Ticket:
    with town.store.work() as db:
        new = NewInvite(Role.LOVING_MOTHER, town.units["elm"], "小槐", phone)
        return act(town, db).invite(new)


def decide(town: Town, *, approve: bool = True) -> None:
    """The station's word on whoever waits."""
    with town.store.work() as db:
        deed = act(town, db)
        (who,) = deed.look.newcomers()
        if approve:
            deed.approve(Approval(who.id, who.holder.id if who.holder else 0), Answer("told"))
        else:
            deed.turn_away(who.id, "somebody else answered")


async def send(browser: Browser, **fields: str) -> Browser:
    path, known = browser.filled("继续")
    return await browser.post(path, [(name, fields.get(name, value)) for name, value in known])


async def use(browser: Browser, ticket: Ticket, phone: str = PHONE) -> Browser:
    await browser.open(f"/join/{ticket.token}")
    return await send(browser, phone=phone)


def sessions(town: Town) -> int:
    with town.store.work() as db:
        return int(db.execute(select(func.count()).select_from(t.session)).scalar() or 0)


async def test_a_newcomer_comes_in_by_her_link_when_she_is_let_in(
    stranger: Browser, town: Town
) -> None:
    await use(stranger, invited(town))
    assert stranger.path == "/join/wait"
    assert "小槐，您好" in stranger.text
    assert "榆树村的爱心妈妈" in stranger.text
    await stranger.press("再看一下")
    assert (stranger.path, sessions(town)) == ("/join/wait", 0)
    decide(town)
    await stranger.open("/join/wait")
    assert "已经批准" in stranger.text
    await stranger.press("进来")
    assert stranger.path == "/"
    assert "小槐，您好" in stranger.text, "the first words stand there"
    assert sessions(town) == 1
    await stranger.open("/join/wait")
    assert stranger.status == 404, "the way in is closed behind her"


async def test_a_spoken_code_does_the_same(stranger: Browser, town: Town) -> None:
    ticket = invited(town)
    await stranger.open("/join")
    heard = spaced(ticket.spoken).lower().replace("0", "o").replace("1", "l")
    await send(stranger, phone=PHONE, spoken=f" {heard} ")
    assert stranger.path == "/join/wait"
    assert "小槐" in stranger.text


async def test_the_page_of_a_link_betrays_the_areas_name_and_nothing_else(
    stranger: Browser, town: Town
) -> None:
    pages = set()
    for token in (invited(town).token, "A" * 22):
        await stranger.open(f"/join/{token}")
        assert stranger.status == 200
        assert "玉苗市未保中心" in stranger.text
        for secret in ("小槐", "榆树", "东溪", "陈站长", "爱心妈妈", "138 0013 8001"):
            assert secret not in stranger.text
        pages.add(stranger.text)
    assert len(pages) == 1


async def test_wrong_used_expired_and_unknown_get_one_answer(
    stranger: Browser, server: BaseTestServer, town: Town
) -> None:
    old = invited(town, "13800138009")
    town.clock.now += timedelta(hours=73)
    used, live = invited(town), invited(town, "13800138002")
    await use(stranger, used)
    seen = set()
    for token, phone in (
        (used.token, PHONE),
        (old.token, "13800138009"),
        (live.token, PHONE),
        ("A" * 22, PHONE),
    ):
        async with Browser(server) as browser:
            await use(browser, Ticket(token, ""), phone)
            seen.add((browser.status, browser.text))
    async with Browser(server) as browser:
        await use(browser, live, "13800138003")  # the sixth from this address
        seen.add((browser.status, browser.text))
        await use(browser, live, "13800138002")
        seen.add((browser.status, browser.text))
    assert len(seen) == 1
    assert "没有找到这份邀请" in seen.pop()[1]


async def test_a_number_that_is_none_is_asked_again_and_not_counted(
    stranger: Browser, town: Town
) -> None:
    ticket = invited(town)
    for number in range(9):
        await use(stranger, ticket, f"12{number}")
        assert stranger.status == 400
        assert "例如：138 0000 0001" in stranger.text
    await use(stranger, ticket)
    assert stranger.path == "/join/wait"


async def test_of_twenty_parallel_opens_one_is_let_through(
    server: BaseTestServer, town: Town
) -> None:
    """S30: a race."""
    ticket = invited(town)

    async def open_it() -> str:
        async with Browser(server) as browser:
            return (await use(browser, ticket)).path

    found = await asyncio.gather(*(open_it() for _ in range(20)))
    assert Counter(found) == {f"/join/{ticket.token}": 19, "/join/wait": 1}


async def test_only_the_browser_that_used_it_is_let_in(
    stranger: Browser, server: BaseTestServer, town: Town
) -> None:
    """S33: bound to the browser; another one of hers needs a link of its own."""
    ticket = invited(town)
    await use(stranger, ticket)
    decide(town)
    async with Browser(server) as other:
        await other.open("/join/wait")
        assert other.status == 404
        assert "小槐" not in other.text
        await use(other, ticket)
        assert other.status == 403
        await other.post("/join/wait", [("csrf", stranger.field("csrf"))])
        assert other.status == 403
    assert sessions(town) == 0


async def test_a_planted_secret_is_replaced_before_anybody_is_let_in(
    stranger: Browser, server: BaseTestServer, town: Town
) -> None:
    """S33: no fixation."""
    planted = "P" * 43
    stranger.client.session.cookie_jar.update_cookies(
        {"yumiao-door": planted}, URL(stranger.origin)
    )
    await use(stranger, invited(town))
    decide(town)
    async with Browser(server) as thief:
        thief.client.session.cookie_jar.update_cookies({"yumiao-door": planted}, URL(thief.origin))
        await thief.open("/join/wait")
        assert thief.status == 404


async def test_whoever_was_signed_in_here_is_out(enter: Enter, town: Town) -> None:
    browser = await enter("王妈妈")
    await use(browser, invited(town))
    decide(town)
    await browser.press("再看一下")
    await browser.press("进来")
    assert "小槐" in browser.text
    with town.store.work() as db:
        mine = t.session.c.person_id == town.people["王妈妈"]
        assert db.execute(select(t.session.c.ended_at).where(mine)).scalar_one()


async def test_a_known_telephone_is_told_to_sign_in_as_usual(stranger: Browser, town: Town) -> None:
    with town.store.work() as db:
        new = NewPerson("C-09", "小柏", Role.CENTRE_OFFICER, JOINED, phone=DIGITS)
        Founding(db, town.store.keys).person(new, town.units["centre"])
    await use(stranger, invited(town))
    decide(town)
    await stranger.press("再看一下")
    assert "照常登录" in stranger.text
    assert sessions(town) == 0


async def test_whoever_is_turned_away_is_told_so_without_the_reason(
    stranger: Browser, town: Town
) -> None:
    await use(stranger, invited(town))
    decide(town, approve=False)
    await stranger.open("/join/wait")
    assert "没有批准" in stranger.text
    assert "somebody" not in stranger.text
    assert sessions(town) == 0


async def test_the_inviter_hears_of_her_without_her_name(
    stranger: Browser, enter: Enter, town: Town
) -> None:
    await use(stranger, invited(town))
    station = await enter("陈站长")
    assert "在等待批准" in station.text
    assert "小槐" not in station.text


async def test_a_form_that_is_not_ours_spends_nothing(stranger: Browser, town: Town) -> None:
    ticket = invited(town)
    path = f"/join/{ticket.token}"
    await stranger.post(path, [("phone", PHONE)])
    assert stranger.status == 403, "no cookie"
    await stranger.open(path)
    await stranger.post(path, [("phone", PHONE), ("csrf", "x")])
    assert stranger.status == 403
    await stranger.open(path)
    _, fields = stranger.filled("继续")
    await stranger.post(path, fields, Origin="https://evil.example")
    assert stranger.status == 403
    await use(stranger, ticket)
    assert stranger.path == "/join/wait"


async def test_guessing_is_told_to_the_managers_once_an_hour(
    stranger: Browser, enter: Enter, town: Town
) -> None:
    keys = town.store.keys
    with town.store.work() as db:
        for number in range(199):
            Gate(db, keys, town.clock.now, f"caller {number}").by_code(
                f"139{number:08}", "00000000"
            )
    await stranger.open("/join")
    await send(stranger, phone=PHONE, spoken="ABCD-EFGH")
    await send(stranger, phone=PHONE, spoken="ABCD-EFGH")
    manager = await enter("孙经理")
    assert manager.text.count("反复乱试") == 1
    assert "反复乱试" not in (await enter("王妈妈")).text


@pytest.mark.parametrize("part", range(5))
async def test_five_hundred_bad_tokens_are_no_addresses(
    stranger: Browser, town: Town, part: int
) -> None:
    """S32: 22 letters, digits, - and _; all else is a page that does not exist."""
    assert len(TOKENS) == 500
    for token in TOKENS[part::5]:
        url = URL(f"/join/{quote(token, safe='')}", encoded=True)
        async with stranger.client.get(url, allow_redirects=False) as answer:
            text = await answer.text()
            if token in ("wait", "card"):
                assert answer.status == 404
                continue
            assert answer.status in (400, 404), token
            assert "csrf" not in text, token
            assert "Set-Cookie" not in answer.headers


async def test_the_card_shows_the_link_as_a_picture_to_whoever_is_signed_in(
    stranger: Browser, enter: Enter, town: Town
) -> None:
    path = f"/join/{invited(town).token}"
    await stranger.open(f"{path}/card")
    assert stranger.status == 401
    station = await enter("陈站长")
    await station.open(f"{path}/card")
    assert f"{station.origin}{path}" in station.text
    (drawn,) = station.page.xpath("//*[@role='img']/*[local-name()='svg']")
    assert drawn.xpath(".//*[local-name()='path']")
    assert "style=" not in station.source, "the page's policy lets no style in"


async def test_the_answer_to_an_invitation_leads_to_its_card(enter: Enter, town: Town) -> None:
    station = await enter("陈站长")
    for words in ("邀请", "爱心妈妈", "榆树村", "小槐", PHONE, "发出邀请"):
        await station.write(words)
    (link,) = station.page.xpath("//a[contains(@href, '/card')]")
    await station.open(link.get("href"))
    assert station.status == 200


async def test_the_link_for_a_new_phone_has_a_card_too(enter: Enter, town: Town) -> None:
    station = await enter("陈站长")
    for words in ("换手机 王妈妈", "核对过，是本人"):
        await station.write(words)
    (link,) = station.page.xpath("//a[contains(@href, '/card')]")
    await station.open(link.get("href"))
    assert f"{station.origin}/in/" in station.text
    (url,) = [each.text_content() for each in station.page.iter("code")]
    await station.open(url.removeprefix(station.origin))
    assert "您是王妈妈吗" in station.text


async def test_over_https_the_secret_is_bound_to_the_host(house: WebHouse, town: Town) -> None:
    secure = WebHouse(Intake(house.intake.turns), house.clock, base="https://yu.cn")
    async with TestServer(make_app(secure)) as server, Browser(server) as browser:
        await browser.open("/join")
        cookie = browser.answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-yumiao-door=")
        for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"):
            assert part in cookie
    secure.intake.close()


async def test_a_director_who_joins_is_signed_in_for_a_working_day(
    stranger: Browser, town: Town
) -> None:
    with town.store.work() as db:
        new = NewInvite(Role.CHILD_DIRECTOR, town.units["elm"], "小槐", DIGITS)
        ticket = act(town, db).invite(new)
    await use(stranger, ticket)
    decide(town)
    await stranger.press("再看一下")
    await stranger.press("进来")
    with town.store.work() as db:
        row = db.execute(select(t.session)).one()
        assert row.expires - row.started == doors.SHORT
