"""How many taps a routine month takes: counted by pressing buttons, nothing typed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.bench.figure import Figure
from bot.bench.town import Crowd, crowd, last_body, visit_words
from bot.channels.message import Incoming
from domain.library import packaged


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder, crowd(Path(folder), 1) as one:
        count_taps(one, one.directors[0], "走访")
        one.later(30)
        taps = count_taps(one, one.directors[0], "走访")
        yield Figure("director's routine visit", taps, "taps", 12, "less")
        one.turns.take(one.messages(one.mothers, "帮助")[0])
        modes = [option.label["zh"] for option in packaged().form("contact").item("mode").options]
        taps = max(_contact(one, mode) for mode in modes)
        yield Figure("mother's contact, any way", taps, "taps", 8, "less")


def _contact(one: Crowd, mode: str) -> int:
    """On a day of its own: the same way twice on a day is asked back."""
    one.later(7)
    return count_taps(one, one.mothers[0], "联系", mode)


def count_taps(one: Crowd, person: int, opening: str, wanted: str = "") -> int:
    """The opening counts as a tap on the menu; every later one presses a real button, the
    `wanted` one where it is offered."""
    taken = one.turns.take(one.messages([person], opening)[0])
    for taps in range(1, 100):
        body = last_body(taken)
        if body["kind"] == "end":
            return taps
        buttons = body["buttons"]
        assert isinstance(buttons, list)
        place = _place(buttons, body, wanted)
        key = f"tap:{next(one.numbers)}"
        token = str(buttons[place]["data"])
        taken = one.turns.take(Incoming("bench", key, person, tokens=(token,)))
    raise RuntimeError("the conversation does not end")


def _place(buttons: list[dict[str, object]], body: dict[str, object], wanted: str) -> int:
    """The same child each month, else what a quiet month answers."""
    labels = [str(each["label"]) for each in buttons]
    mine = [at for at, label in enumerate(labels) if "立夏-0-0" in label or label == wanted]
    return mine[0] if mine else int(visit_words(body)) - 1
