"""The pictures: whose, of which page, and what she does first.

A new page needs one line here: a `Picture` with its route as `bot/web/server.py` writes it, in the
story of somebody who may see it. A story goes on from picture to picture in one browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.roles import Role
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
    option,
)

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
LANGS = ("zh", "en")
PHONE, DESK = 390, 1280
STRANGER = ""
NEWCOMER = "13800138001"
PIN = "839271"


@dataclass(frozen=True)
class Picture:
    """One page in one state. `dark` is taken besides, as `name-dark`."""

    name: str
    route: str
    steps: tuple[Step, ...] = ()
    dark: bool = False
    width: int = PHONE
    height: int = 844


@dataclass(frozen=True)
class Story:
    """What one person meets, from the door on. `who` is her role, "" a stranger's."""

    who: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Taken:
    """One file of the album."""

    picture: Picture
    scheme: str

    @property
    def file(self) -> str:
        return f"{self.picture.name}{'-dark' if self.scheme == 'dark' else ''}.png"


RECEIPT = "[value*='撤回'], [value*='undo']"
DOOR = "/in/{token}"
LARGER = Press("#head form[hx-post] >> nth=-1 >> button")
CANCEL = Press(f"{NEWEST} .controls button >> nth=-1")
FIRST_CHILD = Press(".children a >> nth=0")
OPEN_MENU, CLOSE_MENU = Mark("#menu:not([open]) summary"), Mark("#menu[open] summary")

MOTHER = Story(
    Role.LOVING_MOTHER,
    (
        Picture("door", DOOR, dark=True),
        Picture("first-words", "/", (Press("button.main"),)),
        Picture("mother-menu", "/", (OPEN_MENU,)),
        Picture("contact-child", "/", (CLOSE_MENU, Open("contact")), dark=True),
        Picture("contact-receipt", "/", (Quiet(RECEIPT),)),
        Picture("points", "/", (Open("points"),)),
        Picture("mother-children", "/children", (Go("/children"),)),
        Picture("mother-child", "/children/{id}", (FIRST_CHILD,), height=1100),
        Picture("large-print", "/", (Go("/"), LARGER, Open("contact")), dark=True),
        Picture("large-print-child", "/", (Open("children"),)),
        Picture("help", "/", (LARGER, CANCEL, Open("help"))),
        Picture("devices", "/devices", (Go("/devices"),)),
        Picture("let", "/let/{token}", (Go(f"/let/{'x' * 22}"),)),
        Picture("spent", DOOR, (Go("{door}"),)),
    ),
)
DIRECTOR = Story(
    Role.CHILD_DIRECTOR,
    (
        Picture("director-menu", "/", (Press("button.main"), OPEN_MENU)),
        Picture("choice", "/", (CLOSE_MENU, Open("visit")), dark=True),
        Picture("day", "/", (option(1),)),
        Picture("as-last-time", "/", (option(1), option(1)), dark=True),
        Picture("many", "/", (Quiet(".tick"),), dark=True),
        Picture("review", "/", (Quiet(".answers"),), dark=True),
        Picture("review-change", "/", (Press(f"{NEWEST} .answers button >> nth=1"),)),
        Picture("receipt", "/", (Quiet(".answers"), Quiet(RECEIPT)), dark=True),
        Picture("portrait", "/", (Open("children"), option(1))),
        Picture("emergency", "/", (Press("#head .cry"),), dark=True),
        Picture("director-desk", "/", (CANCEL, Open("visit")), width=DESK, height=800),
        Picture("today", "/today", (Go("/today"),), dark=True),
        Picture("children", "/children", (Go("/children"),), dark=True),
        Picture("child", "/children/{id}", (FIRST_CHILD,), dark=True, height=1500),
        Picture("child-desk", "/children/{id}", width=DESK, height=800),
        Picture("ranking", "/ranking", (Go("/ranking?of=directors&span=year"),), dark=True),
        Picture("pin-new", "/pin/new", (Go("/pin/new"),)),
        Picture(
            "pin",
            "/pin",
            (Fill("#pin", PIN), Fill("#again", PIN), Press("button.main"), Later(11), Go("/pin")),
            dark=True,
        ),
        Picture("missing", "/nowhere", (Go("/nowhere"),)),
        Picture("away", "/", (Away(), Go("/"))),
    ),
)
STATION = Story(
    Role.STATION_WORKER,
    (
        Picture("station-menu", "/", (Press("button.main"), OPEN_MENU)),
        Picture("station-children", "/children", (Go("/children"),)),
        Picture("station-flags", "/", (Go("/"), Open("flags"))),
        Picture("station-alerts", "/", (Open("alerts"),)),
        Picture("invite", "/", (Open("invite"), option(1), option(2)), dark=True),
        Picture("invite-review", "/", (Say("小槐"), Say(NEWCOMER))),
        Picture(
            "invitation",
            "/",
            (Press(f"{NEWEST} button.main"), Keep("join", "a[href*='/join/']", "/card")),
        ),
        Picture("card", "/join/{token}/card", (Go("{join}/card"),), dark=True),
    ),
)
COMER = Story(
    STRANGER,
    (
        Picture("home", "/", (Go("/"),)),
        Picture("scan", "/scan", (Go("/scan"),)),
        Picture("code", "/code", (Go("/code"),)),
        Picture("offline", "/offline", (Go("/offline"),)),
        Picture("join-code", "/join", (Go("/join"),)),
        Picture("join", "/join/{token}", (Go("{join}"),), dark=True),
        Picture("join-waiting", "/join/wait", (Fill("#phone", NEWCOMER), Press("button.main"))),
        Picture("out", "/children", (Go("/children"),)),
    ),
)
STATION_LATER = Story(
    Role.STATION_WORKER,
    (
        Picture("newcomers", "/", (Press("button.main"), Open("newcomers")), dark=True),
        Picture("new-phone", "/", (Open("new_phone"),)),
        Picture("sign-in-card", "/in/{token}/card", (Go(f"/in/{'x' * 43}/card"),)),
    ),
)
COORDINATOR = Story(
    Role.COORDINATOR,
    (
        Picture("coordinator-menu", "/", (Press("button.main"), OPEN_MENU)),
        Picture("confirm-points", "/", (CLOSE_MENU, Open("confirm"))),
        Picture(
            "coordinator-ranking",
            "/ranking",
            (Go("/ranking?of=mothers&span=year"),),
            width=DESK,
            height=800,
            dark=True,
        ),
    ),
)
MANAGER = Story(
    Role.MANAGER,
    (
        Picture("manager-menu", "/", (Press("button.main"), OPEN_MENU)),
        Picture("manager-ranking", "/ranking", (Go("/ranking?of=directors&span=quarter"),)),
    ),
)
OFFICER = Story(
    Role.CENTRE_OFFICER,
    (
        Picture("officer-menu", "/", (Press("button.main"), OPEN_MENU)),
        Picture("officer-reason", "/children/{id}", (Go("/children"), FIRST_CHILD)),
    ),
)
STORIES = (MOTHER, DIRECTOR, STATION, COMER, STATION_LATER, COORDINATOR, MANAGER, OFFICER)
NO_PAGES = {
    "/events": "a stream",
    "/files/{id}": "what somebody has sent",
    "/health": "JSON for whoever watches the machine",
    "/manifest.webmanifest": "what a phone installs",
    "/sw.js": "a script",
    "/static/{name}": "styles, scripts, the mark",
}
"""What is read by GET and is no page of ours."""


def pictures() -> Iterator[Picture]:
    for story in STORIES:
        yield from story.pictures


def takes(picture: Picture) -> tuple[Taken, ...]:
    schemes = ("light", "dark") if picture.dark else ("light",)
    return tuple(Taken(picture, scheme) for scheme in schemes)
