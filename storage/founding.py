"""Founding a network: units, people, children and pairs, as an operator makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select, update

from domain.rhythm import next_visit
from domain.roles import Role
from domain.trouble import Refused
from storage import consents
from storage import tables as t
from storage.consents import NewConsent
from storage.crypto import Keys
from storage.fading import fade_person
from storage.invites import dial_of
from storage.rows import add

ROOT = "/"


@dataclass(frozen=True)
class NewUnit:
    """A unit: `kind` is centre, station or village."""

    code: str
    kind: str
    name: str
    name_en: str
    phone: str = ""


@dataclass(frozen=True)
class NewPerson:
    """Somebody with one role in one unit."""

    code: str
    name: str
    role: Role
    joined: date
    core: bool = False
    lang: str = "zh"
    phone: str = ""


@dataclass(frozen=True)
class NewChild:
    """A child; `identity` holds name, birth (ISO), sex (female/male), carer, school, strengths,
    and where it is known the household: the same words for brothers and sisters."""

    code: str
    identity: Mapping[str, Any]
    enrolled: date


def sealed_phone(keys: Keys, code: str, phone: str) -> bytes:
    return keys.seal(phone.encode(), f"person:phone:{code}")


def phone_in(keys: Keys, code: str, sealed: bytes | None) -> str:
    """A person's telephone; "" where none is known."""
    return keys.unseal(sealed, f"person:phone:{code}").decode() if sealed else ""


@dataclass
class Founding:
    """Adds rows to an empty or growing network; every method returns the new row's id."""

    db: Connection
    keys: Keys
    paths: dict[int, str] = field(default_factory=dict)

    def unit(self, new: NewUnit, parent: int | None = None) -> int:
        made = self._add(t.unit, **vars(new), parent_id=parent, path="")
        above = self.path(parent) if parent else ROOT
        self.paths[made] = f"{above}{made}/"
        self.db.execute(update(t.unit).where(t.unit.c.id == made).values(path=self.paths[made]))
        return made

    def path(self, unit_id: int) -> str:
        if unit_id not in self.paths:
            found = select(t.unit.c.path).where(t.unit.c.id == unit_id)
            self.paths[unit_id] = self.db.execute(found).scalar_one()
        return self.paths[unit_id]

    def person(self, new: NewPerson, unit_id: int) -> int:
        made = self._add(
            t.person,
            code=new.code,
            name=new.name,
            unit_id=unit_id,
            lang=new.lang,
            large=False,
            ranked=True,
            greeted=False,
            active=True,
            core=new.core,
            talks=0,
            talk=None,
            stuck=0,
            joined=new.joined,
            phone=sealed_phone(self.keys, new.code, new.phone) if new.phone else None,
            dial=dial_of(self.keys, new.phone) if new.phone else "",
        )
        self.post(made, new.role, unit_id, new.joined)
        return made

    def post(self, person_id: int, role: Role, unit_id: int, since: date) -> int:
        return self._add(
            t.post, person_id=person_id, role=role.value, unit_id=unit_id, since=since, until=None
        )

    def child(self, new: NewChild, unit_id: int) -> int:
        sealed = self.keys.seal(orjson.dumps(dict(new.identity)), f"child:identity:{new.code}")
        return self._add(
            t.child,
            code=new.code,
            unit_id=unit_id,
            path=self.path(unit_id),
            identity=sealed,
            enrolled=new.enrolled,
            active=True,
            last_seen=None,
            next_visit=next_visit(None, "green", new.enrolled),
            counted=0,
        )

    def pair(self, code: str, mother_id: int, child_id: int, since: date) -> int:
        """Raises Refused without a guardian's consent that stands."""
        if not consents.stands(self.db, child_id):
            raise Refused("consent.missing")
        row = {"code": code, "mother_id": mother_id, "child_id": child_id}
        return self._add(t.pairing, **row, since=since, until=None)

    def consent(self, child_id: int, new: NewConsent, recorded_by: int | None = None) -> int:
        """A guardian's word; the newest one stands."""
        return consents.record(self.db, self.keys, child_id, new, recorded_by)

    def part(self, pairing_id: int, until: date) -> None:
        """Ends a pairing: the mother's reach to the child ends with this row, and what she was
        told about children fades."""
        pair = t.pairing.c
        self.db.execute(update(t.pairing).where(pair.id == pairing_id).values(until=until))
        found = select(pair.mother_id).where(pair.id == pairing_id)
        fade_person(self.db, self.keys, self.db.execute(found).scalar_one())

    def noted(self, now: datetime, action: str, subject: str, **detail: object) -> None:
        """A line of the audit for what nobody who is known here did: the operator."""
        row = {"at": now, "actor_id": None, "action": action, "subject": subject}
        self._add(t.audit, **row, detail=detail)

    def _add(self, table: Any, **values: object) -> int:
        return add(self.db, table, **values)
