"""Plays a transcript: who speaks, what she says or presses, and what came of it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import update

import handlers  # noqa: F401  (registers every conversation)
from bot.channels.message import Incoming, Taken
from bot.channels.terminal import render
from bot.turn import Turns
from dialogue.read import plain
from dialogue.registry import conversations
from domain.library import packaged
from domain.roles import Role
from domain.trouble import Refused
from storage import tables as t
from storage.doors import open_session
from storage.founding import Founding
from storage.inbox import load_account
from storage.invites import Gate
from storage.session import open_store
from tests.handlers.outcomes import outcome
from tests.town import CITY, Somebody, Town, pair

FOLDER = Path(__file__).parents[1] / "transcripts"
CLOCK = re.compile(r"# (\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d)$")
BUTTON = re.compile(r"\[([^\]]+)\]")
TYPED = re.compile(r"\[[^\]]+\]|\S+")
SECRET = re.compile(
    r"(?<=/join/)[\w-]{22}|(?<=/in/)[\w-]{43}|(?<= )[0-9A-Z]{4}-[0-9A-Z]{4}(?=[，,;])"
    r"|(?<=码 )\d{6}\b|(?<=code )\d{6}\b"
)
"""What is another one each time."""


class Loud(Turns):
    """Turns that show what went wrong, where the bot would say that it tries again."""

    def _alone(self, message: Incoming, error: Exception) -> Taken:
        if isinstance(error, Refused):
            return super()._alone(message, error)
        raise error


@dataclass(frozen=True)
class Ended:
    """Where a transcript has ended: its database, the hour, who spoke, what each last saw."""

    data: Path
    now: datetime
    speaker: str
    bodies: dict[str, dict[str, Any]]


@dataclass
class Past:
    """Transcripts with which others begin, kept as they ended, so that each is played once."""

    folder: Path
    ended: dict[str, Ended] = field(default_factory=dict)

    def keep(self, name: str, stage: Stage) -> None:
        data = self.folder / name
        shutil.copytree(stage.data, data)
        bodies = {who: somebody.body for who, somebody in stage.people.items()}
        self.ended[name] = Ended(data, stage.town.clock.now, stage.speaker, bodies)


@dataclass
class Stage:
    """A town in which one transcript is played, line by line."""

    town: Town
    lang: str
    data: Path = Path()
    past: Past | None = None
    people: dict[str, Somebody] = field(default_factory=dict)
    speaker: str = ""
    taps: int = 0
    begun: bool = False

    def __post_init__(self) -> None:
        with self.town.store.work() as db:
            db.execute(update(t.person).values(lang=self.lang))

    def play(self, lines: Sequence[str]) -> Iterator[str]:
        """The transcript as it should read: every line, with what the bot says now."""
        for line in lines:
            mark, _, rest = line.partition(" ")
            if mark == "<":
                continue
            yield self._told(rest) if mark == "=" else line
            yield from self._do(mark, rest, line)

    def _do(self, mark: str, rest: str, line: str) -> Iterator[str]:
        doing: dict[str, Callable[[str], Iterator[str]]] = {
            "@": self._enter,
            "+": self._before,
            "!": self._outside,
            ">": self._say,
            ">>": self._say_all,
        }
        if moment := CLOCK.match(line):
            self.town.clock.now = datetime.fromisoformat(moment[1])
        elif mark in doing:
            yield from doing[mark](rest)
        elif mark not in ("#", "=", ""):
            raise ValueError(f"a line that is no part of a transcript: {line}")

    # --- who ---------------------------------------------------------------------------

    def _enter(self, rest: str) -> Iterator[str]:
        """`@ 王妈妈 zh`: from here on she speaks, and the bot speaks that language.

        She has met the bot before, unless `new` is added.
        """
        name, lang, new = [*rest.split(), "", ""][:3]
        self.speaker, self.taps, self.begun = name, 0, True
        if name not in self.people:
            self.people[name] = self._somebody(name)
        if lang:
            self._set(name, lang=lang, greeted=new != "new")
        yield from ()

    def _somebody(self, name: str) -> Somebody:
        town = self.town
        turns = Loud(town.store, town.clock, CITY, conversations, packaged())
        return Somebody(turns, town.people[name])

    def _set(self, name: str, **values: object) -> None:
        with self.town.store.work() as db:
            where = t.person.c.id == self.town.people[name]
            db.execute(update(t.person).where(where).values(**values))

    # --- what went before, and what happens outside the chat -----------------------------

    def _before(self, rest: str) -> Iterator[str]:
        """`+ visit-first`: that transcript has been played before this one begins."""
        name, first = f"{rest}.{self.lang}", not self.begun
        if first and self.past and name in self.past.ended:
            self._go_on_from(self.past.ended[name])
        else:
            for _ in self.play(read(rest, self.lang)):
                pass
            if first and self.past:
                self.past.keep(name, self)
        self.taps = 0
        yield from ()

    def _go_on_from(self, ended: Ended) -> None:
        self.town.store.close()
        shutil.rmtree(self.data)
        shutil.copytree(ended.data, self.data)
        self.town.store = open_store(self.data)
        self.town.clock.now, self.speaker = ended.now, ended.speaker
        self.people = {name: self._somebody(name) for name in ended.bodies}
        for name, body in ended.bodies.items():
            self.people[name].body = body
        self.begun = True

    def _outside(self, rest: str) -> Iterator[str]:
        """`! pair 郑妈妈 小松`, `! part 小榆`, `! move 小榆 camphor`, `! leave 李主任`: what the
        station arranges; `! join 13800000001`: the newest link is used."""
        deed, *names = rest.split()
        self.begun = True
        with self.town.store.work() as db:
            today = self.town.clock.now.date()
            founding = Founding(db, self.town.store.keys)
            if deed == "pair":
                mother, child = self.town.people[names[0]], self.town.children[names[1]]
                self.town.pairs[names[1]] = pair(founding, f"P-{names[1]}", mother, child, today)
            elif deed == "part":
                founding.part(self.town.pairs[names[0]], today)
            elif deed == "browser":
                account = load_account(db, self.town.people[names[0]])
                assert account is not None
                open_session(db, self.town.store.keys, account, self.town.clock.now, shared=False)
            elif deed == "post":
                unit = self.town.units[names[2]]
                founding.post(self.town.people[names[0]], Role(names[1]), unit, today)
            elif deed == "move":
                unit = self.town.units[names[1]]
                moved = {"unit_id": unit, "path": founding.path(unit)}
                kid = t.child.c.id == self.town.children[names[0]]
                db.execute(update(t.child).where(kid).values(**moved))
            elif deed == "join":
                token = self.people[self.speaker].body["link"].split("/")[2]
                gate = Gate(db, self.town.store.keys, self.town.clock.now, "a newcomer's phone")
                assert gate.by_link(token, names[0]).browser
            elif deed == "leave":
                left = t.post.c.person_id == self.town.people[names[0]]
                db.execute(update(t.post).where(left).values(until=today))
            else:
                raise ValueError(f"nobody can {deed}")
        yield from ()

    # --- what is said --------------------------------------------------------------------

    def _say(self, rest: str) -> Iterator[str]:
        yield from shown(self._one(rest))

    def _say_all(self, rest: str) -> Iterator[str]:
        """`>> [是] [祖辈] 3`: one after the other; only what the bot says last is shown."""
        taken = [self._one(each) for each in TYPED.findall(rest)]
        yield from shown(taken[-1])

    def _one(self, words: str) -> Taken:
        self.taps += 1
        who = self.people[self.speaker]
        button = BUTTON.fullmatch(words)
        return who.press(full_label(who, button[1])) if button else who.say(words)

    def _told(self, rest: str) -> str:
        query = rest.partition("→")[0].strip()
        with self.town.store.work() as db:
            value = outcome(self, db, query.split())
        return f"= {query} → {value}"


def full_label(who: Somebody, words: str) -> str:
    """`[小榆]` presses 小榆（小满-01）…: the one button that begins so, unless one is just so."""
    offered = [*who.body.get("buttons", ()), *who.body.get("controls", ())]
    labels = {plain(button["label"]): str(button["label"]) for button in offered}
    begun = [label for label in labels if label.startswith(plain(words))]
    if plain(words) in labels:
        return labels[plain(words)]
    return labels[begun[0]] if len(begun) == 1 else words


def shown(taken: Taken) -> Iterator[str]:
    if taken.state != "new":
        yield f"< ({taken.state})"
    for number, reply in enumerate(taken.replies):
        said = render(reply.body).split("\n")
        told = ["", *said] if number else said
        yield from (SECRET.sub("…", f"< {line}".rstrip()) for line in told)


def read(name: str, lang: str) -> list[str]:
    return (FOLDER / f"{name}.{lang}.txt").read_text("utf-8").splitlines()
