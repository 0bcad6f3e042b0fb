"""One message taken twice: by the process that has the form under way, and by a fresh one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

from dialogue.fill import Found
from dialogue.replay import Done, Draft, Outcome, Said, Start, Waiting, advance
from dialogue.say import LANGS
from dialogue.show import show_question
from domain.trouble import Refused


def advance_twice(talk: Start, draft: Draft, said: Said = None) -> Outcome:
    """Both must come to the same, and leave the same draft."""
    fresh = Draft(**deepcopy({name: vars(draft)[name] for name in KEPT}))
    found: Any = _outcome(talk, draft, said)
    assert _seen(found, draft) == _seen(_outcome(talk, fresh, said), fresh)
    assert draft == fresh
    if isinstance(found, Refused):
        raise found
    return cast(Outcome, found)


KEPT = ("answers", "facts", "asked", "path")


def _outcome(talk: Start, draft: Draft, said: Said) -> Any:
    try:
        return advance(talk, draft, said)
    except Refused as refusal:
        return refusal


def _seen(outcome: Any, draft: Draft) -> object:
    """What a person would see of it, or what would be recorded."""
    if isinstance(outcome, Waiting):
        return [show_question(outcome, draft, lang, str) for lang in LANGS]
    if isinstance(outcome, Refused):
        return outcome.key, str(outcome.values)
    if isinstance(outcome, Done) and isinstance(outcome.result, Found):
        found = outcome.result
        return found.answers, found.whys, found.carried, found.urgent
    return type(outcome)
