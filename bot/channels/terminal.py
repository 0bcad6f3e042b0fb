"""The terminal: lines in, messages with numbered options out; good for pipes and readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

from bot.channels.message import Incoming, Taken
from bot.channels.upload import from_line

SOURCE = "terminal"
FILES = ("", "media")
"""Where @ names a file: at a question for one, and at the first line, which may answer one."""
Take = Callable[[Incoming], Taken]


def converse(take: Take, person_id: int, lines: Iterable[str]) -> Iterator[str]:
    """Takes one line after the other and yields what the bot says."""
    run, kind = uuid4().hex, ""
    for number, line in enumerate(lines):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        message = Incoming(SOURCE, f"{run}:{number}", person_id, text=text)
        file = from_line(text) if kind in FILES else None
        taken = take(replace(message, text="", files=(file,)) if file else message)
        for reply in taken.replies:
            kind = reply.body["kind"]
            yield render(reply.body)


def render(body: dict[str, Any]) -> str:
    """A message as plain text: its words, numbered options, controls in brackets.

    On a review the number that changes a line stands before the line itself.
    """
    parts = [body[name] for name in ("note", "text") if body.get(name)]
    options = body.get("buttons", [])
    if body["kind"] == "end":
        if options:
            parts.append("  " + "  ".join(f"[{each['data']}]" for each in options))
        return "\n".join(parts)
    lines = {line["place"]: line for line in body.get("lines", [])}
    parts += [_option(place, each, lines.get(place)) for place, each in enumerate(options)]
    if body.get("controls"):
        parts.append("  " + "  ".join(f"<{each['label']}>" for each in body["controls"]))
    return "\n".join(parts)


def _option(place: int, button: dict[str, Any], line: dict[str, Any] | None) -> str:
    words = button["label"]
    if line:
        colon = "：" if any(ord(letter) > 0x2E80 for letter in line["label"]) else ": "
        words = f"{line['label']}{colon}{line['answer']}"
    tick = f"({button['rank']}) " if "rank" in button else "✓ " if button.get("ticked") else ""
    return f"  {place + 1}. {tick}{words}"
