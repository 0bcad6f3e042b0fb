"""People, units, children and who belongs to whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import sealed


class Unit(SQLModel, table=True):
    """The centre, its stations, their children's homes (villages)."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    kind: str
    name: str
    name_en: str
    parent_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    path: str = Field(default="", index=True)
    phone: str = ""


class Person(SQLModel, table=True):
    """Somebody who talks with the bot."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str = Field(index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    lang: str = "zh"
    large: bool = False
    ranked: bool = True
    greeted: bool = False
    active: bool = True
    core: bool = False
    talks: int = 0
    talk: int | None = None
    stuck: int = 0
    joined: date
    phone: bytes | None = sealed(nullable=True)
    dial: str = Field(default="", index=True)
    """A keyed hash of the telephone, to find her by."""


class Post(SQLModel, table=True):
    """A role that a person holds in a unit, while it lasts."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: str
    since: date
    until: date | None = None


class Child(SQLModel, table=True):
    """One child, one file; who the child is stands sealed in `identity`."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    path: str = Field(index=True)
    enrolled: date
    active: bool = True
    last_seen: date | None = None
    next_visit: date | None = Field(default=None, index=True)
    counted: int = Field(default=0, index=True)
    """The last month whose end is in the child's score, as a label of the scorer; 0: none."""
    identity: bytes = sealed()


class Consent(SQLModel, table=True):
    """A guardian's word on what may be done for a child; the newest of a purpose stands."""

    __table_args__ = (Index("ix_consent_child_purpose", "child_id", "purpose"),)

    id: int | None = Field(default=None, primary_key=True)
    child_id: int = Field(foreign_key="child.id")
    purpose: str
    kind: str
    """written, spoken, withdrawn."""
    who: bytes = sealed()
    """Who gave it."""
    recorded_by: int | None = Field(default=None, foreign_key="person.id")
    day: date
    at: datetime


class Pairing(SQLModel, table=True):
    """A loving mother and the child whom she keeps company."""

    __table_args__ = (Index("ix_pairing_mother_open", "mother_id", "until"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    mother_id: int = Field(foreign_key="person.id")
    child_id: int = Field(foreign_key="child.id", index=True)
    since: date
    until: date | None = None
