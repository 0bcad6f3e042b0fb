"""A mobile telephone number as an answer."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Kept, Words
from domain.enrol import phone_of
from domain.trouble import Unreadable


@dataclass
class Dial(Words):
    """Eleven digits, however they are written; kept as digits."""

    optional: bool = False

    def typed(self, text: str) -> Kept:
        if not (phone := phone_of(text)):
            raise Unreadable("read.phone")
        return self.chosen(phone)


def grouped(phone: str) -> str:
    """As it is read out: 138 0000 0001."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
