"""Whatever somebody types or is called stays text on every page and in the stream."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import update

from bot.web.bubbles import Reader, bubbles_of
from bot.web.pages import render
from storage import tables as t
from tests.town import CITY, MORNING, Town
from tests.web.browser import Browser
from tests.web.conftest import link_of

LIST = Path(__file__).parent.parent / "hostile" / "xss.json"
HOSTILE: list[str] = json.loads(LIST.read_text())


def test_the_hostile_list_is_long_enough() -> None:
    assert len(set(HOSTILE)) >= 50


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_changes_no_element_of_a_message(text: str) -> None:
    assert _shape(_message(text)) == _shape(_message("x"))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_changes_no_element_of_a_page(text: str) -> None:
    for template in ("door.html", "again.html"):
        assert _shape(_page(template, text)) == _shape(_page(template, "x"))


async def test_hostile_words_come_back_as_they_were_said(mother: Browser) -> None:
    await mother.write("孩子")
    usual = len(mother.page.xpath("//script"))
    for text in HOSTILE[:20]:
        await mother.write("孩子")
        await mother.write(text)
        assert mother.status == 200
        assert len(mother.page.xpath("//script")) == usual
    assert HOSTILE[0] in mother.text


async def test_hostile_names_are_text_at_the_door(stranger: Browser, town: Town) -> None:
    link = link_of(town, "王妈妈")
    for name in HOSTILE:
        with town.store.work() as db:
            mine = t.person.c.code == "M-01"
            db.execute(update(t.person).where(mine).values(name=name.replace("\0", "")))
        await stranger.open(f"/in/{link}")
        assert len(stranger.page.xpath("//script")) == 1
        assert stranger.page.xpath("//title")[0].text == "育苗"


def _message(text: str) -> str:
    body = {
        "kind": "review",
        "mark": text,
        "said": text,
        "note": text,
        "text": text,
        "lines": [{"label": text, "answer": text, "place": 0}],
        "buttons": [{"label": text, "data": text}, {"label": text, "data": text}],
        "controls": [{"label": text, "data": text, "name": text}],
    }
    [bubble] = bubbles_of([(1, MORNING, body)], Reader(MORNING, CITY, "zh"))
    return render("message.html", "zh", bubble=bubble, csrf="c", newest=True)


def _page(template: str, text: str) -> str:
    fields = [("text", text), ("cb", text)]
    return render(template, "zh", large=False, name=text, csrf=text, fields=fields, exit=text)


def _shape(source: str) -> list[tuple[str, list[str]]]:
    nodes = html.document_fromstring(source).iter()
    return [(str(node.tag), sorted(map(str, node.attrib))) for node in nodes]
