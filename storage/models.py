"""Every table. Moments are UTC; days are local days of the deployment's zone.

Statements name them by storage/tables.py, which is written from here (decision 0014).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.naming import NAMING

SQLModel.metadata.naming_convention = NAMING


def sealed(**options: Any) -> Any:
    """A column that only storage.crypto reads."""
    return Field(sa_column=Column(LargeBinary, nullable=options.pop("nullable", False)), **options)


def blob() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))


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


class Pairing(SQLModel, table=True):
    """A loving mother and the child whom she keeps company."""

    __table_args__ = (Index("ix_pairing_mother_open", "mother_id", "until"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    mother_id: int = Field(foreign_key="person.id")
    child_id: int = Field(foreign_key="child.id", index=True)
    since: date
    until: date | None = None


class Visit(SQLModel, table=True):
    """A visit, a contact, or an attempt; a correction supersedes, nothing is overwritten."""

    __table_args__ = (
        Index("ix_visit_child_day", "child_id", "day"),
        Index("ix_visit_visitor_day", "visitor_id", "day"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    receipt: str = Field(unique=True)
    kind: str
    child_id: int = Field(foreign_key="child.id")
    visitor_id: int = Field(foreign_key="person.id")
    day: date
    mode: str
    seen: bool
    minutes: int = 0
    form: str
    version: str
    total: int | None = None
    assessed: bool = False
    due: date | None = None
    recorded_at: datetime
    known_at: datetime
    """When it was first told; a correction has it from what it corrects."""
    withdrawn_at: datetime | None = None
    supersedes: int | None = Field(default=None, foreign_key="visit.id")
    answers: bytes = sealed()
    scoring: bytes | None = sealed(default=None, nullable=True)


class Attachment(SQLModel, table=True):
    """A file that somebody sent; it hangs on her conversation until a visit records it."""

    __table_args__ = (Index("ix_attachment_owner_id_at", "owner_id", "at"),)

    id: str = Field(primary_key=True)
    owner_id: int = Field(foreign_key="person.id")
    talk: int
    kind: str
    media_type: str
    size: int
    sha256: str
    visit_id: int | None = Field(default=None, foreign_key="visit.id", index=True)
    at: datetime
    name: bytes = sealed()
    content: bytes = sealed()


class Risk(SQLModel, table=True):
    """Where a child stands now: the scorer's state after the newest collection."""

    child_id: int = Field(primary_key=True, foreign_key="child.id")
    total: int | None = None
    level: str = Field(default="green", index=True)
    state: bytes = sealed()


class Score(SQLModel, table=True):
    """What the scorer said of one collection; never overwritten, superseded by a later run."""

    __table_args__ = (Index("ix_score_child_day", "child_id", "day"),)

    id: int | None = Field(default=None, primary_key=True)
    child_id: int = Field(foreign_key="child.id")
    visit_id: int = Field(foreign_key="visit.id", index=True)
    day: date
    total: int
    smoothed: float
    level: str
    rules_sha: str
    form_version: str
    at: datetime
    current: bool = True
    detail: bytes = sealed()


class Flag(SQLModel, table=True):
    """Suspected high risk: it waits for a person, who confirms or rejects it, and later closes
    what was confirmed."""

    __table_args__ = (Index("ix_flag_child_state", "child_id", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    child_id: int = Field(foreign_key="child.id")
    path: str = Field(index=True)
    triggers: str
    level: str
    state: str = Field(default="suspected", index=True)
    opened_at: datetime
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    closed_by: int | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = None
    evidence: bytes = sealed()
    reason: bytes | None = sealed(default=None, nullable=True)
    closed_reason: bytes | None = sealed(default=None, nullable=True)


class Alert(SQLModel, table=True):
    """An emergency; it is answered by a person and never withdrawn by a button."""

    __table_args__ = (Index("ix_alert_state_at", "state", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    receipt: str = Field(unique=True)
    child_id: int | None = Field(default=None, foreign_key="child.id", index=True)
    path: str = Field(index=True)
    codes: str
    level: str
    reporter_id: int = Field(foreign_key="person.id", index=True)
    state: str = "open"
    at: datetime
    police_at: datetime | None = None
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    answered_at: datetime | None = None
    note: bytes | None = sealed(default=None, nullable=True)
    said: bytes | None = sealed(default=None, nullable=True)


class Notice(SQLModel, table=True):
    """Who was told of an alert, in which unit."""

    __table_args__ = (UniqueConstraint("alert_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id")
    unit_id: int = Field(foreign_key="unit.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime


class Entry(SQLModel, table=True):
    """One line of the points ledger; lines are added, never changed."""

    __table_args__ = (
        UniqueConstraint("rule", "source", "state"),
        Index("ix_entry_person_day", "person_id", "day"),
        Index("ix_entry_child_state", "child_id", "state"),
        Index("ix_entry_state_day", "state", "day"),
        Index("ix_entry_person_rule", "person_id", "rule"),
        Index("ix_entry_source", "source"),
        CheckConstraint("state in ('pending', 'booked', 'reversed')", name="state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    rule: str
    source: str
    state: str
    points: int
    minutes: int = 0
    child_id: int | None = Field(default=None, foreign_key="child.id")
    day: date
    reason: str = ""
    by: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


class Total(SQLModel, table=True):
    """The kept sum of a person's ledger lines in a month, quarter or year."""

    __table_args__ = (Index("ix_total_period_booked", "period", "booked"),)

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    period: str = Field(primary_key=True)
    booked: int = 0
    pending: int = 0
    minutes: int = 0


class Talk(SQLModel, table=True):
    """One conversation of one person, by number; answers and facts are sealed."""

    __table_args__ = (Index("ix_talk_state_touched", "state", "touched"),)

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    number: int = Field(primary_key=True)
    conversation: str
    state: str = "active"
    revision: int = 0
    answers: bytes = sealed()
    facts: bytes = sealed()
    outcome: str = ""
    started: datetime
    touched: datetime


class Received(SQLModel, table=True):
    """Every message that was taken, once; the body's hash finds a reused key."""

    source: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    digest: str
    at: datetime


class Outgoing(SQLModel, table=True):
    """What a person is told; the web chat reads it, the outbox sends it."""

    __table_args__ = (
        Index("ix_outgoing_person_id", "person_id", "id"),
        Index("ix_outgoing_channel_state", "channel", "state", "not_before"),
        Index("ix_outgoing_class_at", "data_class", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    channel: str
    state: str = "queued"
    data_class: str
    dedupe_key: str = Field(unique=True)
    body: bytes = sealed()
    at: datetime
    not_before: datetime | None = None
    expires_at: datetime | None = None


class Stuck(SQLModel, table=True):
    """A message whose handling raised: kept with its body, tried five times, then told."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    source: str
    key: str
    body: bytes = sealed()
    tries: int = 1
    error: str = ""
    dead: bool = False
    receipt: str
    at: datetime

    __table_args__ = (UniqueConstraint("source", "key"),)


class Link(SQLModel, table=True):
    """A one-time sign-in link; only its keyed hash is kept."""

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires: datetime
    spent_at: datetime | None = None


class Session(SQLModel, table=True):
    """A signed-in browser; only the cookie's keyed hash is kept."""

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    started: datetime
    touched: datetime
    expires: datetime
    ended_at: datetime | None = None


class Fingerprint(SQLModel, table=True):
    """Which key this database is sealed with: one row, a mark that betrays nothing of it."""

    id: int = Field(primary_key=True)
    mark: str


class Heartbeat(SQLModel, table=True):
    """When a clockwork job last ran and what it did."""

    job: str = Field(primary_key=True)
    at: datetime
    did: str = ""


class Audit(SQLModel, table=True):
    """Who did what to whom; written in the transaction of the act."""

    __table_args__ = (Index("ix_audit_subject", "subject"),)

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    actor_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    action: str
    subject: str
    detail: dict[str, Any] = blob()
