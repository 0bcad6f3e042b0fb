"""Every table as the statements name it.

Written by `python -m storage.migrations tables` from storage/models.py: change it there. A start
does without SQLModel, which is slow to import (decision 0014).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

from storage.moment import Moment
from storage.naming import NAMING

METADATA = MetaData(naming_convention=NAMING)

unit = Table(
    "unit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("name_en", String, nullable=False),
    Column("parent_id", Integer, ForeignKey("unit.id"), index=True),
    Column("path", String, nullable=False, default="", index=True),
    Column("phone", String, nullable=False, default=""),
)

person = Table(
    "person",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("name", String, nullable=False, index=True),
    Column("unit_id", Integer, ForeignKey("unit.id"), nullable=False, index=True),
    Column("lang", String, nullable=False, default="zh"),
    Column("large", Boolean, nullable=False, default=False),
    Column("ranked", Boolean, nullable=False, default=True),
    Column("greeted", Boolean, nullable=False, default=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("core", Boolean, nullable=False, default=False),
    Column("talks", Integer, nullable=False, default=0),
    Column("talk", Integer),
    Column("stuck", Integer, nullable=False, default=0),
    Column("joined", Date, nullable=False),
)

post = Table(
    "post",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("unit_id", Integer, ForeignKey("unit.id"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
)

child = Table(
    "child",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("unit_id", Integer, ForeignKey("unit.id"), nullable=False, index=True),
    Column("path", String, nullable=False, index=True),
    Column("enrolled", Date, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("last_seen", Date),
    Column("next_visit", Date, index=True),
    Column("counted", Integer, nullable=False, default=0, index=True),
    Column("identity", LargeBinary, nullable=False),
)

pairing = Table(
    "pairing",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("mother_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("child_id", Integer, ForeignKey("child.id"), nullable=False, index=True),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Index("ix_pairing_mother_open", "mother_id", "until"),
)

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

link = Table(
    "link",
    METADATA,
    Column("token", String, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("expires", Moment, nullable=False),
    Column("spent_at", Moment),
)

session = Table(
    "session",
    METADATA,
    Column("token", String, primary_key=True),
    Column("person_id", Integer, ForeignKey("person.id"), nullable=False, index=True),
    Column("started", Moment, nullable=False),
    Column("touched", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("ended_at", Moment),
)

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

for _table in METADATA.tables.values():
    for _column in _table.columns:
        _column.name = str(_column.name)  # as SQLModel has it: orjson takes no other kind of key
