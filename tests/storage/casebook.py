"""Histories made by acts: what people of the town do about one child, moment by moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from dialogue.registry import Answer
from dialogue.show import show_answer
from domain.age import band
from domain.emergency import signal
from domain.roles import Right
from domain.scorer import Assessment, default_rules
from storage import tables as t
from storage.act import Act
from storage.do.alerts import Raised
from storage.do.scoring import Scored
from storage.do.visits import NewVisit, Recorded
from tests.storage.filled import look_of
from tests.town import CITY, Town

HELD: Mapping[str, Any] = {"answers": {}, "whys": {}, "stale": {}, "urgent": []}


def moment(text: str) -> datetime:
    """`2026-11-23 09:00` by the clock on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def scored(total: int, codes: str = "", *, seen: bool = True) -> Scored:
    levels = {code: level for code in codes.split() if (level := signal(code))}
    found = Assessment(total, total, rules=default_rules().sha256)
    return Scored(found, levels, band(12), seen, "1")


def notice(receipt: str, *_: object) -> Answer:
    return Answer(receipt)


@dataclass
class Casebook:
    """What is done about one child; each deed has its moment and is committed."""

    town: Town
    code: str = "小满-02"
    who: str = "李主任"
    desk: str = "陈站长"
    number: int = field(default=100)

    def act(self, db: Connection, name: str, at: str) -> Act:
        self.town.clock.now = moment(at)
        self.number += 1
        look = look_of(self.town.store, db, self.town.people[name], self.town)
        return Act(look, self.town.clock.now, self.number, show_answer)

    def visit(
        self, at: str, found: Scored, *, day: str = "", instead: Recorded | None = None, **said: str
    ) -> Recorded:
        """A visit told at this moment, of this day or an earlier one, perhaps a correction.

        `said`: notes of its last section.
        """
        with self.town.store.work() as db:
            act = self.act(db, self.who, at)
            child = act.look.child(self.code, Right.LOG_VISIT)
            when = date.fromisoformat(day or at[:10])
            held = {**HELD, "answers": {f"more/{name}": words for name, words in said.items()}}
            new = NewVisit("visit", child, when, "home", found.seen, 0, "visit", "1", held, found)
            return act.record(replace(new, supersedes=instead.id if instead else None))

    def undo(self, at: str, visit: Recorded) -> None:
        with self.town.store.work() as db:
            self.act(db, self.who, at).withdraw(visit.id)

    def alarm(self, at: str, codes: str) -> Raised:
        with self.town.store.work() as db:
            act = self.act(db, self.who, at)
            child = act.look.child(self.code, Right.RAISE_ALERT)
            return act.raise_alert(f"{at}/{codes}", tuple(codes.split()), child, notice)

    def answer(self, at: str, alarm: Raised, state: str) -> None:
        with self.town.store.work() as db:
            self.act(db, self.desk, at).answer_alert(alarm.id, state, "seen")

    def decide(self, at: str, *, confirmed: bool, desk: str = "") -> None:
        """A word on the flag that waits; there is one."""
        with self.town.store.work() as db:
            act = self.act(db, desk or self.desk, at)
            (flag,) = act.look.flags()
            act.decide_flag(flag.id, confirmed=confirmed, reason="on the spot")

    def close(self, at: str) -> None:
        """A word on the flag that was confirmed; there is one."""
        with self.town.store.work() as db:
            act = self.act(db, self.desk, at)
            (flag,) = act.look.flags(("confirmed",))
            act.close_flag(flag.id, "well again")

    # --- what came of it --------------------------------------------------------------

    def rows(self, query: Any) -> list[Any]:
        with self.town.store.work() as db:
            return list(db.execute(query).all())

    @property
    def child_id(self) -> int:
        return int(self.rows(select(t.child.c.id).where(t.child.c.code == self.code))[0].id)

    @property
    def flags(self) -> list[str]:
        """The states of all flags of the child, in their order."""
        f = t.flag.c
        query = select(f.state).where(f.child_id == self.child_id).order_by(f.id)
        return [row.state for row in self.rows(query)]

    @property
    def level(self) -> str:
        r = t.risk.c
        return str(self.rows(select(r.level).where(r.child_id == self.child_id))[0].level)

    @property
    def totals(self) -> list[tuple[date, int, float]]:
        """The scores that count: day, total, smoothed."""
        s = t.score.c
        query = select(s.day, s.total, s.smoothed).where(s.child_id == self.child_id, s.current)
        return [(row.day, row.total, row.smoothed) for row in self.rows(query.order_by(s.day))]

    def audit(self, action: str) -> int:
        return len(self.rows(select(t.audit.c.id).where(t.audit.c.action == action)))


def later(at: str, **more: float) -> str:
    """So much later by the clock on the wall."""
    return (datetime.fromisoformat(at) + timedelta(**more)).strftime("%Y-%m-%d %H:%M")
