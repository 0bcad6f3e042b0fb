"""Station and centre answer emergencies: acknowledge, false alarm, closed."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick, Words
from dialogue.registry import Answer, conversation
from dialogue.say import Say, lines, say
from domain.privacy import DataClass
from domain.roles import Right
from handlers.emergency import label
from storage.act import Act
from storage.look import Look
from storage.see.scores import AlertRef


@dataclass(frozen=True)
class Response:
    """A person's answer to an alert."""

    alert: AlertRef
    state: str
    note: str


def answer(act: Act, response: Response | None) -> Answer:
    if response is None:
        return Answer(say("alert.none"))
    receipt = act.answer_alert(response.alert.id, response.state, response.note)
    return Answer(say(f"alert.now.{response.state}", receipt=receipt), receipt=receipt)


@conversation("alerts", needs=Right.ANSWER_ALERT, then=answer, carries=DataClass.CASE, menu=5)
async def alerts(look: Look) -> Response | None:
    found = look.alerts(("open", "acknowledged"))
    if not found:
        return None
    picks = [
        Pick(
            each.receipt,
            say(
                "alert.line",
                state=say(f"alert.state.{each.state}"),
                receipt=each.receipt,
                level=each.level,
                village=each.village,
                at=each.at.astimezone(look.zone),
                codes=each.codes,
            ),
        )
        for each in found
    ]
    receipt = await Choice("alerts.which", say("alert.which", n=len(found)), picks=picks, shown=12)
    alert = next(each for each in found if each.receipt == receipt)
    states = ["acknowledged", "false_alarm", "closed"]
    if alert.state == "acknowledged":
        states.remove("acknowledged")
    state = await Choice(
        f"alerts/{receipt}/state",
        lines(
            say("alert.what", codes=label(alert.codes)),
            say("alert.who", child=alert.child_code or say("none"), reporter=alert.reporter),
            _police(alert, look),
            say("alert.answer"),
        ),
        picks=[Pick(each, say(f"alert.do.{each}")) for each in states],
    )
    if state == "acknowledged":
        return Response(alert, state, "")
    note = await Words(f"alerts/{receipt}/note", say("alert.note"), optional=False)
    return Response(alert, state, note)


def _police(alert: AlertRef, look: Look) -> Say:
    if alert.police_at is None:
        return say("alert.no_police")
    return say("alert.police", at=alert.police_at.astimezone(look.zone))
