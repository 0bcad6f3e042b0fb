"""A form's own suggestions: one tap takes a default, and nothing is recorded without one."""

from __future__ import annotations

import pytest

from dialogue.replay import Tapped
from dialogue.say import put
from dialogue.show import show_question
from tests.dialogue.chat import Chat, form
from tests.forms.kit import survey


def preset(kind: str, default: str, *more: str) -> Chat:
    """One question with a default, behind a number that it may depend on."""
    rows = ("integer | n | N? | |", f"{kind} | q | Q? | {default} |", *more)
    return Chat(form(*rows, columns="type | name | label | default | constraint")).say("7")


@pytest.mark.parametrize(
    ("kind", "default", "label", "value"),
    [
        ("text", "so be it", "so be it (preset)", "so be it"),
        ("integer", "5", "5 (preset)", "5"),
        ("integer", "${n} + 1", "8 (preset)", "8"),
        ("decimal", "2.5", "2.5 (preset)", "2.5"),
        ("range", "4", "4 (preset)", "4"),
        ("date", "2026-11-01", "Sun 1 Nov 2026 (preset)", "2026-11-01"),
        ("date", "today()", "today (Mon 23 Nov) (preset)", "2026-11-23"),
        ("time", "14:05:00", "14:05 (preset)", "14:05"),
        ("dateTime", "2026-11-01T14:05:00", "2026-11-01T14:05 (preset)", "2026-11-01T14:05"),
        ("geopoint", "28.6612 121.4249 0 0", "28.66, 121.42 (preset)", "28.66 121.42 0 0"),
        ("select_multiple care", "uncle mother", "Mother, Uncle (preset)", "mother uncle"),
        ("select_multiple care", "uncle", "Uncle (preset)", "uncle"),
        ("acknowledge", "OK", "OK (preset)", "OK"),
    ],
)
def test_a_default_is_the_first_button_and_one_tap_takes_it(
    kind: str, default: str, label: str, value: str
) -> None:
    chat = preset(kind, default)
    assert put(chat.question.picks[0].label, "en") == label
    assert chat.say(Tapped((0,)), "1").answers == {"n": "7", "q": value}
    assert preset(kind, default).say(label, "1").answers["q"] == value, "or typed as it reads"
    assert preset(kind, default).say("#1", "1").answers["q"] == value
    assert preset(kind, default).say("skip", "1").answers == {"n": "7"}, "nothing untapped"


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("integer", "many"),
        ("range", "99"),
        ("date", "soon"),
        ("select_one care", "godmother"),
        ("select_multiple care", "uncle godmother"),
        ("rank care", "uncle mother"),
        ("text", ""),
    ],
)
def test_a_default_that_is_no_answer_is_not_offered(kind: str, default: str) -> None:
    labels = [put(pick.label, "en") for pick in preset(kind, default).question.picks]
    assert not [label for label in labels if "preset" in label]


def test_another_answer_than_the_default_is_given_as_always() -> None:
    assert preset("integer", "5").say("1", "1").answers["q"] == "1", "no place of a button"
    assert preset("select_one care", "uncle").say("Uncle", "1").answers["q"] == "uncle"
    assert preset("select_one care", "uncle").say("1", "1").answers["q"] == "mother"
    many = preset("select_multiple care", "uncle mother")
    assert many.say(Tapped((1,)), "done", "1").answers["q"] == "mother"


def scale(length: int, default: str) -> Chat:
    """A question with so many options, the first called o1."""
    options = (f"options | o{n} | {n}. step" for n in range(1, length + 1))
    rows = ("type | name | label | default", f"select_one options | q | Q? | {default}")
    return Chat(survey(*rows, choices=("list_name | name | label", *options)))


def test_a_default_keeps_its_place_in_a_scale() -> None:
    for length in (3, 10):
        chat = scale(length, "o3")
        labels = [put(pick.label, "en") for pick in chat.question.picks]
        assert labels == [f"{n}. step" + " (preset)" * (n == 3) for n in range(1, length + 1)]
        assert chat.say("3", "1").answers == {"q": "o3"}
        assert scale(length, "o3").say("2", "1").answers == {"q": "o2"}
        assert scale(length, "o3").say("3. step (preset)", "1").answers == {"q": "o3"}


def test_a_default_of_a_long_list_comes_first() -> None:
    labels = [put(pick.label, "en") for pick in scale(11, "o3").question.picks]
    assert labels[:4] == ["3. step (preset)", "1. step", "2. step", "4. step"]


def test_a_default_is_not_mixed_with_ticks() -> None:
    chat = preset("select_multiple care", "uncle").say(Tapped((1,)), Tapped((0,)), "done")
    assert "cannot be chosen together" in put(chat.outcome.note, "en")


def test_where_it_is_typed_the_way_to_take_a_default_is_said() -> None:
    chat = preset("integer", "5")
    shown = show_question(chat.outcome, chat.draft, "en", str, "terminal")
    assert shown["text"] == "Q?\nType #1 to take the preset answer."
    assert chat.shown == "Q?"


def test_a_rank_takes_its_default_in_its_order() -> None:
    chat = preset("rank care", "uncle nobody mother").say(Tapped((0,)), "1")
    assert chat.answers["q"] == "uncle nobody mother"


def test_a_grave_default_is_still_an_emergency() -> None:
    chat = preset("select_multiple marks", "few grave")
    assert chat.draft.asked.urgent == {"=preset": "EM01 EM04", "many": "EM04", "grave": "EM04 EM01"}
    assert chat.say(Tapped((0,))).found.urgent == ("EM04", "EM01")


def test_a_rank_with_a_default_says_how_it_is_answered() -> None:
    chat = preset("rank care", "uncle nobody mother")
    assert "for example 3 2 4" in chat.shown, "the numbers of the buttons, behind the preset one"
    assert chat.say("3 2 4", "1").answers["q"] == "uncle mother nobody"
