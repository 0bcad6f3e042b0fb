"""Act: the only way to write. What belongs together is one transaction with its audit row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from domain.privacy import DataClass
from domain.roles import Account
from storage import tables as t
from storage.crypto import Keys
from storage.do import alerts, consent, enrolling, files, flags, ledger, people, priorities, staff
from storage.look import Look
from storage.rows import add
from storage.telling import Show, Telling, tell


@dataclass(frozen=True)
class Act:
    """One person's deed at one moment. `number` is her conversation's, 0 where it asked
    nothing; `show` puts an answer into words for another person."""

    look: Look
    now: datetime
    number: int
    show: Show

    @property
    def db(self) -> Connection:
        return self.look.db

    @property
    def keys(self) -> Keys:
        return self.look.keys

    @property
    def account(self) -> Account:
        return self.look.account

    @property
    def today(self) -> date:
        """The local day on which this is done (the conversation may have begun before)."""
        return self.now.astimezone(self.look.zone).date()

    @property
    def local(self) -> datetime:
        """This moment as the clock on the wall shows it."""
        return self.now.astimezone(self.look.zone)

    @property
    def key(self) -> str:
        """The same at each try of one conversation."""
        return f"{self.account.code}/{self.number}"

    def audit(self, action: str, subject: str, **detail: object) -> None:
        actor = self.account.id
        add(
            self.db,
            t.audit,
            at=self.now,
            actor_id=actor,
            action=action,
            subject=subject,
            detail=detail,
        )

    def tell(self, person_id: int, answer: object, dedupe: str, carries: DataClass) -> None:
        """Queues a message for somebody else once under its key, in her language."""
        telling = Telling(self.db, self.keys, self.now, self.show)
        tell(telling, person_id, answer, dedupe, carries)

    record = files.record
    withdraw = files.withdraw

    award = ledger.award
    settle = ledger.settle

    raise_alert = alerts.raise_alert
    raise_for = alerts.raise_for
    report_police = alerts.report_police
    correct_police = alerts.correct_police
    answer_alert = alerts.answer_alert

    raise_priority = priorities.raise_priority

    decide_flag = flags.decide
    close_flag = flags.close

    invite = enrolling.invite
    withdraw_invite = enrolling.withdraw_invite
    approve = enrolling.approve
    turn_away = enrolling.turn_away
    record_consent = consent.record_consent
    end_pairs = consent.end_pairs
    tell_station = consent.tell_station
    replace_phone = staff.replace_phone
    make_way_in = staff.make_way_in
    end_post = staff.end_post

    set_language = people.set_language
    set_large = people.set_large
    set_ranked = people.set_ranked
    sign_out = people.sign_out
    restore_draft = people.restore_draft
