"""Random walks through the real visit and contact, on a real database.

Answers, back, change, cancel, park, resume, restart (before every message or before none),
duplicates, stale buttons, words typed ahead, a new version of the form, a child handed over in
the middle: never a wrong record, never a hang, and the answers of filling the form straight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.underway import Underway
from domain.form import Form
from domain.library import Library, packaged
from domain.xlsform.read import load_form
from storage import migrations
from storage import tables as t
from storage.operator import unbalanced
from storage.session import open_store
from tests.bot.walker import Walker
from tests.town import Clock, Town, found_town

VISIT = """| settings |
| | form_id | form_title | version |
| | visit | 走访 | {version} |
| survey |
| | type | name | label | relevant | required | ask |
| | hidden | age | | | | |
| | hidden | sex | | | | |
| | hidden | paired | | | | |
| | begin_group | how | 走访 | | | |
| | select_one mode | mode | 方式? | | yes | |
| | select_one yes_no | seen | 见到? | ${{mode}} = 'home' | yes | |
| | end_group | | | | | |
| | begin_group | A | 家庭 | ${{mode}} != 'tried' | | |
| | select_one A1 | A1 | 照顾? | | | |
{inserted}
| | select_one A5 | A5 | 变故? | | | |
| | end_group | | | | | |
| | begin_group | B | 外观 | ${{mode}} != 'tried' | | |
| | select_one B1 | B1 | 衣着? | | | |
| | select_one B4 | B4 | 伤痕? | | | |
| | end_group | | | | | |
| | text | words | 原话? | | | review |
| | select_multiple sos | sos | 紧急? | | yes | |
| choices |
| | list_name | name | label | score | urgent |
| | mode | home | 家里 | | |
| | mode | phone | 电话 | | |
| | mode | tried | 没人 | | |
| | yes_no | yes | 是 | | |
| | yes_no | no | 否 | | |
| | A1 | parent | 父母 | 0 | |
| | A1 | unfixed | 不定 | 2 | |
| | A1 | nobody | 无人 | 4 | EM06 |
| | A5 | none | 没有 | 0 | |
| | A5 | loss | 去世 | 4 | |
| | B1 | clean | 整洁 | 0 | |
| | B1 | often | 不洁 | 2 | |
| | B4 | none | 没有 | 0 | |
| | B4 | inflicted | 人为 | 4 | EM04 |
{removed}
| | sos | none | 以上都没有 | | |
| | sos | EM05 | 自伤、自杀 | | EM05 |
"""
FIRST = {"version": "1", "inserted": "", "removed": "| | B4 | minor | 轻微 | 2 | |"}
SECOND = {"version": "2", "inserted": "| | select_one yes_no | A3 | 常联系? | | | |", "removed": ""}
STEPS = (
    *["answer"] * 14,
    *["back", "back", "reason", "again", "reused", "stale", "early", "nonsense", "command"],
    *["park", "resume", "cancel", "hand over", "version"],
)
STEP = st.tuples(st.sampled_from(STEPS), st.integers(0, 40), st.sampled_from(["tap", "number"]))
WALK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """One town for all walks of this file; each walk founds a village of its own."""
    store = open_store(tmp_path_factory.mktemp("walks"))
    migrations.upgrade(store.engine)
    with store.engine.connect() as db:
        db.connection.driver_connection.execute("PRAGMA synchronous = OFF")  # type: ignore[union-attr]
    yield replace(found_town(store), clock=Clock())
    store.close()


def small(values: dict[str, str]) -> Form:
    return load_form(VISIT.format(**values).encode(), "visit.md")


@WALK
@given(st.lists(STEP, min_size=20, max_size=45), st.integers(0, 40))
def test_a_walk_through_the_visit_records_what_was_said_last(
    walked: Town, steps: list[tuple[str, int, str]], ending: int
) -> None:
    walk(Walker(walked, "visit", [small(FIRST), small(SECOND)]), steps, ending)


@WALK
@given(st.lists(STEP, min_size=20, max_size=45), st.integers(0, 40))
def test_a_walk_through_the_contact_records_what_was_said_last(
    walked: Town, steps: list[tuple[str, int, str]], ending: int
) -> None:
    walker = Walker(walked, "contact", [packaged().form("contact")])
    walk(walker, [step for step in steps if step[0] != "version"], ending)
    with walked.store.work() as db:
        assert unbalanced(db) == []


@settings(WALK, max_examples=3)
@given(st.lists(STEP, max_size=20), st.integers(0, 40))
def test_a_walk_through_the_six_dimensions_records_what_was_said_last(
    walked: Town, steps: list[tuple[str, int, str]], ending: int
) -> None:
    walker = Walker(walked, "visit", [packaged().form("visit")])
    walk(walker, [step for step in steps if step[0] != "version"], ending)


def test_the_same_emergency_of_another_child_in_a_resumed_draft_is_raised_too(
    walked: Town,
) -> None:
    """The draft remembers what it has raised of this child, not of the one chosen instead."""
    walker = Walker(walked, "visit", [small(FIRST)])
    walker.begin()
    for child in range(2):
        while (key := asked(walker)) is not None and not key.endswith("B/B4"):
            walker.answer(child if key == "visit.child" else 0)
        walker.answer(1)  # EM04
        assert "110" in walker.ended
        reopen(walker, 0)
        while child == 0 and asked(walker) != "visit.child":
            walker.back()
    finish(walker, 0)
    assert len(walker.recorded) == 1
    (sheet,) = walker.sheets.values()
    assert [code for _, code in sheet.raised] == ["EM04", "EM04"]
    walker.check()


def asked(walker: Walker) -> str | None:
    talk = walker.talk()
    return talk.draft.asked.key if talk else None


def walk(walker: Walker, steps: list[tuple[str, int, str]], ending: int) -> None:
    walker.underway = Underway() if ending % 2 else None
    walker.begin(ending)
    for what, place, how in steps:
        one_step(walker, what, place, how)
        assert len(walker.recorded) == walker.count(), "nothing without the confirming tap"
    for number in range(3):
        finish(walker, ending + number)
        if len(walker.gone) < len(walker.codes):
            walker.begin()
    walker.check()


def one_step(walker: Walker, what: str, place: int, how: str) -> None:
    talk = walker.talk()
    if talk is None or talk.number not in walker.sheets:
        reopen(walker, place)
        return
    if what in ("again", "reused", "stale", "early", "nonsense", "command"):
        nothing_happens(walker, what, place)
    elif what == "answer" and walker.body["kind"] == "review":
        walker.submit() if place % 3 == 0 else walker.change(place)
    elif what == "answer":
        walker.answer(place, how if place % 5 else "label")
    elif what == "reason":
        walker.reason(("skip", "not_asked", "declined")[place % 3])
    elif what == "back":
        walker.back()
    elif what == "park":
        walker.begin(place)
    elif what == "resume":
        reopen(walker, place)
    elif what == "cancel" and place % 3 == 0:
        walker.send("取消")
    elif what == "hand over" and place % 2 == 0:
        walker.hand_over(list(walker.codes)[place % 4 // 2])
    elif what == "version":
        walker.library = Library(walker.forms if place % 4 else walker.forms[-1:])


def nothing_happens(walker: Walker, what: str, place: int) -> None:
    """Each is answered and none changes the open question or what was said."""
    before = walker.talk()
    assert before is not None
    sheet = walker.sheets[before.number]
    taken = strange(walker, what, place)
    over = sheet.child in walker.gone or walker.form_is_gone(sheet)
    if taken.state == "new" and over and not walker.chooses(before):
        walker.lose(sheet)
        return
    after = walker.talk()
    if after is None:  # the last child has gone while there was a choice among children
        assert len(walker.gone) == len(walker.codes)
        walker.lose(sheet)
        return
    assert after.draft.answers == before.draft.answers
    assert (after.number, after.draft.asked.key) == (before.number, before.draft.asked.key)


def strange(walker: Walker, what: str, place: int) -> Any:
    sent = walker.sent
    assert sent is not None
    if what in ("again", "reused"):
        message = sent if what == "again" else replace(sent, text=sent.text + "!")
        taken = walker.deliver(message)
        assert (taken.state, taken.replies) == ("duplicate" if message is sent else "reused", ())
        return taken
    live = set(walker.tokens())
    old = [token for token in walker.stale if token not in live] or ["c1:" + "A" * 22]
    if what == "stale":
        taken = walker.send(tokens=(old[place % len(old)],))
    elif what == "early":
        taken = walker.send(str(place % 3 + 1), shown="0.0")
    elif what == "command":
        taken = walker.send(("帮助", "菜单", "/help", "大字")[place % 4])
    elif walker.body["kind"] == "text":  # any words would be an answer
        taken = walker.send(tokens=("c1:zzz",))
    else:
        taken = walker.send(("…", "？？", "999", "c1:abc", "x" * 500)[place % 5])
    assert taken.replies
    return taken


def reopen(walker: Walker, place: int) -> None:
    """Goes on with a draft; with none, a new one is begun."""
    walker.send("草稿")
    talk = walker.talk()
    if talk is not None and talk.conversation.name == "drafts":
        buttons = walker.body["buttons"]
        walker.send(tokens=(buttons[place % len(buttons)]["data"],))
        talk = walker.talk()
    if talk is None and not [words for words in ("没有草稿", "清除") if words in walker.ended]:
        lost = [each for each in walker.sheets.values() if is_lost(walker, each)]
        assert lost, walker.ended
    if talk is None and len(walker.gone) < len(walker.codes):
        walker.begin(place)
    walker.look_around()


def is_lost(walker: Walker, sheet: Any) -> bool:
    return bool(sheet.child in walker.gone or walker.form_is_gone(sheet) or len(walker.gone) == 2)


def finish(walker: Walker, ending: int) -> None:
    """Answers what is open, and goes on after an emergency, until it is recorded or gone."""
    for number in range(200):
        talk = walker.talk()
        if talk is None or talk.number not in walker.sheets:
            if "110" not in walker.ended:
                return
            reopen(walker, 0)
        elif walker.body["kind"] == "review":
            walker.submit()
            return
        else:
            walker.answer(ending + number)
    raise AssertionError("the conversation does not come to its end")


def test_the_choice_among_drafts_never_becomes_a_draft_itself(walked: Town) -> None:
    """Else it could be resumed by itself, for ever."""
    walker = Walker(walked, "contact", [packaged().form("contact")])
    for _ in range(3):
        walker.begin()
        walker.answer(0)
    walker.send("草稿")
    assert walker.body["kind"] == "choice"
    walker.begin()
    with walked.store.work() as db:
        mine = t.talk.c.person_id == walker.person
        found = db.execute(select(t.talk.c.conversation, t.talk.c.state).where(mine)).all()
    assert [state for name, state in found if name == "drafts"] == ["done"]
    assert [state for name, state in found].count("parked") == 3
