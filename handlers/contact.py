"""A loving mother logs a contact with her child: a call, a meeting, a visit at home.

Short on purpose. She earns points for it within the caps; a worry that she ticks asks the
director to have a look; she never sees scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dialogue.ask import Line, Review
from dialogue.fill import fill
from dialogue.registry import Answer, conversation, way
from dialogue.replay import once
from dialogue.say import lines, near, say
from dialogue.when import Day
from domain.points import rule_for_contact, rules
from domain.privacy import DataClass
from domain.roles import Right
from handlers.collect import Held, collect
from handlers.emergency import Urgent, alarm, raised_of
from handlers.twice import Known, kept, known_already
from handlers.who import called, which_child
from storage.act import Act
from storage.do.ledger import Award
from storage.do.visits import NewVisit, Recorded
from storage.look import Look
from storage.see.children import ChildRef

LATE_ENTRY = timedelta(days=31)
BOOK = timedelta(days=2)
WORRIES = ("study", "health", "family", "safety")


@dataclass(frozen=True)
class ContactReport:
    """What a contact was."""

    child: ChildRef
    day: date
    held: Held

    @property
    def mode(self) -> str:
        return self.held.answers.get("mode", "")

    @property
    def minutes(self) -> int:
        return int(float(self.held.answers.get("minutes", "0") or 0))

    @property
    def seen(self) -> bool:
        return self.held.answers.get("seen") == "yes"


def record(act: Act, report: ContactReport | Urgent | Known | None) -> Answer:
    """Records the contact, books its points, and passes a worry on to the director."""
    if report is None:
        return Answer(say("nothing_recorded"))
    if isinstance(report, Urgent):
        return alarm(act, report, park=True)
    if isinstance(report, Known):
        return kept(report)
    done, earned = write(act, report)
    day = near(report.day, act.today)
    heard = say("contact.recorded", name=called(report.child), day=day, receipt=done.receipt)
    ways = (way("points"), way("undo", done.receipt), way("menu"))
    return Answer(lines(heard, *earned, say("visit.undo")), ways, receipt=done.receipt)


def write(act: Act, report: ContactReport) -> tuple[Recorded, list[object]]:
    """All that a contact changes: its record, its points (also in words), a worry passed on."""
    done = act.record(
        NewVisit(
            kind="contact",
            child=report.child,
            day=report.day,
            mode=report.mode,
            seen=report.seen,
            minutes=report.minutes,
            form="contact",
            version=report.held.version,
            held=report.held.as_json(),
        )
    )
    if not done.fresh:
        return done, []
    earned = give_points(act, report, done.receipt)
    _pass_on(act, report, done.receipt)
    return done, earned


def give_points(act: Act, report: ContactReport, receipt: str) -> list[object]:
    """The rules that this contact fulfils, each within its caps, in words."""
    codes: list[str] = []
    said: list[object] = []
    rule = rule_for_contact(report.mode, report.seen)
    if rule and report.minutes >= rule.minutes:
        codes.append(rule.code)
    elif rule:
        said.append(say("points.short", n=rule.minutes, what=rule_words(rule.code)))
    if act.today - report.day <= BOOK:
        codes.append("P03")
    for code in codes:
        minutes = report.minutes if code in ("P01", "P02") else 0
        award = Award(code, f"visit:{receipt}", report.day, report.child.id, minutes)
        points = act.award(award)
        key = "points.full" if points == 0 else "points.booked"
        if points and not rules()[code].automatic:
            key = "points.pending"
        said.append(say(key, n=points, what=rule_words(code)))
    return said


def rule_words(code: str) -> dict[str, str]:
    rule = rules()[code]
    return {"zh": rule.zh, "en": rule.en}


def _pass_on(act: Act, report: ContactReport, receipt: str) -> None:
    """A worry or a need asks the child's director to have a look; the message is coded."""
    ticked = report.held.answers.get("ticks", "").split()
    worries = [say(f"contact.worry.{each}") for each in ticked if each in WORRIES]
    needs = _needs(act, report)
    if not worries and not needs:
        return
    code = report.child.code
    text = lines(
        say("contact.passed_on", code=code, worries=worries) if worries else None,
        say("contact.needs", code=code, needs=needs) if needs else None,
    )
    look_in = way("visit", report.child.code)
    for person_id in act.look.directors_of(report.child):
        act.tell(
            person_id, Answer(text, (look_in,)), f"worry/{receipt}/{person_id}", DataClass.CODED
        )


def _needs(act: Act, report: ContactReport) -> list[object]:
    """The needs that she ticked, in the words of the form."""
    form = act.look.form("contact", report.held.version)
    labels = {
        option.value: dict(option.label)
        for item in form.questions()
        if item.name == "needs"
        for option in item.options
    }
    return [labels.get(each, each) for each in report.held.answers.get("needs", "").split()]


@conversation("contact", needs=Right.LOG_CONTACT, then=record, carries=DataClass.CHILD, menu=2)
async def contact(look: Look) -> ContactReport | Urgent | Known | None:
    child = await which_child(look, "contact.child", Right.LOG_CONTACT, say("contact.child"))
    day = await Day(
        "contact.date",
        say("contact.date", name=called(child)),
        today=look.this_day,
        latest=look.this_day,
        earliest=max(look.this_day - LATE_ENTRY, child.enrolled),
    )
    assert day is not None
    version = await once("form/contact", lambda: look.form("contact").version)
    passed = raised_of(look, child)
    found = await fill(look.form("contact", version), child.code, look.frame, passed=passed)
    if found.urgent:
        return Urgent(child, found.urgent)
    mode = found.answers.get("mode", "")
    known = await known_already(look, "contact", child, day, lambda each: each.mode == mode)
    if known:
        return known
    sure = await Review(
        f"contact/{child.code}/review",
        found.below_notes(say("contact.review", name=called(child), day=near(day, look.today))),
        lines=[Line("contact.date", say("line.day"), near(day, look.today)), *found.lines],
        submit=say("contact.submit"),
    )
    held, _ = collect(found, {}, "")
    return ContactReport(child, day, held) if sure else None
