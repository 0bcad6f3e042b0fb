"""The terminal: lines in, messages with numbered options out; good for pipes and readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

from bot.channels.message import Incoming, Taken

SOURCE = "terminal"
Take = Callable[[Incoming], Taken]


def converse(take: Take, person_id: int, lines: Iterable[str]) -> Iterator[str]:
    """Takes one line after the other and yields what the bot says."""
    run = uuid4().hex
    for number, line in enumerate(lines):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        taken = take(Incoming(SOURCE, f"{run}:{number}", person_id, text=text))
        for reply in taken.replies:
            yield render(reply.body)


def render(body: dict[str, Any]) -> str:
    """A message as plain text: its words, its lines, numbered options, controls in brackets."""
    parts = [body[name] for name in ("note", "text") if body.get(name)]
    parts += [f"  {line['label']}:{line['answer']}" for line in body.get("lines", [])]
    ending = body["kind"] == "end"
    options = body.get("buttons", [])
    if ending and options:
        parts.append("  " + "  ".join(f"[{each['data']}]" for each in options))
    else:
        parts += [
            f"  {number}. {'✓ ' if each.get('ticked') else ''}{each['label']}"
            for number, each in enumerate(options, 1)
        ]
    if body.get("controls"):
        parts.append("  " + "  ".join(f"<{each['label']}>" for each in body["controls"]))
    return "\n".join(parts)
