"""The files of a visit that is corrected stay with it, unless she changes them on the review
screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from dialogue.ask import Choice, Line, Pick
from dialogue.media import FileWords
from dialogue.replay import once
from dialogue.say import say
from domain.form import Form, Item
from domain.media import MEDIA, STORED
from storage.look import Look

KEEP, OTHER = "keep", "other"


@dataclass(frozen=True)
class Enclosed:
    """Files that are kept: their names as answers by path, and how each reads on the review."""

    files: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, Line] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, str]:
        """What the form need not ask, by the names of its questions."""
        return {path.rpartition("/")[2]: file for path, file in self.files.items()}

    def lines_of(self, answers: Mapping[str, str]) -> list[Line]:
        """Only of what the form still wants to know, as it is filled now."""
        return [line for path, line in self.lines.items() if path in answers]


async def enclosed(look: Look, receipt: str, form: Form, held: Mapping[str, Any]) -> Enclosed:
    """The files among these answers that the form still asks for and that are still there."""
    files: dict[str, str] = {}
    lines: dict[str, Line] = {}
    for path, file in held.items():
        item = form.by_path.get(path)
        if item is None or not _is_file(form, item, file):
            continue
        found = await once(f"{receipt}/{path}/file", partial(_look_up, look, file))
        if not found:
            continue
        words = FileWords(file, found["name"], found["size"])
        if await _is_kept(f"{receipt}/{path}", item, words):
            files[path] = file
            lines[path] = Line(f"{receipt}/{path}", _name(item), words)
    return Enclosed(files, lines)


def _look_up(look: Look, file: str) -> dict[str, Any]:
    found = look.file_named(file.partition(".")[0])
    return asdict(found) if found else {}


def _is_file(form: Form, item: Item, value: object) -> bool:
    """A file as an answer, to a question whose name is that of no other."""
    stored = item.type in MEDIA and isinstance(value, str) and STORED.fullmatch(value)
    return bool(stored) and sum(each.name == item.name for each in form.questions()) == 1


async def _is_kept(key: str, item: Item, words: FileWords) -> bool:
    """Asked only when she presses its line on the review screen."""
    picks = (
        Pick(KEEP, say("amend.file.keep", file=words)),
        Pick(OTHER, say("amend.file.other")),
    )
    chosen = await Choice(key, say("amend.file", what=_name(item)), picks=picks, quiet=True)
    return chosen != OTHER


def _name(item: Item) -> dict[str, str]:
    return {lang: item.extra.get(f"short::{lang}") or text for lang, text in item.label.items()}
