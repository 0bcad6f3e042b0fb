"""A person's hands on the page: she presses what she sees, and waits for the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp.test_utils import BaseTestServer

from tests.town import CHILDREN, PEOPLE, Town
from tests.web.conftest import link_of

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
PRESSED = re.compile(r"> \[([^\]]+)\]$")
NEWEST = "#log > ol > li:last-child"
ANSWERED = """key => {
  const own = document.querySelector("#bar [name=key]");
  return own && own.value !== key;
}"""
WORDS = """() => [
  document.title,
  ...[...document.body.querySelectorAll("[aria-label], [placeholder]")]
    .flatMap(each => [each.ariaLabel || "", each.placeholder || ""]),
  document.body.innerText,
].join("\\n")"""
RECEIPT = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")
OWN = ("爱画画", "奶奶", "中文", "English")
"""What the children's people have written, and the names of the languages in themselves."""


def pressed(transcript: str, lang: str) -> Iterator[str]:
    """The labels that are pressed in a transcript, in their order."""
    text = (TRANSCRIPTS / f"{transcript}.{lang}.txt").read_text("utf-8")
    for line in text.splitlines():
        if match := PRESSED.match(line):
            yield match[1]


async def enter(page: Any, server: BaseTestServer, town: Town, name: str) -> None:
    await page.goto(str(server.make_url(f"/in/{link_of(town, name)}")))
    await page.click("button.main")
    await page.wait_for_selector("#bar")


async def press(page: Any, button: Any) -> None:
    """Presses it, and waits for the page that answers: it has another key for what comes next."""
    before = await page.locator("#bar [name=key]").input_value()
    await button.click()
    await page.wait_for_function(ANSWERED, arg=before)


async def find(page: Any, label: str) -> Any:
    """The button of the newest message that bears this label, or one that begins with it."""
    buttons = page.locator(f"{NEWEST} button:visible")
    found = [" ".join(each.split()) for each in await buttons.all_text_contents()]
    bare = [re.sub(r"^\d+ ?", "", each) if not label[0].isdigit() else each for each in found]
    places = [n for n, each in enumerate(bare) if each == label]
    places += [n for n, each in enumerate(bare) if label in each]
    assert places, f"no {label} among {bare}"
    return buttons.nth(places[0])


async def choose(page: Any, label: str) -> None:
    await press(page, await find(page, label))


async def open_menu(page: Any, label: str) -> None:
    """From the menu at the foot: two presses, or one where it is open."""
    if not await page.locator("#menu[open]").count():
        await page.click("#menu summary")
    await press(page, page.get_by_role("button", name=label, exact=True).last)


async def newest(page: Any) -> str:
    return " ".join((await page.locator(f"{NEWEST}").inner_text()).split())


async def strays(page: Any, lang: str) -> list[str]:
    """Words of the other language anywhere on the page, but for names and what people wrote."""
    text = RECEIPT.sub("", await page.evaluate(WORDS))
    own = {name for name, *_ in (*PEOPLE, *CHILDREN)} | {code for _, code, *_ in CHILDREN}
    for each in sorted({*own, *OWN}, key=len, reverse=True):
        text = text.replace(each, "")
    wrong = r"[㐀-鿿]+" if lang == "en" else r"[A-Za-z]{2,}"
    return re.findall(wrong, text)
