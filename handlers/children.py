"""My children: who they are, what is strong, where they stand, what comes next.

Strengths come first. Loving mothers see no scores; directors see those of their village.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogue.ask import Pick, Words
from dialogue.looks import Looked
from dialogue.registry import Answer, Way, conversation, way
from dialogue.say import Say, lines, near, say
from domain.age import age_on
from domain.privacy import DataClass
from domain.roles import Grant, Reach, Right
from domain.trouble import Refused
from handlers.who import Who, due, label, named
from storage.act import Act
from storage.look import Look
from storage.see.children import ChildRef, VisitRef
from storage.see.scores import RiskRef, ScoreRef

BAR = 10
LEAST, LONGEST = 6, 200  # characters of a reason
MARKS = {"red": "▲", "orange": "◆", "yellow": "■", "green": "●"}
NAMED = ("more/helper", "more/wish")
NOTES = ("more/talent", "more/success", "more/hobby", "more/helper", "more/wish")


@dataclass(frozen=True)
class Portrait:
    """One child's file, as far as the reader may see it."""

    child: ChildRef
    risk: RiskRef | None
    score: ScoreRef | None
    visits: list[VisitRef]
    notes: dict[str, str]
    reason: str = ""
    """Why somebody of the city's office looked; it goes into the audit."""

    @property
    def strengths(self) -> list[object]:
        """What is good, from the enrolment and from the visits since; who helps and what is wished
        for with that word."""
        own = [words for path, words in self.notes.items() if path not in NAMED]
        named = [say(f"child.{path}", what=w) for path, w in self.notes.items() if path in NAMED]
        return [*dict.fromkeys([*self.child.identity.get("strengths", ()), *own]), *named]


def show(act: Act, portrait: Portrait | None) -> Answer:
    """Shows the file; every look at it leaves an audit row."""
    if portrait is None:
        return Answer(say("child.list_end"))
    note(act, portrait)
    more = (way("children"), way("menu"))
    shown = (*ways(act, portrait.child), *more)
    return Answer(describe(portrait, act.look), shown, folds=True)


def note(act: Act, portrait: Portrait, **more: object) -> None:
    """Who looked at whose file, with scores or without, and why if she had to say."""
    why = {"reason": portrait.reason} if portrait.reason else {}
    scores = portrait.risk is not None
    act.audit("child.viewed", f"child:{portrait.child.code}", scores=scores, **why, **more)


def ways(act: Act, child: ChildRef) -> tuple[Way, ...]:
    """What may be told about this child from here."""
    kinds = (("visit", Right.LOG_VISIT), ("contact", Right.LOG_CONTACT))
    return tuple(way(name, child.code) for name, right in kinds if act.account.may(right))


def describe(portrait: Portrait, look: Look) -> object:
    """Strengths, carer, sub-scores as bars, level with reasons, last and next visit."""
    child = portrait.child
    identity = child.identity
    strengths = portrait.strengths
    age = age_on(child.birth, look.today)
    last = portrait.visits[0] if portrait.visits else None
    return lines(
        say("child.head", name=child.name, code=child.code, n=age, sex=say(f"sex.{child.sex}")),
        say("child.strengths", what=strengths) if strengths else None,
        say("child.carer", who=identity.get("carer") or say("none")),
        _risk(portrait),
        _last(last, look) if last else None,
        due(child, look),
    )


def _last(visit: VisitRef, look: Look) -> Say:
    day = near(visit.day, look.today)
    return say("child.last", day=day, mode=say(f"mode.{visit.mode}"))


def _risk(portrait: Portrait) -> object | None:
    risk, score = portrait.risk, portrait.score
    if risk is None or risk.total is None:
        return None
    head = say(
        "child.level", mark=MARKS[risk.level], level=say(f"level.{risk.level}"), total=risk.total
    )
    if score is None:
        return head
    bars = [
        say(
            "child.bar",
            name=say(f"dimension.{name}"),
            bar=bar(points, most),
            points=_short(points),
            most=_short(most),
        )
        for name, points, most in score.detail["subs"]
    ]
    return lines(head, *bars, score.detail["why"])


def bar(points: float, most: float) -> str:
    """Ten places: ███░░░░░░░."""
    full = round(BAR * points / most) if most else 0
    return "█" * full + "░" * (BAR - full)


def _short(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


@conversation(
    "children", needs=Right.SEE_CHILD, then=show, carries=DataClass.CASE, menu=3, passing=True
)
async def my_children(look: Look) -> Portrait | None:
    children = look.my_children(Right.SEE_CHILD)
    if not children:
        raise Refused("child.none")
    risks = look.risks() if look.account.may(Right.SEE_SCORE) else {}
    who = Who(
        "children.who",
        say("child.list", n=len(children)),
        picks=[_pick(each, risks.get(each.id), look) for each in children],
    )
    who.looks = [Looked("child.listed", "children", {"children": [*_shown(who)]})]
    only = children[0].code if len(children) == 1 and not look.frame.said else ""
    code = only or named(who, look.frame.said) or await who
    child = look.child(code, Right.SEE_CHILD)
    reason = await _reason(child) if is_far(child, look) else ""
    return portrait_of(look, child, risks.get(child.id), reason)


def portrait_of(look: Look, child: ChildRef, risk: RiskRef | None, reason: str) -> Portrait:
    """The newest score only for whoever sees the child's level."""
    scores = look.scores(child, limit=1) if risk else []
    visits = look.visits(child, Right.SEE_CHILD, limit=1)
    notes = look.notes(child, NOTES)
    return Portrait(child, risk, scores[0] if scores else None, visits, notes, reason)


def is_far(child: ChildRef, look: Look) -> bool:
    """Whether only a reach over the whole city leads to this child: then she says why."""
    ways = look.account.reaches(Right.SEE_CHILD)
    return not any(_is_near(reach, grant, child, look) for reach, grant in ways)


def _is_near(reach: Reach, grant: Grant, child: ChildRef, look: Look) -> bool:
    match reach:
        case Reach.VILLAGE:
            return child.unit_id == grant.unit_id
        case Reach.TOWNSHIP:
            return child.path.startswith(grant.path)
        case Reach.ASSIGNED:
            return any(each.id == child.id for each in look.my_children(Right.LOG_CONTACT))
        case _:
            return False


async def _reason(child: ChildRef) -> str:
    """Asked each time that the file is opened; the file is shown only then."""
    return await Words(
        f"children/{child.code}/reason",
        say("child.reason", code=child.code, least=LEAST),
        optional=False,
        longest=LONGEST,
        about=child.code,
        verdict=too_short,
    )


def too_short(reason: str) -> Say | None:
    return None if len(reason) >= LEAST else say("child.reason_short", least=LEAST)


def _shown(who: Who) -> Iterator[str]:
    """The codes of those whom the list names; others must be searched for."""
    return (pick.value for pick in who.picks[: who.shown])


def _pick(child: ChildRef, risk: RiskRef | None, look: Look) -> Pick:
    shown = label(child, look)
    if risk:
        level = say(f"level.{risk.level}")
        shown = say("child.pick_level", mark=MARKS[risk.level], level=level, child=shown)
    return Pick(child.code, shown, child.code, names=(child.name,))
