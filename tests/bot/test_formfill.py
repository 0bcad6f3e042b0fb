"""`yumiao forms fill` and `yumiao chat` take a file by its path."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import handlers  # noqa: F401  (registers every conversation)
from bot.channels.message import Incoming, Taken
from bot.channels.terminal import converse
from bot.cli import main
from dialogue.registry import conversations
from domain.media import STORED
from storage import tables as t
from tests.parcels import PDF, SECRET, SHEETS, at_home, library
from tests.town import Town


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a form and some files, in which the person stands."""
    (tmp_path / "contact.md").write_text("\n".join(SHEETS), "utf-8")
    (tmp_path / "photo.jpg").write_bytes(at_home())
    (tmp_path / "p.pdf").write_bytes(PDF)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fill(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], lines: str, *more: str
) -> tuple[int, Any, str]:
    words = ["yumiao", "forms", "fill", "contact.md", *more]
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    with pytest.raises(SystemExit) as end:
        main()
    said = capfd.readouterr()
    return int(end.value.code or 0), json.loads(said.out or "null"), said.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_form_is_filled_with_files(
    lang: str, here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = "1\nwords\n@nothing.jpg\n@p.pdf\n@./photo.jpg\nskip\nfile:p.pdf\n28.6567,121.4\n1\n"
    code, found, asked = fill(monkeypatch, capfd, lines, "--lang", lang, "--files", "kept")
    assert code == 0
    answers = found["answers"]
    assert set(answers) == {"mode", "photo", "paper", "spot"}
    assert answers["spot"] == "28.66 121.40 0 0"
    assert STORED.fullmatch(answers["photo"])
    photo = (here / "kept" / answers["photo"]).read_bytes()
    assert photo.startswith(b"RIFF")
    assert SECRET not in photo
    assert (here / "kept" / answers["paper"]).read_bytes() == PDF
    assert (here / "kept" / answers["paper"]).stat().st_mode & 0o077 == 0
    assert len(list((here / "kept").iterdir())) == 2
    named = {name: about["name"] for name, about in found["files"].items()}
    assert named == {answers["photo"]: "photo.webp", answers["paper"]: "p.pdf"}
    assert "@./photo.jpg" in asked
    for said in {
        "zh": ("这一题要发照片", "找不到这个文件", "JPEG、PNG 或 WebP 格式"),
        "en": ("words will not do", "no such file", "Please send JPEG"),
    }[lang]:
        assert said in asked


def test_without_a_folder_nothing_is_written(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = set(here.iterdir())
    lines = "1\n@photo.jpg\nskip\nskip\nskip\n1\n"
    code, found, _ = fill(monkeypatch, capfd, lines)
    assert code == 0
    assert found["answers"]["photo"].endswith(".webp")
    assert set(here.iterdir()) == before


def test_a_contact_with_a_photo_is_logged_in_the_terminal(here: Path, town: Town) -> None:
    turns = town.turns(conversations, library())
    sent: list[Incoming] = []

    def take(message: Incoming) -> Taken:
        sent.append(message)
        return turns.take(message)

    def lines() -> Iterator[str]:
        yield from ("联系", "今天", "见面", "words", "@nothing", "@photo.jpg")

    said = list(converse(take, town.people["王妈妈"], lines()))
    assert "输入 @ 和文件的位置" in said[-4]
    assert "打字不能代替" in said[-3]
    assert "找不到这个文件" in said[-2]
    assert "录音" in said[-1]
    assert [bool(message.files) for message in sent] == [False] * 4 + [True, True]
    with town.store.work() as db:
        assert db.execute(t.attachment.select()).one().kind == "image"
    (first,) = converse(take, town.people["王妈妈"], ["@photo.jpg"])  # a new start, its first line
    assert "收的录音" in first
    list(converse(take, town.people["王妈妈"], ["跳过", "跳过", "跳过", "@photo.jpg"]))
    assert sent[-1].text == "@photo.jpg"  # where no file is asked for, it is words
