"""A town where much has happened, behind a served web chat; and any of its people signed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp.test_utils import BaseTestServer
from sqlalchemy import select

from domain.roles import Role
from storage import doors
from storage import tables as t
from storage.founding import Founding, NewChild
from storage.inbox import load_account
from tests.town import Town
from tests.web.browser import Browser

REASON = "接到学校电话，核实近况"
Staff = dict[tuple[Role, str], int]
WORDS = ("小榆", "小樟", "小桂", "小枫", "小松", "小满", "谷雨", "芒种", "爱画画", "奶奶")
"""Canary words: names, codes and traits of the town's children."""


@dataclass
class Lived:
    """The town after its days, its staff of every role in four places, and the server."""

    town: Town
    server: BaseTestServer
    staff: Staff

    async def visit(self, browser: Browser, person_id: int) -> Browser:
        """This browser with a session of this person's."""
        with self.town.store.work() as db:
            account = load_account(db, person_id)
            assert account is not None
            keys, now = self.town.store.keys, self.town.clock()
            cookie = doors.open_session(db, keys, account, now, shared=False)
        browser.client.session.cookie_jar.clear()
        browser.client.session.cookie_jar.update_cookies({"yumiao": cookie})
        return browser

    def audit(self, person_id: int | None = None) -> list[Any]:
        """What was looked at on pages, and what was refused there, in order."""
        a = t.audit.c
        with self.town.store.work() as db:
            rows = db.execute(select(a.actor_id, a.action, a.subject, a.detail).order_by(a.id))
            return [
                row for row in rows if row.detail.get("page") and person_id in (None, row.actor_id)
            ]

    def bear(self, name: str, code: str, place: str, **more: object) -> int:
        """One more child of this name, in a village."""
        identity = {"name": name, "sex": "female", "birth": "2015-05-05", "carer": "爷爷", **more}
        with self.town.store.work() as db:
            founding = Founding(db, self.town.store.keys)
            new = NewChild(code, identity, self.town.clock().date())
            return founding.child(new, self.town.units[place])


def links(page: Browser) -> dict[str, str]:
    """The addresses of the files of the list, by the child's name."""
    found = page.page.xpath("//ul[@class='children']//a")
    return {each.xpath(".//*[@class='name']")[0].text: each.get("href") for each in found}


async def enter(lived: Lived, browser: Browser, name: str) -> Browser:
    await lived.visit(browser, lived.town.people[name])
    return await browser.open("/children")


async def look_up(page: Browser, child: str) -> Browser:
    await page.open("/children")
    return await page.open(links(page)[child])


def headings(page: Browser) -> list[str]:
    return [each.text_content() for each in page.page.xpath("//h2")]


def card(page: Browser, heading: str) -> str:
    [found] = page.page.xpath(f"//section[h2='{heading}']")
    return " ".join(found.text_content().split())


def commands(page: Browser) -> list[str]:
    return page.page.xpath("//section//button[@name='cb']/@value")  # type: ignore[no-any-return]
