"""The ledger of points and its sums."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel


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
