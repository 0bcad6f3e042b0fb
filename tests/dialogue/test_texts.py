"""The words: both languages complete, every conversation named, described and reachable."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

import handlers  # noqa: F401  (registers every conversation)
from dialogue.control import CONTROLS
from dialogue.read import plain
from dialogue.registry import conversations
from dialogue.texts import FOLDERS, NoText, catalogue, template, words
from dialogue.texts.__main__ import PACKAGES, faults, words_of
from domain.emergency import emergencies
from domain.points import rules

NAMES = sorted(conversations.by_name)
ROOT = Path(__file__).parents[2]
HALF = re.compile(r"[一-鿿][,;:?!()]|[,;:?!()][一-鿿]")


def test_both_languages_say_the_same_things() -> None:
    assert faults() == []


@pytest.mark.parametrize("lang", FOLDERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_conversation_has_its_word_its_name_and_what_it_is_about(
    name: str, lang: str
) -> None:
    for kind in ("word", "menu", "about"):
        assert template(f"{kind}.{name}", lang).strip(), kind


def test_no_two_conversations_share_a_word() -> None:
    said = {name: {plain(word) for word in (name, *words(f"word.{name}"))} for name in NAMES}
    for one, other in combinations(NAMES, 2):
        assert not said[one] & said[other], (one, other)


def test_no_conversation_is_opened_by_the_word_of_a_control() -> None:
    controls = {plain(word) for name in CONTROLS for word in words(f"control.{name}")}
    for name in NAMES:
        assert not {plain(word) for word in words(f"word.{name}")} & controls, name


def test_every_word_leads_to_its_own_conversation() -> None:
    for name in NAMES:
        for word in words(f"word.{name}"):
            for said in (word, f"/{word}", word.upper(), f" {word}。"):
                found = conversations.find(said)
                assert found, said
                assert found[0].name == name, said


def test_places_in_the_menu_are_taken_once() -> None:
    places = [each.menu for each in conversations.by_name.values() if each.menu]
    assert len(places) == len(set(places))


def test_chinese_texts_use_chinese_punctuation() -> None:
    """A comma of the other kind between two characters is ugly on paper and read aloud oddly."""
    for key, entry in catalogue("zh").items():
        assert not HALF.search(words_of(entry)), key


def test_chinese_sentences_in_the_code_use_chinese_punctuation() -> None:
    """What an operator reads stands in the code itself."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for said in sentences(path.read_text("utf-8")):
                assert not HALF.search(said), f"{path}: {said}"


def sentences(code: str) -> Iterator[str]:
    """The literals of a file but its docstrings and its patterns, which are raw; what is put into
    one stands as {}."""
    lines = code.splitlines()
    apart: set[ast.AST] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Expr):
            apart.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            apart.update(node.values)
        if not isinstance(node, ast.Constant | ast.JoinedStr) or node in apart:
            continue
        opening = lines[node.lineno - 1].encode()[node.col_offset :][:2]
        if b"r" not in opening.partition(b'"')[0]:
            values = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield "".join(
                str(each.value) if isinstance(each, ast.Constant) else "{}" for each in values
            )


@pytest.mark.parametrize("lang", FOLDERS)
def test_texts_have_no_stray_spaces(lang: str) -> None:
    for key, entry in catalogue(lang).items():
        said = words_of(entry)
        assert said == said.strip() or key.startswith("web."), key
        assert "  " not in said, key


def test_nobody_is_called_a_bad_child_or_a_problem_family() -> None:
    """Neutral, observable words."""
    for lang in FOLDERS:
        for key, entry in catalogue(lang).items():
            for word in ("坏孩子", "问题家庭", "问题儿童", "bad child", "problem family"):
                assert word not in words_of(entry), key


def test_rules_and_emergencies_have_words_in_both_languages() -> None:
    for rule in rules().values():
        assert rule.zh, rule.code
        assert rule.en, rule.code
    for emergency in emergencies().values():
        assert emergency.zh, emergency.code
        assert emergency.en, emergency.code


def test_a_key_that_no_catalogue_has_is_a_bug_with_its_name() -> None:
    with pytest.raises(NoText, match="no.such"):
        template("no.such", "zh")
