"""One child's whole file for its page: the chat's portrait with its history and its people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dialogue.registry import Way, way
from dialogue.say import Say, say
from domain.roles import Right
from domain.scorer import month_label
from handlers.children import Portrait, note, portrait_of, ways
from handlers.rounds import nearness
from handlers.who import due
from storage.act import Act
from storage.look import Look
from storage.see.around import Around, Trace
from storage.see.children import ChildRef
from storage.see.flagged import FlagTold
from storage.see.scores import AlertRef, ScoreRef

MONTHS, FEWEST = 12, 6
COLLECTIONS = 60  # scored ones that a year may hold: one a month, and after each event
SHOWN = 24  # visits and contacts of the time line


@dataclass(frozen=True)
class Month:
    """A month and its score: that of its newest collection, None where there was none."""

    first: date
    score: ScoreRef | None


@dataclass(frozen=True)
class File:
    """One child's file, as far as the reader may see it."""

    portrait: Portrait
    around: Around | None
    months: Sequence[Month]
    flags: Sequence[FlagTold]
    alerts: Sequence[AlertRef]
    traces: Sequence[Trace]
    more: int
    """How many visits and contacts are older than those of the time line."""
    family: Sequence[ChildRef]
    due: Say | None
    waiting: bool
    """Whether a flag waits for the reader's word."""
    ways: Sequence[Way]

    @property
    def child(self) -> ChildRef:
        return self.portrait.child


def open_file(act: Act, child: ChildRef, reason: str = "") -> File:
    """Reads the file and writes down who read it, in the same transaction."""
    look = act.look
    risk = look.risks().get(child.id)
    portrait = portrait_of(look, child, risk, reason)
    traces, alerts = look.traces(child), look.alerts_of(child)
    flags, family = look.flag_story(child), brothers(look, child)
    decides = act.account.may(Right.DECIDE_FLAG)
    waiting = decides and any(each.state == "suspected" for each in flags)
    shown = {"alerts": [each.receipt for each in alerts], "family": [each.code for each in family]}
    note(act, portrait, page=True, **{name: found for name, found in shown.items() if found})
    return File(
        portrait,
        look.around(child),
        months_of(look.scores(child, limit=COLLECTIONS), look.today),
        flags,
        alerts,
        traces[:SHOWN],
        max(0, len(traces) - SHOWN),
        family,
        due(child, look),
        waiting,
        (*ways(act, child), *_tasks(waiting, alerts)),
    )


def brothers(look: Look, child: ChildRef) -> list[ChildRef]:
    """Brothers and sisters in reach: children of the same household by the record."""
    if not child.identity.get("household"):
        return []
    others = (each for each in look.my_children(Right.SEE_CHILD) if each.id != child.id)
    return [each for each in others if nearness(child, each) == 0]


def months_of(scores: Sequence[ScoreRef], today: date) -> list[Month]:
    """The last twelve months up to today's, or as many as there are scores of, six at least;
    none where nothing was scored."""
    newest: dict[int, ScoreRef] = {}
    for score in scores:  # the newest first
        newest.setdefault(month_label(score.day), score)
    now = month_label(today)
    known = [label for label in newest if now - MONTHS < label <= now]
    if not known:
        return []
    count = max(FEWEST, now - min(known) + 1)
    return [Month(_first(label), newest.get(label)) for label in range(now - count + 1, now + 1)]


def _first(label: int) -> date:
    year, month = divmod(label, 12)
    return date(year, month + 1, 1)


def _tasks(waiting: bool, alerts: Sequence[AlertRef]) -> Iterator[Way]:
    """Where what waits about this child is done, for whoever does it."""
    if waiting:
        yield way("flags")
    for each in alerts:
        yield way("alerts", each.receipt, say("web.child.open_alert", receipt=each.receipt))
