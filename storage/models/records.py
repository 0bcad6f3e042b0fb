"""What was seen: visits and their files, scores, flags, alerts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import sealed


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
