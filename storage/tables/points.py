"""The ledger of points and its sums.

Written by `python -m storage.migrations tables` from storage/models/points.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.naming import METADATA

entry = Table(
    "entry",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("rule", String, nullable=False),
    Column("source", String, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("minutes", Integer, nullable=False, default=0),
    Column("child_id", Integer, ForeignKey("child.id")),
    Column("day", Date, nullable=False),
    Column("reason", String, nullable=False, default=""),
    Column("by", Integer, ForeignKey("person.id")),
    Column("at", Moment, nullable=False),
    CheckConstraint("state in ('pending', 'booked', 'reversed')", name="state"),
    UniqueConstraint("rule", "source", "state"),
    Index("ix_entry_child_state", "child_id", "state"),
    Index("ix_entry_person_day", "person_id", "day"),
    Index("ix_entry_person_rule", "person_id", "rule"),
    Index("ix_entry_state_day", "state", "day"),
)

total = Table(
    "total",
    METADATA,
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("period", String, primary_key=True),
    Column("booked", Integer, nullable=False, default=0),
    Column("pending", Integer, nullable=False, default=0),
    Column("minutes", Integer, nullable=False, default=0),
    Index("ix_total_period_booked", "period", "booked"),
)
