"""What last time's answers are carried over for: one screen for a routine section."""

from __future__ import annotations

from dialogue.ask import Review
from dialogue.replay import Tapped
from tests.dialogue.chat import HOME, PLAIN, Chat, form
from tests.forms.kit import survey

LAST = {"home/carer": "mother", "home/marks": "few", "home/words": "quiet"}


def test_a_routine_section_is_one_screen_that_names_the_urgent_options() -> None:
    chat = Chat(HOME, last=LAST)
    assert chat.name == "home"
    assert "Nobody" in chat.shown
    assert "Grave" in chat.shown
    chat.say("1", "7", "1")
    assert chat.answers == {**LAST, "age": "7"}
    assert chat.found.carried == set(LAST)


def test_notes_before_a_section_are_shown_with_its_screen() -> None:
    rows = ["note | n | Be kind.", "begin_group | home | Home", "select_one care | carer | Who?"]
    rows += ["select_one marks | marks | Marks?", "end_group | |", "integer | age | Age?"]
    chat = Chat(form(*rows), last=LAST)
    assert chat.name == "home"
    assert chat.shown.startswith("Be kind.\n")
    assert chat.say("1").shown == "Age?"


def test_an_urgent_answer_of_last_time_is_never_carried_over() -> None:
    chat = Chat(HOME, last={**LAST, "home/carer": "nobody"})
    assert chat.say("1").name == "home/carer"
    chat.say("uncle", "7", "1")
    assert chat.answers["home/carer"] == "uncle"
    assert chat.found.carried == {"home/marks", "home/words"}


def test_an_answer_that_becomes_urgent_by_another_is_asked_and_not_carried() -> None:
    choices = [*PLAIN, "age | young | Young | | a", "age | old | Old | | a"]
    choices.append("harm | yes | Yes | if(${age} = 'young', 'EM02', '') | a")
    asked = survey(
        "type | name | label",
        "begin_group | g | G",
        "select_one age | age | Age?",
        "select_one harm | harm | Harm?",
        "select_one care | carer | Carer?",
        "end_group | |",
        choices=choices,
    )
    last = {"g/age": "old", "g/harm": "yes", "g/carer": "mother"}
    assert isinstance(Chat(asked, last=last).say("1").question, Review)
    assert Chat(asked, last={**last, "g/age": "young"}).say("1").name == "g/harm"


FOLLOWED = form(
    "begin_group | home | Home | ",
    "select_one care | carer | Who cares? | ",
    "select_one marks | marks | Marks? | ${carer} = 'nobody'",
    "text | words | Words? | ",
    "text | more | More? | ",
    "end_group | | | ",
    columns="type | name | label | relevant",
)
FOLLOWED_LAST = {
    "home/carer": "nobody",
    "home/marks": "none",
    "home/words": "quiet",
    "home/more": "no",
}


def test_what_follows_an_answer_that_is_asked_afresh_is_asked_afresh() -> None:
    """As A4v behind A4: "hitting" again, and whether violence is suspected is last month's "no"."""
    chat = Chat(FOLLOWED, last=FOLLOWED_LAST, stops=lambda code: False)
    assert "None" not in chat.shown, "the screen promises only what it carries"
    assert chat.say("1").name == "home/carer"
    assert chat.say("nobody").name == "home/marks"


def test_what_follows_an_answer_is_not_kept_when_it_is_answered_in_another_way() -> None:
    chat = Chat(FOLLOWED, last=FOLLOWED_LAST, stops=lambda code: False)
    chat.say("1", "mother", "1")
    assert chat.answers == {"home/carer": "mother", "home/words": "quiet", "home/more": "no"}


def test_an_option_that_the_form_no_longer_has_is_not_carried_over() -> None:
    chat = Chat(HOME, last={**LAST, "home/carer": "godmother"})
    assert chat.say("1").name == "home/carer"


def test_a_section_with_one_answer_of_last_time_is_asked_as_always() -> None:
    assert Chat(HOME, last={"home/carer": "mother"}).name == "home/carer"


def test_changing_a_carried_section_asks_each_question() -> None:
    chat = Chat(HOME, last=LAST).say("1", "7")
    assert isinstance(chat.question, Review)
    chat.say(Tapped((1,)))
    assert chat.name == "home"
    chat.say("2", "uncle", "none", "new words")
    chat.say("1")
    assert chat.answers["home/carer"] == "uncle"
    assert chat.found.carried == set()
