"""The four people of the demo, chosen so that each has something to do today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select

from bot.seed.scribe import Scribe
from domain.points import periods
from domain.roles import Right, Role
from storage import tables as t
from storage.look import Look

WEEK = timedelta(7)
SEEDED = "city.seeded"


@dataclass(frozen=True)
class Seeded:
    """How many rows there are, and the ids of the four people of the demo."""

    counts: dict[str, int]
    mother: int
    director: int
    coordinator: int
    manager: int

    @property
    def people(self) -> dict[str, int]:
        """By role."""
        return {
            Role.LOVING_MOTHER.value: self.mother,
            Role.CHILD_DIRECTOR.value: self.director,
            Role.COORDINATOR.value: self.coordinator,
            Role.MANAGER.value: self.manager,
        }


def choose(scribe: Scribe, db: Connection, counts: dict[str, int]) -> Seeded:
    """The choice is noted in the audit, so that it stays when the demo has gone on."""
    ids, network = scribe.ids.people, scribe.plan.network
    found = Seeded(
        counts,
        mother=ids[_mother(scribe, db)],
        director=ids[_director(scribe, db)],
        coordinator=ids[network.those(Role.COORDINATOR)[0].code],
        manager=ids[network.those(Role.MANAGER)[0].code],
    )
    manager = network.those(Role.MANAGER)[0].code
    act = scribe.act(db, manager, scribe.at(scribe.plan.span.today, 8))
    act.audit(SEEDED, f"person:{found.manager}", **found.people)
    return found


def find_demo_people(db: Connection) -> dict[str, int]:
    """Person ids by role; nobody where no demo city was seeded."""
    a = t.audit.c
    row = db.execute(select(a.detail).where(a.action == SEEDED).order_by(a.id.desc())).first()
    return {str(role): int(person) for role, person in row.detail.items()} if row else {}


def _look(scribe: Scribe, db: Connection, person: str) -> Look:
    """What this person sees this morning."""
    return scribe.act(db, person, scribe.at(scribe.plan.span.today, 9)).look


def _director(scribe: Scribe, db: Connection) -> str:
    """Four to six children, one of them suspected, some due this week."""
    suspected = _suspected(scribe, db)
    held = Counter(kid.home for kid in scribe.plan.kids)
    fit = {
        worker.code: _liveliness(_look(scribe, db, worker.code), suspected)
        for worker in scribe.plan.network.those(Role.CHILD_DIRECTOR)
        if 4 <= sum(held[home] for home in worker.homes) <= 6
    }
    codes = fit or {scribe.plan.network.those(Role.CHILD_DIRECTOR)[0].code: (0, 0, 0)}
    return max(codes, key=lambda code: codes[code])


def _suspected(scribe: Scribe, db: Connection) -> set[int]:
    officer = scribe.plan.network.those(Role.CENTRE_OFFICER)[0].code
    return {flag.child_id for flag in _look(scribe, db, officer).flags(limit=10_000)}


def _liveliness(look: Look, suspected: set[int]) -> tuple[int, int, int]:
    """One suspected child, one or two due soon, points to confirm: more is not better."""
    children = look.my_children(Right.LOG_VISIT)
    flagged = sum(child.id in suspected for child in children)
    soon = sum(_due(child.next_visit, look.today) for child in children)
    return flagged == 1, 1 <= soon <= 3, bool(look.to_confirm())


def _due(day: date | None, today: date) -> bool:
    return day is not None and today - WEEK / 2 <= day <= today + WEEK


def _mother(scribe: Scribe, db: Connection) -> str:
    """Two or three open pairings, and points this month if there are any."""
    lasting = [pair for pair in scribe.plan.pairs if pair.until is None]
    held = Counter(pair.mother for pair in lasting)
    month = periods(scribe.plan.span.today)[0]
    fit = {
        code: (2 <= number <= 3, _look(scribe, db, code).my_points(month).booked, code)
        for code, number in held.items()
    }
    return max(fit, key=lambda code: fit[code])
