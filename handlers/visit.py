"""A child director (or federation executive) logs a visit, each month and after events.

The six-dimension form is conducted by chat; what it says goes to the scorer at once. An
urgent answer stops the form: the alert goes out and the draft waits to be gone on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dialogue.ask import Day, Review
from dialogue.fill import Found, fill
from dialogue.registry import Answer, Way, conversation, way
from dialogue.replay import once
from dialogue.say import Say, lines, say
from domain.age import age_on, band
from domain.emergency import emergency
from domain.privacy import DataClass
from domain.roles import Right
from handlers.collect import Held, collect
from handlers.emergency import Urgent, alarm, in_words, notice_of
from handlers.who import which_child
from storage.act import Act
from storage.do.scoring import Scored
from storage.do.visits import NewVisit
from storage.look import Look
from storage.see.children import ChildRef

PRIORITY = "P"
LATE_ENTRY = timedelta(days=31)


@dataclass(frozen=True)
class VisitReport:
    """What a visit found."""

    child: ChildRef
    day: date
    held: Held
    scored: Scored | None
    supersedes: int | None = None


def record(act: Act, report: VisitReport | Urgent | None) -> Answer:
    """Records the visit, its score and its points; or raises the alarm and keeps the draft."""
    if report is None:
        return Answer(say("nothing_recorded"))
    if isinstance(report, Urgent):
        return alarm(act, report, park=True)
    new = NewVisit(
        kind="visit",
        child=report.child,
        day=report.day,
        mode=report.held.answers.get("how/mode", ""),
        seen=report.held.answers.get("how/seen") == "yes",
        minutes=0,
        form="visit",
        version=report.held.version,
        held=report.held.as_json(),
        scored=report.scored,
        supersedes=report.supersedes,
    )
    done = act.record(new)
    told = _notify_priority(act, report, done.receipt)
    text = lines(_receipt(act, report, done.receipt), told, say("visit.undo"))
    return Answer(text, _ways(act, report), receipt=done.receipt)


def _notify_priority(act: Act, report: VisitReport, receipt: str) -> Say | None:
    """A priority item (out of school) becomes a task of the station's; nothing stops for it."""
    codes = tuple(code for code in report.held.urgent if emergency(code).level == PRIORITY)
    if not codes:
        return None
    notice = notice_of(act, report.child, codes)
    act.raise_alert(f"{receipt}/{'+'.join(codes)}", codes, report.child, notice)
    return say("visit.priority", what=[in_words(emergency(code)) for code in codes])


def _receipt(act: Act, report: VisitReport, receipt: str) -> object:
    child = report.child
    heard = say("visit.recorded", name=child.name, day=report.day, receipt=receipt)
    if report.scored is None or not report.scored.assessment.assessed:
        return lines(heard, say("visit.not_assessed") if report.scored else None)
    if not act.account.may(Right.SEE_SCORE):
        return heard
    newest = act.look.scores(child, limit=1)
    flagged = say("visit.flagged") if newest and newest[0].detail["triggers"] else None
    return lines(heard, newest[0].detail["why"] if newest else None, flagged)


def _ways(act: Act, report: VisitReport) -> tuple[Way, ...]:
    """The next child of this round, then taking back, then home."""
    due = [
        each
        for each in act.look.my_children(Right.LOG_VISIT)
        if each.id != report.child.id and each.next_visit and each.next_visit <= report.day
    ]
    following = [way("visit", each.code, say("visit.next", name=each.name)) for each in due[:2]]
    return (*following, way("undo"), way("menu"))


@conversation("visit", needs=Right.LOG_VISIT, then=record, carries=DataClass.CASE, menu=1)
async def visit(look: Look) -> VisitReport | Urgent | None:
    child = await which_child(look, "visit.child", Right.LOG_VISIT, say("visit.child"))
    day = await Day(
        "visit.date",
        say("visit.date", name=child.name),
        today=look.today,
        latest=look.today,
        earliest=max(look.today - LATE_ENTRY, child.enrolled),
    )
    assert day is not None
    last = await once(f"last/{child.code}", lambda: look.last_held(child, "visit"))
    return await ask_visit(look, child, day, last)


async def ask_visit(
    look: Look, child: ChildRef, day: date, last: Mapping[str, Any]
) -> VisitReport | Urgent | None:
    """The form about one child, then everything once more."""
    version = await once("form/visit", lambda: look.form("visit").version)
    paired = await once(f"paired/{child.code}", lambda: look.paired(child, Right.LOG_VISIT))
    age = age_on(child.birth, day)
    found = await fill(
        look.form("visit", version),
        child.code,
        look.frame,
        last=last.get("answers", {}),
        known={"age": str(age), "sex": child.sex, "paired": paired},
        passed=look.done,
        stops=lambda code: emergency(code).level != PRIORITY,
    )
    if found.urgent:
        return Urgent(child, found.urgent)
    sure = await Review(
        f"visit/{child.code}/review",
        say("visit.review", name=child.name, day=day),
        lines=found.lines,
        submit=say("visit.submit"),
    )
    return _report(child, day, found, last, band(age)) if sure else None


def _report(
    child: ChildRef, day: date, found: Found, last: Mapping[str, Any], age_band: str
) -> VisitReport:
    held, scored = collect(found, last, age_band)
    return VisitReport(child, day, held, scored)
