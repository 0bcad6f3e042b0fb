"""What the change of an answer brings up: a question of its own, and the way back from it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dialogue.ask import Choice, Line, Pick, Review, Words
from dialogue.replay import (
    Aside,
    Asked,
    Before,
    Done,
    Draft,
    Said,
    Tapped,
    Typed,
    Waiting,
    advance,
)
from dialogue.say import put

COLOURS = [Pick(each, each) for each in ("red", "green", "blue")]


def choice(key: str, picks: list[Pick] | None = None, **more: Any) -> Choice:
    return Choice(key, f"{key}?", picks=picks or COLOURS, **more)


def say(talk: Any, draft: Draft, *said: Said) -> Any:
    """The last outcome; between two messages all that is kept goes through JSON."""
    outcome: Any = None
    for each in said:
        outcome = advance(talk, draft, each)
        draft.answers = json.loads(json.dumps(draft.answers))
        draft.asked = Asked(**json.loads(json.dumps(vars(draft.asked))))
    return outcome


def key_of(outcome: Any) -> str:
    assert isinstance(outcome, Waiting), outcome
    return outcome.question.key


async def walls() -> dict[str, str]:
    """What is blue must say why; the floor comes between."""
    said = {"wall": await choice("wall"), "floor": await choice("floor")}
    if said["wall"] == "blue":
        said["why"] = await Words("why", "Why?")
    await Review("review", "Right?", lines=[Line(key, key, each) for key, each in said.items()])
    return said


def at_why() -> Draft:
    """At the review the wall has become blue."""
    draft = Draft()
    steps = (None, Typed("red"), Typed("green"), Tapped((1,)), Typed("blue"))
    assert key_of(say(walls, draft, *steps)) == "why"
    return draft


def test_back_leads_to_the_question_that_was_changed_and_then_to_the_review() -> None:
    draft = at_why()
    assert key_of(say(walls, draft, Typed("back"))) == "wall", "not to the floor"
    assert key_of(say(walls, draft, Typed("back"))) == "review"
    assert say(walls, draft, Typed("1")) == Done({"wall": "red", "floor": "green"})


def test_what_is_not_understood_does_not_lose_the_way_back() -> None:
    draft = at_why()
    assert key_of(say(walls, draft, Tapped((7,)), None, Typed("back"))) == "wall"


def test_another_answer_to_it_is_as_good_as_the_first() -> None:
    draft = at_why()
    assert key_of(say(walls, draft, Typed("back"), Typed("green"))) == "review"
    assert say(walls, draft, Typed("1")) == Done({"wall": "green", "floor": "green"})


def test_once_it_is_answered_back_leads_one_question_back_as_always() -> None:
    draft = at_why()
    assert key_of(say(walls, draft, Typed("it is warm"), Typed("back"))) == "why"
    assert key_of(say(walls, draft, Typed("back"))) == "floor"


@pytest.mark.parametrize("doubt", [Typed("2"), Typed("no")])
def test_the_way_back_outlasts_a_doubt(doubt: Said) -> None:
    async def talk() -> None:
        wall = await choice("wall")
        if wall == "blue":
            await choice("hurt", [Pick("well", "well"), Pick("hurt", "hurt", grave=True)])
        await Review("review", "Right?", lines=[Line("wall", "Wall", wall)])

    draft = Draft()
    say(talk, draft, None, Typed("red"), Tapped((1,)), Typed("blue"), Typed("2"))
    assert draft.asked.doubt == "hurt"
    assert key_of(say(talk, draft, doubt)) == "hurt"
    assert key_of(say(talk, draft, Typed("back"))) == "wall"


def test_an_answer_that_was_added_from_the_review_is_not_there_again() -> None:
    async def talk() -> Any:
        note = await Words("note", "Note?", quiet=True)
        more = await choice("more") if note else ""
        await Review("review", "Right?", lines=[Line("note", "Note")])
        return note, more

    draft = Draft()
    assert key_of(say(talk, draft, None, Tapped((1,)), Typed("heard"))) == "more"
    assert key_of(say(talk, draft, Typed("back"))) == "note"
    assert key_of(say(talk, draft, Typed("back"))) == "review"
    assert say(talk, draft, Typed("1")) == Done(("", ""))


def test_an_answer_that_the_change_made_impossible_comes_back_with_it() -> None:
    async def talk() -> Any:
        most = await choice("most", [Pick(each, each) for each in "123"])
        kept = await Before("count", lambda kept: bool(kept <= most), again=True)
        kept = kept or await choice("count", [Pick(each, each) for each in "123" if each <= most])
        lines = [Line("most", "Most", most), Line("count", "Count", kept)]
        await Review("review", "Right?", lines=lines)
        return most, kept

    draft = Draft()
    say(talk, draft, None, Typed("3"), Typed("3"), Tapped((1,)))
    assert key_of(say(talk, draft, Typed("2"))) == "count"
    assert key_of(say(talk, draft, Typed("back"))) == "most"
    assert key_of(say(talk, draft, Typed("back"))) == "review"
    assert say(talk, draft, Typed("1")) == Done(("3", "3"))


# --- an answer that takes the change back ---------------------------------------------------------

PAINT = [Pick("yes", "Yes"), Pick("no", "No")]


async def painted() -> str:
    wall = await choice("wall")
    if wall == "blue":
        ask = Choice("sure", "It was painted blue before. Again?", picks=PAINT)
        ask.withdraws = {"no": "It stays as it was."}
        if await ask == "no":
            return "untouched"
    await Review("review", "Right?", lines=[Line("wall", "Wall", wall)])
    return wall


def test_an_answer_may_take_the_change_back_and_says_so() -> None:
    draft = Draft()
    steps = (None, Typed("red"), Tapped((1,)), Typed("blue"), Typed("no"))
    outcome = say(painted, draft, *steps)
    assert key_of(outcome) == "wall"
    assert outcome.note == "It stays as it was."
    assert "sure" not in draft.answers, "asked once more if it is blue once more"
    assert key_of(say(painted, draft, Typed("back"))) == "review"
    assert say(painted, draft, Typed("1")) == Done("red")


def test_the_other_answer_lets_the_change_stand() -> None:
    draft = Draft()
    steps = (None, Typed("red"), Tapped((1,)), Typed("blue"), Typed("yes"), Typed("1"))
    assert say(painted, draft, *steps) == Done("blue")


def test_where_nothing_was_changed_it_is_an_answer_like_any_other() -> None:
    assert say(painted, Draft(), None, Typed("blue"), Typed("no")) == Done("untouched")


# --- what is said once beside a question ----------------------------------------------------------


@pytest.mark.parametrize("holds", [True, False])
def test_what_stands_beside_is_said_once_above_the_next_question(holds: bool) -> None:
    once_only = iter([holds])

    async def talk() -> str:
        await choice("wall")
        await Aside("rain", lambda: next(once_only), "It rains.")
        return await choice("floor")

    draft = Draft()
    assert say(talk, draft, None).note is None
    note = say(talk, draft, Typed("red")).note
    assert (put(note, "en") if note else "") == ("It rains." if holds else "")
    assert "It rains." not in put(say(talk, draft, Typed("nonsense")).note, "en")
    assert say(talk, draft, None).note is None


def test_it_stands_below_what_else_is_said_there() -> None:
    """New code has put it, and a question, before the one that was open."""

    async def before() -> list[str]:
        return [await choice("wall"), await choice("floor")]

    async def after() -> list[str]:
        wall = await choice("wall")
        await Aside("rain", lambda: True, "It rains.")
        return [wall, await choice("roof"), await choice("floor")]

    draft = Draft()
    say(before, draft, None, Typed("red"))
    outcome = say(after, draft, Typed("green"))
    assert key_of(outcome) == "roof"
    assert put(outcome.note, "zh").endswith("\nIt rains.")
