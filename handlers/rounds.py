"""One round, several children: from one visit on to the next child, brothers and sisters first,
with its day and the way of meeting offered for one tap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any, ClassVar

from dialogue.ask import Kept, Line, Pick, Question
from dialogue.registry import Way, way
from dialogue.replay import once
from dialogue.say import Lines, Say, near, say
from dialogue.texts import words
from dialogue.when import Day
from domain.age import is_grown
from domain.form import Form, Item
from domain.roles import Right
from domain.trouble import Unreadable
from handlers.collect import TRIED
from storage.act import Act
from storage.deed import RECEIPT
from storage.look import Look
from storage.see.children import ChildRef

OFFERED = 2
SAME = "same"
HOW = "how/"
OPENED = re.compile(rf"(.*?)\s*({RECEIPT.pattern})?", re.IGNORECASE | re.DOTALL)
"""What was said with the command: the child, and the receipt of the visit from which she comes."""


@dataclass(frozen=True)
class Met:
    """The day of a visit; in the same round as another one also how they met, by path."""

    day: date
    how: Mapping[str, str] = field(default_factory=dict)


@dataclass
class WhichDay(Question[Met]):
    """The day of a visit; first of all, where there is one, that of the round."""

    kind: ClassVar[str] = "day"
    days: Day = field(default_factory=lambda: Day("", ""))
    round: Met | None = None
    how: object = None

    def __post_init__(self) -> None:
        self.picks = self.days.picks
        if self.round:
            label = say("visit.round", day=near(self.round.day, self.days.today), how=self.how)
            self.picks = (Pick(SAME, label, names=words("visit.round.words")), *self.picks)

    def typed(self, text: str) -> Kept:
        try:
            return self.chosen(self.pick_of(text).value)
        except Unreadable:
            return self.days.typed(text)

    def chosen(self, value: str) -> Kept:
        """The round is kept as what it meant when it was tapped."""
        if value == SAME and self.round:
            return {"day": self.round.day.isoformat(), "how": dict(self.round.how)}
        return self.days.chosen(value)

    def still(self, kept: Kept) -> bool:
        return isinstance(kept, dict) or self.days.still(kept)

    def take(self, kept: Kept) -> Met:
        if isinstance(kept, dict):
            return _met(kept)
        return Met(date.fromisoformat(kept))

    def echo(self, kept: Kept) -> object:
        return near(self.take(kept).day, self.days.today)


def _met(kept: Mapping[str, Any]) -> Met:
    return Met(date.fromisoformat(kept["day"]), kept["how"])


# --- into the next visit ---------------------------------------------------------------------


def opened(look: Look) -> tuple[Look, str]:
    """The look of a visit that was opened by its child alone, and the receipt said with it."""
    found = OPENED.fullmatch(look.frame.said)
    child, receipt = found.groups() if found else (look.frame.said, None)
    return replace(look, frame=replace(look.frame, said=child)), (receipt or "").upper()


async def which_day(look: Look, receipt: str, ask: Say, days: Day, version: str) -> Met:
    """The day, and how they met if it was the round of the visit with this receipt."""
    before = None
    form = look.form("visit", version)
    if receipt:
        kept = await once(f"round/{receipt}", lambda: _round(look, receipt, form))
        before = _met(kept) if kept else None
    if before and not (days.earliest or date.min) <= before.day <= look.this_day:
        before = None
    if before and days.verdict and days.verdict(before.day.isoformat()):
        before = None
    how = how_words(form, before.how) if before else None
    return await WhichDay(days.key, ask, days=days, round=before, how=how)


def _round(look: Look, receipt: str, form: Form) -> dict[str, Any]:
    """Day and way of meeting of one's own visit; empty where the form no longer asks it so."""
    visit = next((each for each in look.my_visits() if each.receipt == receipt), None)
    if visit is None or visit.kind != "visit":
        return {}
    answers = look.held(visit.id)["answers"]
    how = {path: str(value) for path, value in answers.items() if path.startswith(HOW)}
    fits = how and all(_fits(form, path, value) for path, value in how.items())
    return {"day": visit.day.isoformat(), "how": how} if fits else {}


def _fits(form: Form, path: str, value: str) -> bool:
    """Still a harmless option of a question whose name is that of no other."""
    item = form.by_path.get(path)
    if item is None or sum(each.name == item.name for each in form.questions()) > 1:
        return False
    return any(each.value == value and not each.extra.get("urgent") for each in item.options)


def how_words(form: Form, how: Mapping[str, str]) -> list[Say]:
    """How they met, in the words of the form."""
    return [_answer(form.by_path[path], value) for path, value in how.items()]


def _answer(item: Item, value: str) -> Say:
    label = next(each.label for each in item.options if each.value == value)
    name = {lang: item.extra.get(f"short::{lang}") or text for lang, text in item.label.items()}
    return say("fill.item", name=name, answer=label)


def known_of(met: Met) -> dict[str, str]:
    """What the form need not ask any more, by the names of its questions."""
    return {path.rpartition("/")[2]: value for path, value in met.how.items()}


def line_of(look: Look, met: Met, form: Form, key: str) -> Line:
    """The day, or the round, on the review screen, to be changed there like every answer."""
    day = near(met.day, look.today)
    if not met.how:
        return Line(key, say("line.day"), day)
    return Line(key, say("visit.met"), Lines([day, *how_words(form, met.how)], glue=" · "))


# --- out of the visit before -------------------------------------------------------------------


def following(act: Act, child: ChildRef, day: date, receipt: str) -> tuple[Way, ...]:
    """Buttons for the next children; `receipt` where they may be of the same round."""
    names = islice(_next(act, child, day), OFFERED)  # no more files are unsealed than needed
    return tuple(
        way("visit", f"{each.code} {receipt}".strip(), say("visit.next", name=each.name))
        for each in names
    )


def _next(act: Act, child: ChildRef, day: date) -> Iterator[ChildRef]:
    """Brothers and sisters first, then who is due; nobody whom she has visited that day."""
    others = [each for each in act.look.my_children(Right.LOG_VISIT) if each.id != child.id]
    others.sort(key=lambda each: nearness(child, each))
    for each in others:
        due = each.next_visit is not None and each.next_visit <= day
        here = nearness(child, each) == 0 and each.last_seen != day
        if not (due or here) or is_grown(each.birth, act.today):
            continue
        if not act.look.told_on(each, "visit", day):
            yield each


def nearness(child: ChildRef, other: ChildRef) -> int:
    """0: one household by the record; 1: the same carer in the same village; 2: neither."""
    mine, theirs = child.identity, other.identity
    if mine.get("household") and theirs.get("household"):
        return 0 if mine["household"] == theirs["household"] else 2
    alike = mine.get("carer") and mine.get("carer") == theirs.get("carer")
    return 1 if alike and child.unit_id == other.unit_id else 2


def may_follow(mode: str, supersedes: int | None) -> bool:
    """Whether others can have been met in the same way: she met somebody, and it is fresh."""
    return mode not in ("", TRIED) and supersedes is None
