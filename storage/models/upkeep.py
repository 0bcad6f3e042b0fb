"""The database itself: its key, its clockwork, its audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.models.columns import blob


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
