"""What the calls find, worked out ahead of the writing: in a second process where one may run.

The writing waits for the database, the finding for nothing: on two cores they overlap. What is
found is the same either way, for it stands on the plan alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, tzinfo
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from bot.seed.agenda import Call
from bot.seed.plan import Plan, make_plan
from bot.seed.sheets import Sheet, Story, contact_sheet
from bot.seed.size import Size
from bot.seed.unhurried import unhurried
from dialogue.fill import Found
from domain.age import age_on, band
from domain.form import Filling, Given
from domain.library import Library, packaged
from handlers.collect import Held, collect
from storage.do.scoring import Scored
from storage.see.held import carried_on

MadeBy = tuple[Size, int, int, date]
BATCH = 200  # findings in one message between the processes


@dataclass(frozen=True)
class Finding:
    """What one call finds, and what is kept and scored of it."""

    sheet: Sheet
    held: Held
    scored: Scored | None


class Finder:
    """Goes through the calls in the order of time, knowing what the record would know."""

    def __init__(self, plan: Plan, zone: tzinfo, library: Library) -> None:
        self.plan, self.zone, self.library = plan, zone, library
        form = library.form("visit")
        self.stories = {kid.code: Story(kid, form, plan.seed) for kid in plan.kids}
        self.last: dict[str, dict[str, Any]] = {}
        self.met: dict[tuple[str, str], date] = {}
        self.mothers: dict[str, list[Any]] = {}
        for pair in plan.pairs:
            self.mothers.setdefault(pair.child, []).append(pair)

    def all(self) -> Iterator[Finding]:
        for call in self.plan.calls:
            yield self._contact(call) if call.kind == "contact" else self._visit(call)

    def _contact(self, call: Call) -> Finding:
        sheet = contact_sheet(call, self.plan.seed)
        self.met[call.person, call.child] = call.day
        filling = Filling(self.library.form("contact"), self._given(call), sheet.answers)
        return Finding(sheet, collect(Found(filling), {}, "")[0], None)

    def _visit(self, call: Call) -> Finding:
        kid = self.plan.kid[call.child]
        sheet = self.stories[call.child].visit(call)
        age = age_on(kid.birth, call.day)
        known = {
            "age": str(age),
            "sex": str(kid.new.identity["sex"]),
            "paired": self._paired(call),
        }
        filling = Filling(self.library.form("visit"), self._given(call), known | sheet.answers)
        found = Found(filling, sheet.whys)
        held, scored = collect(found, self.last.get(call.child, {}), band(age))
        self.last[call.child] = carried_on(held.as_json())
        return Finding(sheet, held, scored)

    def _given(self, call: Call) -> Given:
        return Given(call.moment(self.zone), call.day)

    def _paired(self, call: Call) -> str:
        """As `Look.paired` says it on that day; no contact that came later is known yet."""
        first = call.day.replace(day=1)
        met = [
            self.met.get((pair.mother, call.child), date.min) >= first
            for pair in self.mothers.get(call.child, ())
            if pair.since <= call.day and (pair.until is None or call.day < pair.until)
        ]
        if not met:
            return "none"
        return "paired_contact" if any(met) else "paired"


@contextmanager
def findings(
    made_by: MadeBy, zone: tzinfo, *, apart: bool | None = None
) -> Iterator[Iterator[Finding]]:
    """The findings of a plan's calls, one for each and in their order. `made_by` are size,
    months, seed and today: it is quicker to make the plan there than to send it.

    `apart`: in a process of their own; None: where there are two cores. Raises RuntimeError
    when that process dies.
    """
    apart = _cores() > 1 if apart is None else apart
    if not apart:
        yield Finder(make_plan(*made_by), zone, packaged()).all()
        return
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    finder = spawn.Process(target=_send, args=(theirs, made_by, zone), daemon=True)
    finder.start()
    theirs.close()
    try:
        yield _receive(ours)
    finally:
        ours.close()
        finder.terminate()
        finder.join()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _send(pipe: Connection, made_by: MadeBy, zone: tzinfo) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked; she ends us
    found = Finder(make_plan(*made_by), zone, packaged()).all()
    with unhurried():
        while batch := list(islice(found, BATCH)):
            pipe.send(batch)


def _receive(pipe: Connection) -> Iterator[Finding]:
    try:
        while True:
            yield from pipe.recv()
    except EOFError:
        raise RuntimeError("the process that works out the findings has ended too early") from None
