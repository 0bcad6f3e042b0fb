"""Drafts live seven days: a reminder on the fifth, and a word when one is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogue.registry import Answer, way
from dialogue.say import say
from domain.privacy import DataClass
from storage.upkeep import Upkeep

REMIND = timedelta(days=5)
EXPIRE = timedelta(days=7)


def sweep(upkeep: Upkeep, now: datetime) -> int:
    """Does what is due by `now`; a second run at the same moment does nothing."""
    done = 0
    for draft in upkeep.idle_drafts(now - EXPIRE):
        if not upkeep.expire(draft):
            continue
        text = say("draft.expired", what=say(f"menu.{draft.conversation}"))
        upkeep.tell(draft.person_id, Answer(text), f"expired/{draft.key}", DataClass.INTERNAL)
        done += 1
    for draft in upkeep.idle_drafts(now - REMIND):
        text = say("draft.expiring", what=say(f"menu.{draft.conversation}"))
        go_on = way("drafts", label=say("draft.go_on"))
        key = f"expiring/{draft.key}/{draft.touched.date().isoformat()}"
        done += upkeep.tell(draft.person_id, Answer(text, (go_on,)), key, DataClass.INTERNAL)
    return done
