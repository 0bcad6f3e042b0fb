"""The demo city on one unchanging Monday, behind a served web chat."""

from __future__ import annotations

import base64
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from aiohttp.test_utils import BaseTestServer, TestServer
from sqlalchemy import event, select, true, update
from sqlalchemy.exc import OperationalError

from bot.app import make_turns, open_house
from bot.intake import Intake
from bot.seed import Size, find_demo_people, seed_part
from bot.settings import Settings
from bot.web.server import WebHouse, make_app
from domain.roles import Role
from storage import doors
from storage import tables as t
from storage.session import Store
from tests.town import MORNING, Clock

MONTHS, SEED = 12, 1


def seed(folder: Path, size: Size) -> None:
    """The city of every run: the same seed, the same day."""
    settings = Settings(data=folder)
    store = open_house(settings)
    try:
        today = MORNING.astimezone(settings.tz).date()
        made = (MONTHS, SEED, today)
        seed_part(store, settings, size, make=made, progress=lambda *_: None)
    finally:
        store.close()


@dataclass
class City:
    """One copy of the city, and what was remembered on its pages."""

    store: Store
    server: BaseTestServer
    lang: str
    people: dict[str, int]
    clock: Clock
    kept: dict[str, str] = field(default_factory=dict)

    def link(self, role: str) -> str:
        with self.store.work() as db:
            token = doors.make_link(db, self.store.keys, self.people[role], MORNING)
        return f"/in/{token}"

    def cut(self, gone: bool) -> None:
        """The database stops answering, or answers again."""
        change = event.listen if gone else event.remove
        change(self.store.engine, "begin", _refuse)


def _refuse(_: object) -> None:
    raise OperationalError("BEGIN", {}, Exception("database is locked"))


@asynccontextmanager
async def open_city(seeded: Path, copy: Path, lang: str) -> AsyncIterator[City]:
    """A copy in which everybody reads this language."""
    settings = Settings(data=shutil.copytree(seeded, copy))
    store, clock = open_house(settings), Clock()
    with store.work() as db:
        db.execute(update(t.person).values(lang=lang, greeted=False))
    intake = Intake(make_turns(store, settings, clock))
    with same_chance():
        async with TestServer(make_app(WebHouse(intake, clock, demo=True))) as server:
            yield City(store, server, lang, people_of(store), clock)
    intake.close()
    store.close()


def people_of(store: Store) -> dict[str, int]:
    """The four people of the demo, the director's station and the centre."""
    with store.work() as db:
        found = find_demo_people(db)
        director = t.person.c.id == found[Role.CHILD_DIRECTOR]
        of_village = select(t.person.c.unit_id).where(director).scalar_subquery()
        station = select(t.unit.c.parent_id).where(t.unit.c.id == of_village).scalar_subquery()
        post = t.post.c
        for role, where in (
            (Role.STATION_WORKER, post.unit_id == station),
            (Role.CENTRE_OFFICER, true()),
        ):
            those = select(post.person_id).where(post.role == role, where).order_by(post.id)
            found[role] = int(db.execute(those).scalars().first() or 0)
    return found


@contextmanager
def same_chance() -> Iterator[None]:
    """Invitations (16 bytes and a code that is read out) are the same in every run, since they are
    to be seen; no other secret is."""
    chance, truly = Random(SEED), (secrets.token_urlsafe, secrets.choice)

    def token(size: int | None = None) -> str:
        drawn = chance.randbytes(16) if size == 16 else secrets.token_bytes(size)
        return base64.urlsafe_b64encode(drawn).rstrip(b"=").decode()

    vars(secrets).update(token_urlsafe=token, choice=chance.choice)
    try:
        yield
    finally:
        vars(secrets).update(token_urlsafe=truly[0], choice=truly[1])
