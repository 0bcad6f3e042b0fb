"""A flag waits for a person: the station or centre confirms or rejects it, with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick, Words
from dialogue.registry import Answer, conversation
from dialogue.say import lines, say
from domain.privacy import DataClass
from domain.roles import Right
from storage.act import Act
from storage.look import Look
from storage.see.scores import FlagRef


@dataclass(frozen=True)
class Decision:
    """What a person decided about a flag."""

    flag: FlagRef
    confirmed: bool
    reason: str


def decide(act: Act, decision: Decision | None) -> Answer:
    if decision is None:
        return Answer(say("flag.none"))
    act.decide_flag(decision.flag.id, confirmed=decision.confirmed, reason=decision.reason)
    key = "flag.confirmed" if decision.confirmed else "flag.rejected"
    left = len(act.look.flags())
    rest = say("flag.left", n=left) if left else say("flag.none")
    return Answer(lines(say(key, code=decision.flag.child_code), rest))


@conversation("flags", needs=Right.DECIDE_FLAG, then=decide, carries=DataClass.CASE, menu=4)
async def flags(look: Look) -> Decision | None:
    found = look.flags()
    if not found:
        return None
    picks = [
        Pick(
            str(each.id),
            say(
                "flag.line",
                code=each.child_code,
                at=each.opened_at.astimezone(look.zone).date(),
                triggers=_triggers(each),
            ),
        )
        for each in found
    ]
    chosen = await Choice("flags.which", say("flag.which", n=len(found)), picks=picks, shown=12)
    flag = next(each for each in found if str(each.id) == chosen)
    answers = (Pick("confirm", say("flag.do.confirm")), Pick("reject", say("flag.do.reject")))
    word = await Choice(
        f"flags/{chosen}/word", lines(flag.evidence, say("flag.ask")), picks=answers
    )
    reason = await Words(f"flags/{chosen}/reason", say("flag.reason"), optional=False)
    return Decision(flag, word == "confirm", reason)


def _triggers(flag: FlagRef) -> list[object]:
    return [say(f"trigger.{letter}") for letter in flag.triggers]
