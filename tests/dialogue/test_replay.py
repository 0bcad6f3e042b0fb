"""The rules of replay (decision 0001) that the driver alone must keep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from dialogue.ask import Choice, Confirm, Kept, Line, Many, Number, Pick, Question, Review, Words
from dialogue.control import controls
from dialogue.replay import (
    STEPS,
    Before,
    Cancelled,
    Done,
    Draft,
    Said,
    Tapped,
    Typed,
    Waiting,
    advance,
    once,
)
from dialogue.say import put
from domain.trouble import Refused

COLOURS = [Pick(each, each) for each in ("red", "green", "blue")]
NUMBERS = [Pick(each, f"{each} minutes") for each in ("5", "10", "2")]


def choice(key: str, picks: list[Pick] | None = None, **more: Any) -> Choice:
    return Choice(key, f"{key}?", picks=COLOURS if picks is None else picks, **more)


def talk_through(talk: Callable[[], Any], *said: Said, draft: Draft | None = None) -> Any:
    """Opens the talk and says one thing after the other; the last outcome."""
    draft = draft or Draft()
    outcome = advance(talk, draft)
    for each in said:
        outcome = advance(talk, draft, each)
    return outcome


def key_of(outcome: Any) -> str:
    assert isinstance(outcome, Waiting), outcome
    return outcome.question.key


async def two() -> tuple[str, float | None]:
    colour = await choice("colour")
    return colour, await Number(f"{colour}/number", "How many?", least=1, most=99)


# --- rule 1: keys with their subject --------------------------------------------------------


def test_answers_of_another_subject_are_hidden_and_come_back_with_it() -> None:
    draft = Draft()

    async def and_sure() -> Any:
        found = await two()
        return found, await Confirm("sure", "Sure?")

    talk_through(and_sure, Typed("red"), Typed("7"), draft=draft)
    for each in (Typed("back"), Typed("back"), Typed("blue")):
        outcome = advance(and_sure, draft, each)
    assert key_of(outcome) == "blue/number"
    for each in (Typed("back"), Typed("red")):
        outcome = advance(and_sure, draft, each)
    assert key_of(outcome) == "red/number"


def test_two_questions_with_one_key_are_refused() -> None:
    async def talk() -> None:
        await choice("colour")
        await Words("colour", "Again?")

    with pytest.raises(RuntimeError, match="asked twice"):
        talk_through(talk, Typed("red"))


# --- rule 2: the options that she saw --------------------------------------------------------


def test_three_means_the_third_option_that_was_shown() -> None:
    shown = list(COLOURS)

    async def talk() -> str:
        return await choice("colour", list(shown))

    draft = Draft()
    advance(talk, draft)
    shown.insert(0, Pick("white", "white"))
    assert talk_through_kept(talk, draft, Typed("3")) == "blue"


def test_a_tap_means_the_option_that_was_shown() -> None:
    shown = list(COLOURS)

    async def talk() -> str:
        return await choice("colour", list(reversed(shown)))

    draft = Draft()
    advance(talk, draft)
    shown.reverse()
    assert talk_through_kept(talk, draft, Tapped((0,))) == "blue"


def talk_through_kept(talk: Callable[[], Any], draft: Draft, said: Said) -> Any:
    outcome = advance(talk, draft, said)
    assert isinstance(outcome, Done), outcome
    return outcome.result


@pytest.mark.parametrize("said", [Tapped((2,)), Typed("3")])
def test_an_option_that_has_gone_since_it_was_shown_is_asked_again(said: Said) -> None:
    picks = list(COLOURS)

    async def talk() -> str:
        return await choice("colour", list(picks))

    draft = Draft()
    advance(talk, draft)
    picks.pop()
    outcome: Any = advance(talk, draft, said)
    assert key_of(outcome) == "colour"
    assert outcome.note
    assert "colour" not in draft.answers


def test_a_kept_answer_that_is_no_longer_allowed_ends_the_talk() -> None:
    picks = list(COLOURS)

    async def talk() -> tuple[str, str]:
        return await choice("colour", list(picks)), await choice("second")

    draft = Draft()
    talk_through(talk, Typed("blue"), draft=draft)
    picks.pop()
    with pytest.raises(Refused) as refusal:
        advance(talk, draft, Typed("red"))
    assert put(refusal.value.values["what"], "en") == "colour?"


def test_an_answer_that_others_have_made_impossible_is_asked_again() -> None:
    async def talk() -> tuple[str, str]:
        most = await choice("most", NUMBERS)
        kept = await Before("count", lambda kept: int(kept) <= int(most), again=True)
        if kept is None:
            kept = await choice("count", [each for each in NUMBERS if int(each.value) <= int(most)])
        lines = [Line("most", "Most", most), Line("count", "Count", kept)]
        await Review("review", "Right?", lines=lines)
        return most, kept

    draft = Draft()
    outcome = talk_through(talk, Typed("10 minutes"), Typed("5 minutes"), draft=draft)
    outcome = advance(talk, draft, Tapped((1,)))
    assert key_of(outcome) == "most"
    outcome = advance(talk, draft, Typed("2 minutes"))
    assert key_of(outcome) == "count"
    assert draft.answers == {"most": "2"}


# --- rule 3 and 6: what is known once --------------------------------------------------------


def test_once_is_kept_for_the_life_of_the_draft() -> None:
    told = iter(["first", "second", "third"])

    async def talk() -> tuple[Kept, str]:
        return await once("fact", lambda: next(told)), await choice("colour")

    assert talk_through(talk, Typed("nonsense"), Typed("red")) == Done(("first", "red"))


# --- rule 5: new code ------------------------------------------------------------------------


async def old_talk() -> list[str]:
    return [await choice("first"), await choice("last")]


async def new_talk() -> list[str]:
    return [await choice("first"), await choice("inserted"), await choice("last")]


@pytest.mark.parametrize("said", [Typed("green"), Tapped((1,)), Tapped((), "back")])
def test_an_inserted_question_is_asked_and_said_so_and_swallows_nothing(said: Said) -> None:
    draft = Draft()
    talk_through(old_talk, Typed("red"), draft=draft)
    outcome: Any = advance(new_talk, draft, said)
    assert key_of(outcome) == "inserted"
    assert "更新" in put(outcome.note, "zh")
    assert talk_through(new_talk, Typed("blue"), Typed("green"), draft=draft) == Done(
        ["red", "blue", "green"]
    )


def test_answers_with_unknown_keys_are_kept_and_not_used() -> None:
    draft = Draft()
    talk_through(new_talk, Typed("red"), Typed("blue"), draft=draft)
    assert talk_through(old_talk, Typed("green"), draft=draft) == Done(["red", "green"])
    assert draft.answers["inserted"] == "blue"


# --- controls --------------------------------------------------------------------------------


def test_back_on_the_first_question_says_so() -> None:
    outcome = talk_through(two, Typed("返回"))
    assert key_of(outcome) == "colour"
    assert "第一题" in put(outcome.note, "zh")


@pytest.mark.parametrize("said", [Typed("取消"), Typed("CANCEL"), Tapped((), "cancel")])
def test_cancel_ends_the_talk(said: Said) -> None:
    assert talk_through(two, said) == Cancelled()


def test_a_control_that_is_not_offered_is_no_answer() -> None:
    outcome = talk_through(two, Tapped((), "skip"))
    assert key_of(outcome) == "colour"
    assert outcome.note


def test_a_reason_is_kept_in_place_of_an_answer() -> None:
    async def talk() -> Any:
        return await choice("colour", reasons=True)

    assert talk_through(talk, Typed("不愿回答")) == Done({"why": "declined"})
    assert controls(choice("c", reasons=True)) == ["back", "not_asked", "declined", "cancel"]


def test_a_place_beyond_the_options_is_no_answer() -> None:
    for said in (Tapped((7,)), Typed("4"), Typed("0"), Tapped(())):
        assert key_of(talk_through(two, said)) == "colour"


def test_free_words_that_look_like_a_change_are_only_words() -> None:
    async def talk() -> tuple[str, str]:
        return await choice("colour"), await Words("note", "Note?")

    words = "change:colour"
    assert talk_through(talk, Typed("red"), Typed(words)) == Done(("red", words))


def test_a_quiet_question_is_only_asked_from_the_review() -> None:
    async def talk() -> str:
        note = await Words("note", "Note?", quiet=True)
        sure = await Review("review", "Right?", lines=[Line("note", "Note", note)])
        return note if sure else ""

    draft = Draft()
    assert key_of(talk_through(talk, draft=draft)) == "review"
    assert key_of(advance(talk, draft, Tapped((1,)))) == "note"
    assert key_of(advance(talk, draft, Typed("heard"))) == "review"
    assert advance(talk, draft, Typed("1")) == Done("heard")


async def reviewed() -> tuple[str, tuple[str, ...], str]:
    colour = await choice("colour")
    several = await Many("several", "Which?", picks=COLOURS)
    last = await choice("last")
    given = {"colour": colour, "several": ", ".join(several), "last": last}
    await Review("review", "Right?", lines=[Line(key, key, said) for key, said in given.items()])
    return colour, several, last


@pytest.mark.parametrize("line", [1, 2, 3])
def test_back_from_a_change_leads_to_the_review_with_the_answer_as_it_was(line: int) -> None:
    draft = Draft()
    talk_through(reviewed, Typed("red"), Typed("green"), Typed("blue"), draft=draft)
    for _ in range(2):
        key = ["colour", "several", "last"][line - 1]
        assert key_of(advance(reviewed, draft, Tapped((line,)))) == key
        assert key_of(advance(reviewed, draft, Typed("nonsense"))) == key
        assert key_of(advance(reviewed, draft)) == key
        assert key_of(advance(reviewed, draft, Typed("back"))) == "review"
    assert advance(reviewed, draft, Typed("1")) == Done(("red", ("green",), "blue"))


def test_back_after_a_change_that_was_made_goes_one_question_back_as_always() -> None:
    draft = Draft()
    talk_through(reviewed, Typed("red"), Typed("green"), Typed("blue"), draft=draft)
    advance(reviewed, draft, Tapped((1,)))
    assert key_of(advance(reviewed, draft, Typed("blue"))) == "review"
    assert draft.answers["colour"] == "blue"
    assert key_of(advance(reviewed, draft, Typed("back"))) == "last"


def test_back_from_a_change_in_doubt_asks_again_and_then_leads_to_the_review() -> None:
    picks = [Pick("well", "well"), Pick("hurt", "hurt", grave=True)]

    async def talk() -> str:
        said = await choice("how", picks)
        await Review("review", "Right?", lines=[Line("how", "How", said)])
        return said

    draft = Draft()
    talk_through(talk, Typed("well"), Tapped((1,)), Typed("2"), draft=draft)
    assert draft.asked.doubt == "hurt"
    assert key_of(advance(talk, draft, Typed("back"))) == "how"
    assert key_of(advance(talk, draft, Typed("back"))) == "review"
    assert advance(talk, draft, Typed("1")) == Done("well")


def test_back_from_a_quiet_question_leads_to_the_review() -> None:
    async def talk() -> str:
        colour = await choice("colour")
        note = await Words("note", "Note?", quiet=True)
        await Review("review", "Right?", lines=[Line("note", "Note", note)])
        return colour

    draft = Draft()
    talk_through(talk, Typed("red"), Tapped((1,)), draft=draft)
    assert key_of(advance(talk, draft, Typed("back"))) == "review"
    assert draft.answers == {"colour": "red"}


def test_ticks_are_gathered_until_done() -> None:
    async def talk() -> tuple[str, ...]:
        return await Many("colours", "Which?", picks=COLOURS)

    ticks = [Tapped((2,)), Tapped((0,)), Tapped((2,)), Tapped((1,))]
    assert talk_through(talk, *ticks, Typed("完成")) == Done(("red", "green"))


# --- what a talk must not do -----------------------------------------------------------------


async def foreign() -> None:
    await asyncio.sleep(0)


async def endless_once() -> None:
    while True:
        await once("again", lambda: 1)


async def endless_questions() -> None:
    for number in range(STEPS * 2):
        await choice(f"q{number}")


async def endless_back_and_forth() -> None:
    number = 0
    while True:
        number += 1
        await Before(f"q{number}", lambda kept: True)


def test_a_foreign_await_is_refused() -> None:
    with pytest.raises(TypeError, match="only questions"):
        advance(foreign, Draft())


@pytest.mark.parametrize("talk", [endless_once, endless_back_and_forth])
def test_a_talk_that_never_ends_raises(talk: Callable[[], Any]) -> None:
    with pytest.raises(RuntimeError, match="does not end"):
        advance(talk, Draft())


def test_a_talk_with_too_many_answered_questions_raises() -> None:
    draft = Draft({f"q{number}": "red" for number in range(STEPS * 2)})
    with pytest.raises(RuntimeError, match="does not end"):
        advance(endless_questions, draft)


def test_what_a_talk_raises_is_raised_and_the_draft_stays() -> None:
    async def talk() -> None:
        if await choice("colour") == "green":
            raise ZeroDivisionError("boom")

    draft = Draft()
    advance(talk, draft)
    with pytest.raises(ZeroDivisionError):
        advance(talk, draft, Typed("green"))


def test_a_question_is_taken_as_its_own_kind() -> None:
    question: Question[Any] = Number("n", "?")
    assert question.take({"why": "skipped"}) is None
    assert question.take("7") == 7
