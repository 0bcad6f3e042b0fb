"""A browser without JavaScript: reads pages, fills their forms, presses their buttons."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientResponse
from aiohttp.test_utils import BaseTestServer, TestClient
from lxml import html

OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Browser:
    """One person in front of one page."""

    server: BaseTestServer
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "zh-CN,zh"})
    status: int = 0
    page: Any = None
    source: str = ""

    async def __aenter__(self) -> Self:
        self.client: TestClient[Any, Any] = TestClient(self.server)
        self.origin = str(self.server.make_url("/")).rstrip("/")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.session.close()

    async def open(self, path: str = "/") -> Browser:
        async with self.client.get(path, headers=self.headers) as answer:
            return await self._seen(answer)

    async def post(self, path: str, fields: Any, **headers: str) -> Browser:
        sent = {"Origin": self.origin} | OWN | self.headers | headers
        async with self.client.post(path, data=fields, headers=sent) as answer:
            return await self._seen(answer)

    async def _seen(self, answer: ClientResponse) -> Browser:
        self.status, self.answer = answer.status, answer
        self.path = answer.url.path
        self.source = await answer.text()
        self.page = html.document_fromstring(self.source)
        return self

    async def press(self, label: str, *, tick: tuple[str, ...] = (), text: str = "") -> Browser:
        """The last button of the page that bears this label, in its own form."""
        return await self.post(*self.filled(label, tick=tick, text=text))

    def filled(
        self, label: str, *, tick: tuple[str, ...] = (), text: str = ""
    ) -> tuple[str, list[tuple[str, str]]]:
        button = [each for each in self.page.iter("button") if _label(each) == label][-1]
        form = next(each for each in button.iterancestors("form"))
        fields: list[tuple[str, str]] = []
        for entry in form.iter("input", "textarea"):
            value = entry.get("value", "")
            if entry.get("type") == "checkbox" and _label(entry.getparent()) not in tick:
                continue
            if entry.get("name") == "text" and entry.get("type") != "hidden":
                value = text
            fields.append((entry.get("name"), value))
        if button.get("name"):
            fields.append((button.get("name"), button.get("value")))
        return form.get("action") or self.path, fields

    async def write(self, text: str) -> Browser:
        """Into the field at the bottom of the page."""
        return await self.post(*self.written(text))

    def written(self, text: str) -> tuple[str, list[tuple[str, str]]]:
        form = self.page.get_element_by_id("bar")
        fields = [
            (entry.get("name"), entry.get("value", ""))
            for entry in form.iter("input")
            if entry.get("type") == "hidden"
        ]
        return "/say", [*fields, ("text", text)]

    @property
    def labels(self) -> list[str]:
        """The buttons in the log, in their order."""
        log = self.page.get_element_by_id("log")
        return [_label(button) for button in log.xpath(".//form//button")]

    @property
    def submit(self) -> str:
        """The button that ends a review, "" elsewhere."""
        found = self.page.xpath("//form[.//dl]//button[@class='main']")
        return _label(found[-1]) if found else ""

    @property
    def newest(self) -> str:
        """What was told last, with the answers of a review."""
        told = self.page.get_element_by_id("newest")
        parts = [told, *told.xpath("..//dl[@class='answers']//*[self::dt or self::dd[1]]")]
        return " ".join(" ".join(part.text_content().split()) for part in parts)

    @property
    def text(self) -> str:
        return " ".join(self.page.body.text_content().split())

    @property
    def bubbles(self) -> list[str]:
        found = self.page.xpath("//*[@id='log']//*[contains(@class,'said') or @class='told']")
        return [" ".join(each.text_content().split()) for each in found]

    def field(self, name: str) -> str:
        return str(self.page.xpath(f"//input[@name='{name}']")[-1].get("value"))


def _label(node: Any) -> str:
    """What it is called: what a screen reader says."""
    if node.get("aria-label"):
        return str(node.get("aria-label"))
    for number in node.xpath(".//*[@class='no']"):
        number.drop_tree()
    return " ".join(node.text_content().split())
