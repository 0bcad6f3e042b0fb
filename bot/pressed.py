"""What pressed buttons, and words that name something known, say where a question is open."""

from __future__ import annotations

from bot.buttons import Button
from bot.drafts import OpenTalk
from dialogue.read import loose, plain
from dialogue.replay import Tapped
from dialogue.say import put
from dialogue.texts import first_word
from domain.roles import Right
from storage.deed import RECEIPT
from storage.look import Look

ABOUT = (Right.LOG_VISIT, Right.LOG_CONTACT, Right.SEE_CHILD)


def fits(button: Button, talk: OpenTalk) -> bool:
    """Whether it belongs to the question that is open."""
    return (button.talk, button.revision) == (talk.number, talk.revision)


def taps(buttons: list[Button]) -> Tapped:
    places = tuple(int(button.what) for button in buttons if button.what.isdecimal())
    controls = [button.what for button in buttons if not button.what.isdecimal()]
    return Tapped(places, controls[0] if controls else "")


def labels(talk: OpenTalk, said: Tapped, lang: str) -> str:
    """The words on them, as she would have said them."""
    shown = talk.draft.asked.labels
    parts = [shown[place] for place in said.places if place < len(shown)]
    if said.control and not parts:
        parts = [first_word(f"control.{said.control}", lang)]
    return put(parts, lang)


def is_command(look: Look, talk: OpenTalk, text: str, rest: str) -> bool:
    """Words that open something, unless the open question offers them as an answer."""
    if text.startswith("/"):
        return True
    asked = talk.draft.asked
    if loose(text) in {loose(each) for each in asked.labels + asked.picks} | asked.words.keys():
        return False
    return not rest or names_known(look, rest)


def names_known(look: Look, rest: str) -> bool:
    """Whether the words after a command name a child in reach, or a receipt: then they are a
    command also where a question is open."""
    if RECEIPT.fullmatch(rest.upper()):
        return True
    *before, last = rest.split()  # the child of a round is named with the visit that led there
    wanted = plain(" ".join(before) if before and RECEIPT.fullmatch(last.upper()) else rest)
    children = (child for right in ABOUT for child in look.my_children(right))
    return any(wanted in (plain(child.code), plain(child.name)) for child in children)
