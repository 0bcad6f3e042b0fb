"""The database itself: its key, its clockwork, its audit.

Written by `python -m storage.migrations tables` from storage/models/upkeep.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
)

from storage.moment import Moment
from storage.naming import METADATA

fingerprint = Table(
    "fingerprint",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("mark", String, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    METADATA,
    Column("job", String, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("did", String, nullable=False, default=""),
)

audit = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor_id", Integer, ForeignKey("person.id"), index=True),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("detail", JSON, nullable=False),
)
