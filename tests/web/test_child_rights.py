"""Who may open which file: each role, the reason of the city's office, one refusal for all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from domain.roles import RIGHTS, Reach, Right, Role
from storage import tables as t
from tests.storage.filled import PLACES
from tests.town import Town
from tests.web.browser import Browser
from tests.web.conftest import Talks
from tests.web.lived import REASON, WORDS, Lived, enter, links

VILLAGES = {"小榆": "elm", "小樟": "elm", "小桂": "elm", "小枫": "camphor", "小松": "pine"}
ABOVE = {"elm": ("elm", "east", "centre"), "camphor": ("camphor", "east", "centre")}
ABOVE |= {"pine": ("pine", "west", "centre")}


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


@pytest.fixture
def town(lived_town: Town) -> Town:
    return lived_town


async def test_whoever_reaches_only_by_the_whole_city_says_why_each_time(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "何中心")
    address = links(page)["小榆"]
    await page.open(address)
    assert page.status == 200
    assert "请写明理由（至少 6 个字）" in page.text
    for words in ("小榆", "爱画画", "奶奶"):
        assert words not in page.text
    assert lived.audit()[-1].action == "child.listed", "nothing has been seen yet"
    for short in ("", "看看", "  看看  ", "看" * 201):
        await page.post(address, {"csrf": page.field("csrf"), "reason": short})
        assert page.status == 422
        assert "爱画画" not in page.text
    assert lived.audit()[-1].action == "child.listed"
    await page.post(address, {"csrf": page.field("csrf"), "reason": REASON})
    assert page.status == 200
    assert "爱画画" in page.text
    assert page.answer.headers["Cache-Control"] == "no-store"
    assert lived.audit()[-1].detail["reason"] == REASON
    await page.open(address)
    assert "爱画画" not in page.text


async def test_a_reason_without_the_pages_own_token_opens_nothing(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "何中心")
    address = links(page)["小榆"]
    await page.post(address, {"reason": REASON})
    assert page.status == 403
    assert "小榆" not in page.source
    assert lived.audit()[-1].action == "child.listed"


def reached(role: Role, place: str) -> set[str]:
    """The names of the children whom this role at this place may see, by the table of rights."""
    match RIGHTS[role].get(Right.SEE_CHILD):
        case Reach.ASSIGNED:
            return {"小樟"} if place == "elm" else set()
        case Reach.VILLAGE:
            return {name for name, village in VILLAGES.items() if village == place}
        case Reach.TOWNSHIP | Reach.CITY:
            return {name for name, village in VILLAGES.items() if place in ABOVE[village]}
        case _:
            return set()


async def test_every_role_sees_the_children_of_its_right_and_no_trace_of_others(
    lived: Lived, stranger: Browser
) -> None:
    """Each of the roles in four places: the list, then all files that anybody was ever given."""
    given: set[str] = set()
    for (role, place), person in lived.staff.items():
        page = await lived.visit(stranger, person)
        await page.open("/children")
        due = reached(role, place)
        if Right.SEE_CHILD not in RIGHTS[role]:
            assert page.status == 404, (role, place)
            assert [row.action for row in lived.audit(person)] == ["child.refused"]
        else:
            assert (page.status, set(links(page))) == (200, due), (role, place)
        own = set(links(page).values())
        assert not own & given, "an address is worth nothing in another's hands"
        for address in given:
            await page.open(address)
            assert page.status == 404, (role, place)
            assert not [word for word in WORDS if word in page.source + str(page.answer.url)]
        given = own or given
    assert {place for _, place in lived.staff} == set(PLACES)


async def test_scores_stand_only_in_files_of_who_may_see_them(
    lived: Lived, stranger: Browser
) -> None:
    for (role, place), person in lived.staff.items():
        page = await lived.visit(stranger, person)
        await page.open("/children")
        if "小樟" not in links(page):
            continue
        address = links(page)["小樟"]
        await page.open(address)
        if page.page.xpath("//textarea"):
            await page.post(address, {"csrf": page.field("csrf"), "reason": REASON})
        seen = "83" in page.text and "红" in page.text
        assert seen == (Right.SEE_SCORE in RIGHTS[role]), (role, place)
        assert ("待复核" in page.text) == seen
        assert lived.audit(person)[-1].detail["scores"] == seen


async def test_a_look_is_a_line_and_a_refusal_is_a_line(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任")
    me = lived.town.people["李主任"]
    mine, foreign = links(page)["小榆"], "/children/" + "A" * 22
    for _ in range(3):
        await page.open(mine)
        await page.open(foreign)
    actions = [row.action for row in lived.audit(me)]
    assert actions == ["child.listed", *["child.viewed", "child.refused"] * 3]
    await page.client.head(mine)
    assert len(lived.audit(me)) == 7, "who asks for no page has seen nothing"


async def test_unknown_foreign_and_lost_children_are_one_answer(
    lived: Lived, stranger: Browser
) -> None:
    page = await enter(lived, stranger, "吴站长")
    foreign = links(page)["小松"]
    page = await enter(lived, stranger, "王妈妈")
    lost = links(page)["小榆"]
    with lived.town.store.work() as db:
        pair = t.pairing.c.mother_id == lived.town.people["王妈妈"]
        db.execute(update(t.pairing).where(pair).values(until=date(2026, 11, 23)))
    seen = set()
    for address in (foreign, lost, "/children/x", "/children/小榆", "/children/" + "a" * 2000):
        await page.open(address)
        seen.add((page.status, page.source))
        await page.post(address, {"csrf": "x", "reason": REASON})
        assert page.status == 403
    [(status, _)] = seen
    assert status == 404


async def test_whose_post_has_ended_sees_nothing_at_once(lived: Lived, stranger: Browser) -> None:
    page = await enter(lived, stranger, "李主任")
    address = links(page)["小榆"]
    with lived.town.store.work() as db:
        db.execute(delete(t.post).where(t.post.c.person_id == lived.town.people["李主任"]))
    for path in (address, "/children", "/ranking"):
        await page.open(path)
        assert page.status == 404
        assert "小榆" not in page.source


async def test_a_station_sees_the_children_of_the_upper_levels(
    lived: Lived, stranger: Browser
) -> None:
    page = await lived.visit(stranger, lived.town.people["陈站长"])
    await page.open("/today")
    assert "要留意的孩子" in page.text
    assert "小樟" in page.text
    assert "▲ 红" in page.text
    assert "小松" not in page.text, "another township's"
    lived.town.clock.now += timedelta(minutes=11)
    await page.open("/today")
    assert "小樟" not in page.text, "that it is in the list says its level"


async def test_the_whole_city_is_not_listed_to_its_office(lived: Lived, stranger: Browser) -> None:
    page = await lived.visit(stranger, lived.town.people["何中心"])
    await page.open("/today")
    assert "小樟" not in page.text
