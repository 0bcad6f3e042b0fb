"""How somebody comes in: links, browsers."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel


class Link(SQLModel, table=True):
    """A one-time sign-in link; only its keyed hash is kept."""

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires: datetime
    spent_at: datetime | None = None


class Session(SQLModel, table=True):
    """A signed-in browser; only the cookie's keyed hash is kept."""

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    started: datetime
    touched: datetime
    expires: datetime
    ended_at: datetime | None = None
    device: str = ""
    """In words for her list: which browser on what, as it says itself."""


class Code(SQLModel, table=True):
    """A six-digit sign-in code, one at a time for each person; only its keyed hash is kept."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    token: str
    expires: datetime
    tries: int = 0


class Bucket(SQLModel, table=True):
    """How much of a limit somebody has used: it drains with time, and survives a restart."""

    name: str = Field(primary_key=True)
    """The limit and a keyed hash of whom it counts."""
    level: float
    at: datetime
    empty_at: datetime = Field(index=True)
    """From when on it counts nothing and can be forgotten."""
