"""What never waits and is never lost: emergency words, and urgent answers that are refused.

110 and 120 come first in every text of this file. Nothing here raises an alert by itself but
an answer that its own form calls urgent.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.channels.message import Incoming
from bot.drafts import unpack
from dialogue.read import loose, plain
from dialogue.registry import Answer, Registry, way
from dialogue.replay import Asked, Said, Tapped, Typed
from dialogue.say import lines, put, say
from dialogue.show import Body, show_answer
from dialogue.texts import words
from domain.emergency import spot
from storage import inbox
from storage.act import Act
from storage.crypto import Keys

ASIDE = "aside"
"""Among a draft's facts: which conversation an emergency has overtaken, 0 for none."""
PATIENCE = timedelta(minutes=30)
"""So long stuck messages wait for an emergency that has overtaken them to end."""
PARTS = re.compile(r"[,、，;；\s]+")


# --- an urgent answer that was refused ---------------------------------------------------


def rescue(registry: Registry, act: Act, asked: Asked, said: Said) -> Answer | None:
    """What to say beside a refusal while the open question has urgent options; an answer that
    means an emergency raises its alert all the same. None where nothing is urgent."""
    if not asked.urgent:
        return None
    told = {mark.removeprefix(f"{asked.about}/") for mark in act.look.done}
    codes = tuple(code for code in said_codes(asked, said) if code not in told)
    if codes and registry.alarm:
        return registry.alarm(act, asked.about, codes)
    phone = act.look.station_phone()
    return Answer(call(phone), (way("emergency"),))


def said_codes(asked: Asked, said: Said) -> tuple[str, ...]:
    """The emergency codes of what was said to the question as it was shown."""
    found = (asked.urgent.get(value, "") for value in _values(asked, said))
    return tuple(dict.fromkeys(code for codes in found for code in codes.split()))


def _values(asked: Asked, said: Said) -> list[str]:
    if isinstance(said, Tapped):
        if said.control not in ("", "done"):
            return []
        return [*asked.ticks, *(asked.picks[n] for n in said.places if n < len(asked.picks))]
    if not isinstance(said, Typed):
        return []
    if plain(said.text) in {plain(word) for word in words("control.done")}:
        return asked.ticks
    return [value for part in _parts(said.text) for value in _meant(asked, part)]


def _parts(text: str) -> list[str]:
    return [plain(text), *PARTS.split(plain(text))]


def _meant(asked: Asked, part: str) -> list[str]:
    """Urgent options that these words may stand for: by place, or as the question reads them."""
    number = part.removeprefix("#")
    if number.isdecimal() and 1 <= int(number) <= len(asked.picks):
        return [asked.picks[int(number) - 1]]
    heard = asked.words.get(loose(part))
    return [heard] if heard in asked.picks else []


# --- emergency words ---------------------------------------------------------------------


def call(phone: str) -> object:
    """110 and 120, and the station's telephone."""
    return lines(say("emergency.call"), say("emergency.station", phone=phone or say("none")))


def is_alarming(text: str, rest: str) -> bool:
    """Whether words that begin like a command are a cry for help."""
    return bool(rest) and not text.startswith("/") and bool(spot(text))


def offer(body: Body, text: str, lang: str) -> None:
    """Words of an emergency: 110, 120 and the way there, whatever else is answered."""
    understood = body["kind"] != "end" and not body.get("note")
    if not spot(text) or (text.strip().isdecimal() and understood):
        return
    line, place = put(say("lost.emergency"), lang), "text" if body["kind"] == "end" else "note"
    if put(say("emergency.call"), lang) in str(body.get(place)):
        return
    if line not in str(body.get(place)):
        body[place] = "\n".join(filter(None, (line, body.get(place))))
    if body["kind"] == "end":
        first = show_answer(Answer("", (way("emergency"),)), lang)["buttons"]
        body["buttons"] = [*first, *(each for each in body["buttons"] if each not in first)]


# --- before what is stuck ----------------------------------------------------------------


def overtakes(registry: Registry, who: inbox.Somebody, message: Incoming) -> bool:
    """Emergency words, and what is said in an emergency's own conversation, wait for nothing."""
    found = registry.find(message.text.strip()) if message.text else None
    if found and not message.tokens:
        if found[0].urgent:
            return True
        if not found[1] or message.text.startswith("/"):
            return False
    return in_emergency(registry, who)


def in_emergency(registry: Registry, who: inbox.Somebody) -> bool:
    """Whether the conversation that is open is an urgent one."""
    row = who.open
    if row is None or row["state"] != "active" or row["conversation"] not in registry.by_name:
        return False
    return registry.by_name[row["conversation"]].urgent


def go_back(
    db: Connection, keys: Keys, registry: Registry, who: inbox.Somebody, now: datetime
) -> inbox.Somebody | None:
    """As she was before the emergency that has overtaken her stuck messages. None while it
    goes on: what is stuck must not fall among its questions."""
    if not in_emergency(registry, who) or who.open is None or who.talk is None:
        return who
    conversation = registry.by_name[who.open["conversation"]]
    talk = unpack(keys, who.account.id, who.talk, who.open, conversation)
    if ASIDE not in talk.draft.facts:
        return who
    if now - talk.started < PATIENCE:
        return None
    before = talk.draft.facts[ASIDE] or None
    inbox.shelve(db, who.account.id, talk.number, before)
    row = inbox.load_talk(db, who.account.id, before) if before else None
    return replace(who, talk=before, open=row, stored=None)
