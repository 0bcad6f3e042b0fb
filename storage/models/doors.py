"""How somebody comes in: links, codes, browsers, PINs, invitations; and limits."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.models.columns import sealed


class Link(SQLModel, table=True):
    """A one-time sign-in link; only its keyed hash is kept."""

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    expires: datetime
    spent_at: datetime | None = None


class Session(SQLModel, table=True):
    """A signed-in browser; only keyed hashes of its cookie's two parts are kept."""

    token: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    started: datetime
    touched: datetime
    expires: datetime
    """From then on only the PIN opens it."""
    until: datetime
    """From then on nothing does."""
    proof: str
    """Of the part that is new whenever its person has shown that it is she."""
    proved: datetime
    ended_at: datetime | None = None
    device: str = ""
    """In words for her list: which browser on what, as it says itself."""


class Code(SQLModel, table=True):
    """A six-digit sign-in code, one at a time for each person; only its keyed hash is kept."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    token: str
    expires: datetime
    tries: int = 0


class Pin(SQLModel, table=True):
    """Six digits that somebody chose; only their keyed hash is kept."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    token: str
    since: datetime
    wrong: int = 0
    """Wrong ones since the last right one."""
    locked: datetime | None = None
    """Until when none is looked at."""


class Invite(SQLModel, table=True):
    """Somebody who may come in: asked by one who answers for the role, let in by a person.

    Of the link, the spoken code and her browser only keyed hashes are kept; `who` holds name and
    telephone, sealed.
    """

    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    spoken: str = Field(index=True)
    phone: str = Field(index=True)
    """A keyed hash, to be compared with."""
    who: bytes = sealed()
    role: str
    unit_id: int = Field(foreign_key="unit.id", index=True)
    inviter_id: int = Field(foreign_key="person.id")
    state: str = Field(default="open", index=True)
    """open, used, approved, refused, withdrawn."""
    at: datetime
    expires: datetime
    browser: str = Field(default="", index=True)
    """Of the browser that used it: only that one is let in, once."""
    enters: bool = False
    """Whether approval lets that browser in: not where she has an account already."""
    decided_by: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = None
    reason: bytes | None = sealed(nullable=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")


class Bucket(SQLModel, table=True):
    """How much of a limit somebody has used: it drains with time, and survives a restart."""

    name: str = Field(primary_key=True)
    """The limit and a keyed hash of whom it counts."""
    level: float
    at: datetime
    empty_at: datetime = Field(index=True)
    """From when on it counts nothing and can be forgotten."""
