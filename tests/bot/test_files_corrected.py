"""A corrected visit keeps its photo, unless the director changes it; whoever may read, sees it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import Library
from storage import tables as t
from storage.see.children import unseal_answers
from tests.bot.test_files import PHOTO, Sender, rows, sweep
from tests.forms.kit import form_of, table
from tests.parcels import picture, upload
from tests.storage.filled import look_of
from tests.town import Town

OTHER = upload(picture(size=(90, 90)), "other.png")
FORM = form_of(
    table("settings", "form_id | version", "visit | 9"),
    table(
        "survey",
        "type | name | label::中文 (zh) | label::English (en) | required | relevant",
        "hidden | age | | | | ",
        "hidden | sex | | | | ",
        "hidden | paired | | | | ",
        "begin_group | how | 走访 | The visit | | ",
        "select_one mode | mode | 方式 | How | yes | ",
        "select_one yes | seen | 见到 | Seen | yes | ",
        "image | photo | 照片 | Photo | | ${mode} = 'home'",
        "end_group | | | | | ",
    ),
    table(
        "choices",
        "list_name | name | label::中文 (zh) | label::English (en)",
        "mode | home | 家里 | home",
        "mode | tried | 没人 | nobody",
        "yes | yes | 是 | yes",
        "yes | no | 否 | no",
    ),
)


@pytest.fixture
def director(town: Town) -> Sender:
    """She has recorded a visit with a photo, and begins to correct it."""
    who = Sender(town.turns(conversations, Library([FORM])), town.people["李主任"])
    for words in ("走访 小榆", "今天", "家里", "是"):
        who.say(words)
    who.send(PHOTO)
    who.press("提交本次走访")
    for words in ("更正", "1", "与上次相同"):
        who.say(words)
    return who


def press(who: Sender, begins: str) -> None:
    who.press(next(label for label in who.labels if label.startswith(begins)))


def files(town: Town) -> dict[str, int | None]:
    """The visit of each file, by the file's name."""
    keys = town.store.keys
    return {
        keys.unseal(row.name, f"attachment:name:{row.id}").decode(): row.visit_id
        for row in rows(town)
    }


def visits(town: Town) -> list[Any]:
    with town.store.work() as db:
        return list(db.execute(select(t.visit).order_by(t.visit.c.id)))


def photo_of(town: Town, visit: Any) -> str:
    held = unseal_answers(town.store.keys, visit.key, visit.answers)
    return str(held["answers"].get("how/photo", ""))


def seen_by(town: Town, name: str, file: str) -> bool:
    with town.store.work() as db:
        look = look_of(town.store, db, town.people[name], town)
        return look.attachment(file.partition(".")[0]) is not None


def test_the_photo_is_kept_without_a_question(town: Town, director: Sender) -> None:
    lines = {line["label"]: line for line in director.body["lines"]}
    assert lines["照片"]["answer"].startswith("小榆.webp")
    file = lines["照片"]["file"]
    assert seen_by(town, "李主任", file)
    director.press("提交本次走访")
    first, second = visits(town)
    assert first.withdrawn_at
    assert photo_of(town, second) == file
    assert files(town) == {"小榆.webp": second.id}
    assert seen_by(town, "陈站长", file)
    assert not seen_by(town, "吴站长", file)
    assert not seen_by(town, "王妈妈", file)


def test_the_photo_may_be_replaced_and_the_old_one_stays_with_the_old_version(
    town: Town, director: Sender
) -> None:
    press(director, "修改：照片")
    press(director, "换一份")
    assert director.body["kind"] == "media"
    director.send(OTHER)
    director.press("提交本次走访")
    first, second = visits(town)
    assert files(town) == {"小榆.webp": first.id, "other.webp": second.id}
    assert not seen_by(town, "陈站长", photo_of(town, first))
    assert seen_by(town, "陈站长", photo_of(town, second))
    sweep(town)
    assert len(rows(town)) == 2


def test_the_photo_may_be_left_out(town: Town, director: Sender) -> None:
    press(director, "修改：照片")
    press(director, "换一份")
    director.say("跳过")
    director.press("提交本次走访")
    first, second = visits(town)
    assert photo_of(town, second) == ""
    assert files(town) == {"小榆.webp": first.id}


def test_who_looks_at_the_choice_may_keep_it(town: Town, director: Sender) -> None:
    press(director, "修改：照片")
    press(director, "保留原来的")
    director.press("提交本次走访")
    assert files(town) == {"小榆.webp": visits(town)[1].id}


def test_a_correction_taken_back_gives_the_photo_back(town: Town, director: Sender) -> None:
    director.press("提交本次走访")
    for words in ("撤回", "是"):
        director.say(words)
    if "撤回哪一份" in director.text:
        director.say("1")
    first, second = visits(town)
    assert (first.withdrawn_at, bool(second.withdrawn_at)) == (None, True)
    assert files(town) == {"小榆.webp": first.id}
    assert seen_by(town, "陈站长", photo_of(town, first))


def test_two_corrections_and_one_taken_back(town: Town, director: Sender) -> None:
    press(director, "修改：照片")
    press(director, "换一份")
    director.send(OTHER)
    director.press("提交本次走访")
    for words in ("更正", "1", "与上次相同", "1"):
        director.say(words)
    assert files(town)["other.webp"] == visits(town)[2].id
    director.say("撤回")
    director.press("是")
    first, second, third = visits(town)
    assert third.withdrawn_at
    assert not second.withdrawn_at
    assert files(town) == {"小榆.webp": first.id, "other.webp": second.id}


def test_a_correction_called_off_leaves_the_photo_where_it_is(town: Town, director: Sender) -> None:
    director.press("取消")
    sweep(town)
    (first,) = visits(town)
    assert files(town) == {"小榆.webp": first.id}


def test_a_visit_taken_back_meanwhile_is_not_corrected(town: Town, director: Sender) -> None:
    """What is no longer to be corrected says so; its photo is shown to nobody."""
    with town.store.work() as db:
        db.execute(update(t.visit).values(withdrawn_at=town.clock.now))
    director.press("提交本次走访")
    assert "没有可以更正的走访" in director.text
    (first,) = visits(town)
    assert files(town) == {"小榆.webp": first.id}
    assert not seen_by(town, "李主任", photo_of(town, first))


def test_where_the_form_wants_no_photo_any_more_none_is_kept(town: Town, director: Sender) -> None:
    press(director, "修改：走访")
    for words in ("有变化，逐项填写", "没人", "否"):
        director.press(words)
    assert "照片" not in {line["label"] for line in director.body["lines"]}
    director.press("提交本次走访")
    first, second = visits(town)
    assert photo_of(town, second) == ""
    assert files(town) == {"小榆.webp": first.id}
