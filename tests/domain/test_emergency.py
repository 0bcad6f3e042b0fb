"""Emergencies: the list, the deadlines, and which words of a text offer the form."""

from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.emergency import (
    ORDER,
    Urgency,
    emergencies,
    emergency,
    response,
    signal,
    spot,
    worst,
)

LEVELS: dict[Urgency, str] = {
    "R0": "EM01 EM02 EM03 EM04 EM05 EM06 EM07 EM08 EM09",
    "R1": "EM04b EM05b EM06b EM10 EM11",
    "P": "P1 P2",
}


@pytest.mark.parametrize("level", ORDER)
def test_the_list_is_the_paper(level: Urgency) -> None:
    codes = [code for code, found in emergencies().items() if found.level == level]
    assert codes == LEVELS[level].split()


def test_the_list_is_sorted_by_gravity() -> None:
    places = [ORDER.index(found.level) for found in emergencies().values()]
    assert places == sorted(places)


def test_every_emergency_has_words_in_both_languages_and_a_basis() -> None:
    assert all(found.zh and found.en and found.basis for found in emergencies().values())


@pytest.mark.parametrize(("code", "colour"), [("EM04", "red"), ("EM10", "amber"), ("P1", None)])
def test_the_scorer_is_told_a_colour(code: str, colour: str | None) -> None:
    assert signal(code) == colour


def test_a_carer_suddenly_unable_is_graver_when_the_child_is_alone() -> None:
    assert (emergency("EM11").level, emergency("EM11", alone=True).level) == ("R1", "R0")
    assert (signal("EM11"), signal("EM11", alone=True)) == ("amber", "red")
    assert emergency("EM10", alone=True).level == "R1"


def test_the_worst_is_the_gravest_and_then_the_first() -> None:
    assert worst(["P1", "EM10", "EM04b"]).code == "EM04b"
    assert worst(["EM10", "EM07"]).code == "EM07"
    assert worst(["P2"]).code == "P2"


def test_an_unknown_code_and_an_empty_list_are_refused() -> None:
    with pytest.raises(ValueError, match="EM99"):
        emergency("EM99")
    with pytest.raises(ValueError, match="no emergency"):
        worst([])


def test_red_alerts_call_first_and_never_sleep() -> None:
    red = response("R0")
    assert (red.call, red.repeat, red.acknowledge, red.chain) == (("110", "120"), 5, 15, (15, 30))
    assert (red.act, red.record) == (120, 24 * 60)
    assert red.passes(time(3, 0))
    assert red.passes(time(23, 59, 59))


@pytest.mark.parametrize(
    ("at", "passes"),
    [(time(6, 59), False), (time(7, 0), True), (time(21, 59), True), (time(22, 0), False)],
)
def test_same_day_alerts_sleep_at_night(at: time, passes: bool) -> None:
    assert response("R1").passes(at) is passes


def test_same_day_and_priority_have_their_deadlines() -> None:
    same_day = response("R1")
    assert (same_day.call, same_day.repeat, same_day.acknowledge) == ((), 60, 120)
    assert same_day.act == 24 * 60
    assert response("P").working_days == 3


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("孩子受伤了", "EM04"),
        ("小榆昨天离家出走,还没找到", "EM07"),
        ("她说不想活了", "EM05b"),
        ("手臂有自伤的痕迹", "EM05"),
        ("手臂上有淤青", "EM04b"),
        ("被爸爸殴打,昏迷了", "EM04"),
        ("家里没人管", "EM06"),
        ("奶奶说他辍学了", "P1"),
        ("没有打骂孩子,但孩子离家出走了", "EM07"),
        ("妈妈没有发现孩子受伤", "EM04"),
        ("受伤没有人管", "EM04 EM06"),
        ("无缘无故被打", "EM04"),
        ("We are missing her since yesterday", "EM07"),
        ("不是没有受伤", "EM04"),
        ("不知道有没有受伤", "EM04"),
        ("没受伤,可是说想死", "EM05b"),
        ("自杀过,有淤青", "EM05 EM04b"),
        ("He ran away last night", "EM07"),
        ("She says she wants to die.", "EM05b"),
        ("Bruises on both arms, unconscious", "EM04 EM04b"),
        ("The child is MISSING", "EM07"),
        ("No school today, the girl is injured", "EM04"),
        ("help me, the child is being beaten and is bleeding", "EM04"),
        ("110", "EM09"),
        ("120！", "EM09"),
        ("报警", "EM09"),
        ("要打120", "EM09"),
        ("please call the police", "EM09"),
        ("爸爸又打孩子", "P2"),
    ],
)
def test_emergency_words_offer_the_form(text: str, codes: str) -> None:
    assert spot(text) == tuple(codes.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一切正常,孩子很开心",
        "没有受伤",
        "没受伤",
        "一起读了一本书",
        "聊了学校的事",
        "陪着写了作业",
        "一起包了饺子",
        "说好下次去图书室",
        "民警来学校讲了报警知识",
        "教她怎么打报警电话",
        "妈妈给打孩子电话",
        "爸爸现在不打孩子了",
        "体重 110 斤",
        "读了 120 页",
        "住在 110 号",
        "we played football, she hit the ball",
        "the fire brigade showed its engine",
        "未受伤",
        "没有发现伤痕",
        "未见到明显淤青",
        "没有人受伤",
        "没被打",
        "孩子没有离家出走",
        "从未离家出走",
        "没有说过不想活",
        "受伤:无",
        "受伤：无。",
        "受伤情况:没有",
        "离家出走?否。",
        "讲了防溺水和防性侵知识",
        "注意安全,避免受伤",
        "想死你了妈妈",
        "妈妈怀孕了,一家人很高兴",
        "no injuries",
        "She was not injured",
        "He hasn't been abused",
        "he never said he wants to die",
        "No signs of abuse",
        "Injuries: none.",
        "He is missing school and missing her mum",
        "a friendly heartbeat",
    ],
)
def test_denied_and_harmless_words_offer_nothing(text: str) -> None:
    assert spot(text) == ()


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert set(spot(text)) <= set(emergencies())
