"""Many directors with children, and mothers with pairs, for measuring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import handlers  # noqa: F401
from bot.channels.message import Incoming, Taken
from bot.turn import Turns
from dialogue.registry import conversations
from domain.library import packaged
from domain.roles import Role
from storage import migrations
from storage.consents import NewConsent
from storage.founding import Founding, NewChild, NewPerson, NewUnit
from storage.session import Store, open_store

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
JOINED, ENROLLED = date(2025, 1, 6), date(2026, 1, 5)
CHILDREN, PAIRS = 4, 2  # of each director, of each mother


@dataclass
class Crowd:
    """Directors (and mothers) who answer in step; `turns` takes their messages."""

    turns: Turns
    directors: list[int]
    mothers: list[int]
    moment: list[datetime]
    first_child: dict[int, str] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=count)
    source: str = field(default_factory=lambda: f"bench {uuid4().hex}")

    def later(self, days: int) -> None:
        self.moment[0] += timedelta(days=days)

    def messages(self, people: Sequence[int], text: str) -> list[Incoming]:
        step = next(self.numbers)
        return [Incoming(self.source, f"{step}:{each}", each, text) for each in people]

    def openings(self, people: Sequence[int]) -> list[Incoming]:
        """Everybody begins a visit to her first child, as a reminder's button does."""
        step = next(self.numbers)
        return [
            Incoming(self.source, f"{step}:{each}", each, f"走访 {self.first_child[each]}")
            for each in people
        ]


@contextmanager
def crowd(folder: Path, people: int, url: str = "") -> Iterator[Crowd]:
    """A fresh database with so many directors, each with four children and a mother."""
    store = open_store(folder, url)
    migrations.upgrade(store.engine)
    moment = [MORNING]
    turns = Turns(store, lambda: moment[0], ZoneInfo("Asia/Shanghai"), conversations, packaged())
    try:
        directors, mothers = _people(store, people)
        codes = {each: f"立夏-{number}-0" for number, each in enumerate(directors)}
        yield Crowd(turns, directors, mothers, moment, codes)
    finally:
        store.close()


def _people(store: Store, people: int) -> tuple[list[int], list[int]]:
    directors, mothers = [], []
    with store.work() as db:
        founding = Founding(db, store.keys)
        centre = founding.unit(NewUnit("C", "centre", "中心", "Centre"))
        station = founding.unit(NewUnit("S", "station", "站", "Station"), centre)
        for number in range(people):
            unit = NewUnit(f"V{number}", "village", f"村{number}", f"Village {number}")
            village = founding.unit(unit, station)
            person = NewPerson(f"D{number}", f"主任{number}", Role.CHILD_DIRECTOR, JOINED)
            directors.append(founding.person(person, village))
            mother = NewPerson(f"M{number}", f"妈妈{number}", Role.LOVING_MOTHER, JOINED)
            mothers.append(founding.person(mother, village))
            for place in range(CHILDREN):
                child = founding.child(_child(f"立夏-{number}-{place}"), village)
                if place < PAIRS:
                    founding.consent(child, NewConsent("written", "奶奶", ENROLLED, MORNING))
                    founding.pair(f"P{number}-{place}", mothers[-1], child, ENROLLED)
    return directors, mothers


def _child(code: str) -> NewChild:
    identity = {"name": "小榆", "sex": "female", "birth": "2014-05-04", "carer": "奶奶"}
    return NewChild(code, identity, ENROLLED)


def visit_words(body: dict[str, object]) -> str:
    """What a director of a quiet month answers to the question before her: the first option,
    "none" where something urgent is asked."""
    alone = [place for place, each in enumerate(_buttons(body), 1) if each.get("alone")]
    return str(alone[0]) if alone else "1"


def _buttons(body: dict[str, object]) -> list[dict[str, object]]:
    found = body.get("buttons")
    return found if isinstance(found, list) else []


def whole(crowd: Crowd, people: Sequence[int]) -> int:
    """One whole visit of these people in step; returns the messages per person."""
    taken = crowd.turns.take_many(crowd.openings(people))
    for number in range(1, 100):
        body = last_body(taken[0])
        if body["kind"] == "end":
            return number
        taken = crowd.turns.take_many(crowd.messages(people, visit_words(body)))
    raise RuntimeError("the conversation does not end")


def last_body(taken: Taken) -> dict[str, object]:
    return taken.replies[-1].body
