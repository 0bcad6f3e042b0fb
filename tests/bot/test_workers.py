"""Several worker processes on one database, killed in the middle.

Thirty people record 300 contacts and visits. Their next message goes to any of four workers,
a tenth of the messages is delivered twice, and workers are killed with kill -9 while they work.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from domain.roles import Role
from storage import inbox, migrations
from storage import tables as t
from storage.founding import Founding, NewChild, NewPerson, NewUnit
from storage.operator import unbalanced
from storage.session import Store, open_store
from tests.conftest import fresh_database
from tests.town import JOINED, Town, found_town, pair

ROOT = Path(__file__).parents[2]
TAPS = {
    "contact": ("今天", "电话", "10 分钟", "😄 很开心", "都好", "提交"),
    "visit": ("今天", "去了", "以上都没有", "提交"),
}
AGAIN = {**TAPS, "contact": (*TAPS["contact"][:-1], "是，另外一次", "提交")}
"""From the second of a day on: the same contact is asked whether it is another one."""
KINDS = {
    "contact": ["day", "choice", "choice", "choice", "many", "review", "end"],
    "visit": ["day", "choice", "many", "review", "end"],
}
KINDS_AGAIN = {**KINDS, "contact": [*KINDS["contact"][:-2], "choice", "review", "end"]}
LINES = 4 + 4  # P01 and P03, four of each in a month
POINTS = LINES * 2


class Worker:
    """One process, and what it is told and answers."""

    def __init__(self, data: Path, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.worker", str(data), url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def ready(self) -> bool:
        assert self.process.stdout
        return bool(self.process.stdout.readline())

    def send(self, group: list[dict[str, Any]]) -> None:
        assert self.process.stdin
        self.process.stdin.write(orjson.dumps(group) + b"\n")
        self.process.stdin.flush()

    def heard(self) -> list[dict[str, Any]] | None:
        """None when it was killed before it answered."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        return orjson.loads(line) if line.endswith(b"\n") else None

    def kill(self) -> None:
        self.process.kill()

    def end(self) -> str:
        """Closes its input; what it complained about."""
        return self.process.communicate()[1].decode()


@dataclass
class Somebody:
    """One person who records the same thing again and again, tap by tap."""

    id: int
    name: str
    records: int
    step: int = 0
    sent: dict[str, Any] = field(default_factory=dict)
    waits: bool = False

    @property
    def taps(self) -> tuple[str, ...]:
        return ("", *TAPS[self.name]) + ("", *AGAIN[self.name]) * (self.records - 1)

    @property
    def done(self) -> bool:
        return self.step >= len(self.taps)

    def next(self, body: dict[str, Any]) -> dict[str, Any]:
        """The next message, in answer to the newest that she was told."""
        label = self.taps[self.step]
        tokens = [each["data"] for each in body.get("buttons", ()) if each["label"] == label]
        near = [each["data"] for each in body.get("buttons", ()) if each["label"].startswith(label)]
        assert not label or tokens or near, (label, body)
        self.sent = {
            "source": "web",
            "key": f"{self.id}:{self.step}",
            "person_id": self.id,
            "text": "" if label else f"/{self.name}",
            "tokens": (tokens or near)[:1] if label else [],
        }
        return self.sent


@dataclass
class Driver:
    """Hands messages to workers from one thread each, and resends what was not answered."""

    store: Store
    data: Path
    url: str
    people: list[Somebody]
    kills: int
    chance: random.Random = field(default_factory=lambda: random.Random(11))
    lock: threading.Lock = field(default_factory=threading.Lock)
    twice: deque[dict[str, Any]] = field(default_factory=deque)
    states: Counter[str] = field(default_factory=Counter)
    answered: int = 0
    killed: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def messages(self) -> int:
        return sum(len(who.taps) for who in self.people)

    def run(self, workers: int) -> None:
        threads = [threading.Thread(target=self.serve) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(100)
        assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"

    def serve(self) -> None:
        worker = Worker(self.data, self.url)
        try:
            assert worker.ready(), worker.end()
            while (group := self.group()) is not None:
                if not group:
                    time.sleep(0.002)
                elif not self.hand(worker, group):
                    worker.end()
                    worker = Worker(self.data, self.url)
                    assert worker.ready(), worker.end()
        except BaseException as error:
            self.wrong.append(repr(error))
            raise
        finally:
            worker.end()

    def group(self) -> list[dict[str, Any]] | None:
        """Messages of up to four people who wait for nothing; None when all is done."""
        with self.lock:
            if self.wrong or (all(who.done for who in self.people) and not self.twice):
                return None
            free = [who for who in self.people if not who.done and not who.waits]
            chosen = self.chance.sample(free, min(len(free), self.chance.randint(1, 4)))
            group = []
            for who in chosen:
                who.waits = True
                group.append(who.sent or who.next(self.newest(who)))
                if self.chance.random() < 0.05:  # and to another worker at the same time
                    self.twice.append(who.sent)
            ids = {message["person_id"] for message in group}
            if self.twice and self.twice[0]["person_id"] not in ids:
                group.append(self.twice.popleft())
            return group

    def newest(self, who: Somebody) -> dict[str, Any]:
        with self.store.work() as db:
            newest = inbox.told(db, self.store.keys, who.id, inbox.newest(db, who.id, 1))
        return newest[-1][2] if newest else {}

    def hand(self, worker: Worker, group: list[dict[str, Any]]) -> bool:
        """False when the worker does not live on; it may have answered before it died."""
        worker.send(group)
        with self.lock:
            share = self.answered * (self.kills + 1) / self.messages
            die = self.killed < min(self.kills, int(share))
            self.killed += die
        if die:
            time.sleep(self.chance.random() * 0.02)
            worker.kill()
        heard = worker.heard()
        with self.lock:
            for message, taken in zip(group, heard or [{}] * len(group), strict=True):
                self.note(message, taken)
        return heard is not None and not die

    def note(self, message: dict[str, Any], taken: dict[str, Any]) -> None:
        who = next(each for each in self.people if each.id == message["person_id"])
        state = taken.get("state", "killed")
        self.states[state] += 1
        if message is not who.sent:
            return
        if state in ("new", "duplicate"):
            self.answered += 1
            if self.chance.random() < 0.05:
                self.twice.append(message)
            who.step, who.sent = who.step + 1, {}
        who.waits = False


@contextmanager
def founded(data: Path, url: str) -> Iterator[Town]:
    store = open_store(data, url)
    migrations.upgrade(store.engine)
    yield found_town(store)
    store.close()


def settle(town: Town, each: int, records: int) -> list[Somebody]:
    """So many mothers and directors, every one with a child of her own."""
    found = []
    with town.store.work() as db:
        founding = Founding(db, town.store.keys)
        for number in range(each):
            village = town.units["camphor"]
            mother = NewPerson(f"M-X{number}", "郑妈妈", Role.LOVING_MOTHER, JOINED)
            person = founding.person(mother, village)
            kid = child(founding, f"谷雨-X{number}", village)
            pair(founding, f"P-X{number}", person, kid, JOINED)
            found.append(Somebody(person, "contact", records))
        for number in range(each):
            unit = NewUnit(f"E-X{number}", "village", "樟树村", "Camphor village")
            place = founding.unit(unit, town.units["east"])
            child(founding, f"清明-X{number}", place)
            director = NewPerson(f"D-X{number}", "周主任", Role.CHILD_DIRECTOR, JOINED)
            found.append(Somebody(founding.person(director, place), "visit", records))
    return found


def child(founding: Founding, code: str, place: int) -> int:
    born = {"name": "小枫", "sex": "male", "birth": "2014-09-01"}
    return founding.child(NewChild(code, born, date(2026, 1, 5)), place)


def check(town: Town, people: list[Somebody], records: int) -> None:
    """Every record once, the points within their caps, one reply to every message."""
    with town.store.work() as db:
        visitor = t.visit.c.visitor_id
        visits = db.execute(select(visitor, func.count()).group_by(visitor))
        assert {row[0]: row[1] for row in visits} == {who.id: records for who in people}
        month = select(t.total.c.person_id, t.total.c.booked).where(t.total.c.period == "2026-11")
        booked = {row[0]: row[1] for row in db.execute(month)}
        assert booked == {who.id: POINTS for who in people if who.name == "contact"}
        lines = db.execute(select(func.count()).select_from(t.entry)).scalar_one()
        assert lines == LINES * len(booked), "nothing is added when a cap is full"
        assert unbalanced(db) == []
        assert db.execute(select(func.count()).select_from(t.stuck)).scalar_one() == 0
        for who in people:
            told = [body for _, _, body in inbox.told(db, town.store.keys, who.id, limit=999)]
            kinds = [body["kind"] for body in told]
            due = KINDS[who.name] + KINDS_AGAIN[who.name] * (records - 1)
            assert kinds == ["end", *due], "the greeting, then one reply each"
            receipts = [body["text"].partition("回执 ")[2][:11] for body in told[1:]]
            assert len({each for each in receipts if each}) == records
            assert not [key for key, same in groupby(receipts) if key and len(list(same)) > 1]


def test_four_workers_on_postgresql_lose_and_double_nothing(postgres: str, tmp_path: Path) -> None:
    url = fresh_database(postgres)
    with founded(tmp_path, url) as town:
        people = settle(town, each=15, records=10)
        driver = Driver(town.store, tmp_path, url, people, kills=6)
        driver.run(workers=4)
        assert not driver.wrong
        assert driver.killed == 6
        assert set(driver.states) <= {"new", "duplicate", "killed", "unavailable"}
        assert driver.states["duplicate"] >= 0.08 * driver.answered
        check(town, people, records=10)


def test_one_worker_on_sqlite_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    with founded(tmp_path, "") as town:
        people = settle(town, each=2, records=5)
        town.store.close()
        reader = open_store(tmp_path, write=False)
        driver = Driver(reader, tmp_path, "", people, kills=2)
        driver.run(workers=1)
        assert not driver.wrong
        assert driver.killed == 2
        check(Town(reader), people, records=5)
        reader.close()


def test_sqlite_refuses_a_second_writing_process_with_a_clear_message(tmp_path: Path) -> None:
    with founded(tmp_path, ""):
        second = Worker(tmp_path, "")
        assert not second.ready()
        said = second.end()
    assert second.process.returncode == 1
    assert "另一个进程" in said
    assert "Traceback" not in said
    third = Worker(tmp_path, "")
    assert third.ready(), "as soon as the first has gone"
    third.kill()
    third.end()
    fourth = Worker(tmp_path, "")
    assert fourth.ready(), "a killed process holds no lock"
    assert fourth.end() == ""


@pytest.mark.parametrize("reply", ["new", "duplicate"])
def test_the_driver_knows_what_was_answered(reply: str) -> None:
    who = Somebody(1, "contact", 1)
    driver = Driver(None, Path(), "", [who], 0)  # type: ignore[arg-type]
    message = who.next({})
    driver.note(message, {"state": reply})
    assert who.step == 1
