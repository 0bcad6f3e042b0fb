"""Conversations: what is open, what came in, what is told, what went wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.models.columns import sealed


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
