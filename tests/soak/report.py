"""The figures of every run, in one file by the test's number and where it ran."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import orjson

NIGHT = os.environ.get("YUMIAO_SOAK") == "night"
FILE = Path(__file__).parents[2] / "reports" / "reliability.json"


def sized(ci: int, night: int) -> int:
    """The size of this run: each run's, or the night's."""
    return night if NIGHT else ci


def note(test: str, place: str, **figures: int | float) -> None:
    """Merges these figures into the file; other tests may be writing into it, too."""
    FILE.parent.mkdir(exist_ok=True)
    with FILE.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        known = orjson.loads(file.read() or b"{}")
        known.setdefault(test, {})[place] = {"size": "night" if NIGHT else "ci", **figures}
        file.truncate(0)
        file.write(orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
