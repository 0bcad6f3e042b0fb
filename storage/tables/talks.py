"""Conversations: what is open, what came in, what is told, what went wrong.

Written by `python -m storage.migrations tables` from storage/models/talks.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.naming import METADATA

talk = Table(
    "talk",
    METADATA,
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("state", String, nullable=False, default="active"),
    Column("revision", Integer, nullable=False, default=0),
    Column("answers", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("outcome", String, nullable=False, default=""),
    Column("started", Moment, nullable=False),
    Column("touched", Moment, nullable=False),
    Index("ix_talk_state_touched", "state", "touched"),
)

received = Table(
    "received",
    METADATA,
    Column("source", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("digest", String, nullable=False),
    Column("at", Moment, nullable=False),
)

outgoing = Table(
    "outgoing",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("channel", String, nullable=False),
    Column("state", String, nullable=False, default="queued"),
    Column("data_class", String, nullable=False),
    Column("dedupe_key", String, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Column("not_before", Moment),
    Column("expires_at", Moment),
    Index("ix_outgoing_channel_state", "channel", "state", "not_before"),
    Index("ix_outgoing_class_at", "data_class", "at"),
    Index("ix_outgoing_person_id", "person_id", "id"),
)

stuck = Table(
    "stuck",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("source", String, nullable=False),
    Column("key", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("tries", Integer, nullable=False, default=1),
    Column("error", String, nullable=False, default=""),
    Column("dead", Boolean, nullable=False, default=False),
    Column("receipt", String, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("source", "key"),
)
