"""The two ways in which a request can be refused politely; all else is a bug."""

from __future__ import annotations


class Polite(Exception):
    """Something to tell the person: a text key and its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Unreadable(Polite):
    """The answer could not be read; the same question is asked again."""


class Refused(Polite):
    """The rules say no; everything of this message is rolled back."""
