"""The days of the history, one after the other: calls in the order of time, then the desks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.seed.agenda import Call
from bot.seed.ahead import Finding
from bot.seed.desks import Desks
from bot.seed.families import Pair
from bot.seed.scribe import Scribe
from bot.seed.talks import hold


class Days:
    """Everything of the plan by its day."""

    def __init__(self, scribe: Scribe, findings: Iterator[Finding]) -> None:
        self.scribe, self.findings, self.desks = scribe, findings, Desks(scribe)
        self.span = scribe.plan.span
        self.begins: dict[date, list[Pair]] = defaultdict(list)
        self.ends: dict[date, list[Pair]] = defaultdict(list)
        self.calls: dict[date, list[Call]] = defaultdict(list)
        for pair in scribe.plan.pairs:
            self.begins[max(pair.since, self.span.begin)].append(pair)
            if pair.until:
                self.ends[pair.until].append(pair)
        for call in scribe.plan.calls:
            self.calls[call.day].append(call)

    def pass_day(self, db: Connection, day: date) -> None:
        for pair in self.ends[day]:
            self.scribe.part(db, pair)
        for pair in self.begins[day]:
            self.scribe.pair(db, pair)
        for call in self.calls[day]:
            finding = next(self.findings)
            if call.talked:
                hold(self.scribe, db, call, finding.sheet)
            else:
                self.scribe.record(db, call, finding)
            self.desks.called(db, call, finding.sheet)
        self.desks.end(db, day)

    @property
    def all(self) -> list[date]:
        return [self.span.begin + timedelta(number) for number in range(self.span.days)]
