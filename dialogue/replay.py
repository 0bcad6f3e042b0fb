"""The driver: runs a talk again from the top with the kept answers, up to what is open.

Nothing here reads the time, the database or chance; what a talk wants to know only once
it awaits through `once`, and the driver keeps it with the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from dialogue.ask import CHANGE, Confirm, Kept, Many, Pick, Question, Review, is_reason
from dialogue.control import control_of, controls
from dialogue.draft import Aside, Asked, Before, Draft, Once, Tapped, Typed
from dialogue.media import Sent
from dialogue.numbered import Shown, is_number, meant, named
from dialogue.read import plain
from dialogue.say import lines, say
from dialogue.texts import words
from dialogue.walk import Stretch, Walk
from domain.trouble import Refused, Unreadable

STEPS = 2_000


Said = Typed | Tapped | Sent | None


@dataclass(frozen=True)
class Waiting:
    """The talk waits for this question; `note` says why it is asked again."""

    question: Question[Any]
    note: object = None


@dataclass(frozen=True)
class Done:
    """The talk has returned."""

    result: Any


@dataclass(frozen=True)
class Cancelled:
    """The person called it off."""


Outcome = Waiting | Done | Cancelled
Start = Callable[[], Coroutine[Any, Any, Any]]


class _Again(Exception):
    """The path has changed: run from the top; `note` is said above what is open then."""

    def __init__(self, note: object = None) -> None:
        self.note = note


class _Stop(Exception):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def advance(start: Start, draft: Draft, said: Said = None) -> Outcome:
    """Takes one message; changes `draft` in place. Raises Refused when an answer that
    was kept is no longer allowed."""
    note = None
    for _ in range(3):
        try:
            return _run(start(), draft, said)
        except _Again as again:
            said, note = None, again.note
        except _Stop as stop:
            if note and isinstance(stop.outcome, Waiting):
                return replace(stop.outcome, note=note)
            return stop.outcome
    raise RuntimeError("the talk does not settle")


def _run(talk: Coroutine[Any, Any, Any], draft: Draft, said: Said) -> Outcome:
    draft.path = []
    answer: Any = None
    try:
        for _ in range(STEPS):
            step = talk.send(answer)
            if isinstance(step, Stretch):
                answer = _rejoin(step, draft)
            elif isinstance(step, Walk):
                kept, said = _answer(step.waits, draft, said)
                answer = kept, draft.has(step.waits.key)
            else:
                answer, said = _answer(step, draft, said)
    except StopIteration as end:
        return Done(end.value)
    finally:
        talk.close()
    raise RuntimeError(f"more than {STEPS} questions: the talk does not end")


def _answer(step: object, draft: Draft, said: Said) -> tuple[Kept, Said]:
    """What the talk gets for what it awaits, and what of the message is still to be used."""
    if isinstance(step, Before):
        return _recall(step, draft), said
    if isinstance(step, Question):
        return _meet(step, draft, said)
    if isinstance(step, Once):
        return _remember(step, draft), said
    raise TypeError("a talk may await only questions and once()")


def _rejoin(step: Stretch, draft: Draft) -> Walk:
    """The walk that waits where this stretch has come to, else one from its beginning."""
    walk = draft.walks.get(step.name)
    if walk and walk.fits(step.given, _said(draft), draft.asked.key):
        for key in walk.path:
            _once_only(key, draft)
            draft.path.append(key)
        return walk
    draft.walks[step.name] = walk = Walk(step.given, step.begin())
    walk.go(None)
    return walk


def _said(draft: Draft) -> dict[str, Kept]:
    """The answers that are not being changed."""
    if not draft.asked.changing:
        return draft.answers
    return {key: kept for key, kept in draft.answers.items() if draft.has(key)}


def _remember(step: Once, draft: Draft) -> Kept:
    if step.key not in draft.facts:
        draft.facts[step.key] = step.make()
        if isinstance(step, Aside) and draft.facts[step.key]:
            draft.aside = step.what
    return draft.facts[step.key]


def _meet(question: Question[Any], draft: Draft, said: Said) -> tuple[Kept, Said]:
    key = question.key
    if draft.has(key):
        return _recall(Before(key, question.allows, question.ask), draft), said
    _once_only(key, draft)
    if question.quiet and key != draft.asked.key:
        return {"why": "unfilled"}, said
    if said is None or key != draft.asked.key:
        raise _Stop(_wait(question, draft, say("draft.new_question") if said else None))
    kept = _take(question, draft, said)
    if draft.asked.changed and isinstance(kept, str) and kept in question.withdraws:
        _take_back(draft)
        raise _Again(question.withdraws[kept])
    changed = {key: draft.answers.get(key)} if draft.asked.changing else {}
    draft.answers[key] = kept
    draft.path.append(key)
    draft.asked = Asked(changed=changed)
    return kept, None


def _recall(step: Before, draft: Draft) -> Kept:
    if not draft.has(step.key):
        return None
    _once_only(step.key, draft)
    kept = draft.answers[step.key]
    if not (is_reason(kept) or step.allows(kept)):
        if not step.again:
            raise Refused("draft.no_longer", what=step.ask)
        del draft.answers[step.key]
        if draft.asked.changed:
            draft.asked.changed[step.key] = kept
        return None
    draft.path.append(step.key)
    return kept


def _once_only(key: str, draft: Draft) -> None:
    if key in draft.path:
        raise RuntimeError(f"the key {key} is asked twice")


def _wait(question: Question[Any], draft: Draft, note: object = None) -> Waiting:
    if draft.asked.key != question.key:
        anew = not draft.asked.key and not isinstance(question, Review)
        draft.asked = Asked(question.key, changed=draft.asked.changed if anew else {})
    shown = _doubtful(question, draft.asked.doubt) if draft.asked.doubt else question
    draft.asked.picks = [pick.value for pick in shown.picks]
    draft.asked.about, draft.asked.urgent = question.about, shown.urgent
    draft.asked.words = shown.heard
    if draft.aside is not None:
        note, draft.aside = lines(note, draft.aside), None
    return Waiting(shown, note)


def _take(question: Question[Any], draft: Draft, said: Said) -> Kept:
    """The answer, or a jump elsewhere by exception."""
    try:
        if draft.asked.doubt:
            return _settle(question, draft, said)
        control = control_of(question, said)
        if control:
            return _obey(control, question, draft, said)
        if isinstance(said, Tapped):
            kept = _tap(question, draft, said)
        elif isinstance(said, Sent):
            kept = question.sent(said)
        else:
            assert isinstance(said, Typed)
            kept = _typed(question, draft, said.text)
            _doubt(question, draft, said.text, kept)
        if not question.allows(kept):  # it was offered when shown, and is so no longer
            raise Unreadable("ask.choose", n=len(question.picks))
        return _change(kept, draft) if isinstance(question, Review) else kept
    except Unreadable as unclear:
        raise _Stop(_wait(question, draft, say(unclear.key, **unclear.values))) from None


def _typed(question: Question[Any], draft: Draft, text: str) -> Kept:
    """A plain number is the place of an option as it was shown, else it is read."""
    shown = Shown(draft.asked.picks, draft.asked.labels)
    if question.kind in ("choice", "review", "day"):
        found = meant(question, shown, text)
        if found is not None:
            return question.chosen(found)
    if question.kind == "many":
        parts = plain(text).replace("、", " ").replace(",", " ").split()
        if parts and all(map(is_number, parts)):
            values = [value for part in parts if (value := meant(question, shown, part))]
            if len(values) == len(parts):
                return question.chosen(" ".join(values))
    offered = named(question, shown, text)
    return question.typed(text) if offered is None else question.chosen(offered)


def _doubt(question: Question[Any], draft: Draft, text: str, kept: Kept) -> None:
    """A lone number out of habit must not raise an alarm: where life may be at stake it is
    asked once whether this was meant. A tap on the button needs no second question."""
    chosen = kept if isinstance(kept, list) else [kept]
    grave = [pick.value for pick in question.picks if pick.grave and pick.value in chosen]
    if grave and len(chosen) == 1 and is_number(text):
        draft.asked = _same_asked(draft, grave[0])
        raise _Stop(_wait(question, draft))


def _same_asked(draft: Draft, doubt: str = "") -> Asked:
    asked = draft.asked
    return replace(asked, picks=[], labels=[], about="", urgent={}, words={}, doubt=doubt)


def _doubtful(question: Question[Any], value: str) -> Question[Any]:
    """Whether this option was meant."""
    pick = next((each for each in question.picks if each.value == value), Pick(value, value))
    yes = Pick("yes", say("yes"), names=words("answer.yes"), urgent=pick.urgent)
    no = Pick("no", say("no"), names=words("answer.no"))
    ask = lines(question.ask, say("ask.is_it", label=pick.label))
    return Confirm(question.key, ask, picks=(yes, no), section=question.section)


def _settle(question: Question[Any], draft: Draft, said: Said) -> Kept:
    """Yes takes the option that was in doubt; no and back ask the question again."""
    value = draft.asked.doubt
    doubtful = _doubtful(question, value)
    if control_of(doubtful, said) == "cancel":
        raise _Stop(Cancelled())
    if control_of(doubtful, said) == "back":
        answer = "no"
    elif isinstance(said, Tapped):
        answer = _tap(doubtful, draft, said)
    elif isinstance(said, Typed):
        answer = _typed(doubtful, draft, said.text)
    else:
        raise Unreadable("ask.choose", n=2)
    draft.asked = _same_asked(draft)
    if answer != "yes":
        raise _Stop(_wait(question, draft))
    return question.chosen(value)


def _tap(question: Question[Any], draft: Draft, said: Tapped) -> Kept:
    shown = draft.asked.picks
    values = [shown[place] for place in said.places if place < len(shown)]
    if not values:
        raise Unreadable("ask.choose", n=len(question.picks))
    if not isinstance(question, Many):
        return question.chosen(values[0])
    if len(values) == 1 and not draft.asked.ticks and values[0] in _alone(question):
        return question.chosen(values[0])
    for value in values:
        ticks = draft.asked.ticks
        ticks.remove(value) if value in ticks else ticks.append(value)
    raise _Stop(_wait(question, draft))


def _alone(question: Question[Any]) -> set[str]:
    return {pick.value for pick in question.picks if pick.alone}


def _change(kept: Kept, draft: Draft) -> Kept:
    """修改 on the review screen asks for that one answer again; it is kept until then."""
    if not kept.startswith(CHANGE):
        return kept
    draft.asked = Asked(kept.removeprefix(CHANGE), changing=True)
    raise _Again


def _obey(control: str, question: Question[Any], draft: Draft, said: Said) -> Kept:
    if control not in controls(question):
        raise Unreadable("ask.choose", n=len(question.picks))
    match control:
        case "cancel":
            raise _Stop(Cancelled())
        case "back":
            _go_back(draft)
            raise _Again
        case "done":
            return _finish_ticks(question, draft, said)
        case "skip":
            return {"why": "skipped"}
        case reason:
            return {"why": reason}


def _go_back(draft: Draft) -> None:
    """To the question before; from a change to the review, with the answer as it was; from what
    a change has brought up to the question that is being changed."""
    if draft.asked.changing:
        draft.asked = Asked()
        return
    if draft.asked.changed:
        _take_back(draft)
        return
    if not draft.path:
        raise Unreadable("ask.first")
    key = draft.path[-1]
    draft.answers.pop(key, None)
    draft.asked = Asked(key)


def _take_back(draft: Draft) -> None:
    """Every answer is again what it was before the change; the one that was changed, which is the
    first, is asked for again."""
    changed = draft.asked.changed
    draft.answers = {k: kept for k, kept in (draft.answers | changed).items() if kept is not None}
    draft.asked = Asked(next(iter(changed)), changing=True)


def _finish_ticks(question: Question[Any], draft: Draft, said: Said) -> Kept:
    """A page sends its ticks along and they are the last word; elsewhere they were kept."""
    shown, ticked = draft.asked.picks, draft.asked.ticks
    if isinstance(said, Tapped) and said.places:
        ticked = [shown[place] for place in said.places if place < len(shown)]
    return question.chosen(" ".join(dict.fromkeys(ticked)))


def once(key: str, make: Callable[[], Kept]) -> Once:
    """`last = await once("visit/小榆/last", lambda: look.last_answers(child))`."""
    return Once(key, make)


__all__ = [
    "Aside",
    "Asked",
    "Before",
    "Draft",
    "Once",
    "Sent",
    "Tapped",
    "Typed",
    "advance",
    "is_reason",
    "once",
]
