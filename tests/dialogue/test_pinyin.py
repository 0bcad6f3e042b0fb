"""Names as they sound."""

from __future__ import annotations

import pytest

from dialogue.pinyin import sounds_like, toneless


@pytest.mark.parametrize("typed", ["xiaoyu", "xy", "yu", "xiao yu", "xi'aoyu", "xiǎoyú", "xiǎo yú"])
def test_a_name_is_found_as_it_is_spoken(typed: str) -> None:
    assert sounds_like(["小榆"], typed)


@pytest.mark.parametrize("typed", ["x", "小榆", "xiaoyuan", "xiaoy", "12", ""])
def test_what_is_not_how_it_sounds_is_not_found(typed: str) -> None:
    assert not sounds_like(["小榆"], typed)


def test_the_beginning_will_do_where_it_may() -> None:
    assert sounds_like(["小榆"], "xiaoy", whole=False)


@pytest.mark.parametrize("typed", ["xiaolv", "xiǎolǜ", "xiaolü"])
def test_the_two_dots_are_typed_as_v(typed: str) -> None:
    assert sounds_like(["小绿"], typed)


def test_marks_of_tones_are_left_out() -> None:
    assert toneless("nǚ ér") == "nv er"
