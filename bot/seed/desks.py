"""The other side of the chat: stations answer alerts and flags, directors confirm points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.seed.agenda import Call
from bot.seed.scribe import Scribe
from bot.seed.sheets import Sheet
from bot.seed.size import stream
from domain.roles import Role
from handlers import alerts, flags
from storage.see.points import EntryRef
from storage.see.scores import AlertRef, FlagRef

FRIDAY = 4
FORTNIGHT = 14
SETTLES = timedelta(3)  # a pending line waits so long before it is confirmed
LONG = timedelta(20)  # after which the coordinator confirms it
LASTING, AHEAD = 48.0, timedelta(120)
NOTICED = {"R0": (6, 14), "R1": (10, 100), "P": (30, 180)}  # minutes until a station answers
NOTES = ("已上门看望，孩子安全", "已和家人谈话，落实照护", "已联系学校和村里，继续关注")
FALSE = "已核实，是玩耍时的轻微擦伤"
REASONS = {
    True: ("走访复核属实，需要持续帮扶", "监护情况确实变差，列入重点关注", "分值和实地情况一致"),
    False: (
        "已复核，短期波动，亲属已落实照护",
        "已复核，填写偏严，情况平稳",
        "已上门核实，不属高风险",
    ),
}


class Desks:
    """What waits on the desks of stations, centre and directors."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe, self.plan = scribe, scribe.plan
        self.closing: dict[date, list[tuple[str, str]]] = defaultdict(list)
        self.waiting: set[str] = set()  # homes with points to confirm

    # --- emergencies ---------------------------------------------------------------

    def called(self, db: Connection, call: Call, sheet: Sheet) -> None:
        """What a call brings to others: an alarm to the station, points to the director."""
        if call.kind == "contact" and sheet.in_person:
            self.waiting.add(self.plan.kid[call.child].home)
        if call.kind == "visit" and sheet.alarming:
            self._alarmed(db, call)

    def _alarmed(self, db: Connection, call: Call) -> None:
        desk = self.plan.desk[self.plan.kid[call.child].home]
        moment = call.moment(self.scribe.zone)
        for alert in self.scribe.act(db, desk, moment).look.alerts(("open",)):
            if alert.at == moment:
                self._notice(db, desk, call, alert)

    def _notice(self, db: Connection, desk: str, call: Call, alert: AlertRef) -> None:
        """The police where life is at stake; the station acknowledges, and closes days later."""
        rng = stream(self.plan.seed, "alert", alert.receipt)
        moment = call.moment(self.scribe.zone)
        if alert.level == "R0":
            reporter = self.scribe.act(db, call.person, moment + timedelta(minutes=4))
            reporter.report_police(alert.id)
        fresh = (self.plan.span.today - call.day).days <= 2
        if rng.random() < (0.5 if fresh else 0.02):
            return
        later = moment + timedelta(minutes=rng.randint(*NOTICED[alert.level]))
        act = self.scribe.act(db, desk, later)
        alerts.answer(act, alerts.Response(alert, "acknowledged", ""))
        self.closing[call.day + timedelta(rng.randrange(2, 10))].append((desk, alert.receipt))

    def _close(self, db: Connection, day: date) -> None:
        for desk, receipt in self.closing.pop(day, ()):
            rng = stream(self.plan.seed, "close", receipt)
            act = self.scribe.act(db, desk, self.scribe.at(day, 16))
            found = [one for one in act.look.alerts(("acknowledged",)) if one.receipt == receipt]
            for alert in found:
                wrong = alert.level == "R1" and rng.random() < 0.15
                state, note = ("false_alarm", FALSE) if wrong else ("closed", rng.choice(NOTES))
                alerts.answer(act, alerts.Response(alert, state, note))

    # --- flags ---------------------------------------------------------------------

    def _flags(self, db: Connection, day: date) -> None:
        """Once a week each station says its word on what the scorer suspects."""
        for worker in self.plan.network.those(Role.STATION_WORKER):
            act = self.scribe.act(db, worker.code, self.scribe.at(day, 10))
            for flag in act.look.flags():
                if act.now - flag.opened_at > timedelta(2):
                    self._decide(db, worker.code, day, flag)

    def _decide(self, db: Connection, desk: str, day: date, flag: FlagRef) -> None:
        opened = flag.opened_at.astimezone(self.scribe.zone).date()
        rng = stream(self.plan.seed, "flag", flag.child_code, opened)
        if rng.random() < 0.05:
            return  # it waits, as happens
        lasting = self.plan.kid[flag.child_code].course.at(opened + AHEAD) >= LASTING
        confirmed = rng.random() < (0.9 if lasting else 0.06)
        act = self.scribe.act(db, desk, self.scribe.at(day, 10))
        word = "confirm" if confirmed else "reject"
        flags.decide(act, flags.Decision(flag, word, rng.choice(REASONS[confirmed])))

    # --- points --------------------------------------------------------------------

    def _points(self, db: Connection, day: date) -> None:
        """Every second week directors confirm; the coordinator where there is none."""
        coordinator = self.plan.network.those(Role.COORDINATOR)[0].code
        directors = self.plan.rota.directors
        for person in sorted({directors.get(home, coordinator) for home in self.waiting}):
            wait = LONG if person == coordinator else SETTLES
            act = self.scribe.act(db, person, self.scribe.at(day, 19))
            self._settle(db, person, day, (e for e in act.look.to_confirm() if e.day <= day - wait))
        self.waiting = {home for home in self.waiting if home not in directors}

    def _settle(self, db: Connection, person: str, day: date, entries: Iterable[EntryRef]) -> None:
        act = self.scribe.act(db, person, self.scribe.at(day, 19))
        for entry in entries:
            met = stream(self.plan.seed, "settle", entry.source).random() > 0.03
            act.settle(entry.id, booked=met, reason="" if met else "那天没有见到孩子")

    # --- days ----------------------------------------------------------------------

    def end(self, db: Connection, day: date) -> None:
        """What is done at the desks on a day."""
        self._close(db, day)
        if day.weekday() == FRIDAY:
            self._flags(db, day)
        if (day - self.plan.span.begin).days % FORTNIGHT == FORTNIGHT - 1:
            self._points(db, day)
