"""A whole visit by a person's hands in Chromium, in both languages: by clicks, by keys alone,
magnified, without motion, and for ears."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import BaseTestServer
from sqlalchemy import update

import handlers  # noqa: F401  (registers every conversation)
from dialogue.registry import conversations
from domain.library import packaged
from storage import tables as t
from tests.town import Town
from tests.web.clicking import (
    NEWEST,
    RECEIPT,
    choose,
    enter,
    find,
    newest,
    open_menu,
    press,
    pressed,
    strays,
)
from tests.web.conftest import Talks
from tests.web.test_chromium import phone, pytestmark  # noqa: F401  (skips without Chromium)

LANGS = ("zh", "en")
LABELS = {
    "zh": {
        "visit": "走访",
        "change": "修改：上网",
        "screen": "有节制",
        "line": "上网 有节制",
        "undo": "撤回本次提交",
        "yes": "是",
        "gone": "已撤回",
        "submit": "提交本次走访",
    },
    "en": {
        "visit": "Visit",
        "change": "Change: Screen use",
        "screen": "limited",
        "line": "Screen use limited",
        "undo": "Take this back",
        "yes": "Yes",
        "gone": "Taken back",
        "submit": "Submit this visit",
    },
}
QUIET = {
    "zh": ("以上都没有", "与上次相同"),
    "en": ("None of these", "none of these", "The same as last time"),
}
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("body *")]
  .filter(each => each.matches("html, #main, #foot") ? each.scrollWidth > each.clientWidth
    : each.getBoundingClientRect().right > innerWidth + 0.5
      && each.checkVisibility() && !each.closest(".hide"))
  .map(each => `${each.tagName} ${each.id || each.className}: ${each.textContent.slice(0, 30)}`)"""
MOVING = """() => [
  ...document.getAnimations().map(each => String(each.animationName || each)),
  ...[...document.querySelectorAll("*")].filter(each => {
    const { transitionDuration: spent, animationName: name, scrollBehavior } =
      getComputedStyle(each);
    return parseFloat(spent) > 0 || name !== "none" || scrollBehavior === "smooth";
  }).map(each => each.tagName),
]"""
FOCUSED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  const points = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]];
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    return top && (it.contains(top) || top.contains(it));
  });
  const label = it.matches("[type=checkbox]") ? it.parentElement : it;
  return {
    what: `${it.tagName} ${it.id} ${label.textContent.trim().slice(0, 40)}`,
    label: label.textContent.replace(/\\s+/g, " ").trim(),
    seen,
    outlined: it.matches(":focus-visible") && outlineStyle !== "none"
      && parseFloat(outlineWidth) >= 2,
    inside: it !== document.body,
  };
}"""
LIVE = """() => [...document.querySelectorAll("[aria-live], [role=status], [role=alert]")]
  .map(each => each.id)"""


@pytest.fixture
def talks() -> Talks:
    return conversations, packaged()


def read_in(town: Town, lang: str) -> None:
    with town.store.work() as db:
        db.execute(update(t.person).values(lang=lang))


async def first_visit(page: Any, lang: str) -> AsyncIterator[str]:
    """As the transcript of a first visit does it, up to the review, whose button
    is the last."""
    await open_menu(page, LABELS[lang]["visit"])
    *labels, submit = pressed("visit-first", lang)
    for label in labels:
        yield label
        await choose(page, label)
    yield submit


def later(town: Town, **by: int) -> None:
    town.clock.now += timedelta(**by)


@pytest.mark.parametrize("lang", LANGS)
async def test_a_whole_visit_by_clicks(lang: str, server: BaseTestServer, town: Town) -> None:
    """Changed on the review, submitted, taken back, recorded anew; then a month in 12 taps."""
    read_in(town, lang)
    said = LABELS[lang]
    found: dict[str, list[str]] = {}
    async with phone() as page:
        await enter(page, server, town, "李主任")
        async for label in first_visit(page, lang):
            found[label] = await strays(page, lang)
        await press(page, page.get_by_role("button", name=said["change"]))
        found["change"] = await strays(page, lang)
        await choose(page, said["screen"])
        assert said["line"] in await newest(page)
        await choose(page, label)
        receipt = RECEIPT.search(await newest(page))
        assert receipt is not None
        found["receipt"] = await strays(page, lang)
        later(town, minutes=9)
        await choose(page, said["undo"])
        assert receipt[0] in await newest(page)
        await choose(page, said["yes"])
        assert said["gone"] in await newest(page)
        found["undone"] = await strays(page, lang)
        async for label in first_visit(page, lang):
            submit = label
        await choose(page, submit)
        await page.goto("about:blank")  # an open page would leave by itself just then
        later(town, days=28)
        await enter(page, server, town, "李主任")
        assert await routine(page, lang) <= 12
        found["routine"] = await strays(page, lang)
    assert {state: words for state, words in found.items() if words} == {}


async def routine(page: Any, lang: str) -> int:
    """The taps of a month without news, from the menu to the receipt."""
    said, taps = LABELS[lang], 1
    await open_menu(page, said["visit"])
    for label in tuple(pressed("visit-first", lang))[:2]:  # the child, and today
        await choose(page, label)
        taps += 1
    while not RECEIPT.search(await newest(page)):
        labels = " ".join(await page.locator(f"{NEWEST} button").all_inner_texts())
        quiet = next((each for each in QUIET[lang] if each in labels), said["submit"])
        await choose(page, quiet)
        taps += 1
        assert taps < 20
    return taps


async def tab_to(page: Any, label: str) -> None:
    """With Tab alone to the button or box of this label; each stop on the way is to be seen."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUSED)
        if not stop["inside"]:
            continue  # the browser's own address line
        assert stop["seen"], f"{stop['what']} is hidden"
        assert stop["outlined"], f"{stop['what']} shows no focus"
        if label in stop["label"]:
            return
    raise AssertionError(f"Tab does not lead to {label}")


async def key(page: Any, label: str, how: str = "Enter") -> None:
    before = await page.locator("#bar [name=key]").input_value()
    await tab_to(page, label)
    await page.keyboard.press(how)
    await page.wait_for_function(
        "key => document.querySelector('#bar [name=key]')?.value !== key", arg=before
    )


@pytest.mark.parametrize("lang", LANGS)
async def test_a_whole_visit_by_keys_alone(lang: str, server: BaseTestServer, town: Town) -> None:
    """Tab, Enter and Space; what has the focus is marked, and never under head or foot."""
    read_in(town, lang)
    said = LABELS[lang]
    async with phone() as page:
        await enter(page, server, town, "李主任")
        await tab_to(page, {"zh": "菜单", "en": "Menu"}[lang])
        await page.keyboard.press("Space")
        await key(page, said["visit"])
        for place, label in enumerate(pressed("visit-first", lang)):
            await key(page, label, "Space" if place % 2 else "Enter")
        assert RECEIPT.search(await newest(page))


async def test_boxes_are_ticked_by_space(server: BaseTestServer, town: Town) -> None:
    async with phone() as page:
        await enter(page, server, town, "李主任")
        *labels, none, _ = pressed("visit-first", "zh")
        await open_menu(page, LABELS["zh"]["visit"])
        for label in labels:
            await choose(page, label)
        assert await find(page, none)
        await tab_to(page, "严重行为偏差")
        await page.keyboard.press("Space")
        assert await page.locator(f"{NEWEST} :checked").count() == 1
        await tab_to(page, "选好了")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("lang", LANGS)
async def test_at_twice_the_size_nothing_runs_over(
    lang: str, large: bool, server: BaseTestServer, town: Town
) -> None:
    """A phone of 360 at 200 %: 180 wide; and the same in large print."""
    with town.store.work() as db:
        db.execute(update(t.person).values(lang=lang, large=large))
    found: dict[str, list[str]] = {}
    async with phone(width=180, device_scale_factor=2) as page:
        await page.set_viewport_size({"width": 180, "height": 360})
        await enter(page, server, town, "李主任")
        found["menu"] = await page.evaluate(TOO_WIDE)
        async for label in first_visit(page, lang):
            found[label] = await page.evaluate(TOO_WIDE)
        await choose(page, label)
        found["receipt"] = await page.evaluate(TOO_WIDE)
    assert {state: wide for state, wide in found.items() if wide} == {}


async def test_nothing_moves_for_who_wants_no_motion(server: BaseTestServer, town: Town) -> None:
    async with phone(reduced_motion="reduce") as page:
        await enter(page, server, town, "李主任")
        async for label in first_visit(page, "zh"):
            assert await page.evaluate(MOVING) == [], label
        await choose(page, label)
        assert await page.evaluate(MOVING) == []


async def test_the_log_stays_the_same_live_region_and_the_newest_message_has_the_focus(
    server: BaseTestServer, town: Town
) -> None:
    """ARIA23: a screen reader follows one log; the line beside it speaks only of trouble."""
    async with phone() as page:
        await enter(page, server, town, "李主任")
        await page.evaluate("document.querySelector('#log').begun = true")
        async for _ in first_visit(page, "zh"):
            assert await page.evaluate(LIVE) == ["log", "status"]
            assert await page.evaluate("document.querySelector('#log').begun") is True
            assert await page.inner_text("#status") == ""
            focus = f"document.activeElement === document.querySelector('{NEWEST} .told')"
            assert await page.evaluate(focus)


def test_the_transcript_of_a_first_visit_presses_the_same_in_both_languages() -> None:
    """So that neither language's visit is shorter."""
    lengths: Iterator[int] = (len(tuple(pressed("visit-first", lang))) for lang in LANGS)
    assert len(set(lengths)) == 1
