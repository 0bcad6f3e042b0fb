"""A visit is corrected after the ten minutes: the old version stays, the new one counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dialogue.ask import Choice, Pick
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation, way
from dialogue.replay import once
from dialogue.say import lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from handlers.collect import TRIED
from handlers.emergency import Urgent
from handlers.enclosed import enclosed
from handlers.rounds import Met
from handlers.twice import known_already
from handlers.visit import (
    LATE_ENTRY,
    Ground,
    VisitReport,
    ask_visit,
    day_of,
    record,
    still_a_child,
    version_of,
)
from handlers.who import called
from storage.act import Act
from storage.look import Look
from storage.see.children import ChildRef, VisitRef
from storage.see.held import Told

RECENT = 10


@dataclass(frozen=True)
class Correction:
    """A visit told afresh, and the receipt of the version that it replaces."""

    report: VisitReport
    replaces: str


@dataclass(frozen=True)
class Untouched:
    """It stays as it was: it was the same visit as another one."""

    receipt: str


def correct(act: Act, found: Correction | Urgent | Untouched | None) -> Answer:
    """Records it like a visit, and says what no longer counts."""
    if isinstance(found, Untouched):
        ways = (way("amend", found.receipt), way("menu"))
        return Answer(say("amend.untouched", receipt=found.receipt), ways)
    if not isinstance(found, Correction):
        return record(act, found)
    done = record(act, found.report)
    return replace(done, text=lines(say("amend.done", receipt=found.replaces), done.text))


@conversation("amend", needs=Right.LOG_VISIT, then=correct, carries=DataClass.CASE)
async def amend(look: Look) -> Correction | Urgent | Untouched | None:
    mine = {child.id: child for child in look.my_children(Right.LOG_VISIT)}
    visits = [each for each in look.my_visits(limit=RECENT) if each.kind == "visit"]
    visits = [each for each in visits if each.child_id in mine]
    if not visits:
        raise Refused("amend.nothing")
    picks = [
        Pick(
            each.receipt,
            say(
                "amend.pick",
                name=mine[each.child_id].name,
                day=near(each.day, look.today),
                receipt=each.receipt,
            ),
        )
        for each in visits
    ]
    codes = [mine[each.child_id].code for each in visits]
    listed = Looked("visit.listed", "visits", {"children": codes})
    said = look.frame.said.upper()
    which = Choice("amend.which", say("amend.which"), picks=picks, looks=[listed])
    receipt = said if any(each.receipt == said for each in visits) else await which
    visit = next(each for each in visits if each.receipt == receipt)
    child = look.child_by_id(visit.child_id, Right.LOG_VISIT)
    held = await once(f"held/{receipt}", lambda: look.held(visit.id))
    day = await _day(look, child, visit)
    if day != visit.day and await _known(look, child, day, receipt):
        return Untouched(receipt)
    before = await once(
        f"before/{receipt}/{day}", lambda: look.last_held(child, "visit", day, instead=visit)
    )
    form = look.form("visit", await version_of(look))
    files = await enclosed(look, receipt, form, held["answers"])
    told = tuple(held["urgent"])
    ground = Ground(held["answers"], before, Met(day), told, files, receipt, _key(receipt))
    report = await ask_visit(look, child, ground)
    if isinstance(report, VisitReport):
        return Correction(replace(report, supersedes=visit.id), receipt)
    return report


def _key(receipt: str) -> str:
    return f"amend.date/{receipt}"


async def _day(look: Look, child: ChildRef, visit: VisitRef) -> date:
    """That of the visit; another one is asked for only when she presses its line on the review
    screen."""
    today = look.this_day
    earliest = max(min(today - LATE_ENTRY, visit.day), child.enrolled)
    ask = say("amend.date", name=called(child), day=near(visit.day, today))
    question = day_of(child, _key(visit.receipt), ask, today, earliest)
    question.quiet = True
    day = await question or visit.day
    still_a_child(child, day)
    return day


async def _known(look: Look, child: ChildRef, day: date, receipt: str) -> bool:
    """Whether it is the same as another visit of hers on the day to which it would move."""

    def other(each: Told) -> bool:
        return each.receipt != receipt and each.mode != TRIED

    return await known_already(look, "visit", child, day, other) is not None
