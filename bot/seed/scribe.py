"""Writes the plan through the same doors as chat: Founding, Look, Act and the handlers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from datetime import time as clock_time

from sqlalchemy import Connection

from bot.seed.agenda import Call
from bot.seed.ahead import Finding
from bot.seed.families import Pair
from bot.seed.plan import Plan
from dialogue.show import show_answer
from domain.frame import Frame
from domain.library import Library
from domain.roles import Account, Right
from handlers import contact, visit
from handlers.emergency import Urgent
from storage import inbox
from storage.act import Act
from storage.consents import WRITTEN, NewConsent
from storage.founding import Founding
from storage.look import Look
from storage.see.children import ChildRef
from storage.session import Store

GUARDIAN = "监护人"


@dataclass
class Ids:
    """The rows of what the plan names by code."""

    units: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    children: dict[str, int] = field(default_factory=dict)
    pairs: dict[str, int] = field(default_factory=dict)


class Scribe:
    """Turns calls into acts of the people who made them."""

    def __init__(self, store: Store, zone: tzinfo, plan: Plan, library: Library) -> None:
        self.store, self.zone, self.plan, self.library = store, zone, plan, library
        self.ids = Ids()
        self._accounts: dict[str, Account] = {}
        self._numbers: Counter[str] = Counter()
        self._children: dict[str, ChildRef] = {}
        self._agreed: set[str] = set()

    # --- founding ------------------------------------------------------------------

    def found(self, db: Connection) -> None:
        """Units, people and children; pairings begin on their days."""
        founding = Founding(db, self.store.keys)
        units = self.ids.units
        for place in self.plan.network.places:
            units[place.code] = founding.unit(place.new, units.get(place.above))
        for worker in self.plan.people:
            home, *more = worker.homes
            made = self.ids.people[worker.code] = founding.person(worker.new, units[home])
            for other in more:
                founding.post(made, worker.new.role, units[other], worker.new.joined)
        for kid in self.plan.kids:
            self.ids.children[kid.code] = founding.child(kid.new, units[kid.home])

    def pair(self, db: Connection, pair: Pair) -> None:
        mother, child = self.ids.people[pair.mother], self.ids.children[pair.child]
        founding = Founding(db, self.store.keys)
        if pair.child not in self._agreed:
            self._agreed.add(pair.child)
            asked = NewConsent(WRITTEN, GUARDIAN, pair.since, self.at(pair.since, 8))
            founding.consent(child, asked)
        self.ids.pairs[pair.code] = founding.pair(pair.code, mother, child, pair.since)

    def part(self, db: Connection, pair: Pair) -> None:
        assert pair.until is not None
        Founding(db, self.store.keys).part(self.ids.pairs[pair.code], pair.until)

    # --- acts ----------------------------------------------------------------------

    def act(self, db: Connection, person: str, moment: datetime, number: int = 0) -> Act:
        """What this person does at this moment, with the rights that she holds."""
        today = moment.astimezone(self.zone).date()
        frame = Frame(today, moment, f"seed/{person}/{number}")
        account = self.account(db, person)
        look = Look(db, self.store.keys, account, frame, self.library, self.zone)
        return Act(look, moment, number, show_answer)

    def at(self, day: date, hour: int) -> datetime:
        """A full hour by the clock on the wall."""
        return datetime.combine(day, clock_time(hour), self.zone).astimezone(UTC)

    def account(self, db: Connection, person: str) -> Account:
        if person not in self._accounts:
            found = inbox.load_account(db, self.ids.people[person])
            assert found is not None
            self._accounts[person] = found
        return self._accounts[person]

    def number(self, person: str) -> int:
        """Counts down from -1: a conversation in chat never bears the same number, and so
        no key of hers is taken for one of these."""
        self._numbers[person] -= 1
        return self._numbers[person]

    def record(self, db: Connection, call: Call, finding: Finding) -> None:
        act = self.act(db, call.person, call.moment(self.zone), self.number(call.person))
        if call.kind == "contact":
            child = self._child(act, call, Right.LOG_CONTACT)
            contact.write(act, contact.ContactReport(child, call.day, finding.held))
        else:
            self._visit(act, call, finding)

    def _visit(self, act: Act, call: Call, finding: Finding) -> None:
        """The alarm first, as in chat, then the visit that found it."""
        child = self._child(act, call, Right.LOG_VISIT)
        if finding.sheet.codes:
            visit.record(act, Urgent(child, finding.sheet.codes))
        visit.write(act, visit.VisitReport(child, call.day, finding.held, finding.scored))

    def _child(self, act: Act, call: Call, right: Right) -> ChildRef:
        """As seen the first time: the act itself looks again, with the rights of its moment."""
        if call.child not in self._children:
            self._children[call.child] = act.look.child(call.child, right)
        return self._children[call.child]
