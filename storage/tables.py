"""The tables of storage.models for Core statements, which the hot path speaks."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel

from storage import models


def _table(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


unit = _table(models.Unit)
person = _table(models.Person)
post = _table(models.Post)
child = _table(models.Child)
pairing = _table(models.Pairing)
visit = _table(models.Visit)
attachment = _table(models.Attachment)
risk = _table(models.Risk)
score = _table(models.Score)
flag = _table(models.Flag)
alert = _table(models.Alert)
notice = _table(models.Notice)
entry = _table(models.Entry)
total = _table(models.Total)
talk = _table(models.Talk)
received = _table(models.Received)
outgoing = _table(models.Outgoing)
stuck = _table(models.Stuck)
link = _table(models.Link)
session = _table(models.Session)
fingerprint = _table(models.Fingerprint)
heartbeat = _table(models.Heartbeat)
audit = _table(models.Audit)
