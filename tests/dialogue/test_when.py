"""The questions for a day and for a moment: their limits, their buttons, what is asked back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dialogue.say import LANGS, put, say
from dialogue.when import Day, Moment
from domain.trouble import Unreadable

TODAY = date(2026, 11, 23)  # Monday


def asked(today: date = TODAY) -> Day:
    """The question of a visit: the last month."""
    return Day("d", "?", today=today, latest=today, earliest=today - timedelta(31))


def fault(question: Day, typed: str) -> Unreadable:
    with pytest.raises(Unreadable) as why:
        question.typed(typed)
    return why.value


def test_the_limits_of_a_question_tell_which_day_is_meant() -> None:
    december = asked(date(2026, 12, 8))
    assert december.typed("3/12") == "2026-12-03"  # 12 March is long past
    assert december.typed("12/3") == "2026-12-03"
    assert december.typed("11月12日") == "2026-11-12"


def test_what_can_be_two_days_is_asked_again_with_both() -> None:
    why = fault(asked(date(2026, 12, 12)), "11/12")
    assert why.key == "read.which_day"
    assert why.values["days"] == [date(2026, 11, 12), date(2026, 12, 11)]
    why = fault(asked(date(2026, 11, 28)), "last Friday")
    assert why.values["days"] == [date(2026, 11, 27), date(2026, 11, 20)]
    assert "Fri 27 Nov" in put(say(why.key, **why.values), "en")


def test_a_day_of_another_year_is_never_taken_silently() -> None:
    why = fault(asked(), "12月1日")
    assert (why.key, why.values["day"]) == ("read.future", date(2026, 12, 1)), "the nearer one"
    why = fault(asked(), "3月1日")
    assert (why.key, why.values["day"]) == ("read.early", date(2026, 3, 1))


@pytest.mark.parametrize("said", ["20/11/26", "26/11/20", "11/20/26", "20.11.26"])
def test_a_year_of_two_figures_is_read_within_the_limits(said: str) -> None:
    assert asked().typed(said) == "2026-11-20"


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_on_a_button_may_be_typed(lang: str) -> None:
    question = asked()
    for pick in question.picks:
        assert question.typed(put(pick.label, lang)) == pick.value


def test_a_moment_may_be_still_to_come_and_an_unclear_day_is_asked_back() -> None:
    moment = Moment("m", "?", today=TODAY)
    assert moment.typed("2026-12-01 10:00") == "2026-12-01T10:00"
    with pytest.raises(Unreadable) as why:
        moment.typed("01/02/2026 10:00")
    assert why.value.key == "read.which_day"
