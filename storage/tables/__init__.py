"""Every table as the statements name it.

Written by `python -m storage.migrations tables` from storage/models: change it there. A start
does without SQLModel, which is slow to import (decision 0014).
"""

from storage.naming import METADATA
from storage.tables.doors import bucket, code, invite, link, pin, session
from storage.tables.network import child, consent, pairing, person, post, unit
from storage.tables.points import entry, total
from storage.tables.records import alert, attachment, flag, notice, risk, score, visit
from storage.tables.talks import outgoing, received, stuck, talk
from storage.tables.upkeep import audit, fingerprint, heartbeat

__all__ = [
    "METADATA",
    "alert",
    "attachment",
    "audit",
    "bucket",
    "child",
    "code",
    "consent",
    "entry",
    "fingerprint",
    "flag",
    "heartbeat",
    "invite",
    "link",
    "notice",
    "outgoing",
    "pairing",
    "person",
    "pin",
    "post",
    "received",
    "risk",
    "score",
    "session",
    "stuck",
    "talk",
    "total",
    "unit",
    "visit",
]

for _table in METADATA.tables.values():
    for _column in _table.columns:
        _column.name = str(_column.name)  # as SQLModel has it: orjson takes no other kind of key
