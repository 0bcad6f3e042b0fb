"""Chromium, which does the steps of a story and takes its pictures."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from dialogue.texts import first_word
from tests.screenshots.album import STRANGER, Picture, Story, Taken, takes
from tests.screenshots.city import City
from tests.screenshots.steps import (
    NEWEST,
    Away,
    Fill,
    Go,
    Keep,
    Later,
    Mark,
    Open,
    Press,
    Quiet,
    Say,
    Step,
)
from tests.town import MORNING

CHROMIUM = Path("/usr/bin/chromium")
HOST = "http://yumiao.example"
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
COLOURS = 64
MOST_STEPS = 80
PATIENCE = 15_000  # milliseconds
QUIET = ("都没有", "都好", "None of these", "none of these", "all fine")
ANSWERED = """key => {
  const own = document.querySelector("#bar [name=key]");
  return document.readyState === "complete" && (!own || own.value !== key);
}"""


@asynccontextmanager
async def open_browser(city: City) -> AsyncIterator[Browser]:
    """A browser for which the city has a name, whatever port it is served at."""
    where = f"{city.server.host}:{city.server.port}"
    locale = LOCALES[city.lang]
    rules = f"--host-resolver-rules=MAP yumiao.example:80 {where}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--font-render-hinting=none", f"--lang={locale}", rules],
            env={"LANGUAGE": locale.replace("-", "_")},
        )
        yield browser
        await browser.close()


@dataclass
class Camera:
    """One person's browser, and the folder for its pictures."""

    city: City
    page: Page
    folder: Path

    async def tell(self, story: Story) -> None:
        """Takes all pictures of a story; what goes wrong says at which of them."""
        if story.who != STRANGER:
            self.city.kept["door"] = self.city.link(story.who)
            await self.step(Go("{door}"))
        for picture in story.pictures:
            try:
                for step in picture.steps:
                    await self.step(step)
                for taken in takes(picture):
                    await self.take(taken)
                await self.rest(picture)
            except Exception as error:
                error.add_note(f"{story.who or 'stranger'}: {picture.name} in {self.city.lang}")
                raise

    async def take(self, taken: Taken) -> None:
        picture = taken.picture
        await self.page.emulate_media(color_scheme=taken.scheme)  # type: ignore[arg-type]
        await self.page.set_viewport_size({"width": picture.width, "height": picture.height})
        newest = self.page.locator(NEWEST)
        if await newest.count():
            await newest.evaluate("item => item.scrollIntoView({ block: 'start' })")
        shot = await self.page.screenshot(animations="disabled")
        (self.folder / taken.file).write_bytes(small(shot))

    async def rest(self, picture: Picture) -> None:
        """As it was; the database answers again, and no time has passed."""
        await self.page.emulate_media(color_scheme="light")
        self.city.clock.now = MORNING
        if any(isinstance(step, Away) and step.gone for step in picture.steps):
            await self.step(Away(gone=False))

    async def step(self, step: Step) -> None:
        match step:
            case Go(path):
                await self.page.goto(HOST + path.format(**self.city.kept))
            case Say(words):
                await self.page.fill("#words", words)
                await self.press("#bar button")
            case Open(name):
                await self.step(Say(first_word(f"word.{name}", self.city.lang)))
            case Press(what):
                await self.press(what)
            case Mark(what):
                if await self.page.locator(what).count():
                    await self.page.click(what)
            case Fill(what, words):
                await self.page.fill(what, words)
            case Quiet(until):
                await self.quiet(until)
            case Keep(name, what, ending):
                kept = await self.page.locator(what).last.get_attribute("href") or ""
                self.city.kept[name] = kept.removesuffix(ending)
            case Away(gone):
                self.city.cut(gone)
            case Later(minutes):
                self.city.clock.now += timedelta(minutes=minutes)

    async def press(self, what: str) -> None:
        """And waits for the page that answers: it has another key for the next message."""
        key = self.page.locator("#bar [name=key]")
        before = await key.input_value() if await key.count() else None
        await self.page.click(what)
        if before is None:
            await self.page.wait_for_load_state()
        else:
            await self.page.wait_for_function(ANSWERED, arg=before)

    async def quiet(self, until: str) -> None:
        """One press at least; then by the quiet buttons until the page shows what is wanted."""
        newest = self.page.locator(NEWEST)
        for _ in range(MOST_STEPS):
            buttons = newest.locator(".options button")
            labels = await buttons.all_inner_texts()
            calm = [n for n, label in enumerate(labels) if any(word in label for word in QUIET)]
            review = await newest.locator(".answers").count()
            number = len(labels) - 1 if review else calm[0] if calm else 0
            await self.press(f"{NEWEST} .options button >> nth={number}")
            if await newest.locator(until).count():
                return
        raise AssertionError(f"{until} did not come: {await newest.inner_text()}")


def small(shot: bytes) -> bytes:
    """The same picture in a few colours, without a date or a name of a program in it."""
    kept = io.BytesIO()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    few = image.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(kept, "PNG", optimize=True)
    return kept.getvalue()


async def tell_all(city: City, stories: tuple[Story, ...], folder: Path) -> None:
    """Each story in a browser context of its own: nobody is signed in from the one before."""
    async with open_browser(city) as browser:
        for story in stories:
            context = await browser.new_context(
                locale=LOCALES[city.lang], timezone_id="Asia/Shanghai", reduced_motion="reduce"
            )
            page = await context.new_page()
            page.set_default_timeout(PATIENCE)
            await Camera(city, page, folder).tell(story)
            await context.close()
