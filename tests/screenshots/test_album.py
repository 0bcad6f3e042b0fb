"""Every page has its pictures and every picture its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.web.house import WebHouse
from bot.web.server import make_app
from domain.roles import Role
from tests.screenshots.album import (
    FOLDER,
    LANGS,
    NO_PAGES,
    STORIES,
    STRANGER,
    pictures,
    takes,
)

ROOT = FOLDER.parents[1]
PAPERS = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/??/*.md")])
SOURCE = re.compile(r"""!\[(?P<alt>[^\]]*)\]\((?P<src>[^)]+)\)|(?:src|srcset)="(?P<html>[^"]+)\"""")
MOST = 3 * 1024 * 1024
ELSEWHERE = ("/nowhere",)
"""Addresses of pictures that are no route."""


def files() -> set[str]:
    return {taken.file for picture in pictures() for taken in takes(picture)}


def shown() -> Iterator[tuple[Path, Path]]:
    """Each picture that a paper shows."""
    for paper in PAPERS:
        for match in SOURCE.finditer(paper.read_text("utf-8")):
            yield paper, (paper.parent / (match["src"] or match["html"])).resolve()


def test_every_page_has_a_picture(house: WebHouse) -> None:
    routes = make_app(house).router.routes()
    read = {
        route.resource.canonical for route in routes if route.method == "GET" and route.resource
    }
    drawn = {picture.route for picture in pictures()}
    assert read - drawn - set(NO_PAGES) == set(), (
        "each needs a Picture in tests/screenshots/album.py"
    )
    assert drawn - read == set(ELSEWHERE)
    assert set(NO_PAGES) <= read


def test_no_two_pictures_have_one_name() -> None:
    names = [taken.file for picture in pictures() for taken in takes(picture)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("lang", LANGS)
def test_the_folder_holds_the_pictures_of_the_album_and_no_others(lang: str) -> None:
    assert {path.name for path in (FOLDER / lang).iterdir()} == files(), "run `make screenshots`"


def test_all_pictures_together_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.png")) < MOST


def test_every_picture_that_a_paper_shows_is_there() -> None:
    assert PAPERS
    assert [f"{paper.name}: {path}" for paper, path in shown() if not path.is_file()] == []


def test_every_picture_of_a_paper_says_in_words_what_it_shows() -> None:
    for paper in PAPERS:
        text = paper.read_text("utf-8")
        silent = [
            match["src"] for match in SOURCE.finditer(text) if match["src"] and not match["alt"]
        ]
        assert silent == [], paper
        assert text.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]+"', text)), paper


def test_a_paper_shows_pictures_of_its_own_language() -> None:
    for paper, path in shown():
        english = paper.name == "README.en.md" or paper.parent.name == "en"
        assert path.parent.name == ("en" if english else "zh"), f"{paper}: {path}"


def test_every_story_begins_with_somebody_of_the_city() -> None:
    known = {role.value for role in Role} | {STRANGER}
    assert {str(story.who) for story in STORIES} <= known
