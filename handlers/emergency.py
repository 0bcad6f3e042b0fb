"""An emergency, at any time and from any urgent answer: 110 and 120 first, then people.

Raising it is one step and needs nobody's approval. It is no legal report and says so. It is
answered by a person ("false alarm" too) and never withdrawn by a button.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialogue.ask import Choice, Many, Pick
from dialogue.registry import Answer, conversation, way
from dialogue.say import lines, say
from domain.emergency import Emergency, emergencies, emergency, worst
from domain.privacy import DataClass
from domain.roles import Right
from domain.trouble import Refused
from handlers.who import Who
from storage.act import Act
from storage.look import Look
from storage.see.children import ChildRef

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Urgent:
    """An emergency of a child (None: a child who is not in the list), by its codes."""

    child: ChildRef | None
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Reported:
    """ "Reported to the police", for one alert."""

    alert_id: int


def alarm(act: Act, urgent: Urgent, *, park: bool = False) -> Answer:
    """Raises the alert under (draft, code), so that resuming never raises it twice."""
    key = f"{act.key}/{'+'.join(urgent.codes)}"
    notice = notice_of(act, urgent.child, urgent.codes)
    raised = act.raise_alert(key, urgent.codes, urgent.child, notice)
    ways = [way("police", raised.receipt, say("police.button"))]
    if park:
        ways.append(way("drafts", label=say("draft.go_on")))
    text = lines(
        say("emergency.call"),
        say("emergency.station", phone=act.look.station_phone() or say("none")),
        say("emergency.stay"),
        say("emergency.raised", receipt=raised.receipt),
        say("emergency.not_legal"),
    )
    marks = tuple(urgent.codes) if park else None
    return Answer(text, tuple(ways), park=marks, receipt="" if park else raised.receipt)


def notice_of(act: Act, child: ChildRef | None, codes: tuple[str, ...]) -> Callable[[str], Answer]:
    """The message to those who answer: receipt, village and code; no child is named."""
    village = act.look.village_of(child.path if child else "")
    level = worst(codes).level

    def notice(receipt: str) -> Answer:
        text = say(f"alert.notice.{level}", receipt=receipt, village=village, codes=" ".join(codes))
        return Answer(text, (way("alerts"),))

    return notice


def raise_it(act: Act, urgent: Urgent | None) -> Answer:
    return alarm(act, urgent) if urgent else Answer(say("nothing_recorded"))


@conversation("emergency", needs=Right.RAISE_ALERT, then=raise_it, carries=DataClass.CASE, menu=12)
async def tell_emergency(look: Look) -> Urgent | None:
    codes = await Many(
        "emergency.codes",
        lines(say("emergency.call"), say("emergency.which")),
        picks=[
            Pick(each.code, say("emergency.pick", code=each.code, words=in_words(each)), each.code)
            for each in emergencies().values()
            if each.level in ("R0", "R1")
        ],
        verdict=lambda value: None if value else say("emergency.pick_one"),
    )
    children = look.my_children(Right.RAISE_ALERT)
    picks = [
        Pick(
            each.code,
            say("child.short", name=each.name, code=each.code),
            each.code,
            names=(each.name,),
        )
        for each in children
    ]
    picks.append(Pick(UNKNOWN, say("emergency.other_child")))
    code = await Who("emergency.child", say("emergency.child"), picks=picks, shown=240)
    child = next((each for each in children if each.code == code), None)
    return Urgent(child, tuple(codes))


def report(act: Act, reported: Reported) -> Answer:
    receipt, at = act.report_police(reported.alert_id)
    noted = say("police.noted", receipt=receipt, at=at.astimezone(act.look.zone))
    return Answer(noted, receipt=receipt)


@conversation("police", needs=None, then=report, carries=DataClass.CODED)
async def police(look: Look) -> Reported:
    alerts = look.my_alerts()
    if not alerts:
        raise Refused("police.none")
    named = [each for each in alerts if each.receipt == look.frame.said.upper()]
    if named or len(alerts) == 1:
        return Reported((named or alerts)[0].id)
    picks = [
        Pick(
            each.receipt,
            say("alert.pick", receipt=each.receipt, at=each.at.astimezone(look.zone)),
        )
        for each in alerts
    ]
    receipt = await Choice("police.alert", say("police.which"), picks=picks)
    return Reported(next(each.id for each in alerts if each.receipt == receipt))


def label(codes: str) -> list[object]:
    """Emergency codes in words."""
    return [in_words(emergency(code)) for code in codes.split()]


def in_words(each: Emergency) -> dict[str, str]:
    return {"zh": each.zh, "en": each.en}
