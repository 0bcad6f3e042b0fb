"""What was seen: visits and their files, scores, flags, alerts.

Written by `python -m storage.migrations tables` from storage/models/records.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
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

visit = Table(
    "visit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("receipt", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("child_id", Integer, ForeignKey("child.id"), nullable=False),
    Column("visitor_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("mode", String, nullable=False),
    Column("seen", Boolean, nullable=False),
    Column("minutes", Integer, nullable=False, default=0),
    Column("form", String, nullable=False),
    Column("version", String, nullable=False),
    Column("total", Integer),
    Column("assessed", Boolean, nullable=False, default=False),
    Column("due", Date),
    Column("recorded_at", Moment, nullable=False),
    Column("known_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("supersedes", Integer, ForeignKey("visit.id")),
    Column("answers", LargeBinary, nullable=False),
    Column("scoring", LargeBinary),
    Index("ix_visit_child_day", "child_id", "day"),
    Index("ix_visit_visitor_day", "visitor_id", "day"),
)

attachment = Table(
    "attachment",
    METADATA,
    Column("id", String, primary_key=True),
    Column("owner_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("talk", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("visit_id", Integer, ForeignKey("visit.id"), index=True),
    Column("at", Moment, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_attachment_owner_id_at", "owner_id", "at"),
)

risk = Table(
    "risk",
    METADATA,
    Column("child_id", Integer, ForeignKey("child.id"), primary_key=True),
    Column("total", Integer),
    Column("level", String, nullable=False, default="green", index=True),
    Column("state", LargeBinary, nullable=False),
)

score = Table(
    "score",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("child_id", Integer, ForeignKey("child.id"), nullable=False),
    Column("visit_id", Integer, ForeignKey("visit.id"), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("total", Integer, nullable=False),
    Column("smoothed", Float, nullable=False),
    Column("level", String, nullable=False),
    Column("rules_sha", String, nullable=False),
    Column("form_version", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("current", Boolean, nullable=False, default=True),
    Column("detail", LargeBinary, nullable=False),
    Index("ix_score_child_day", "child_id", "day"),
)

flag = Table(
    "flag",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("child_id", Integer, ForeignKey("child.id"), nullable=False),
    Column("path", String, nullable=False, index=True),
    Column("triggers", String, nullable=False),
    Column("level", String, nullable=False),
    Column("state", String, nullable=False, default="suspected", index=True),
    Column("opened_at", Moment, nullable=False),
    Column("decided_by", Integer, ForeignKey("person.id")),
    Column("decided_at", Moment),
    Column("closed_by", Integer, ForeignKey("person.id")),
    Column("closed_at", Moment),
    Column("evidence", LargeBinary, nullable=False),
    Column("reason", LargeBinary),
    Column("closed_reason", LargeBinary),
    Index("ix_flag_child_state", "child_id", "state"),
)

alert = Table(
    "alert",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),
    Column("receipt", String, nullable=False, unique=True),
    Column("child_id", Integer, ForeignKey("child.id"), index=True),
    Column("path", String, nullable=False, index=True),
    Column("codes", String, nullable=False),
    Column("level", String, nullable=False),
    Column("reporter_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("state", String, nullable=False, default="open"),
    Column("at", Moment, nullable=False),
    Column("police_at", Moment),
    Column("answered_by", Integer, ForeignKey("person.id")),
    Column("answered_at", Moment),
    Column("note", LargeBinary),
    Column("said", LargeBinary),
    Index("ix_alert_state_at", "state", "at"),
)

notice = Table(
    "notice",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("alert_id", Integer, ForeignKey("alert.id"), nullable=False),
    Column("unit_id", Integer, ForeignKey("unit.id"), nullable=False),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    UniqueConstraint("alert_id", "person_id"),
)
