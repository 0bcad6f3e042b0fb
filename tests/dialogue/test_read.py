"""Numbers, days and times as people type them, in Chinese and English; nothing crashes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogue.ask import Many, Number, Pick, Words
from dialogue.days import read_day
from dialogue.read import plain, read_number, read_time
from dialogue.when import Day, Moment, Time
from domain.trouble import Unreadable

TODAY = date(2026, 11, 23)
QUICK = settings(max_examples=300, deadline=None)
WRITTEN = "零〇一二三四五六七八九十百两年月日号点时分天前今昨:-/. 0123456789１２٣x今天yesterdaynov"
ANYTHING = st.text(max_size=40) | st.text(WRITTEN, max_size=12)

NUMBERS = {
    "12": 12,
    " 12。": 12,
    "１２": 12,
    "１２．５": 12.5,
    "-3": -3,
    "+3": 3,
    "0.00005": 0.00005,
    "零": 0,
    "两": 2,
    "十": 10,
    "十二": 12,
    "二十": 20,
    "三十五": 35,
    "二〇": 20,
    "一五": 15,
    "三零": 30,
    "一百": 100,
    "一百零五": 105,
    "一百〇五": 105,
    "一百一十": 110,
    "两百三十四": 234,
    "九百九十九": 999,
}
NO_NUMBERS = (
    *("", " ", "。", "-", "1-2", "1,5", "1e3", "nan", "inf", "0x10", "七个", "1" * 16, "十十"),
    *("一百五", "百五", "十百", "一两", "两三", "二十十", "一千", "半", "½", "😀", "1 2", "--1"),
)
TIMES = {
    "14:05": "14:05",
    "9:5": "09:05",
    "１４：０５": "14:05",
    "14点": "14:00",
    "14点5分": "14:05",
    "8 时 30 分": "08:30",
    "0:00": "00:00",
    "23:59。": "23:59",
}
NO_TIMES = ("", "24:00", "12:60", "14", "下午三点", "1405", "14:05:00", "-1:00", "x")


@pytest.mark.parametrize(("typed", "number"), NUMBERS.items())
def test_a_number_is_read(typed: str, number: float) -> None:
    assert read_number(typed) == number


@pytest.mark.parametrize(("typed", "time"), TIMES.items())
def test_a_time_is_read(typed: str, time: str) -> None:
    assert read_time(typed) == time


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        *((read_number, each) for each in NO_NUMBERS),
        *((read_time, each) for each in NO_TIMES),
    ],
)
def test_what_is_no_number_or_time_is_asked_again(
    read: Callable[[str], object], typed: str
) -> None:
    with pytest.raises(Unreadable):
        read(typed)


@QUICK
@given(st.integers(0, 999))
def test_every_number_up_to_999_is_read_as_it_is_spoken(number: int) -> None:
    assert read_number(spoken(number)) == number


def spoken(number: int) -> str:
    """105 as 一百零五, 110 as 一百一十, 12 as 十二."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        said += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        said += "零"
    return said + (digits[ones] if ones or not said else "")


@QUICK
@given(ANYTHING, st.dates(date(1970, 1, 1)))
@example("99天前", date(1970, 1, 1))
@example("2月29日", date(2027, 1, 1))
def test_nothing_that_is_typed_crashes_a_reader(text: str, today: date) -> None:
    readers: list[Callable[[str], object]] = [read_number, read_time, plain]
    readers.append(lambda words: read_day(words, today))
    for read in readers:
        try:
            read(text)
        except Unreadable:
            continue


PICKS = [
    Pick(each, {"zh": f"第{each}", "en": each.title()}, "X-1", alone=each == "none")
    for each in ("none", "a", "b")
]
QUESTIONS = (
    Number("n", "?", least=1, most=9),
    Number("n", "?", whole=False),
    Day("d", "?", today=TODAY, latest=TODAY, earliest=date(2026, 1, 1)),
    Time("t", "?"),
    Moment("m", "?", today=TODAY),
    Words("w", "?", longest=20),
    Many("x", "?", picks=PICKS),
    Many("x", "?", picks=PICKS, ordered=True),
)


@QUICK
@given(ANYTHING)
@example("9" * 15)
@example("今天 14:05")
@example("、,，")
def test_every_question_keeps_what_it_may_keep_or_asks_again(text: str) -> None:
    for question in QUESTIONS:
        try:
            kept = question.typed(text)
        except Unreadable:
            continue
        assert question.allows(kept)
        question.take(kept)
        question.echo(kept)


def test_a_small_decimal_is_kept_as_it_was_typed() -> None:
    assert Number("n", "?", whole=False).typed("0.00005") == "0.00005"


@pytest.mark.parametrize("typed", ["none,a", "第none、第a"])
def test_none_is_never_taken_together_with_another(typed: str) -> None:
    with pytest.raises(Unreadable):
        Many("x", "?", picks=PICKS).typed(typed)


@pytest.mark.parametrize("typed", ["b, a", "第b、第a", "a b", "A，B", "b,a,b"])
def test_several_are_kept_once_and_in_the_order_of_the_list(typed: str) -> None:
    assert Many("x", "?", picks=PICKS).typed(typed) == ["a", "b"]
