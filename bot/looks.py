"""A question that shows something of a child leaves an audit row in the message's transaction."""

from __future__ import annotations

from typing import Any

from dialogue.ask import Question
from dialogue.replay import Draft
from storage.act import Act

NOTED = "looked"
"""Among a draft's facts: the looks that are written down already."""


def note(act: Act, draft: Draft, question: Question[Any]) -> None:
    """Whatever comes of it: also who only looks and cancels has looked."""
    for look in question.looks:
        noted = draft.facts.setdefault(NOTED, [])
        if look.mark not in noted:
            noted.append(look.mark)
            act.audit(look.action, look.subject, **look.detail)
