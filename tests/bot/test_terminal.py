"""`yumiao chat`: a script on standard input, what the bot says on standard output."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels.message import Incoming, Outgoing, Taken
from bot.channels.terminal import converse, render
from domain.privacy import DataClass
from storage import migrations
from storage.session import open_store
from tests.town import found_town

MOMENT = "2026-11-23T09:00+08:00"
CONTACT = {
    "zh": ["联系", "今天", "电话", "2", "1", "1", "1"],
    "en": ["contact", "today", "video call", "2", "1", "1", "1"],
}
RECEIPT = {"zh": "回执 ", "en": "eceipt "}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a town in it, as a command finds it."""
    made = tmp_path_factory.mktemp("terminal")
    store = open_store(made)
    migrations.upgrade(store.engine)
    found_town(store)
    store.close()
    return made


def chat(
    data: Path, lines: list[str], *more: str, who: str = "王妈妈"
) -> subprocess.CompletedProcess[str]:
    script = "".join(line + "\n" for line in lines)
    options = ["--data", str(data), "--as", who, "--now", MOMENT, *more]
    return subprocess.run(
        [sys.executable, "-m", "bot", "chat", *options],
        cwd=Path(__file__).parents[2],
        input=script,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_contact_ends_with_its_receipt_and_the_program_with_its_input(
    data: Path, lang: str
) -> None:
    done = chat(data, CONTACT[lang], "--lang", lang)
    assert (done.returncode, done.stderr) == (0, "")
    last = done.stdout.strip().rpartition("\n\n")[2]
    assert RECEIPT[lang] in last, last


def test_an_input_that_ends_in_the_middle_loses_nothing(data: Path) -> None:
    first = chat(data, CONTACT["zh"][:3], "--lang", "zh")
    assert first.returncode == 0
    assert "多少分钟" in first.stdout
    then = chat(data, CONTACT["zh"][3:], who="M-01")
    assert then.returncode == 0
    assert "回执" in then.stdout


def test_empty_lines_and_strange_characters_are_survived(data: Path) -> None:
    done = chat(data, ["", "   ", "联系", "\x00\x1b[31m", "😀" * 3000, "取消"], "--lang", "zh")
    assert done.returncode == 0
    assert "没有记录" in done.stdout


# --- the channel itself ------------------------------------------------------------------------


def test_every_line_is_a_message_with_a_key_of_its_own() -> None:
    sent: list[Incoming] = []

    def take(message: Incoming) -> Taken:
        sent.append(message)
        body = {"kind": "end", "text": f"heard {message.text}"}
        return Taken("new", (Outgoing(1, DataClass.INTERNAL, "k", body),))

    def lines() -> Iterator[str]:
        yield from ("one\n", "\n", "two\r\n", "one")

    assert list(converse(take, 7, lines())) == ["heard one", "heard two", "heard one"]
    assert len({message.key for message in sent}) == 3
    assert {(message.person_id, message.shown) for message in sent} == {(7, None)}


def test_a_question_is_rendered_with_numbers_ticks_and_controls() -> None:
    body = {
        "kind": "many",
        "note": "Again:",
        "text": "Which?",
        "buttons": [{"label": "red", "data": "a", "ticked": True}, {"label": "blue", "data": "b"}],
        "controls": [{"label": "back", "data": "c", "name": "back"}],
    }
    assert render(body) == "Again:\nWhich?\n  1. ✓ red\n  2. blue\n  <back>"
    body["buttons"] = [{"label": "red", "data": "a", "ticked": True, "rank": 2}]
    assert "  1. (2) red\n" in render(body)
