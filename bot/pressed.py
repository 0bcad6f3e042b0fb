"""What pressed buttons say in the conversation that is open."""

from __future__ import annotations

from bot.buttons import Button
from bot.drafts import OpenTalk
from dialogue.replay import Tapped
from dialogue.say import put
from dialogue.texts import first_word


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
