"""What a button carries: 25 opaque bytes, bound to one person, question and option.

The row behind a button is the conversation's own: number and revision lead to it, and the
MAC makes sure that nobody else's and no altered button is taken (decision 0002).
"""

from __future__ import annotations

import base64
import hmac
import re
import struct
from dataclasses import dataclass

from dialogue.control import CONTROLS
from storage.crypto import Keys

FORMAT = re.compile(r"c1:[A-Za-z0-9_-]{22}")
MAC = 10
FIRST_CONTROL = 240


@dataclass(frozen=True)
class Button:
    """The conversation by number, the revision of its question, and an option or control."""

    talk: int
    revision: int
    what: str


def make_button(keys: Keys, person_id: int, talk: int, revision: int, what: str) -> str:
    place = int(what) if what.isdecimal() else FIRST_CONTROL + CONTROLS.index(what)
    head = struct.pack(">IHB", talk, revision % 65536, place)[1:]
    mac = keys.sign(_bound(person_id, head), MAC)
    return _encode(head + mac)


def _encode(raw: bytes) -> str:
    return "c1:" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_button(keys: Keys, person_id: int, token: str) -> Button | None:
    """None when it is not ours, altered, or another person's."""
    if not FORMAT.fullmatch(token):
        return None
    raw = base64.urlsafe_b64decode(token[3:] + "==")
    head, mac = raw[:-MAC], raw[-MAC:]
    if _encode(raw) != token:  # the last letter has bits to spare
        return None
    if not hmac.compare_digest(mac, keys.sign(_bound(person_id, head), MAC)):
        return None
    talk, revision, place = struct.unpack(">IHB", b"\0" + head)
    if place >= FIRST_CONTROL + len(CONTROLS):
        return None
    what = str(place) if place < FIRST_CONTROL else CONTROLS[place - FIRST_CONTROL]
    return Button(talk, revision, what)


def _bound(person_id: int, head: bytes) -> bytes:
    return struct.pack(">Q", person_id) + head
