"""A file and its message are one: kept together, refused together, stuck together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

import handlers  # noqa: F401  (registers every conversation)
from bot.channels.message import Incoming, Taken, Upload
from bot.serve import tidy
from bot.turn import digest
from dialogue.registry import Answer, Conversation, Registry, conversations
from dialogue.show import show_answer
from domain.media import STORED
from domain.privacy import DataClass
from domain.trouble import Refused
from storage import attachments, inbox
from storage import tables as t
from storage.see.children import unseal_answers
from storage.upkeep import Upkeep
from tests.conftest import both
from tests.parcels import PDF, SECRET, at_home, library, upload
from tests.town import Somebody, Town

PHOTO = upload(at_home(), "小榆.jpg")
OTHER = upload(name="other.png")
PAPER = upload(PDF, "p.pdf")


class Sender(Somebody):
    """Somebody who can send files as well."""

    def send(self, *files: Upload, **more: Any) -> Taken:
        key = more.pop("key", f"file:{next(self.numbers)}")
        taken = self.turns.take(Incoming(self.source, key, self.person_id, files=files, **more))
        for reply in taken.replies:
            self.body = reply.body
        return taken


@pytest.fixture
def mother(town: Town) -> Sender:
    """She has come as far as the photo."""
    who = Sender(town.turns(conversations, library()), town.people["王妈妈"])
    for words in ("联系", "1", "见面"):
        who.say(words)
    assert who.body["kind"] == "media"
    return who


def rows(town: Town) -> list[Any]:
    with town.store.work() as db:
        return list(db.execute(select(t.attachment).order_by(t.attachment.c.at)))


def count(town: Town, table: Any) -> int:
    with town.store.work() as db:
        return int(db.execute(select(func.count()).select_from(table)).scalar_one())


def sweep(town: Town) -> None:
    with town.store.work() as db:
        tidy(Upkeep(db, town.store.keys, town.clock.now, show_answer))


def finish(who: Sender) -> None:
    for words in ("跳过", "跳过", "28.6567, 121.4253", "1"):
        who.say(words)


@both()
def test_a_photo_is_kept_with_its_answer_and_bound_to_the_visit(town: Town, mother: Sender) -> None:
    taken = mother.send(PHOTO)
    assert taken.state == "new"
    assert taken.replies[0].data_class == DataClass.CHILD
    assert taken.replies[0].body["said"].startswith("📎 小榆.webp（")
    (row,) = rows(town)
    assert (row.owner_id, row.talk, row.kind, row.visit_id) == (
        mother.person_id,
        1,
        "image",
        None,
    )
    assert (row.media_type, row.size) == ("image/webp", len(PHOTO.data))
    assert SECRET not in row.content
    assert PHOTO.data[:40] not in row.content
    assert "小榆".encode() not in row.name
    for words in ("跳过", "跳过", "28.6567, 121.4253"):
        mother.say(words)
    line = next(each for each in mother.body["lines"] if "file" in each)
    assert line["answer"].startswith("小榆.webp")
    mother.say("1")
    assert "回执" in mother.text
    (row,) = rows(town)
    with town.store.work() as db:
        visit = db.execute(select(t.visit)).one()
    assert row.visit_id == visit.id
    held = unseal_answers(town.store.keys, visit.key, visit.answers)["answers"]
    assert held["photo"] == f"{row.id}.webp"
    assert STORED.fullmatch(held["photo"])
    assert held["spot"] == "28.66 121.43 0 0"
    assert town.store.keys.unseal(row.content, f"attachment:content:{row.id}") == PHOTO.data


def test_messages_that_show_files_are_about_a_child(town: Town, mother: Sender) -> None:
    mother.send(PHOTO)
    for words in ("跳过", "跳过", "28 121"):
        taken = mother.say(words)
    assert taken.replies[0].data_class >= DataClass.CHILD
    with town.store.work() as db:
        classes = db.execute(select(t.outgoing.c.data_class).order_by(t.outgoing.c.id)).scalars()
        assert list(classes)[-1] >= "D3"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ((upload(b"GIF89a", "a.gif"),), "HEIC"),
        ((PAPER,), "JPEG"),
        ((Upload("x", fault="file.large"),), "10 MB"),
        ((Upload("x", fault="file.heavy"),), "4000 万"),
        ((Upload("x", fault="file.broken"),), "打不开"),
        ((Upload("x", fault="file.empty"),), "空的"),
        ((Upload("x", fault="file.missing"),), "找不到"),
        ((PHOTO, OTHER), "一次只能发一个"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_the_question_stays(
    files: tuple[Upload, ...], words: str, town: Town, mother: Sender
) -> None:
    taken = mother.send(*files)
    assert taken.state == "new"
    assert len(taken.replies) == 1
    assert words in mother.body["note"]
    assert mother.body["takes"] == "image"
    assert rows(town) == []
    mother.send(PHOTO)
    assert mother.body["takes"] == "audio"


def test_a_file_that_nobody_asked_for_is_not_kept(town: Town) -> None:
    who = Sender(town.turns(conversations, library()), town.people["王妈妈"])
    who.send(PHOTO)
    assert "没有请您发文件" in who.text
    who.say("联系")
    taken = who.send(PHOTO)
    assert "没有请您发文件" in who.body["note"]
    assert taken.replies[-1].data_class >= DataClass.CHILD  # its name is shown
    assert rows(town) == []


def test_a_file_from_a_page_that_is_behind_is_not_kept(town: Town, mother: Sender) -> None:
    mother.send(PHOTO, shown="1.1")
    assert "还没有显示" in mother.body["note"]
    assert rows(town) == []
    mother.send(PHOTO, shown=mother.body["mark"])
    assert len(rows(town)) == 1


def test_the_same_file_twice_is_one_and_another_under_its_key_is_refused(
    town: Town, mother: Sender
) -> None:
    mother.send(PHOTO, key="a")
    assert mother.send(PHOTO, key="a").state == "duplicate"
    assert mother.send(OTHER, key="a").state == "reused"
    assert mother.say("skip", key="a").state == "reused"
    assert len(rows(town)) == 1


def test_a_message_without_files_has_the_digest_that_it_always_had() -> None:
    """Else a message that is delivered again after an upgrade would be a reused key."""
    before = hashlib.blake2b(b'["hi",["c1:x"]]', digest_size=16).hexdigest()
    message = Incoming("web", "k", 1, text="hi", tokens=("c1:x",))
    assert digest(message) == before
    assert digest(replace(message, files=(PHOTO,))) != before


def test_a_month_has_room_for_so_many_files(town: Town, mother: Sender) -> None:
    with town.store.work() as db:
        for number in range(attachments.MONTHLY_FILES):
            db.execute(insert(t.attachment).values(row_of(mother.person_id, number, town)))
    mother.send(PHOTO)
    assert "太多" in mother.body["note"]
    assert mother.body["takes"] == "image"
    town.clock.now += timedelta(days=8)  # December
    mother.send(PHOTO)
    assert mother.body["takes"] == "audio"


def row_of(owner: int, number: int, town: Town, size: int = 1) -> dict[str, Any]:
    row = {"id": f"{number:022}", "owner_id": owner, "talk": 99, "kind": "image", "size": size}
    sealed = {"name": b"", "content": b"", "sha256": "", "media_type": "image/webp"}
    return row | sealed | {"visit_id": None, "at": town.clock.now}


@both()
def test_a_month_has_room_for_so_many_bytes(town: Town) -> None:
    me, now = town.people["王妈妈"], town.clock.now
    with town.store.work() as db:
        assert not attachments.is_full(db, me, attachments.MONTHLY_BYTES, now)
        assert attachments.is_full(db, me, attachments.MONTHLY_BYTES + 1, now)
        row = row_of(me, 1, town, attachments.MONTHLY_BYTES)
        db.execute(insert(t.attachment).values(row))
        assert attachments.is_full(db, me, 1, now)
        assert not attachments.is_full(db, town.people["李主任"], 1, now)


# --- orphans -----------------------------------------------------------------------------------


def changed(mother: Sender) -> None:
    mother.say("返回")
    mother.send(OTHER)
    finish(mother)


def expired(mother: Sender) -> None:
    mother.turns.clock.now += timedelta(days=8)  # type: ignore[attr-defined]


def cancelled_long_ago(mother: Sender) -> None:
    mother.say("取消")
    mother.turns.clock.now += timedelta(days=2)  # type: ignore[attr-defined]


@both()
@pytest.mark.parametrize(
    ("end", "left"),
    [
        (lambda who: who.say("取消"), 1),  # to be had back, until its answers are blanked
        (cancelled_long_ago, 0),
        (expired, 0),
        (finish, 1),
        (changed, 1),
        (lambda who: who.say("菜单"), 1),  # parked, to be gone on with
        (lambda who: None, 1),
    ],
)
def test_the_upkeep_removes_what_no_conversation_and_no_visit_holds(
    end: Callable[[Sender], object], left: int, town: Town, mother: Sender
) -> None:
    mother.send(PHOTO)
    end(mother)
    sweep(town)
    assert len(rows(town)) == left
    sweep(town)
    assert len(rows(town)) == left


def test_a_draft_that_is_gone_on_with_still_has_its_file(town: Town, mother: Sender) -> None:
    mother.send(PHOTO)
    mother.say("积分")
    mother.say("草稿")
    sweep(town)
    finish(mother)
    assert [row.visit_id for row in rows(town)] == [1]


def test_nobody_binds_the_file_of_another_conversation(town: Town, mother: Sender) -> None:
    """Not even with its name in her hands."""
    mother.send(PHOTO)
    (row,) = rows(town)
    with town.store.work() as db:
        for owner, talk in ((town.people["李主任"], 1), (mother.person_id, 2)):
            attachments.bind(db, [row.id], owner, talk, 1)
    assert rows(town)[0].visit_id is None


# --- what goes wrong ---------------------------------------------------------------------------


def small(then: Any) -> Registry:
    """A conversation of one photo, whose act does as it is told."""
    from dialogue.ask import Media

    async def talk(look: Any) -> str:
        return await Media("photo", "Photo?", takes="image")

    registry = Registry()
    registry.add(Conversation("visit", talk, then, None, DataClass.INTERNAL, 1))
    return registry


def fail(act: Any, _: Any) -> Answer:
    raise ZeroDivisionError


def refuse(act: Any, _: Any) -> Answer:
    raise Refused("points.settled")


def sender(town: Town, then: Any) -> Sender:
    who = Sender(town.turns(small(then), library()), town.people["王妈妈"])
    who.say("visit")
    return who


@both()
def test_an_act_that_refuses_leaves_no_file(town: Town) -> None:
    who = sender(town, refuse)
    taken = who.send(PHOTO)
    assert taken.state == "new"
    assert who.body["said"].startswith("📎 小榆.webp")
    assert rows(town) == []


@both()
def test_a_message_that_is_stuck_keeps_its_file_until_it_is_done(town: Town) -> None:
    who = sender(town, fail)
    assert who.send(PHOTO, key="photo").state == "stuck"
    assert rows(town) == []
    with town.store.work() as db:
        body = db.execute(select(t.stuck.c.body)).scalar_one()
    assert b"webp" not in body
    mended = town.turns(small(lambda act, file: Answer(f"got {file}")), library())
    assert mended.retry_stuck() == 1
    assert count(town, t.stuck) == 0
    (row,) = rows(town)
    assert town.store.keys.unseal(row.content, f"attachment:content:{row.id}") == PHOTO.data
    again = Incoming(who.source, "photo", who.person_id, files=(PHOTO,))
    assert mended.take(again).state == "duplicate"
    with town.store.work() as db:
        told = inbox.told(db, town.store.keys, who.person_id)
    assert told[-1][2]["text"] == f"got {row.id}.webp"


def test_a_message_that_was_stuck_before_there_were_files_is_still_read(town: Town) -> None:
    from bot.turn import _unkept

    old: dict[str, object] = {"source": "web", "key": "k", "text": "hi", "tokens": []}
    assert _unkept(1, old | {"shown": None}) == Incoming("web", "k", 1, text="hi")


# --- a place -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("28.656789, 121.425312", "28.66, 121.43"),
        ("28．656789 121．425312", "28.66, 121.43"),
        ("我在 28.656789 121.425312", "我在 ••.•••••• •••.••••••"),
        ("28°39'24\" 121°25'", "••°••'••\" •••°••'"),
        ("跳过", "跳过"),
    ],
)
def test_a_place_is_never_kept_or_shown_finer_than_asked(
    typed: str, shown: str, town: Town, mother: Sender
) -> None:
    for file in (PHOTO, None, None):
        mother.send(file) if file else mother.say("跳过")
    mother.say(typed)
    with town.store.work() as db:
        told = inbox.told(db, town.store.keys, mother.person_id)
    assert told[-1][2]["said"] == shown
    assert "656789" not in str(told)
