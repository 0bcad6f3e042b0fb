"""Buttons: only the person to whom it was shown, for this question, and once.

More than 2,000 bad inputs are made from a fixed seed; none of them may be accepted.
"""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.buttons import Button, make_button, read_button
from bot.channels.message import Incoming
from bot.drafts import unpack
from dialogue.control import CONTROLS
from dialogue.texts import words
from storage import inbox
from storage.crypto import Keys
from tests.bot import small
from tests.bot.small import LIBRARY, audit_rows, make_registry
from tests.town import Somebody, Town

KEYS, OTHERS = Keys(b"k" * 32), Keys(b"o" * 32)
MOTHER, TALK, REVISION = 7, 3, 9
LETTERS = string.ascii_letters + string.digits + "-_"
COMMANDS = ("visit", "/visit", "走访", "取消", "cancel", "紧急", "/start", "草稿", "1", "提交")


def good() -> str:
    return make_button(KEYS, MOTHER, TALK, REVISION, "2")


def flipped(token: str) -> Iterator[str]:
    """Every single bit of the 16 bytes, and of the written letters."""
    raw = base64.urlsafe_b64decode(token[3:] + "==")
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        yield "c1:" + base64.urlsafe_b64encode(changed).rstrip(b"=").decode()
    for place in range(len(token)):
        for bit in range(7):
            yield token[:place] + chr(ord(token[place]) ^ 1 << bit) + token[place + 1 :]


def of_others() -> Iterator[str]:
    """Good buttons of other people, and of another house."""
    for person in range(200):
        if person != MOTHER:
            yield make_button(KEYS, person, TALK, REVISION, "2")
        yield make_button(OTHERS, person, TALK, REVISION, "2")


def foreign(token: str, chance: random.Random) -> Iterator[str]:
    """Other formats and lengths, up to 65 bytes and beyond."""
    yield from ("", "c1:", "c1", token[3:], "c2:" + token[3:], "C1:" + token[3:], token + "=")
    yield from (token + "\n", " " + token, token.replace("c1:", "c1："), token[:-1], token * 2)
    for size in (*range(64), 65, 66, 1000):
        yield "c1:" + "".join(chance.choices(LETTERS, k=size))
    yield from ("x" * 65, "\0" * 25, "c1:" + "é" * 22, "c1:" + "+/" * 11, "c1:" + "=" * 22)


def random_words(chance: random.Random) -> Iterator[str]:
    """64 random letters, commands among them."""
    for number in range(700):
        command = COMMANDS[number % len(COMMANDS)]
        rest = "".join(chance.choices(string.printable, k=64 - len(command)))
        yield (command + rest, rest + command, "c1:" + rest[:22], command)[number % 4]


def bad_inputs() -> list[str]:
    chance, token = random.Random(10), good()
    made = [
        *flipped(token),
        *of_others(),
        *foreign(token, chance),
        *random_words(chance),
        *("c1:" + "".join(chance.choices(LETTERS, k=22)) for _ in range(900)),
    ]
    return [each for each in made if each != token]


BAD = bad_inputs()


def test_more_than_two_thousand_bad_inputs_are_none_of_them_accepted() -> None:
    assert len(BAD) > 2_000
    assert [each for each in BAD if read_button(KEYS, MOTHER, each) is not None] == []


def test_a_button_is_25_opaque_bytes_and_leads_back_to_its_question() -> None:
    for what in (*map(str, range(240)), *CONTROLS):
        token = make_button(KEYS, MOTHER, TALK, REVISION, what)
        assert len(token.encode()) == 25 <= 64
        assert read_button(KEYS, MOTHER, token) == Button(TALK, REVISION, what)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 2**62), st.integers(1, 2**24 - 1), st.integers(0, 2**16 - 1))
def test_a_button_belongs_to_one_person_conversation_and_question(
    person: int, talk: int, revision: int
) -> None:
    token = make_button(KEYS, person, talk, revision, "back")
    assert read_button(KEYS, person, token) == Button(talk, revision, "back")
    assert read_button(KEYS, person + 1, token) is None
    others = {make_button(KEYS, person, talk, revision, each) for each in ("0", "1", "skip")}
    assert token not in others


# --- in a conversation ------------------------------------------------------------------------


@pytest.fixture
def mother(town: Town) -> Somebody:
    return Somebody(town.turns(make_registry(), LIBRARY), town.people["王妈妈"])


def answers(town: Town, who: Somebody) -> dict[str, object]:
    """What is kept of the open conversation."""
    with town.store.work() as db:
        found = inbox.load_people(db, [who.person_id])[who.person_id]
    assert found.open
    assert found.talk
    conversation = make_registry().by_name[found.open["conversation"]]
    return unpack(
        town.store.keys, who.person_id, found.talk, found.open, conversation
    ).draft.answers


def press(who: Somebody, token: str) -> None:
    """As a browser sends it: a pressed button, whatever it carries."""
    number = next(who.numbers)
    taken = who.turns.take(Incoming("web", f"p{number}", who.person_id, tokens=(token,)))
    assert taken.state == "new"
    who.body = taken.replies[-1].body


def test_bad_inputs_get_a_note_and_change_nothing(town: Town, mother: Somebody) -> None:
    for word in ("visit", "green"):
        mother.say(word)
    before = answers(town, mother)
    for each in random.Random(12).sample(BAD, 150):
        press(mother, each)
        assert "已经失效" in mother.body["note"]
        assert "How many?" in mother.text
    assert answers(town, mother) == before
    with town.store.work() as db:
        assert audit_rows(db).count("order") == 0


def test_a_button_of_a_step_before_a_finished_or_a_cancelled_talk_does_nothing(
    town: Town, mother: Somebody
) -> None:
    mother.say("visit")
    first = [button["data"] for button in mother.body["buttons"] + mother.body["controls"]]
    mother.press("green")
    for token in first:
        press(mother, token)
        assert "已经回答过" in mother.body["note"]
    assert answers(town, mother) == {"colour": "green"}
    mother.say("取消")
    for token in first:
        press(mother, token)
        assert "已经失效" in mother.text


def test_the_last_button_pressed_a_hundred_times_records_once(town: Town, mother: Somebody) -> None:
    for word in ("visit", "2", "7", "today", "1", "fine"):
        mother.say(word)
    token = mother.token("提交")
    for _ in range(100):
        press(mother, token)
    assert "没有重复" in mother.text
    with town.store.work() as db:
        assert audit_rows(db).count("order") == 1


def test_a_button_that_is_pressed_twice_while_ticking_counts_once(
    town: Town, mother: Somebody
) -> None:
    for word in ("visit", "2", "7", "today"):
        mother.say(word)
    token = mother.token("soft")
    press(mother, token)
    press(mother, token)
    assert mother.body["buttons"][1]["ticked"]
    assert "已经回答过" in mother.body["note"]


def test_one_bad_button_among_good_ones_spoils_them_all(town: Town, mother: Somebody) -> None:
    mother.say("visit")
    tokens = (mother.token("red"), "c1:" + "A" * 22)
    taken = mother.turns.take(Incoming("web", "two", mother.person_id, tokens=tokens))
    assert taken.replies[-1].body["note"]
    assert answers(town, mother) == {}


@pytest.mark.parametrize("name", CONTROLS)
def test_every_control_has_words_in_both_languages(name: str) -> None:
    assert len(words(f"control.{name}")) >= 2


def test_options_that_have_moved_since_they_were_shown_make_old_buttons_stale(
    town: Town, mother: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 2: asked again with a note, the list is another one; its old buttons are dead."""
    mother.say("visit")
    blue = mother.token("blue")
    monkeypatch.setattr(small, "COLOURS", ("white", *small.COLOURS))
    press(mother, "c1:zzz")
    assert mother.labels == list(small.COLOURS)
    press(mother, blue)
    assert "已经回答过" in mother.body["note"]
    assert answers(town, mother) == {}
    mother.say("3")
    assert answers(town, mother) == {"colour": "green"}
