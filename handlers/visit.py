"""A child director (or federation executive) logs a visit, each month and after events.

The six-dimension form is conducted by chat; what it says goes to the scorer at once. An
urgent answer stops the form: the alert goes out and the draft waits to be gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dialogue.ask import Review
from dialogue.fill import fill
from dialogue.looks import Looked
from dialogue.registry import Answer, Way, conversation, way
from dialogue.replay import Aside, Once, once
from dialogue.say import Say, lines, near, say
from dialogue.when import Day
from domain.age import age_on, band, is_grown
from domain.emergency import emergency, is_priority
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from handlers.collect import TRIED, Held, collect
from handlers.emergency import Urgent, alarm, in_words, notice_of, raised_of
from handlers.enclosed import Enclosed
from handlers.rounds import Met, following, known_of, line_of, may_follow, opened, which_day
from handlers.twice import Known, kept, known_already
from handlers.who import called, which_child
from storage.act import Act
from storage.do.scoring import Scored
from storage.do.visits import NewVisit, Recorded
from storage.look import Look
from storage.see.children import ChildRef
from storage.see.held import Told

LATE_ENTRY = timedelta(days=31)
DATE = "visit.date"


@dataclass(frozen=True)
class VisitReport:
    """What a visit found."""

    child: ChildRef
    day: date
    held: Held
    scored: Scored | None
    supersedes: int | None = None
    told: tuple[str, ...] = ()
    """Emergencies that were raised already, by the visit that this one corrects."""

    @property
    def mode(self) -> str:
        return self.held.answers.get("how/mode", "")


@dataclass(frozen=True)
class Ground:
    """What a visit's form stands on: the answers that it shows, what was held before that day,
    the day with what was said of it, and the emergencies that need not be raised again.

    `corrects`: the receipt of the visit that is told afresh, whose answers are shown; `key` is that
    of the question for the day."""

    shown: Mapping[str, Any]
    before: Mapping[str, Any]
    met: Met
    told: tuple[str, ...] = ()
    enclosed: Enclosed = field(default_factory=Enclosed)
    corrects: str = ""
    key: str = DATE


def record(act: Act, report: VisitReport | Urgent | Known | None) -> Answer:
    """Records the visit, its score and its points; or raises the alarm and keeps the draft."""
    if report is None:
        return Answer(say("nothing_recorded"))
    if isinstance(report, Urgent):
        return alarm(act, report, park=True)
    if isinstance(report, Known):
        return kept(report)
    done, told = write(act, report)
    text = lines(_receipt(act, report, done), *told, say("visit.undo"))
    return Answer(text, _ways(act, report, done.receipt), receipt=done.receipt)


def write(act: Act, report: VisitReport) -> tuple[Recorded, list[Say]]:
    """All that a visit changes: its record, score and points, and what the station is told of
    priority items, in words for the visitor."""
    new = NewVisit(
        kind="visit",
        child=report.child,
        day=report.day,
        mode=report.mode,
        seen=report.held.answers.get("how/seen") == "yes",
        minutes=0,
        form="visit",
        version=report.held.version,
        held=report.held.as_json(),
        scored=report.scored,
        supersedes=report.supersedes,
    )
    done = act.record(new)
    return done, [*_tell_priority(act, report, done)]


def _tell_priority(act: Act, report: VisitReport, done: Recorded) -> Iterator[Say]:
    """A priority item (out of school) becomes a task of the station's; nothing stops for it."""
    found = {code: said for code, said in report.held.said.items() if code not in report.told}
    if not found or not done.fresh:
        return
    passed = act.raise_priority(done.receipt, report.child, found, notice_of)
    told = "visit.priority" if passed.told else "visit.priority.nobody"
    for key, codes in ((told, passed.fresh), ("visit.priority_known", passed.known)):
        if codes:
            yield say(key, what=[in_words(emergency(code)) for code in codes])


def _receipt(act: Act, report: VisitReport, done: Recorded) -> object:
    child = report.child
    day = near(report.day, act.today)
    heard = say("visit.recorded", name=called(child), day=day, receipt=done.receipt)
    if report.scored is None or not report.scored.assessment.assessed:
        return lines(heard, say("visit.not_assessed") if report.scored else None)
    scores = act.look.scores(child, visit=done.id)
    fired = any(score.detail["triggers"] for score in scores)
    return lines(heard, *(score.detail["why"] for score in scores), _flagged(act, report, fired))


def _flagged(act: Act, report: VisitReport, fired: bool) -> Say | None:
    """What holds of the flag: the station may have spoken before this correction or late entry.

    A confirmed one stands also where its ground was corrected away (decision 0010).
    """
    now = act.look.flag_now(report.child) if fired or report.supersedes else None
    if now is None or not (fired or now.state == "confirmed"):
        return None
    if now.state == "suspected":
        return say("visit.flagged")
    day = now.at.astimezone(act.look.zone).date()
    return say(f"visit.flag.{now.state}", day=near(day, act.today))


def _ways(act: Act, report: VisitReport, receipt: str) -> tuple[Way, ...]:
    """The next child of this round, then taking back, then home."""
    round = receipt if may_follow(report.mode, report.supersedes) else ""
    return (*following(act, report.child, report.day, round), way("undo", receipt), way("menu"))


@conversation("visit", needs=Right.LOG_VISIT, then=record, carries=DataClass.CASE, menu=1)
async def visit(look: Look) -> VisitReport | Urgent | Known | None:
    look, receipt = opened(look)
    child = await which_child(look, "visit.child", Right.LOG_VISIT, say("visit.child"))
    today = look.this_day
    earliest = max(today - LATE_ENTRY, child.enrolled)
    still_a_child(child, earliest)
    ask = say("visit.date", name=called(child))
    days = day_of(child, DATE, ask, today, earliest)
    met = await which_day(look, receipt, ask, days, await version_of(look))
    day = met.day
    still_a_child(child, day)
    told = await once(f"told/{child.code}/{day}", lambda: _told(look, child, day))
    if told and (
        known := await known_already(look, "visit", child, day, lambda each: each.receipt in told)
    ):
        return known
    last = await once(f"last/{child.code}/{day}", lambda: look.last_held(child, "visit", day))
    if not last:
        await _nothing_before(look, child, day)
    report = await ask_visit(look, child, Ground(last.get("answers", {}), last, met))
    if not isinstance(report, VisitReport):
        return report

    def since(each: Told) -> bool:
        return each.mode != TRIED and each.receipt not in told

    return await known_already(look, "visit", child, day, since) or report


def _told(look: Look, child: ChildRef, day: date) -> list[str]:
    """The receipts of what she has recorded of this child and day when she begins."""
    found = look.told_on(child, "visit", day)
    return [each.receipt for each in found if each.mode != TRIED]


def _nothing_before(look: Look, child: ChildRef, day: date) -> Aside:
    """Said where a later visit is known: whoever knows the short way wonders why it is long."""
    key, what = f"nothing before/{child.code}/{day}", say("visit.nothing_before")
    return Aside(key, lambda: bool(look.last_held(child, "visit", look.this_day)), what)


def version_of(look: Look) -> Once:
    return once("form/visit", lambda: look.form("visit").version)


def day_of(child: ChildRef, key: str, ask: Say, today: date, earliest: date) -> Day:
    """The question for a day on which the child was no grown-up: others are not offered, and
    refused with the reason."""

    def grown(value: str) -> Say | None:
        day = date.fromisoformat(value)
        return say("visit.grown", name=child.name, day=day) if is_grown(child.birth, day) else None

    days = Day(key, ask, today=today, latest=today, earliest=earliest, verdict=grown)
    days.picks = tuple(pick for pick in days.picks if not grown(pick.value))
    return days


def still_a_child(child: ChildRef, day: date) -> None:
    """Raises Refused when the child was of age on this day: the form knows no such answers."""
    if is_grown(child.birth, day):
        raise Refused("visit.grown", name=child.name, day=day)


async def ask_visit(look: Look, child: ChildRef, ground: Ground) -> VisitReport | Urgent | None:
    """The form about one child, then everything once more."""
    version, met, day = await version_of(look), ground.met, ground.met.day
    paired = await once(
        f"paired/{child.code}/{day}", lambda: look.paired(child, Right.LOG_VISIT, day)
    )
    age = age_on(child.birth, day)
    found = await fill(
        look.form("visit", version),
        child.code,
        look.frame,
        last={path: value for path, value in ground.shown.items() if path not in met.how},
        known={"age": str(age), "sex": child.sex, "paired": paired}
        | known_of(met)
        | ground.enclosed.known,
        passed=(*raised_of(look, child), *ground.told),
        stops=lambda code: not is_priority(code),
        corrects=ground.corrects,
        looks=[Looked("visit.viewed", f"child:{child.code}")],
    )
    if found.urgent:
        return Urgent(child, found.urgent)
    sure = await Review(
        f"visit/{ground.corrects or child.code}/review",
        found.below_notes(say("visit.review", name=called(child), day=near(day, look.today))),
        lines=[
            line_of(look, met, found.filling.form, ground.key),
            *ground.enclosed.lines_of(found.answers),
            *found.lines,
        ],
        submit=say("visit.submit"),
        about=child.code,
    )
    if not sure:
        return None
    held, scored = collect(found, ground.before, band(age))
    return VisitReport(child, day, held, scored, told=ground.told)
