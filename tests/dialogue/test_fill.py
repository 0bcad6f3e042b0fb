"""How a form is conducted: sections, repeats, urgent and quiet questions."""

from __future__ import annotations

from typing import Any

import pytest

from dialogue.ask import Many, Number, Review
from dialogue.replay import Tapped, Waiting
from dialogue.say import put
from domain.xlsform.read import load_form
from tests.dialogue.chat import HOME, Chat, form
from tests.dialogue.twin import advance_twice
from tests.forms.kit import survey


def test_a_section_is_named_and_ends_with_its_last_question() -> None:
    chat = Chat(HOME)
    assert chat.shown.startswith("Part 1 of 1 · Home")
    chat.say("1", "1", "nothing")
    assert chat.shown == "Age?"


def test_notes_are_shown_with_the_question_behind_them() -> None:
    chat = Chat(form("note | n | Be kind.", "note | m | Be brief.", "text | words | Words?"))
    assert chat.shown == "Be kind.\nBe brief.\nWords?"


def test_notes_behind_the_last_question_are_shown_above_the_review() -> None:
    rows = [
        "integer | a | A? | |",
        "calculate | twice | | ${a} * 2 |",
        "note | n | Twice is ${twice}. | |",
        "text | q | Q? | | review",
    ]
    chat = Chat(form(*rows, columns="type | name | label | calculation | ask")).say("4")
    assert isinstance(chat.question, Review)
    assert chat.shown == "Twice is 8.\nRight?", "a question that was not asked has not shown it"
    assert chat.say(Tapped((2,))).shown == "Twice is 8.\nQ?"
    assert chat.say("words").shown == "Right?"


def test_a_form_of_nothing_but_notes_shows_them() -> None:
    assert Chat(form("note | n | Be kind.")).shown == "Be kind.\nRight?"


def test_notes_before_a_repeat_are_shown_with_its_question() -> None:
    rows = ["note | n | Now the pets.", "begin_repeat | pets | Pet", "text | name | Name?"]
    chat = Chat(form(*rows, "note | m | A fine name.", "end_repeat | |"))
    assert chat.shown.startswith("Now the pets.\n")
    assert chat.say("yes").shown == "Name?"
    assert chat.say("Tom").shown.startswith("A fine name.\n")
    assert chat.say("no").shown == "Right?"


# --- urgent ----------------------------------------------------------------------------------

GRAVE = form(
    "select_one marks | marks | Marks?",
    "begin_repeat | kids | Child",
    "text | name | Name?",
    "end_repeat | |",
    "text | words | Words?",
)


def test_an_urgent_answer_ends_the_form_at_once_even_before_a_repeat() -> None:
    chat = Chat(GRAVE).say("grave")
    assert chat.found.urgent == ("EM04", "EM01")


def test_what_was_raised_is_passed_and_a_new_code_stops_again() -> None:
    chat = Chat(GRAVE).say("many")
    chat.passed = ("EM04",)
    chat.outcome = advance_twice(chat.talk, chat.draft)
    assert chat.name == "kids/more/1"
    chat.say("back", "grave")
    assert chat.found.urgent == ("EM01",)


def test_a_code_that_does_not_stop_is_only_noted() -> None:
    chat = Chat(GRAVE, stops=lambda code: code != "EM04").say("many", "no", "words", "1")
    assert chat.answers["marks"] == "many"


LISTED = survey(
    "type | name | label",
    "select_multiple sos | sos | Any of these?",
    "select_one marks | marks | Marks?",
    choices=[
        "list_name | name | label | urgent | alone",
        "sos | none | Nothing of the kind | | none",
        "sos | hurt | Hurt | EM04 |",
        "sos | marked | Marked | EM04b |",
        "marks | few | A few | |",
        "marks | many | Many | EM04 |",
    ],
)


@pytest.mark.parametrize(
    "said", ["没有", "无", "都没有", "以上都没有", "none", "No", "1", Tapped((0,))]
)
def test_none_of_these_is_understood_however_it_is_said(said: str | Tapped) -> None:
    assert Chat(LISTED).say(said).name == "marks"


def test_a_lone_number_of_a_grave_option_is_asked_back_once() -> None:
    chat = Chat(LISTED).say("2")
    assert chat.shown == 'Any of these?\nIs it "Hurt"?'
    assert Chat(LISTED).say("2", "no").name == "sos"
    assert Chat(LISTED).say("2", "back").name == "sos"
    assert Chat(LISTED).say("2", "hm").shown == chat.shown
    assert Chat(LISTED).say("2", Tapped((0,))).found.urgent == ("EM04",)
    assert chat.say("yes").found.urgent == ("EM04",)


def test_a_lone_number_of_a_choice_is_asked_back_too() -> None:
    chat = Chat(LISTED).say("none", "2")
    assert chat.shown == 'Marks?\nIs it "Many"?'
    assert chat.say("1").found.urgent == ("EM04",)


@pytest.mark.parametrize("said", [["Hurt"], [Tapped((1,)), Tapped(control="done")], ["2 3"], ["3"]])
def test_words_taps_and_several_numbers_need_no_second_question(said: list[Any]) -> None:
    assert Chat(LISTED).say(*said).found.urgent


FREE = survey(
    "type | name | label",
    "select_multiple pets | pets | Which pets?",
    choices=["list_name | name | label", "pets | none | None of mine", "pets | cat | Cat"],
)


def test_none_is_an_option_like_any_other_unless_the_form_says_otherwise() -> None:
    """A name is nothing special: what goes with no other says so in the column `alone`."""
    assert Chat(FREE).say("1, 2", "1").answers["pets"] == "none cat"
    ticking = Chat(FREE).say(Tapped((0,)))
    assert ticking.name == "pets"
    assert ticking.say(Tapped((1,)), "done", "1").answers["pets"] == "none cat"


def test_an_option_that_is_alone_goes_with_no_other() -> None:
    chat = Chat(LISTED).say("1 3")
    assert isinstance(chat.outcome, Waiting)
    assert put(chat.outcome.note, "en") == (
        '"Nothing of the kind" cannot be chosen together with others.'
    )


def test_a_column_alone_knows_two_words() -> None:
    choices = ["list_name | name | label | alone", "a | x | X | perhaps"]
    form = survey("type | name | label", "select_multiple a | a | A?", choices=choices)
    assert form.warnings == ("choices row 2: alone is 'perhaps', expected yes or none",)


# --- repeats ---------------------------------------------------------------------------------

KIDS = form(
    "integer | n | How many? | | |",
    "begin_repeat | kids | Child | ${n} | |",
    "text | name | Name? | | |",
    "end_repeat | | | | |",
    "begin_repeat | pets | Pet | | ${n} > 1 |",
    "text | name2 | Name? | | |",
    "end_repeat | | | | |",
    columns="type | name | label | repeat_count | relevant | ask",
)


def test_a_counted_repeat_asks_so_often_and_a_count_of_none_asks_nothing() -> None:
    chat = Chat(KIDS).say("0")
    assert isinstance(chat.question, Review)
    chat = Chat(KIDS).say("2", "Yu", "Zhang", "no", "1")
    assert chat.answers == {"n": "2", "kids[1]/name": "Yu", "kids[2]/name": "Zhang"}


def test_a_repeat_that_does_not_apply_is_not_offered() -> None:
    assert isinstance(Chat(KIDS).say("1", "Yu").question, Review)
    assert Chat(KIDS).say("2", "Yu", "Zhang").name == "pets/more/1"


def test_more_than_fifty_counted_instances_are_all_asked() -> None:
    chat = Chat(KIDS).say("60", *["x"] * 60, "no", "1")
    assert len(chat.answers) == 61


def test_add_another_goes_on_until_no_and_back_takes_the_last_one_away() -> None:
    chat = Chat(GRAVE).say("none", "yes", "Yu", "yes")
    assert chat.name == "kids[2]/name"
    chat.say("back", "no", "words", "1")
    assert chat.answers == {"marks": "none", "kids[1]/name": "Yu", "words": "words"}


# --- answers that hang together --------------------------------------------------------------

CASCADE = form(
    "select_one care | carer | Who? | | | |",
    "select_one marks | marks | Marks? | only = if(${carer} = 'uncle', 'b', 'a') | | |",
    "integer | most | Most? | | | |",
    "integer | some | Some? | | . <= ${most} | |",
    columns="type | name | label | choice_filter | constraint | required | ask",
)


def test_a_changed_first_choice_asks_the_second_again_and_keeps_the_rest() -> None:
    chat = Chat(CASCADE).say("uncle", "few", "9", "5")
    chat.say(Tapped((1,)), "mother")
    assert chat.name == "marks"
    chat.say("1", "1")
    assert chat.answers == {"carer": "mother", "marks": "none", "most": "9", "some": "5"}


def test_a_changed_limit_asks_for_what_is_now_beyond_it() -> None:
    chat = Chat(CASCADE).say("uncle", "few", "9", "5")
    chat.say(Tapped((3,)), "4")
    assert chat.name == "some"


def test_a_list_without_options_can_be_skipped_even_where_an_answer_is_required() -> None:
    rows = ["select_one care | carer | Who?| |", "select_one care | x | X? | only = 'z' | yes"]
    chat = Chat(form(*rows, columns="type | name | label | choice_filter | required"))
    chat.say("1")
    assert chat.question.picks == ()
    chat.say("skip", "1")
    assert chat.answers == {"carer": "mother"}


# --- kinds -----------------------------------------------------------------------------------


def test_a_required_choice_of_several_is_not_left_empty() -> None:
    one = form("select_multiple marks | m | M? | yes", columns="type | name | label | required")
    chat = Chat(one).say("done")
    assert isinstance(chat.question, Many)
    assert chat.outcome.note
    assert "".join(Chat(one).say("1", "1").answers.values()) == "none"


def test_a_range_takes_its_ends_in_either_order() -> None:
    one = form("range | r | R? | start=9 end=3 step=1", columns="type | name | label | parameters")
    chat = Chat(one)
    assert isinstance(chat.question, Number)
    chat.say("10")
    assert "from 3 to 9" in put(chat.outcome.note, "en")
    assert chat.say("4", "1").answers == {"r": "4"}


def whole(chat: Chat) -> str:
    """All that is read of a question: what is said above it, and the question."""
    return put(chat.outcome.note, "en") + "\n" + chat.shown


def test_a_range_says_its_ends_and_its_step() -> None:
    columns = "type | name | label | parameters | hint"
    chat = Chat(form("range | r | R? | start=9 end=3 step=1.5 | Look.", columns=columns))
    assert chat.shown == "R?\nLook.\nFrom 9 to 3, in steps of 1.5."
    assert "does not fit" in (wrong := whole(chat.say("4")))
    assert wrong.count("From 9 to 3, in steps of 1.5.") == 1, "once is enough"
    assert chat.say("7.5", "1").answers == {"r": "7.5"}


def test_a_range_without_limits_goes_from_one_to_ten() -> None:
    chat = Chat(form("range | r | R? |", columns="type | name | label | parameters"))
    assert chat.shown == "R?\nFrom 1 to 10, in steps of 1."
    assert "from 1 to 10" in put(chat.say("11").outcome.note, "en")


def test_a_rank_says_how_it_is_answered() -> None:
    chat = Chat(form("rank care | r | R? "))
    how = "Press them one after the other in your order, or type all the numbers at once"
    assert chat.shown == f"R?\n{how}, for example 2 1 3."
    assert "does not fit" in (wrong := whole(chat.say("2 1")))
    assert wrong.count(how) == 1, "once is enough"
    assert chat.say("2 1 3", "1").answers == {"r": "uncle mother nobody"}


def test_a_skipped_question_is_empty_even_where_the_form_has_a_default() -> None:
    one = form("text | t | T? | so be it", columns="type | name | label | default")
    assert Chat(one).say("skip", "1").answers == {}


def test_a_quiet_question_is_answered_from_the_review_only() -> None:
    one = form("text | t | T? |", "text | q | Q? | review", columns="type | name | label | ask")
    chat = Chat(one).say("words")
    assert isinstance(chat.question, Review)
    assert chat.say(Tapped((2,))).name == "q"
    assert chat.say("heard", "1").answers == {"t": "words", "q": "heard"}


def test_what_the_record_knows_is_not_asked() -> None:
    rows = ["hidden | age | |", "text | t | T? | ${age} > 9"]
    one = form(*rows, columns="type | name | label | relevant")
    assert isinstance(Chat(one, known={"age": "4"}).question, Review)
    assert Chat(one, known={"age": "12"}).name == "t"


def test_chance_is_the_same_at_every_message_of_a_draft() -> None:
    rows = ["calculate | r | | random()", "text | t | T? |", "text | u | U? |"]
    chat = Chat(form(*rows, columns="type | name | label | calculation")).say("x", "y", "1")
    again = Chat(chat.form).say("x", "nonsense", "back", "y", "1")
    assert again.answers["r"] == chat.answers["r"]


def test_a_kept_answer_that_another_version_has_not_is_asked_again() -> None:
    text = "| survey |\n| | type | name | label |\n| | select_one c | q | Q? |\n| | text | t | T? |"
    options = "| choices |\n| | list_name | name | label |\n| | c | a | A |\n| | c | b | B |"
    chat = Chat(load_form(f"{text}\n{options}".encode(), "x.md")).say("2")
    chat.form = load_form(f"{text}\n{options.rpartition('| | c')[0]}".encode(), "x.md")
    assert chat.say("words").name == "q"
    assert chat.outcome.note, "the words were meant for another question"
