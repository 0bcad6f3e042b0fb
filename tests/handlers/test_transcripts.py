"""Every transcript of tests/transcripts is played and compared, word by word.

They are the manual as well: `<` bot, `>` person, `=` outcome; see tests/transcripts/README.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.emergency import emergencies
from tests.handlers.stage import FOLDER, Stage
from tests.town import CHILDREN

FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_the_bot_says_what_the_transcript_says(
    path: Path, open_stage: Callable[[str], Stage], request: pytest.FixtureRequest
) -> None:
    lang = path.suffixes[-2].removeprefix(".")
    written = path.read_text("utf-8")
    played = "\n".join(open_stage(lang).play(written.splitlines())) + "\n"
    if request.config.getoption("--rewrite", default=False):
        path.write_text(played, "utf-8")
        return
    assert played == written


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_transcript_begins_by_saying_what_it_shows(path: Path) -> None:
    first = path.read_text("utf-8").partition("\n")[0]
    assert first.startswith("# ")
    assert len(first) > 10


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_transcript_stands_in_both_languages(path: Path) -> None:
    stem = path.name.partition(".")[0]
    assert {each.name for each in FOLDER.glob(f"{stem}.*.txt")} == {
        f"{stem}.zh.txt",
        f"{stem}.en.txt",
    }


@pytest.mark.parametrize(
    ("name", "most"), [("visit-routine", 12), ("visit-round", 12), ("contact", 8)]
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_routine_month_and_a_contact_are_short(name: str, most: int, lang: str) -> None:
    lines = (FOLDER / f"{name}.{lang}.txt").read_text("utf-8").splitlines()
    taps = [int(line.removeprefix("= taps → ")) for line in lines if line.startswith("= taps")]
    assert taps
    assert max(taps) <= most


CODE = re.compile(r"\b(EM\d\d|R[01]\b)")


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_nobody_is_shown_a_code_in_place_of_words(path: Path) -> None:
    """The codes of emergencies and their levels are for tables; people read words."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(("<", "= told")):
            assert not CODE.search(line), line


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_an_alert_tells_no_more_than_open_it(path: Path) -> None:
    """Design 7: receipt and telephone; no village, no child, nothing of what has happened."""
    words = [each.zh for each in emergencies().values()] + [
        each.en for each in emergencies().values()
    ]
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("= told") and ("[警报" in line or "[alerts" in line):
            assert not [each for each in (*words, "榆树村", "Elm", "小满") if each in line], line


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_message_to_others_names_a_child(path: Path) -> None:
    """What is pushed carries a code name, never the name."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("= told"):
            assert not [name for name, *_ in CHILDREN if name in line], line
