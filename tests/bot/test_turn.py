"""One message, one piece of a transaction: nothing lost, nothing doubled, one clear answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from bot.channels.message import Incoming
from storage import tables as t
from storage.session import Store
from tests.bot.small import LIBRARY, Order, audit_rows, keep, make_registry
from tests.conftest import both
from tests.town import Somebody, Town


@pytest.fixture
def mother(town: Town) -> Somebody:
    return meet(town, "王妈妈")


def meet(town: Town, name: str) -> Somebody:
    return Somebody(town.turns(make_registry(), LIBRARY), town.people[name])


def finish(who: Somebody, note: str = "fine") -> None:
    for word in ("visit", "2", "7", "today", "1", note, "1"):
        who.say(word)


def orders(store: Store) -> int:
    with store.work() as db:
        return audit_rows(db).count("order")


@both()
def test_a_conversation_ends_with_one_record(town: Town, mother: Somebody) -> None:
    finish(mother)
    assert "kept Order(colour='green', number=7.0" in mother.text
    assert orders(town.store) == 1


@both()
def test_the_same_message_twice_is_taken_once(town: Town, mother: Somebody) -> None:
    mother.say("visit", key="a")
    again = mother.say("visit", key="a")
    assert again.state == "duplicate"
    assert again.replies == ()


def test_a_key_with_another_body_is_refused(town: Town, mother: Somebody) -> None:
    mother.say("visit", key="a")
    assert mother.say("help", key="a").state == "reused"


def test_the_first_message_is_greeted_once(mother: Somebody) -> None:
    first = mother.say("help")
    assert "育苗" in first.replies[0].body["text"]
    assert len(mother.say("help").replies) == 1


def test_a_double_tap_on_the_last_button_gives_the_receipt(town: Town, mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1", "fine"):
        mother.say(word)
    token = mother.token("提交")
    mother._send(tokens=(token,))
    mother._send(tokens=(token,))
    assert "R1" in mother.text
    assert "没有重复" in mother.text
    assert orders(town.store) == 1


def test_a_stale_button_never_answers_the_next_question(mother: Somebody) -> None:
    mother.say("visit")
    token = mother.token("red")
    mother.press("blue")
    mother._send(tokens=(token,))
    assert "已经回答过" in mother.text
    assert "How many?" in mother.text


def test_a_double_tap_on_back_goes_back_once(mother: Somebody) -> None:
    mother.say("visit")
    mother.press("blue")
    mother.say("7")
    token = mother.token("back")
    mother._send(tokens=(token,))
    assert "How many?" in mother.text
    mother._send(tokens=(token,))
    assert "How many?" in mother.text


def test_another_persons_button_is_refused(town: Town, mother: Somebody) -> None:
    mother.say("visit")
    token = mother.token("red")
    other = meet(town, "郑妈妈")
    other.say("visit")
    other._send(tokens=(token,))
    assert "不是给您的" in other.text


def test_every_altered_button_is_refused(mother: Somebody) -> None:
    mother.say("visit")
    good = mother.token("red")
    for place in range(3, len(good)):
        letter = "A" if good[place] != "A" else "B"
        mother._send(tokens=(good[:place] + letter + good[place + 1 :],))
        assert "Colour?" in mother.text, good
        assert mother.body["note"], good


def test_commands_in_the_middle_park_the_draft_and_drafts_goes_on(mother: Somebody) -> None:
    mother.say("visit")
    mother.say("green")
    mother.say("help")
    assert "How many?" in mother.text
    mother.say("/visit")
    assert "草稿" in mother.text
    assert "Colour?" in mother.text
    mother.say("草稿")
    assert "How many?" in mother.text


def test_answers_in_words_numbers_and_either_language(mother: Somebody) -> None:
    for said in ("visit", "BLUE。", "十二", "昨天", "soft、hard", "跳过", "submit"):
        mother.say(said)
    assert "colour='blue', number=12.0, day=datetime.date(2026, 11, 22)" in mother.text
    assert "tags=('soft', 'hard'), note=''" in mother.text


@pytest.mark.parametrize("said", ["0", "100", "1.5", "七个", "x" * 5000, "😀", "c1:abc", "-1"])
def test_an_unreadable_answer_is_asked_again_and_nothing_is_lost(
    mother: Somebody, said: str
) -> None:
    mother.say("visit")
    mother.say("1")
    mother.say(said)
    assert mother.body["note"]
    assert "How many?" in mother.text
    mother.say("7")
    assert "When?" in mother.text


def test_a_text_of_five_thousand_characters_is_answered_politely(mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1"):
        mother.say(word)
    mother.say("长" * 5000)
    assert "5000" in mother.text
    mother.say("好😀")
    assert "All right?" in mother.text


def test_none_stands_alone_and_one_tap_is_enough(mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today"):
        mother.say(word)
    mother.say("none, soft")
    assert "不能" in mother.text
    mother.press("none")
    assert "Note?" in mother.text


def test_ticks_are_kept_until_done(mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today"):
        mother.say(word)
    mother.press("soft")
    assert mother.body["buttons"][1]["ticked"]
    mother.press("hard")
    mother.press("soft")
    mother.press("done")
    mother.say("fine")
    mother.say("1")
    assert "tags=('hard',)" in mother.text


def test_change_on_the_review_asks_that_one_again(mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1", "first words"):
        mother.say(word)
    mother.press("修改：Note")
    assert "Note?" in mother.text
    mother.say("second words")
    mother.say("1")
    assert "note='second words'" in mother.text


def test_a_changed_subject_hides_the_answers_of_the_other(mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1", "x"):
        mother.say(word)
    mother.press("修改：Colour")
    mother.say("blue")
    assert "How many?" in mother.text


def test_cancel_records_nothing(town: Town, mother: Somebody) -> None:
    mother.say("visit")
    mother.say("取消")
    assert "没有记录" in mother.text
    assert orders(town.store) == 0
    mother.say("取消")
    assert "没有进行中" in mother.text


def test_what_today_meant_is_kept_past_midnight(town: Town, mother: Somebody) -> None:
    mother.say("visit")
    for word in ("2", "7", "today"):
        mother.say(word)
    town.clock.now += timedelta(days=2)
    for word in ("1", "x", "1"):
        mother.say(word)
    assert "day=datetime.date(2026, 11, 23)" in mother.text
    assert "first_day='2026-11-23'" in mother.text


def test_words_typed_before_the_question_was_shown_are_asked_again(mother: Somebody) -> None:
    mother.source = "web"
    mother.say("visit")
    early = mother.body["mark"]
    mother.say("2", shown=early)
    mother.say("3", shown=early)
    assert "还没有显示" in mother.text
    mother.say("3", shown=mother.body["mark"])
    assert "When?" in mother.text


def test_a_refusal_of_the_act_writes_nothing_and_seals_the_draft(
    town: Town, mother: Somebody
) -> None:
    finish(mother, note="refuse")
    assert "已经处理过" in mother.text
    assert orders(town.store) == 0
    mother.say("草稿")
    assert "Colour?" not in mother.text


def test_a_right_that_is_not_held_is_refused(town: Town) -> None:
    director = meet(town, "李主任")
    director.say("points")
    assert "职责范围" in director.text


def test_an_unknown_or_inactive_person_gets_nothing(town: Town, mother: Somebody) -> None:
    stranger = Somebody(mother.turns, 9999)
    assert stranger.say("visit").state == "stranger"
    with town.store.work() as db:
        db.execute(t.person.update().where(t.person.c.id == mother.person_id).values(active=False))
    assert mother.say("visit").state == "stranger"


@both()
def test_a_failing_act_is_kept_tried_five_times_and_told(town: Town, mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1", "boom"):
        mother.say(word)
    assert mother.say("1").state == "stuck"
    assert mother.say("help").state == "stuck", "later messages wait behind it"
    for _ in range(5):
        mother.turns.retry_stuck()
    with town.store.work() as db:
        dead = db.execute(select(t.stuck.c.dead, t.stuck.c.tries)).all()
        person = db.execute(
            select(t.person.c.stuck).where(t.person.c.id == mother.person_id)
        ).scalar()
    assert [tuple(row) for row in dead] == [(True, 5)]
    assert person == 0
    assert orders(town.store) == 0
    assert mother.say("help").state == "new"


def stuck(mother: Somebody) -> None:
    """The order fails at its last word, and something was said after it."""
    for word in ("visit", "2", "7", "today", "1", "boom"):
        mother.say(word)
    assert mother.say("1").state == "stuck"
    assert mother.say("help").state == "stuck"


def kinds(store: Store) -> list[str]:
    with store.work() as db:
        return [name for name in audit_rows(db) if name in ("cry", "order")]


@both()
def test_an_emergency_overtakes_what_is_stuck(town: Town, mother: Somebody) -> None:
    """Its words, its answers and its taps; what is stuck waits in its order, doubled never."""
    stuck(mother)
    assert mother.say("紧急").state == "new"
    assert "What is it?" in mother.text
    assert mother.press("green").state == "new"
    assert mother.turns.retry_stuck() == 0, "nothing stuck falls among the emergency's questions"
    assert mother.say("走访").state == "stuck", "only what is urgent overtakes"
    assert mother.say("he is alone").state == "new"
    assert "heard green, he is alone" in mother.text
    assert kinds(town.store) == ["cry"]
    with town.store.work() as db:
        waits = db.execute(select(t.stuck.c.tries).order_by(t.stuck.c.id)).scalars().all()
    assert list(waits) == [1, 0, 0]


@both()
def test_after_the_emergency_what_was_stuck_goes_on_where_it_was(
    town: Town, mother: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck(mother)
    for word in ("紧急", "1", "now"):
        assert mother.say(word).state == "new"
    mended = make_registry()
    visit = mended.by_name["visit"]
    mended.by_name["visit"] = replace(visit, then=lambda act, order: keep(act, plain(order)))
    monkeypatch.setattr(mother, "turns", town.turns(mended, LIBRARY))
    assert [mother.turns.retry_stuck() for _ in range(3)] == [1, 1, 0]
    assert kinds(town.store) == ["cry", "order"]
    assert mother.say("help").state == "new"


def plain(order: Order | None) -> Order | None:
    return order and replace(order, note="mended")


def test_an_emergency_that_is_left_lying_is_parked_and_the_stuck_goes_on(
    town: Town, mother: Somebody
) -> None:
    stuck(mother)
    mother.say("紧急")
    for _ in range(5):
        town.clock.now += timedelta(minutes=31)
        mother.turns.retry_stuck()
    with town.store.work() as db:
        assert db.execute(select(t.stuck.c.dead)).scalars().first() is True
    assert kinds(town.store) == []


def test_every_answer_while_stuck_gives_the_telephones(mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1", "boom"):
        mother.say(word)
    for word in ("1", "help", "走访", "孩子受伤了"):
        taken = mother.say(word)
        assert taken.state == "stuck"
        assert all(number in mother.text for number in ("110", "120", "0576-0000011")), word
        assert "紧急" in mother.labels


def test_an_emergency_begins_although_what_is_open_cannot_even_be_read(
    town: Town, mother: Somebody
) -> None:
    stuck(mother)
    with town.store.work() as db:
        db.execute(t.talk.update().values(answers=b"broken"))
    assert mother.say("sos").state == "new"
    assert "What is it?" in mother.text


def test_a_bug_is_logged_with_its_place_and_without_a_word_of_hers(mother: Somebody) -> None:
    with capture_logs() as logged:
        for word in ("visit", "2", "7", "today", "1", "boom", "1"):
            mother.say(word)
    (line,) = [each for each in logged if each["event"] == "turn.failed"]
    assert line["error"] == "ZeroDivisionError"
    assert "small.py:" in line["place"]
    assert line["receipt"].startswith("E-")
    assert "boom" not in str(line)


def test_one_failure_in_a_group_harms_nobody_else(town: Town, mother: Somebody) -> None:
    other = meet(town, "郑妈妈")
    for word in ("visit", "2", "7", "today", "1", "boom"):
        mother.say(word)
    for word in ("visit", "2", "7", "today", "1", "fine"):
        other.say(word)
    taken = mother.turns.take_many(
        [Incoming("t", "a", mother.person_id, "1"), Incoming("t", "b", other.person_id, "1")]
    )
    assert [each.state for each in taken] == ["stuck", "new"]
    assert orders(town.store) == 1


@both()
def test_a_group_of_people_shares_one_commit(town: Town) -> None:
    turns = meet(town, "王妈妈").turns
    group = [Incoming("t", f"g{person}", person, "visit") for person in town.people.values()]
    with town.store.work() as db:
        before = db.execute(select(func.count()).select_from(t.received)).scalar_one()
    taken = turns.take_many(group)
    assert {each.state for each in taken} == {"new"}
    with town.store.work() as db:
        after = db.execute(select(func.count()).select_from(t.received)).scalar_one()
    assert after - before == len(group)


def test_a_restart_between_any_two_messages_loses_nothing(town: Town) -> None:
    for number, word in enumerate(("visit", "2", "7", "today", "1", "fine", "1")):
        who = meet(town, "王妈妈")
        who.say(word, key=f"r{number}")
    assert "kept Order" in who.text
