"""The part of Act that its writes stand on."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from domain.enrol import LETTERS
from domain.privacy import DataClass
from domain.roles import Account
from storage.crypto import Keys
from storage.look import Look

RECEIPT = re.compile(f"[{LETTERS}]{{5}}-[{LETTERS}]{{5}}")
"""How a receipt is written: 7N6HN-SBVTV."""


class Deed(Protocol):
    """One person's deed at one moment."""

    @property
    def look(self) -> Look: ...
    @property
    def now(self) -> datetime: ...
    @property
    def db(self) -> Connection: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def account(self) -> Account: ...
    @property
    def today(self) -> date: ...
    @property
    def number(self) -> int: ...
    @property
    def key(self) -> str: ...
    def audit(self, action: str, subject: str, **detail: object) -> None: ...
    def tell(self, person_id: int, answer: object, dedupe: str, carries: DataClass) -> None: ...


def receipt(key: str) -> str:
    """A number to read out: 10 letters of 50 bits, the same for the same key."""
    bits = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=7).digest(), "big")
    letters = "".join(LETTERS[bits >> 5 * place & 31] for place in range(10))
    return f"{letters[:5]}-{letters[5:]}"
