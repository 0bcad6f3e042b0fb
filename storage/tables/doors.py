"""How somebody comes in: links, codes, browsers, PINs, invitations; and limits.

Written by `python -m storage.migrations tables` from storage/models/doors.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from storage.moment import Moment
from storage.naming import METADATA

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
    Column("until", Moment, nullable=False),
    Column("proof", String, nullable=False),
    Column("proved", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("device", String, nullable=False, default=""),
)

code = Table(
    "code",
    METADATA,
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("token", String, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
)

pin = Table(
    "pin",
    METADATA,
    Column("person_id", Integer, ForeignKey("person.id"), primary_key=True),
    Column("token", String, nullable=False),
    Column("since", Moment, nullable=False),
    Column("wrong", Integer, nullable=False, default=0),
    Column("locked", Moment),
)

invite = Table(
    "invite",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("token", String, nullable=False, unique=True),
    Column("spoken", String, nullable=False, index=True),
    Column("phone", String, nullable=False, index=True),
    Column("who", LargeBinary, nullable=False),
    Column("role", String, nullable=False),
    Column("unit_id", Integer, ForeignKey("unit.id"), nullable=False, index=True),
    Column("inviter_id", Integer, ForeignKey("person.id"), nullable=False),
    Column("state", String, nullable=False, default="open", index=True),
    Column("at", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("browser", String, nullable=False, default="", index=True),
    Column("enters", Boolean, nullable=False, default=False),
    Column("decided_by", Integer, ForeignKey("person.id")),
    Column("decided_at", Moment),
    Column("reason", LargeBinary),
    Column("person_id", Integer, ForeignKey("person.id")),
)

bucket = Table(
    "bucket",
    METADATA,
    Column("name", String, primary_key=True),
    Column("level", Float, nullable=False),
    Column("at", Moment, nullable=False),
    Column("empty_at", Moment, nullable=False, index=True),
)
