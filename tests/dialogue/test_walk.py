"""A stretch goes on from where it waits, and only if the top would lead there too."""

from __future__ import annotations

from typing import Any

import pytest

from dialogue.ask import Confirm, Words
from dialogue.replay import Before, Done, Draft, Tapped, Typed, Waiting, advance
from dialogue.walk import Stretch
from domain.trouble import Refused


class Trip:
    """A talk with a stretch of three questions; it counts how often each place is passed."""

    def __init__(self, given: object = "first") -> None:
        self.draft, self.given, self.passed = Draft(), given, [0, 0, 0]
        self.fails: Exception | None = None
        self.outcome: Any = advance(self.talk, self.draft)

    async def talk(self) -> tuple[Any, ...]:
        said: tuple[Any, ...] = await Stretch("trip", self.given, self.stretch)
        await Confirm("sure", "Sure?")
        return said

    async def stretch(self) -> tuple[Any, ...]:
        found = []
        for place in range(3):
            self.passed[place] += 1
            if self.fails and place == 2:
                raise self.fails
            key = f"q{place}"
            kept = await Before(key, lambda kept: kept != "gone", key)
            found.append(kept or await Words(key, key))
        return tuple(found)

    def say(self, said: Any) -> Any:
        self.outcome = advance(self.talk, self.draft, said)
        return self.outcome

    @property
    def key(self) -> str:
        assert isinstance(self.outcome, Waiting)
        return self.outcome.question.key


def test_each_place_is_passed_once_while_the_walk_waits() -> None:
    trip = Trip()
    for word in ("a", "b", "c"):
        trip.say(Typed(word))
    assert trip.passed == [1, 1, 1]
    assert trip.key == "sure"
    assert trip.draft.path == ["q0", "q1", "q2"]
    assert trip.say(Tapped((0,))) == Done(("a", "b", "c"))
    assert trip.passed == [1, 1, 1], "what has ended is not gone through again"


def test_in_another_process_it_begins_at_the_top() -> None:
    trip = Trip()
    trip.say(Typed("a"))
    trip.draft.walks = {}
    trip.say(Typed("b"))
    assert trip.passed == [2, 2, 1]
    assert trip.key == "q2"


def test_back_and_change_begin_at_the_top() -> None:
    trip = Trip()
    trip.say(Typed("a"))
    trip.say(Tapped((), "back"))
    assert trip.key == "q0"
    trip.say(Typed("other"))
    trip.say(Typed("b"))
    trip.say(Typed("c"))
    assert trip.say(Tapped((0,))) == Done(("other", "b", "c"))


@pytest.mark.parametrize("answers", [{}, {"q0": "other"}, {"q0": "a", "q1": "elsewhere"}])
def test_what_was_answered_elsewhere_is_believed(answers: dict[str, str]) -> None:
    """A group that was rolled back, or another worker that took a message in between."""
    trip = Trip()
    trip.say(Typed("a"))
    trip.draft.answers = dict(answers)
    trip.say(None)
    assert trip.key == f"q{len(answers)}"
    assert trip.passed[0] == 2


def test_what_it_was_begun_with_must_be_the_same() -> None:
    trip = Trip()
    trip.say(Typed("a"))
    trip.given = "second"
    trip.say(Typed("b"))
    assert trip.passed == [2, 2, 1]


def test_a_walk_that_has_failed_is_never_gone_on_with() -> None:
    trip = Trip()
    trip.say(Typed("a"))
    trip.fails = ValueError("a bug")
    with pytest.raises(ValueError, match="a bug"):
        trip.say(Typed("b"))
    trip.fails = None
    trip.say(None)
    assert trip.key == "q2"
    assert trip.passed == [2, 2, 2]


def test_an_answer_that_may_not_stand_ends_the_talk_as_from_the_top() -> None:
    trip = Trip()
    trip.draft.answers = {"q0": "a", "q1": "gone"}
    with pytest.raises(Refused):
        trip.say(None)
    trip.draft.answers = {"q0": "a", "q1": "b"}
    trip.say(None)
    assert trip.key == "q2"


def test_a_question_that_was_passed_over_and_is_asked_for_now_is_asked() -> None:
    draft = Draft()

    async def stretch() -> str:
        quiet = Words("quiet", "quiet")
        quiet.quiet = True
        await quiet
        return await Words("loud", "loud")

    async def talk() -> str:
        found: str = await Stretch("quiet", 0, stretch)
        return found

    found = advance(talk, draft)
    assert isinstance(found, Waiting)
    assert found.question.key == "loud"
    draft.asked.key = "quiet"
    found = advance(talk, draft)
    assert isinstance(found, Waiting)
    assert found.question.key == "quiet"
