"""People, units, children and who belongs to whom.

Written by `python -m storage.migrations tables` from storage/models/network.py: change it there.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from storage.moment import Moment
from storage.naming import METADATA

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
    Column("phone", LargeBinary),
    Column("dial", String, nullable=False, default="", index=True),
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

consent = Table(
    "consent",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("child_id", Integer, ForeignKey("child.id"), nullable=False),
    Column("purpose", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("who", LargeBinary, nullable=False),
    Column("recorded_by", Integer, ForeignKey("person.id")),
    Column("day", Date, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_consent_child_purpose", "child_id", "purpose"),
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
