"""A list too long to be shown whole is searched by what she types."""

from __future__ import annotations

import pytest

from dialogue.ask import Choice, Pick
from dialogue.say import put, say
from domain.trouble import Unreadable

PICKS = [Pick(f"id{n}", f"榆树村 回执 R{n:03d} 甲{n}号") for n in range(30)]
LONG = Choice("which", "哪一项？", picks=PICKS, shown=12)


def test_part_of_a_label_finds_the_option_that_was_not_shown() -> None:
    assert LONG.typed("r027") == "id27"


def test_several_are_named_and_the_rest_counted() -> None:
    with pytest.raises(Unreadable) as unclear:
        LONG.typed("R02")
    said = put(say(unclear.value.key, **unclear.value.values), "zh")
    assert "找到 10 项" in said
    assert "R020" in said
    assert "R029" not in said


def test_nothing_found_is_said() -> None:
    with pytest.raises(Unreadable) as unclear:
        LONG.typed("樟树村")
    assert unclear.value.key == "ask.not_found"


def test_a_short_list_is_not_searched() -> None:
    short = Choice("which", "哪一项？", picks=PICKS[:3], shown=12)
    with pytest.raises(Unreadable) as unclear:
        short.typed("R002")
    assert unclear.value.key == "ask.choose"


TREATED = Choice(
    "well",
    "",
    picks=[
        Pick("well", "健康，按时接种"),
        Pick("treated", "有病，正在治疗"),
        Pick("untreated", "有病，没有治疗"),
        Pick("happy", "😄 很开心"),
        Pick("5", "5 分钟"),
        Pick("none", "以上都没有，其余与上次相同"),
        Pick("went", "去了，没见到人"),
        Pick("hurt", "新出现的，解释不清", urgent="EM04"),
        Pick("ill", "有病。"),
    ],
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("健康", None),
        ("有病 正在治疗", None),
        ("有病，正在治疗", "treated"),
        ("有病, 没有治疗", "untreated"),
        ("很开心", "happy"),
        ("5分钟", "5"),
        ("有病", "ill"),
        ("以上都没有", "none"),
        ("去了", None),
        ("新出现的", None),
        ("新出现的解释不清", None),
        ("新出现的， 解释不清", "hurt"),
    ],
)
def test_an_option_is_known_by_its_words_or_by_what_it_says_before_its_comma(
    typed: str, value: str | None
) -> None:
    if value is None:
        with pytest.raises(Unreadable):
            TREATED.typed(typed)
        return
    assert TREATED.typed(typed) == value


def test_words_before_a_comma_that_begin_two_options_are_asked_back() -> None:
    picks = [Pick("treated", "有点小病，正在治疗"), Pick("untreated", "有点小病，没有治疗")]
    with pytest.raises(Unreadable) as unclear:
        Choice("well", "", picks=picks).typed("有点小病")
    assert unclear.value.key == "ask.several"


def test_what_is_typed_exactly_comes_before_what_is_alike() -> None:
    alike = Choice("", "", picks=[Pick("a", "resent"), Pick("b", "re sent"), Pick("c", "👍")])
    assert [alike.typed(words) for words in ("resent", "re sent", "👍")] == ["a", "b", "c"]
