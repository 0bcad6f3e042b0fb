"""A conversation between two messages: packed into its row, sealed, and unpacked again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import orjson

from dialogue.registry import Answer, Conversation, Way, way
from dialogue.replay import Asked, Draft, Waiting
from dialogue.say import lines, say
from domain.frame import Frame
from storage.crypto import Keys
from storage.see.drafts import talk_place, unseal_talk

MUCH = 3
"""So many answers are offered back after a cancellation."""


@dataclass
class OpenTalk:
    """A conversation that goes on, as it is loaded and written; `stored`: its facts as they are
    in its row, unsealed."""

    number: int
    conversation: Conversation
    draft: Draft
    frame: Frame
    started: datetime
    revision: int = 0
    is_new: bool = False
    state: str = "active"
    outcome: str = ""
    stored: bytes = b""

    @property
    def mark(self) -> str:
        """What a page shows of it: conversation and revision."""
        return f"{self.number}.{self.revision}"


def pack(keys: Keys, owner: int, talk: OpenTalk) -> dict[str, Any]:
    """The changing columns of a talk's row; answers and facts are sealed in their place. Facts
    that have not changed are left as they are."""
    answers = {"answers": talk.draft.answers, "asked": vars(talk.draft.asked)}
    given = {
        "today": talk.frame.today.isoformat(),
        "began": talk.frame.began.isoformat(),
        "seed": talk.frame.seed,
        "said": talk.frame.said,
        "facts": talk.draft.facts,
    }
    row = {
        "state": talk.state,
        "revision": talk.revision,
        "answers": keys.seal(orjson.dumps(answers), talk_place("answers", owner, talk.number)),
        "outcome": talk.outcome,
    }
    facts = orjson.dumps(given)
    if facts != talk.stored:
        row["facts"] = keys.seal(facts, talk_place("facts", owner, talk.number))
    return row


def unpack(
    keys: Keys, owner: int, number: int, row: dict[str, Any], conversation: Conversation
) -> OpenTalk:
    held = unseal_talk(keys, "answers", owner, number, row["answers"])
    stored = keys.unseal(row["facts"], talk_place("facts", owner, number))
    facts = orjson.loads(stored)
    draft = Draft(held["answers"], facts["facts"], Asked(**held["asked"]))
    frame = Frame(
        date.fromisoformat(facts["today"]),
        datetime.fromisoformat(facts["began"]),
        facts["seed"],
        facts["said"],
    )
    started, revision = row["started"], row["revision"]
    return OpenTalk(number, conversation, draft, frame, started, revision, stored=stored)


def noting(outcome: Any, left: OpenTalk | None) -> Any:
    """The open question; above it, that what was open before has become a draft."""
    if not isinstance(outcome, Waiting) or left is None or left.state != "parked":
        return outcome
    return replace(outcome, note=lines(say("draft.parked"), outcome.note))


def called_off(talk: OpenTalk, home: tuple[Way, ...]) -> Answer:
    """What is said when she has cancelled: much work is not lost to a slip of the thumb."""
    if len(talk.draft.answers) < MUCH or talk.conversation.urgent:
        return Answer(say("cancelled"), home)
    back = way("restore", str(talk.number), say("draft.restore"))
    return Answer(say("cancelled.much"), (back, *home))
