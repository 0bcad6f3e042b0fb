"""Station and centre answer emergencies: acknowledge, false alarm, closed.

Whoever raised it is told what came of it, by whom and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.ask import Choice, Confirm, Pick, Words
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation, way
from dialogue.say import Say, lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from handlers.emergency import label
from storage.act import Act
from storage.look import Look
from storage.see.scores import AlertRef

POLICE_WRONG = "police_wrong"


@dataclass(frozen=True)
class Response:
    """A person's answer to an alert; without a state she left it as it was."""

    alert: AlertRef
    state: str
    note: str


def answer(act: Act, response: Response | None) -> Answer:
    if response is None:
        return Answer(say("alert.none"))
    if not response.state:
        return Answer(say("police.stays"))
    if response.state == POLICE_WRONG:
        receipt = act.correct_police(response.alert.id)
        back = (way("alerts", receipt, say("alert.open")), way("menu"))
        return Answer(say("police.corrected", receipt=receipt), back, receipt=receipt)
    receipt = act.answer_alert(response.alert.id, response.state, response.note)
    _tell_reporter(act, response)
    return Answer(say(f"alert.now.{response.state}", receipt=receipt), receipt=receipt)


def _tell_reporter(act: Act, response: Response) -> None:
    """What came of her alert, in her language; no child is named."""
    alert, state = response.alert, response.state
    if alert.reporter_id == act.account.id:
        return
    who = say("alert.outcome.who", unit=act.look.village_of(""), name=act.account.name)
    outcome = say(
        "alert.outcome",
        receipt=alert.receipt,
        state=say(f"alert.outcome.{state}"),
        who=who,
        at=near(act.local, act.today),
    )
    key = f"alert/{alert.id}/{state}"
    act.tell(alert.reporter_id, Answer(outcome, (way("menu"),)), key, DataClass.ADULT)


@conversation("alerts", needs=Right.ANSWER_ALERT, then=answer, carries=DataClass.CASE, menu=5)
async def alerts(look: Look) -> Response | None:
    found = look.alerts(("open", "acknowledged"))
    if not found:
        return None
    alert = _opened(found, look)
    if alert is None:
        picks = [Pick(each.receipt, _line(each, look)) for each in found]
        which = say("alert.which", n=len(found))
        listed = Looked("alert.listed", "alerts", {"alerts": [each.receipt for each in found]})
        receipt = await Choice("alerts.which", which, picks=picks, shown=12, looks=[listed])
        alert = next(each for each in found if each.receipt == receipt)
    ask = lines(*_file(alert, look), say("alert.answer"))
    picks = [Pick(each, say(f"alert.do.{each}")) for each in _answers(alert)]
    opened = Looked("alert.viewed", f"alert:{alert.receipt}", {"child": alert.child_code or ""})
    state = await Choice(f"alerts/{alert.receipt}/state", ask, picks=picks, looks=[opened])
    if state == POLICE_WRONG:
        at = alert.police_at and near(alert.police_at.astimezone(look.zone), look.today)
        wrong = say("police.wrong_sure", alert=alert.receipt, at=at)
        sure = await Confirm(f"alerts/{alert.receipt}/police", wrong)
        return Response(alert, state if sure else "", "")
    if state == "acknowledged":
        return Response(alert, state, "")
    note = await Words(f"alerts/{alert.receipt}/note", say("alert.note"), optional=False)
    return Response(alert, state, note)


def _opened(found: Sequence[AlertRef], look: Look) -> AlertRef | None:
    """The alert whose receipt the opening words are: the button below a notice."""
    said = look.frame.said.strip().upper()
    return next((each for each in found if each.receipt == said), None)


def _line(alert: AlertRef, look: Look) -> Say:
    return say(
        "alert.line",
        level=say(f"alert.level.{alert.level}"),
        state=say(f"alert.state.{alert.state}"),
        receipt=alert.receipt,
        village=alert.village,
        at=near(alert.at.astimezone(look.zone), look.today),
        codes=label(alert.codes),
    )


def _file(alert: AlertRef, look: Look) -> list[Say]:
    """Everything that is known of one alert, in words."""
    return [
        _line(alert, look),
        say(f"alert.due.{alert.level}"),
        *(say("alert.said", what=said) for said in look.alert_said(alert.id)),
        say("alert.who", child=alert.child_code or say("none"), reporter=alert.reporter),
        _police(alert, look),
    ]


def _answers(alert: AlertRef) -> list[str]:
    states = ["acknowledged", "false_alarm", "closed"]
    if alert.state == "acknowledged":
        states.remove("acknowledged")
    return [*states, POLICE_WRONG] if alert.police_at else states


def _police(alert: AlertRef, look: Look) -> Say:
    if alert.police_at is None:
        return say("alert.no_police")
    return say("alert.police", at=near(alert.police_at.astimezone(look.zone), look.today))
