"""The explanation: its numbers add up, and it is one sentence in both languages."""

import re
from collections.abc import Sequence
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.scorer import (
    Assessment,
    ItemAnswer,
    Month,
    Step,
    assess,
    default_rules,
    explain,
    load_rules,
    replay,
    sentence,
    step,
)
from domain.scorer.reason import Lang

RULES = default_rules()
FIRST = 2026 * 12 + 7
NAMES = {"A1": "平时由谁照顾", "A3": "父母联系频率", "E4": "爱心妈妈结对", "EM04": "多处伤"}
ENDINGS: dict[Lang, str] = {
    "zh": "本提示只请您去看望和复核，不作任何自动决定。",
    "en": "this only asks you to visit and review, and decides nothing by itself.",
}
LANGS: Sequence[Lang] = ("zh", "en")


def form(*scores: int, service: int = 0) -> Assessment:
    items = [ItemAnswer(f"A{n}", "A", score, 10, 5) for n, score in enumerate(scores, start=1)]
    return assess([*items, ItemAnswer("E4", "E", service, 10, 5, own_service=True)])


def told(*forms: Assessment | None, **emergencies: str) -> Step:
    found = [Month(FIRST + place, each, "6-17") for place, each in enumerate(forms)]
    last = found.pop()
    return replay([*found, Month(last.label, last.assessment, "6-17", emergencies)], RULES)[-1]


def test_a_calm_month_says_so() -> None:
    text = sentence(explain(told(form(3, 0, 1)), RULES), "zh", NAMES)
    assert text == (
        "2026-08 得分 10/100，平滑分 10（线 40）；没有触发提示；"
        "主要来源：平时由谁照顾 +7.5、父母联系频率 +2.5（合计 10）；"
        "本次问到 100%；本月当面见到孩子；" + ENDINGS["zh"]
    )


def test_a_jump_names_its_numbers_in_both_languages() -> None:
    found = explain(told(form(2, 2, 2), form(2, 2, 2), form(9, 5, 3, service=1)), RULES)
    assert sentence(found, "zh", NAMES) == (
        "2026-10 得分 45/100，平滑分 33（线 40）；"
        "触发：C 突变：57 比本人此前中位 20 高 37（要求 ≥ 15）；"
        "主要来源：平时由谁照顾 +22.5、A2 +12.5、父母联系频率 +7.5、其余 +2.5（合计 45）；"
        "B、C 不计系统填写的服务项；本次问到 100%；本月当面见到孩子；"
        "解除条件：平滑分与最新分都低于 34 且无紧急事项，由人决定；" + ENDINGS["zh"]
    )
    assert sentence(found, "en", {"A1": "carer"}) == (
        "2026-10 score 45 of 100, smoothed 33 (line 40); "
        "triggered: C jump: 57 is 37 over the child's own median 20 (needed ≥ 15); "
        "main sources: carer +22.5, A2 +12.5, A3 +7.5, the rest +2.5 (together 45); "
        "B and C leave out the item that the system fills in; 100% asked this time; "
        "the child was seen in person this month; may close when smoothed and newest are both "
        "below 34 without an emergency, by a person; " + ENDINGS["en"]
    )


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (told(form(8, 8)), "A 持续高分：平滑分 53 ≥ 40"),
        (told(form(0), form(9, 8)), "A 持续高分：单次得分 57 ≥ 50"),
        (told(form(2), form(3), form(4), form(8)), "B 每月增长：20→30→40→80，共升 60（要求 ≥ 14）"),
        (told(form(1), EM04="red"), "D 紧急事项：多处伤（红，一经报告即提示）"),
        (told(form(7), EM04="amber"), "D 紧急事项：多处伤（橙，新增，得分 35 ≥ 30）"),
        (told(None, EM04="amber"), "D 紧急事项：多处伤（橙，还没有得分）"),
        (told(form(9, 9), form(1)), "提示自 2026-08 起未解除（A 持续高分）"),
        (told(form(1), None), "2026-09 没有完成采集，最近一次得分 5/100"),
        (told(form(1), None), "上次当面见到孩子在 1 个月前"),
        (told(form(1), None, None), "已列入失访名单"),
        (told(form(7), form(7), form(2)), "得分比本人以往低得多，请核实"),
        (told(None), "还没有得分"),
        (told(form(0)), "各项都没有加分"),
    ],
)
def test_each_reason_has_its_words(step: Step, words: str) -> None:
    assert words in sentence(explain(step, RULES), "zh", NAMES)


def test_a_late_collection_is_told_with_its_own_numbers_and_with_those_that_stand() -> None:
    newest = told(form(2, 2), form(3, 3))
    late = Month(newest.label, form(9, 8), "6-17", over=False, late=True)
    found = explain(step(newest.state, late, RULES), RULES)
    assert sentence(found, "zh", NAMES) == (
        "2026-09 得分 57/100，平滑分 39.4（线 40），"
        "但以同月日期更晚的一次为准：得分 20/100，平滑分 17.2；"
        "触发：A 持续高分：单次得分 57 ≥ 50；"
        "主要来源：平时由谁照顾 +30.2、A2 +26.8（合计 57）；"
        "本次问到 100%；本月当面见到孩子；"
        "解除条件：平滑分与最新分都低于 34 且无紧急事项，由人决定；" + ENDINGS["zh"]
    )
    assert sentence(found, "en", NAMES).startswith(
        "2026-09 score 57 of 100, smoothed 39.4 (line 40), "
        "but a later day of that month stands: 20 of 100, smoothed 17.2; triggered: A sustained: "
    )


def test_a_step_of_other_rules_is_not_explained_by_these() -> None:
    data = files("domain.scorer").joinpath("rules.toml").read_bytes()
    other = load_rules(b"# another file\n" + data)
    with pytest.raises(ValueError, match="other rules"):
        explain(told(form(1)), other)


@st.composite
def steps(draw: st.DrawFn) -> Step:
    answers = st.lists(st.integers(0, 10), min_size=1, max_size=12)
    forms = draw(st.lists(st.none() | answers, min_size=1, max_size=5))
    level = draw(st.sampled_from(({}, {"EM04": "red"}, {"EM10": "amber"})))
    again = draw(st.none() | answers)
    found = [
        None if scores is None else form(*scores, service=draw(st.integers(0, 10)))
        for scores in forms
    ]
    last = told(*found, **level)
    if again is None:
        return last
    return step(last.state, Month(last.label, form(*again), "6-17", late=True), RULES)


@settings(deadline=None, max_examples=50)
@given(steps())
def test_the_explanation_adds_up_exactly(step: Step) -> None:
    found = explain(step, RULES)
    assert sum((part.points for part in found.largest), found.rest) == (found.total or 0)
    assert found.rest >= 0


@settings(deadline=None, max_examples=50)
@given(steps(), st.sampled_from(LANGS))
def test_the_sentence_adds_up_and_decides_nothing(step: Step, lang: Lang) -> None:
    text = sentence(explain(step, RULES), lang, NAMES)
    added = [Decimal(number) for number in re.findall(r" \+([0-9.]+[0-9]|[0-9])", text)]
    told_total = re.search(r"(?:合计|together) (\d+)[)）]", text)
    assert sum(added, Decimal(0)) == (int(told_total[1]) if told_total else 0)
    assert text.endswith(ENDINGS[lang])
    assert text.count("。" if lang == "zh" else ". ") == (1 if lang == "zh" else 0)
    assert "\n" not in text
    assert "None" not in text
