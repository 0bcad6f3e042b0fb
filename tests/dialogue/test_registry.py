"""The registry: every conversation has a transcript in both languages and opens by its words."""

from __future__ import annotations

from pathlib import Path

import pytest

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import Answer, Conversation, Registry, conversations
from dialogue.texts import FOLDERS, words
from domain.privacy import DataClass
from domain.roles import RIGHTS, Account, Grant, Role

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"


async def talk(look: object) -> None:
    return None


def then(act: object, result: object) -> Answer:
    return Answer("")


def conversation(name: str, menu: int = 0) -> Conversation:
    return Conversation(name, talk, then, None, DataClass.INTERNAL, menu)


def account(role: Role) -> Account:
    return Account(1, "X-01", "X", "zh", (Grant(role, 1, "/1/"),))


@pytest.mark.parametrize("lang", FOLDERS)
@pytest.mark.parametrize("name", sorted(conversations.by_name))
def test_every_conversation_has_a_transcript(name: str, lang: str) -> None:
    files = [*TRANSCRIPTS.glob(f"{name}.{lang}.txt"), *TRANSCRIPTS.glob(f"{name}-*.{lang}.txt")]
    assert files, f"write tests/transcripts/{name}.{lang}.txt (see the README there)"
    said = {plain_line for file in files for plain_line in _typed_or_pressed(file)}
    openers = {name, *words(f"word.{name}"), *words(f"menu.{name}")}
    assert any(line.lstrip("/[").startswith(tuple(openers)) for line in said), openers


def _typed_or_pressed(file: Path) -> list[str]:
    lines = file.read_text("utf-8").splitlines()
    return [line.lstrip("> ") for line in lines if line.startswith(">")]


def test_every_transcript_belongs_to_a_conversation() -> None:
    for file in TRANSCRIPTS.glob("*.txt"):
        stem = file.name.partition(".")[0]
        assert {stem, stem.rpartition("-")[0], stem.partition("-")[0]} & set(
            conversations.by_name
        ), file.name


def test_two_conversations_of_one_name_are_refused() -> None:
    registry = Registry()
    registry.add(conversation("visit"))
    with pytest.raises(ValueError, match="two conversations are called visit"):
        registry.add(conversation("visit"))


def test_the_words_after_a_command_are_kept_as_they_were_typed() -> None:
    found = conversations.find("走访 小满-01")
    assert found
    assert (found[0].name, found[1]) == ("visit", "小满-01")
    assert conversations.find("/VISIT 小榆") == (found[0], "小榆")


def test_a_long_text_that_begins_with_a_command_opens_nothing() -> None:
    assert conversations.find("走访 " + "长" * 65) is None
    assert conversations.find("今天天气很好") is None
    assert conversations.find("") is None


def test_a_word_that_is_added_later_is_found() -> None:
    registry = Registry()
    registry.add(conversation("visit"))
    assert registry.find("联系") is None
    registry.add(conversation("contact"))
    assert registry.find("联系")


@pytest.mark.parametrize("role", Role)
def test_the_menu_holds_what_the_role_may_begin_in_its_order(role: Role) -> None:
    menu = conversations.menu(account(role))
    assert [each.menu for each in menu] == sorted(each.menu for each in menu)
    for each in menu:
        assert each.needs is None or each.needs in RIGHTS[role], each.name
    wanted = {
        name
        for name, each in conversations.by_name.items()
        if each.menu and (each.needs is None or each.needs in RIGHTS[role])
    }
    assert {each.name for each in menu} == wanted


@pytest.mark.parametrize("name", sorted(conversations.by_name))
def test_the_words_on_a_button_open_its_conversation_when_typed(name: str) -> None:
    for label in words(f"menu.{name}"):
        found = conversations.find(label)
        assert found is not None, label
        assert found[0].name == name, label


def test_an_opening_of_several_english_words_may_be_followed_by_more() -> None:
    from dialogue.registry import conversations

    found = conversations.find("sign-in code D-01")
    assert found
    assert (found[0].name, found[1]) == ("sign_in", "D-01")
