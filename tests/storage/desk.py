"""The people of a town at work in one transaction: they invite, come in, hold posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from dialogue.registry import Answer
from dialogue.show import show_answer
from domain.roles import Role
from storage import invites
from storage import tables as t
from storage.act import Act
from storage.crypto import Keys
from storage.do.enrolling import Approval, Enrolled
from storage.founding import Founding, NewPerson
from storage.inbox import load_account
from storage.invites import Gate, NewInvite, Waiting
from tests.storage.filled import look_of
from tests.town import JOINED, Town

PHONE = "13800138001"
WORD = Answer("told")


@dataclass
class Desk:
    """The people of a town at work in one transaction."""

    town: Town
    db: Connection

    def act(self, who: str | int) -> Act:
        person = self.town.people[who] if isinstance(who, str) else who
        return Act(
            look_of(self.town.store, self.db, person, self.town),
            self.town.clock.now,
            1,
            show_answer,
        )

    def come(
        self, by: str, role: Role = Role.LOVING_MOTHER, place: str = "elm", phone: str = PHONE
    ) -> tuple[int, str]:
        """Somebody is invited and uses her link: the invitation's id and her browser's secret."""
        new = NewInvite(role, self.town.units[place], "小槐", phone)
        ticket = self.act(by).invite(new)
        gate = Gate(self.db, self.town.store.keys, self.town.clock.now, phone)
        tried = gate.by_link(ticket.token, phone)
        return tried.invite_id, tried.browser

    @property
    def keys(self) -> Keys:
        return self.town.store.keys

    def approve(self, by: str | int, invite: int, same: bool | None = None) -> Enrolled:
        """As the one who decides sees it now: whose telephone it is."""
        act = self.act(by)
        holder = next((e.holder for e in act.look.newcomers() if e.id == invite), None)
        return act.approve(Approval(invite, holder.id if holder else 0, same), WORD)

    @property
    def now(self) -> datetime:
        return self.town.clock.now

    def named(self, name: str) -> list[int]:
        """The accounts of everybody of this name, the oldest first."""
        mine = select(t.person.c.id).where(t.person.c.name == name)
        return list(self.db.execute(mine.order_by(t.person.c.id)).scalars())

    def waiting(self, browser: str) -> Waiting | None:
        """What a newcomer's browser sees."""
        return invites.waiting(self.db, self.town.store.keys, browser, self.now)

    def let_in(self, browser: str) -> int | None:
        return invites.let_in(self.db, self.town.store.keys, browser, self.town.clock.now)

    def grants(self, person: int | None) -> list[tuple[Role, int]]:
        account = load_account(self.db, person or 0)
        return [(grant.role, grant.unit_id) for grant in account.grants] if account else []

    def employ(self, name: str, role: Role, place: str, phone: str) -> int:
        new = NewPerson(f"X-{phone[-2:]}", name, role, JOINED, phone=phone)
        return Founding(self.db, self.town.store.keys).person(new, self.town.units[place])
