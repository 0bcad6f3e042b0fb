""" "Reported to the police": the reporter's own word, noted with its time, for one alert.

The button below an alert notes it at once; words alone are asked back, because the station
relies on it. What was noted by mistake is corrected, and the audit keeps both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dialogue.ask import Choice, Confirm, Pick
from dialogue.registry import Answer, conversation, way
from dialogue.say import Say, lines, near, say
from domain.privacy import DataClass
from domain.trouble import Refused
from handlers.emergency import phones
from storage.act import Act
from storage.look import Look
from storage.see.scores import AlertRef


@dataclass(frozen=True)
class Reported:
    """ "Reported to the police", for one alert; or that it was noted by mistake."""

    alert_id: int


def report(act: Act, reported: Reported | None) -> Answer:
    """Without a yes nothing is noted, and the telephone comes first."""
    if reported is None:
        text = lines(
            say("police.not_called"), say("emergency.call"), phones(act.look, everybody=False)
        )
        return Answer(text, (way("emergency"), way("menu")))
    receipt, at = act.report_police(reported.alert_id)
    noted = say("police.noted", receipt=receipt, at=near(at.astimezone(act.look.zone), act.today))
    ways = (way("not_reported", receipt, say("police.wrong")), way("menu"))
    return Answer(noted, ways, receipt=receipt)


@conversation("police", needs=None, then=report, carries=DataClass.CODED, urgent=True)
async def police(look: Look) -> Reported | None:
    alerts = look.my_alerts()
    if not alerts:
        raise Refused("police.none")
    if named := _named(alerts, look):
        return Reported(named.id)
    alert = await _which(look, "police.alert", alerts)
    if alert.police_at:
        return Reported(alert.id)
    sure = await Confirm(
        f"police/{alert.receipt}/sure", say("police.sure", alert=_line(alert, look))
    )
    return Reported(alert.id) if sure else None


def correct(act: Act, reported: Reported | None) -> Answer:
    if reported is None:
        return Answer(say("police.stays"))
    receipt = act.correct_police(reported.alert_id)
    ways = (way("police", receipt, say("police.button")), way("menu"))
    text = lines(say("police.corrected", receipt=receipt), say("emergency.call"))
    return Answer(text, ways, receipt=receipt)


@conversation("not_reported", needs=None, then=correct, carries=DataClass.CODED, urgent=True)
async def not_reported(look: Look) -> Reported | None:
    alerts = look.police_reports()
    if not alerts:
        raise Refused("police.not_noted")
    alert = _named(alerts, look) or await _which(look, "not_reported.alert", alerts)
    at = alert.police_at and near(alert.police_at.astimezone(look.zone), look.today)
    ask = say("police.wrong_sure", alert=_line(alert, look), at=at)
    sure = await Confirm(f"not_reported/{alert.receipt}/sure", ask)
    return Reported(alert.id) if sure else None


def _named(alerts: Sequence[AlertRef], look: Look) -> AlertRef | None:
    """The alert whose receipt the opening words are."""
    said = look.frame.said.strip().upper()
    return next((each for each in alerts if each.receipt == said), None)


async def _which(look: Look, key: str, alerts: Sequence[AlertRef]) -> AlertRef:
    """The only alert, or the one that she chooses."""
    if len(alerts) == 1:
        return alerts[0]
    picks = [Pick(each.receipt, _line(each, look)) for each in alerts]
    receipt = await Choice(key, say("police.which"), picks=picks)
    return next(each for each in alerts if each.receipt == receipt)


def _line(alert: AlertRef, look: Look) -> Say:
    return say(
        "alert.pick", receipt=alert.receipt, at=near(alert.at.astimezone(look.zone), look.today)
    )
