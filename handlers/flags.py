"""A flag waits for a person: the station or centre confirms or rejects it, and later closes what
was confirmed; each time with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.ask import Choice, Pick, Words
from dialogue.looks import Looked
from dialogue.registry import Answer, conversation
from dialogue.say import Lines, Say, lines, near, say
from domain.privacy import DataClass
from domain.roles import Right
from storage.act import Act
from storage.look import Look
from storage.see.scores import FlagRef

KEEP = "keep"
WORDS = {"suspected": ("confirm", "reject"), "confirmed": ("close", KEEP)}


@dataclass(frozen=True)
class Decision:
    """What a person said about a flag: `confirm`, `reject`, `close`, or `keep` as it is."""

    flag: FlagRef
    word: str
    reason: str


def decide(act: Act, decision: Decision | None) -> Answer:
    if decision is None:
        return Answer(say("flag.none"))
    flag, word = decision.flag, decision.word
    if word == "close":
        act.close_flag(flag.id, decision.reason)
    elif word != KEEP:
        act.decide_flag(flag.id, confirmed=word == "confirm", reason=decision.reason)
    left = len(act.look.flags(limit=None))
    rest = say("flag.left", n=left) if left else say("flag.none")
    return Answer(lines(say(f"flag.now.{word}", code=flag.child_code), rest))


@conversation("flags", needs=Right.DECIDE_FLAG, then=decide, carries=DataClass.CASE, menu=4)
async def flags(look: Look) -> Decision | None:
    found = [flag for state in WORDS for flag in look.flags((state,), limit=None)]
    if not found:
        return None
    waiting = sum(each.state == "suspected" for each in found)
    ask = _counted(waiting, len(found) - waiting)
    picks = [Pick(str(each.id), _line(each, look)) for each in found]
    listed = Looked("flag.listed", "flags", {"children": [each.child_code for each in found]})
    chosen = await Choice("flags.which", ask, picks=picks, shown=12, looks=[listed])
    flag = next(each for each in found if str(each.id) == chosen)
    answers = tuple(Pick(word, say(f"flag.do.{word}")) for word in WORDS[flag.state])
    opened = Looked("flag.viewed", f"child:{flag.child_code}", {"flag": flag.id})
    key = f"flags/{chosen}/{flag.state}"
    word = await Choice(key, _file(flag, look), picks=answers, looks=[opened])
    if word == KEEP:
        return Decision(flag, word, "")
    reason = await Words(f"{key}/reason", say("flag.reason"), optional=False)
    return Decision(flag, word, reason)


def _counted(waiting: int, confirmed: int) -> Say:
    """How many of each kind: together they are as many as the list is long."""
    if not waiting:
        return say("flag.which_confirmed", n=confirmed)
    if not confirmed:
        return say("flag.which", n=waiting)
    return say("flag.which_both", n=waiting, confirmed=confirmed)


def _line(flag: FlagRef, look: Look) -> Say:
    return say(
        f"flag.line.{flag.state}",
        code=flag.child_code,
        at=near(flag.opened_at.astimezone(look.zone).date(), look.today),
        triggers=[say(f"trigger.{letter}") for letter in flag.triggers],
    )


def _file(flag: FlagRef, look: Look) -> Lines:
    """Why it was opened; of a confirmed one, what the rules say about closing it."""
    if flag.state == "suspected":
        return lines(flag.evidence, say("flag.ask"))
    return lines(flag.evidence, _closing(flag, look), say("flag.ask_closing"))


def _closing(flag: FlagRef, look: Look) -> Say | None:
    found = look.closing(flag.child_id)
    if found is None:
        return None
    numbers = {
        "newest": say("none") if found.newest is None else found.newest,
        "smoothed": say("none") if found.smoothed is None else f"{found.smoothed:g}",
        "line": found.line,
        "count": found.assessed,
    }
    if not found.against:
        return say("flag.suggests", **numbers)
    return say("flag.against", why=[say(f"flag.against.{why}", **numbers) for why in found.against])
