"""The people of the tests: a mother, her director, their station, and outsiders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.message import Incoming, Taken
from bot.turn import Turns
from bot.underway import Underway
from dialogue.registry import Registry
from domain.library import Library
from domain.roles import Role
from storage.consents import NewConsent
from storage.founding import Founding, NewChild, NewPerson, NewUnit
from storage.session import Store

CITY = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # Monday 09:00 in the city
JOINED = date(2025, 1, 6)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Town:
    """A small network: two stations, three villages, five children, seven people."""

    store: Store
    clock: Clock = field(default_factory=Clock)
    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    children: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, int] = field(default_factory=dict)

    def turns(
        self, registry: Registry, library: Library, underway: Underway | None = None
    ) -> Turns:
        """Of a fresh process; with `underway`, of the one that has these forms under way."""
        here = underway or Underway()
        return Turns(self.store, self.clock, CITY, registry, library, here)


UNITS = (
    ("centre", None, NewUnit("C", "centre", "玉苗市未保中心", "Yumiao centre", "0576-0000001")),
    ("east", "centre", NewUnit("E", "station", "东溪未保站", "Dongxi station", "0576-0000011")),
    ("west", "centre", NewUnit("W", "station", "西岭未保站", "Xiling station", "0576-0000012")),
    ("elm", "east", NewUnit("E1", "village", "榆树村", "Elm village")),
    ("camphor", "east", NewUnit("E2", "village", "樟树村", "Camphor village")),
    ("pine", "west", NewUnit("W1", "village", "松树村", "Pine village")),
)
PEOPLE = (
    ("王妈妈", "M-01", Role.LOVING_MOTHER, "elm"),
    ("李主任", "D-01", Role.CHILD_DIRECTOR, "elm"),
    ("周主任", "D-02", Role.CHILD_DIRECTOR, "camphor"),
    ("陈站长", "S-01", Role.STATION_WORKER, "east"),
    ("何中心", "C-01", Role.CENTRE_OFFICER, "centre"),
    ("钱协调", "K-01", Role.COORDINATOR, "centre"),
    ("孙经理", "G-01", Role.MANAGER, "centre"),
    ("吴站长", "S-02", Role.STATION_WORKER, "west"),
    ("郑妈妈", "M-02", Role.LOVING_MOTHER, "pine"),
)
CHILDREN = (
    ("小榆", "小满-01", "female", "2014-05-04", "elm"),
    ("小樟", "小满-02", "male", "2016-02-29", "elm"),
    ("小桂", "小满-03", "female", "2024-01-15", "elm"),
    ("小枫", "谷雨-01", "male", "2012-09-01", "camphor"),
    ("小松", "芒种-01", "female", "2013-03-03", "pine"),
)


def pair(founding: Founding, code: str, mother: int, child: int, since: date) -> int:
    """A pairing to which the guardian has agreed."""
    founding.consent(child, NewConsent("written", "奶奶", JOINED, MORNING))
    return founding.pair(code, mother, child, since)


def found_town(store: Store) -> Town:
    town = Town(store)
    with store.work() as db:
        founding = Founding(db, store.keys)
        for name, above, unit in UNITS:
            town.units[name] = founding.unit(unit, town.units[above] if above else None)
        for name, code, role, place in PEOPLE:
            who = NewPerson(code, name, role, JOINED)
            town.people[name] = founding.person(who, town.units[place])
        for name, code, sex, birth, place in CHILDREN:
            identity = {
                "name": name,
                "sex": sex,
                "birth": birth,
                "carer": "奶奶",
                "strengths": ["爱画画"],
            }
            born = NewChild(code, identity, date(2026, 1, 5))
            town.children[name] = founding.child(born, town.units[place])
        mother, child = town.people["王妈妈"], town.children["小榆"]
        town.pairs["小榆"] = pair(founding, "P-01", mother, child, date(2026, 3, 2))
    return town


@dataclass
class Somebody:
    """One person in front of the bot: says words, presses buttons, reads replies."""

    turns: Turns
    person_id: int
    source: str = "terminal"
    said: list[tuple[str, str]] = field(default_factory=list)
    numbers: Any = field(default_factory=count)
    body: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str, **more: Any) -> Taken:
        return self._send(text=text, **more)

    def press(self, label: str) -> Taken:
        """Presses the button or control of the newest message that bears this label."""
        return self._send(tokens=(self.token(label),))

    def token(self, label: str) -> str:
        for button in (*self.body.get("buttons", ()), *self.body.get("controls", ())):
            if label in (button["label"], button.get("name")):
                return str(button["data"])
        raise AssertionError(f"no button {label!r} in {self.body}")

    def _send(self, **what: Any) -> Taken:
        what.setdefault("key", f"{self.person_id}:{id(self)}:{next(self.numbers)}")
        key = what.pop("key")
        tokens = tuple(each for each in what.get("tokens", ()) if each.startswith("c1:"))
        words = what.get("text") or next(iter(set(what.get("tokens", ())) - set(tokens)), "")
        message = Incoming(self.source, key, self.person_id, words, tokens, what.get("shown"))
        taken = self.turns.take(message)
        for reply in taken.replies:
            self.body = reply.body
        return taken

    @property
    def text(self) -> str:
        """The newest message in words."""
        return "\n".join(str(self.body.get(name, "")) for name in ("note", "text")).strip()

    @property
    def labels(self) -> list[str]:
        return [button["label"] for button in self.body.get("buttons", ())]


Meet = Callable[[str], Somebody]
