"""An emergency, at any time, by anybody, and from any urgent answer: 110 and 120 first.

Raising it is one step and needs nobody's approval. It is no legal report and says so. It is
answered by a person ("false alarm" too) and never withdrawn by a button.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dialogue.ask import Many, Pick
from dialogue.registry import Answer, conversation, conversations, way
from dialogue.replay import once
from dialogue.say import Lines, lines, say
from domain.emergency import Emergency, emergencies, emergency, worst
from domain.privacy import DataClass
from domain.roles import Right
from handlers.who import Who, called
from storage.act import Act
from storage.do.alerts import Raised
from storage.look import Look
from storage.see.children import ChildRef

UNKNOWN = "unknown"
OTHERS = ("only_centre", "manager", "you")
TOLD = (("station", "centre"), *((kind,) for kind in ("station", "centre", *OTHERS)))
"""Who was told, as the texts have words for it; in all other cases nobody."""


@dataclass(frozen=True)
class Urgent:
    """An emergency of a child (None: one who is not in her reach), by its codes.

    `about` is the code of a child who was in her reach when she began to tell of it.
    """

    child: ChildRef | None
    codes: tuple[str, ...]
    about: str = ""

    @property
    def subject(self) -> str:
        return self.child.code if self.child else self.about

    @property
    def marks(self) -> tuple[str, ...]:
        """What the draft remembers: the codes of this child, of no other."""
        return tuple(f"{self.subject}/{code}" for code in self.codes)


def raised_of(look: Look, child: ChildRef) -> tuple[str, ...]:
    """The emergencies of this child that this draft has raised already."""
    mine = f"{child.code}/"
    return tuple(mark.removeprefix(mine) for mark in look.done if mark.startswith(mine))


def alarm(act: Act, urgent: Urgent, *, park: bool = False) -> Answer:
    """Raises the alert under (draft, child, code), so that resuming never raises it twice."""
    raised = _raise(act, urgent)
    ways = [way("police", raised.receipt, say("police.button"))]
    if park:
        ways.append(way("drafts", label=say("draft.go_on")))
    text = lines(
        say("emergency.call"),
        phones(act.look, everybody=not raised.told - {"manager"}),
        say("emergency.stay"),
        say("emergency.about", child=called(urgent.child)) if urgent.child else None,
        say(f"emergency.told.{_whom(raised)}", receipt=raised.receipt),
        say("emergency.not_legal"),
    )
    receipt = "" if park else raised.receipt
    return Answer(text, tuple(ways), park=urgent.marks if park else None, receipt=receipt)


def _raise(act: Act, urgent: Urgent) -> Raised:
    key = f"{act.key}/{urgent.subject or UNKNOWN}/{'+'.join(urgent.codes)}"
    notice = notice_of(urgent.codes)
    if urgent.child is None and urgent.about:
        return act.raise_for(key, urgent.codes, urgent.about, notice)
    return act.raise_alert(key, urgent.codes, urgent.child, notice)


def _whom(raised: Raised) -> str:
    """The text that says who was really told."""
    return next(("_".join(kinds) for kinds in TOLD if set(kinds) <= raised.told), "nobody")


def phones(look: Look, *, everybody: bool) -> object:
    """The station's telephone; with `everybody`, each that there is above her."""
    if not everybody:
        return say("emergency.station", phone=look.station_phone() or say("none"))
    found = [say("emergency.phone", name=name, phone=phone) for name, phone in look.phones()]
    return Lines(found) if found else None


def notice_of(codes: Iterable[str]) -> Callable[[str, str, bool], Answer]:
    """The message to those who answer: open it, its receipt, the station's phone; no more.

    Where nobody is on duty it goes to managers, who cannot open it but can find somebody.
    """
    grave = worst(codes).level != "P"

    def notice(receipt: str, phone: str, manned: bool) -> Answer:
        shown = {"receipt": receipt, "phone": phone or say("none")}
        if not manned:
            return Answer(say("alert.notice.unmanned", **shown))
        text = say("alert.notice.urgent" if grave else "alert.notice.task", **shown)
        return Answer(text, (way("alerts", receipt, say("alert.open")),))

    return notice


def raise_refused(act: Act, about: str, codes: tuple[str, ...]) -> Answer:
    """An urgent answer that came when the child was no longer hers: it is not lost."""
    return alarm(act, Urgent(None, codes, about))


conversations.alarm = raise_refused


def raise_it(act: Act, urgent: Urgent | None) -> Answer:
    return alarm(act, urgent) if urgent else Answer(say("nothing_recorded"))


@conversation("emergency", needs=None, then=raise_it, carries=DataClass.CASE, menu=32, urgent=True)
async def tell_emergency(look: Look) -> Urgent | None:
    codes = await Many(
        "emergency.codes",
        lines(say("emergency.call"), phones(look, everybody=False), say("emergency.which")),
        picks=[
            Pick(each.code, in_words(each), each.code)
            for each in emergencies().values()
            if each.level in ("R0", "R1")
        ],
        verdict=lambda value: None if value else say("emergency.pick_one"),
    )
    here = {each.code: each for each in look.my_children(Right.RAISE_ALERT)}
    listed = await once("emergency.listed", lambda: list(here))
    if not listed:
        return Urgent(None, codes)
    picks = [_pick(code, here.get(code)) for code in listed]
    picks.append(Pick(UNKNOWN, say("emergency.other_child")))
    code = await Who("emergency.child", say("emergency.child"), picks=picks, shown=240)
    return Urgent(here.get(code), codes, about="" if code == UNKNOWN else code)


def _pick(code: str, child: ChildRef | None) -> Pick:
    """A child in the list; one who was handed over meanwhile stays in it by the code alone."""
    if child is None:
        return Pick(code, say("emergency.gone", code=code), code)
    return Pick(code, called(child), code, names=(child.name,))


def label(codes: str) -> list[object]:
    """Emergency codes in words."""
    return [in_words(emergency(code)) for code in codes.split()]


def in_words(each: Emergency) -> dict[str, str]:
    return {"zh": each.zh, "en": each.en}
