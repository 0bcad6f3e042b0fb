"""Back, skip, cancel and their like: which of them a question offers, and which was said."""

from __future__ import annotations

from functools import cache
from typing import Any

from dialogue.ask import Many, Question
from dialogue.draft import Tapped, Typed
from dialogue.read import plain
from dialogue.texts import words

CONTROLS = ("back", "skip", "done", "not_asked", "declined", "cancel")


def controls(question: Question[Any]) -> list[str]:
    """The controls that this question offers."""
    offered = {
        "back": True,
        "skip": question.optional,
        "done": isinstance(question, Many),
        "not_asked": question.reasons,
        "declined": question.reasons,
        "cancel": True,
    }
    return [name for name in CONTROLS if offered[name]]


def control_of(question: Question[Any], said: object) -> str:
    """The control that was said; "" for anything else. A button may be one that is not offered."""
    if isinstance(said, Tapped):
        return said.control
    if not isinstance(said, Typed):
        return ""
    name = _words().get(plain(said.text), "")
    return name if name in controls(question) else ""


@cache
def _words() -> dict[str, str]:
    return {plain(word): name for name in CONTROLS for word in words(f"control.{name}")}
