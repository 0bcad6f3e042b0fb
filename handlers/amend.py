"""A visit is corrected after the ten minutes: the old version stays, the new one counts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue.ask import Choice, Pick
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation
from dialogue.replay import once
from dialogue.say import lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from handlers.emergency import Urgent
from handlers.enclosed import enclosed
from handlers.rounds import Met
from handlers.visit import Ground, VisitReport, ask_visit, record, version_of
from storage.act import Act
from storage.look import Look

RECENT = 10


@dataclass(frozen=True)
class Correction:
    """A visit told afresh, and the receipt of the version that it replaces."""

    report: VisitReport
    replaces: str


def correct(act: Act, found: Correction | Urgent | None) -> Answer:
    """Records it like a visit, and says what no longer counts."""
    if not isinstance(found, Correction):
        return record(act, found)
    done = record(act, found.report)
    return replace(done, text=lines(say("amend.done", receipt=found.replaces), done.text))


@conversation("amend", needs=Right.LOG_VISIT, then=correct, carries=DataClass.CASE)
async def amend(look: Look) -> Correction | Urgent | None:
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
    receipt = await Choice("amend.which", say("amend.which"), picks=picks, looks=[listed])
    visit = next(each for each in visits if each.receipt == receipt)
    child = look.child_by_id(visit.child_id, Right.LOG_VISIT)
    held = await once(f"held/{receipt}", lambda: look.held(visit.id))
    before = await once(
        f"before/{receipt}", lambda: look.last_held(child, "visit", visit.day, instead=visit)
    )
    form = look.form("visit", await version_of(look))
    files = await enclosed(look, receipt, form, held["answers"])
    ground = Ground(held["answers"], before, Met(visit.day), tuple(held["urgent"]), files)
    report = await ask_visit(look, child, ground)
    if isinstance(report, VisitReport):
        return Correction(replace(report, supersedes=visit.id), receipt)
    return report
