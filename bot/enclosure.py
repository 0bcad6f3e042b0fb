"""A file that came with a message: what the conversation hears of it, and where it is kept."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.channels.message import Upload
from dialogue.ask import Place
from dialogue.media import Sent, is_file, words_of
from dialogue.read import coarse, read_place
from dialogue.replay import Draft, Waiting
from domain.media import TAKEN
from domain.privacy import DataClass
from domain.trouble import Unreadable
from storage import attachments
from storage.crypto import Keys

CLIP = "📎 "


@dataclass(frozen=True)
class Enclosed:
    """A file and the name under which it is kept once a question has taken it."""

    upload: Upload
    file: str

    @property
    def sent(self) -> Sent:
        """What the conversation hears."""
        upload = self.upload
        takes = TAKEN[upload.ending].takes if upload.ending else ""
        return Sent(self.file, upload.name, len(upload.data), takes, upload.fault)

    def words(self, lang: str) -> str:
        """How it reads as what she said."""
        upload = self.upload
        if not upload.data:
            return CLIP + upload.name
        return CLIP + words_of(vars(self.sent)).words(lang)


def enclose(files: tuple[Upload, ...]) -> Enclosed:
    """The one file of a message under a name of its own; several are too many."""
    upload = files[0]
    if len(files) > 1:
        upload = Upload(upload.name, sent=upload.sent, fault="file.one")
    return Enclosed(upload, fresh_name(upload.ending))


def fresh_name(ending: str) -> str:
    """22 letters of 128 bits that nobody can guess, and the ending of the content."""
    return f"{secrets.token_urlsafe(16)}.{ending or 'bin'}"


def measure(db: Connection, owner_id: int, enclosed: Enclosed, now: datetime) -> Enclosed:
    """The same, or with the fault that this month's room is full."""
    upload = enclosed.upload
    if upload.fault or not attachments.is_full(db, owner_id, len(upload.data), now):
        return enclosed
    return replace(enclosed, upload=Upload(upload.name, sent=upload.sent, fault="file.quota"))


def keep(
    db: Connection, keys: Keys, place: tuple[int, int], enclosed: Enclosed, now: datetime
) -> None:
    """`place` is the person and the number of her conversation."""
    upload = enclosed.upload
    new = attachments.NewFile(enclosed.file, *place, upload.name, upload.data)
    attachments.keep(db, keys, new, now)


def is_taken(draft: Draft, enclosed: Enclosed) -> bool:
    """Whether it has become an answer."""
    held = (kept for kept in draft.answers.values() if is_file(kept))
    return any(kept["file"] == enclosed.file for kept in held)


def shown(enclosed: Enclosed) -> dict[str, str]:
    """What a page needs in order to show what was sent."""
    return {"file": enclosed.file, "takes": enclosed.sent.takes, "name": enclosed.upload.name}


def carries(body: Mapping[str, Any], least: DataClass) -> DataClass:
    """A message that shows files or their names is about a child: no less a class may carry it."""
    files = "sent" in body or any("file" in line for line in body.get("lines", ()))
    return max(least, DataClass.CHILD) if files else least


def blurred(text: str) -> str:
    """What she typed as it may be shown again: a place never finer than it is kept."""
    if "." not in text and "．" not in text:
        return text
    try:
        return coarse(read_place(text))
    except Unreadable:
        return text


def masked(key: str, outcome: Any, text: str) -> str:
    """Of words that were not understood as the place asked for, no figure is shown again."""
    again = isinstance(outcome, Waiting) and outcome.question.key == key
    if not again or outcome.question.kind != Place.kind:
        return text
    return "".join("•" if each.isdigit() else each for each in text)


def packed(files: tuple[Upload, ...]) -> list[dict[str, str]]:
    """For a message that is stuck: kept whole with its body, as she was told."""
    return [vars(each) | {"data": b64encode(each.data).decode()} for each in files]


def unpacked(rows: Any) -> tuple[Upload, ...]:
    return tuple(Upload(**(row | {"data": b64decode(row["data"])})) for row in rows)
