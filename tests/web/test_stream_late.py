"""PostgreSQL: a message that is committed after a later one still reaches every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from storage import inbox, news
from tests.conftest import both
from tests.town import Town
from tests.web.browser import Browser
from tests.web.test_say import tell, told_row
from tests.web.test_stream import Ear, listening

postgres = pytest.mark.parametrize("store", ["postgres"], indirect=True)


@contextmanager
def held_back(town: Town, name: str, text: str) -> Iterator[None]:
    """Another worker has told her something; it commits at the end of the block."""
    with town.store.engine.begin() as other:
        other.execute(told_row(town, name, text))
        yield


async def hear(ear: Ear, count: int) -> list[tuple[str, str]]:
    """The next messages: the number under which the page goes on, and the words."""
    events = [await ear.hear() for _ in range(count)]
    return [(each.id, each.words) for each in events if each]


def ids(town: Town) -> list[str]:
    with town.store.work() as db:
        return [str(id) for id, *_ in inbox.told(db, town.store.keys, town.people["王妈妈"])]


@postgres
async def test_an_open_page_hears_what_was_committed_late(mother: Browser, town: Town) -> None:
    async with listening(mother) as ear:
        with held_back(town, "王妈妈", "先说的"):
            tell(town, "王妈妈", "后说的")
            (first,) = await hear(ear, 1)
        assert first[1] == "后说的"
        (late,) = await hear(ear, 1)
        assert late == (first[0], "先说的"), "the page goes on from where it was"
        tell(town, "王妈妈", "再说的")
        ((_, words),) = await hear(ear, 1)
        assert words == "再说的", "nothing comes twice"


@postgres
async def test_a_page_that_was_away_hears_what_was_committed_late(
    mother: Browser, town: Town
) -> None:
    async with listening(mother) as ear:
        town.clock.now += news.LATE * 2
        with held_back(town, "王妈妈", "先说的"):
            tell(town, "王妈妈", "后说的")
            ((last, _),) = await hear(ear, 1)
            ear.answer.close()
    town.clock.now += timedelta(hours=1)  # however long it was away
    tell(town, "王妈妈", "过了一小时")
    async with listening(mother, last=last) as ear:
        heard = [words for _, words in await hear(ear, 2)]
    assert heard == ["先说的", "过了一小时"]


@postgres
async def test_what_is_told_again_reaches_no_further_back_than_the_page(
    mother: Browser, town: Town
) -> None:
    for number in range(60):
        tell(town, "王妈妈", f"第 {number} 条")
    await mother.open("/")
    on_page = [item.get("id")[1:] for item in mother.page.xpath("//div[@id='log']/ol/li")]
    assert len(on_page) == 50
    async with listening(mother) as ear:
        heard = await hear(ear, 49)
        tell(town, "王妈妈", "新的")
        heard += await hear(ear, 1)
    assert [words for _, words in heard] == [*(f"第 {n} 条" for n in range(10, 59)), "新的"]
    assert {number for number, _ in heard[:49]} == {on_page[-1]}


@postgres
async def test_what_is_settled_is_not_told_again(mother: Browser, town: Town) -> None:
    tell(town, "王妈妈", "昨天的")
    town.clock.now += news.LATE * 2
    tell(town, "王妈妈", "今天的")
    tell(town, "王妈妈", "刚才的")
    async with listening(mother, last=ids(town)[-1]) as ear:
        tell(town, "王妈妈", "新的")
        assert [words for _, words in await hear(ear, 2)] == ["今天的", "新的"]


async def test_one_writer_tells_nothing_again(mother: Browser, town: Town) -> None:
    for words in ("一", "二"):
        tell(town, "王妈妈", words)
    async with listening(mother, last=ids(town)[-1]) as ear:
        tell(town, "王妈妈", "三")
        assert [words for _, words in await hear(ear, 1)] == ["三"]


@both()
async def test_a_page_that_is_far_behind_catches_up(mother: Browser, town: Town) -> None:
    """Also where others have been told more since than one look goes back."""
    with town.store.work() as db:
        for number in range(450):
            db.execute(told_row(town, "王妈妈", f"第 {number} 条"))
        for number in range(1100):
            db.execute(told_row(town, "李主任", f"又 {number} 条"))
    async with listening(mother) as ear:
        heard = [words for _, words in await hear(ear, 450)]
    assert heard == [f"第 {number} 条" for number in range(450)]


@both()
async def test_what_could_not_be_read_is_looked_for_again(mother: Browser, town: Town) -> None:
    """The database goes away half way through a look, which has already seen the news."""
    failed: list[str] = []

    def fail(_db: object, _cursor: object, statement: str, *_: object) -> None:
        if "outgoing.body" in statement and not failed:
            failed.append(statement)
            raise OperationalError(statement, {}, Exception("connection lost"))

    async with listening(mother) as ear:
        tell(town, "王妈妈", "头一条")
        await hear(ear, 1)
        event.listen(town.store.engine, "before_cursor_execute", fail)
        tell(town, "王妈妈", "新的")
        assert [words for _, words in await hear(ear, 1)] == ["新的"]
    assert failed


@postgres
def test_a_missing_number_is_let_go_when_nobody_can_hold_it(town: Town) -> None:
    with town.store.work() as db:
        watch = news.begin(db, 0.0)
    with town.store.engine.connect() as other:
        other.execute(told_row(town, "王妈妈", "无效的"))
        other.rollback()
    tell(town, "王妈妈", "有效的")
    with town.store.work() as db:
        _, watch = news.look(db, watch, 1.0)
        assert list(watch.missing.values()) == [1.0]
        _, watch = news.look(db, watch, 60.0)
        assert watch.missing
        _, watch = news.look(db, watch, 61.5)
        assert not watch.missing


@postgres
def test_a_look_that_begins_late_also_misses_what_is_under_way(town: Town) -> None:
    with held_back(town, "王妈妈", "先说的"):
        tell(town, "李主任", "后说的")
        with town.store.work() as db:
            watch = news.begin(db, 0.0)
            assert news.look(db, watch, 1.0)[0] == set()
    with town.store.work() as db:
        assert news.look(db, watch, 2.0)[0] == {town.people["王妈妈"]}
