"""From what somebody sent to a file that may be kept, or to what is wrong with it."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from bot.channels import glovebox
from bot.channels.message import Upload
from domain.media import MOST, TAKEN, ZIP, clean_name, sniff

PATIENCE = 4  # the limit is seconds of work; a busy machine gives it fewer than pass on the wall
FAULTS = {glovebox.BROKEN: "file.broken", glovebox.HEAVY: "file.heavy"}


TYPED = re.compile(r"(?:@|file:(?://)?)\s*(\S.*)", re.IGNORECASE)


def from_line(line: str) -> Upload | None:
    """The file that `@./photo.jpg` or `file:photo.jpg` names; None for other words."""
    found = TYPED.fullmatch(line.strip())
    if not found:
        return None
    path = Path(found[1].strip("\"'"))
    try:
        path = path.expanduser()
        if not path.is_file():  # a pipe or a device has no end
            raise FileNotFoundError
        with path.open("rb") as file:
            return examine(file.read(MOST + 1), path.name)
    except (OSError, ValueError, RuntimeError):  # no such file, no such home, a NUL in the name
        return refused(found[1], "", "file.missing")


def examine(data: bytes, name: str, sha256: str = "") -> Upload:
    """Up to some seconds of work in another process: never in the event loop.

    `sha256` is that of all that was sent, where `data` is only its beginning.
    """
    sent = sha256 or hashlib.sha256(data).hexdigest()
    if not data:
        return refused(name, sent, "file.empty")
    if len(data) > MOST:
        return refused(name, sent, "file.large")
    ending, made, fault = _opened(data, name)
    if fault or not ending:
        return refused(name, sent, fault)
    return Upload(clean_name(name, ending), ending, made, sent)


def refused(name: str, sent: str, fault: str) -> Upload:
    """A file that is not taken; without a fault the question says what it takes."""
    return Upload(clean_name(name), sent=sent, fault=fault)


def _opened(data: bytes, name: str) -> tuple[str, bytes, str]:
    """Its ending, its bytes as they may be kept, and what was wrong."""
    ending = sniff(data, name)
    if ending == ZIP:
        made, fault = _handled("office", data)
        ending = made.decode("ascii", "replace")
        return ending if ending in TAKEN else "", data, fault
    if ending and TAKEN[ending].takes == "image":
        made, fault = _handled("picture", data)
        if not fault and not (made and sniff(made) == "webp"):
            fault = "file.broken"
        return "webp", made, fault
    return ending, data, ""


def _handled(deed: str, data: bytes) -> tuple[bytes, str]:
    """What the glovebox made of it, without our surroundings: they may hold secrets."""
    command = [sys.executable, "-I", str(Path(glovebox.__file__)), deed]
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE * glovebox.SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b"", "file.heavy"
    if done.returncode == glovebox.FINE:
        return done.stdout, ""
    if done.returncode == glovebox.OTHER:
        return b"", ""
    return b"", FAULTS.get(done.returncode, "file.heavy")  # killed: it wanted too much
