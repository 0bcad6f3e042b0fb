"""Mothers with a child each, in as many as a soak needs, joined some time before today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.roles import Role
from storage import doors, migrations
from storage.consents import NewConsent
from storage.founding import Founding, NewChild, NewPerson
from storage.inbox import load_account
from storage.session import open_store
from tests.town import CITY, UNITS


@dataclass(frozen=True)
class Mother:
    """One of them, and the cookie with which her browser is signed in."""

    id: int
    cookie: str


def today() -> date:
    return datetime.now(CITY).date()


def found(data: Path, url: str, count: int) -> list[Mother]:
    """A small network in an empty database; all are signed in."""
    store = open_store(data, url)
    migrations.upgrade(store.engine)
    mothers, now = [], datetime.now(UTC)
    with store.work() as db:
        founding = Founding(db, store.keys)
        village = _village(founding)
        for number in range(count):
            person = _pair(founding, number, village)
            account = load_account(db, person)
            assert account
            mothers.append(Mother(person, doors.open_session(db, store.keys, account, now, False)))
    store.close()
    return mothers


def _village(founding: Founding) -> int:
    """The first village with all that is above it."""
    units: dict[str, int] = {}
    for name, above, unit in UNITS:
        units[name] = founding.unit(unit, units[above] if above else None)
        if unit.kind == "village":
            return units[name]
    raise LookupError("no village")


def _pair(founding: Founding, number: int, village: int) -> int:
    since = today() - timedelta(days=90)
    person = founding.person(
        NewPerson(f"M-S{number}", "王妈妈", Role.LOVING_MOTHER, since), village
    )
    born = {"name": "小榆", "sex": "female", "birth": f"{since.year - 9}-05-04", "carer": "奶奶"}
    child = founding.child(NewChild(f"小满-S{number}", born, since), village)
    at = datetime.now(UTC) - timedelta(days=90)
    founding.consent(child, NewConsent("written", "奶奶", since, at))
    founding.pair(f"P-S{number}", person, child, since)
    return person
