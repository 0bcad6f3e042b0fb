"""The words: gettext catalogues by language, keyed by text key, one file per feature."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDERS = {"zh": "zh_Hans", "en": "en"}
Entry = str | tuple[str, ...]


class NoText(KeyError):
    """A text key that no catalogue has: a bug, found by the texts test."""


def template(key: str, lang: str, many: int | None = None) -> str:
    """The words for `key`; with `many`, its singular or plural."""
    try:
        entry = catalogue(lang)[key]
    except KeyError:
        raise NoText(f"{key} ({lang})") from None
    if isinstance(entry, str):
        return entry
    return entry[0] if many == 1 else entry[-1]


def words(key: str) -> tuple[str, ...]:
    """All words of both languages for a command or an answer, separated by | in the texts."""
    found = (word.strip() for lang in FOLDERS for word in template(key, lang).split("|"))
    return tuple(dict.fromkeys(word for word in found if word))


def first_word(key: str, lang: str) -> str:
    """The word that is shown of several."""
    return str(template(key, lang)).partition("|")[0].strip()


@cache
def catalogue(lang: str) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for path in sorted((Path(__file__).parent / FOLDERS[lang]).glob("*.po")):
        for key, entry in _read(path):
            if key in found:
                raise ValueError(f"{path.name}: {key} stands twice")
            found[key] = entry
    return found


def _read(path: Path) -> list[tuple[str, Entry]]:
    from babel.messages.pofile import read_po  # slow to import, and not needed to start

    with path.open("rb") as file:
        messages = read_po(file, charset="utf-8")
    return [
        (
            message.id if isinstance(message.id, str) else message.id[0],
            _words(message.string),
        )
        for message in messages
        if message.id
    ]


def _words(found: object) -> Entry:
    if isinstance(found, list | tuple):
        return tuple(str(form) for form in found)
    return str(found or "")
