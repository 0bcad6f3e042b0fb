"""Days as people say and write them, in Chinese and English, read from a Monday in November."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogue.days import MONTHS, WEEKDAYS, read_day, read_days
from dialogue.say import near, put, say
from dialogue.when import Day
from domain.trouble import Unreadable
from tests.dialogue.test_read import spoken

TODAY = date(2026, 11, 23)  # Monday
QUICK = settings(max_examples=300, deadline=None)
WORDS = (
    *(
        "周",
        "星期",
        "礼拜",
        "上",
        "下",
        "本",
        "这",
        "个",
        "大",
        "前天",
        "号",
        "日",
        "月",
        "年",
        "十",
        "二",
        "三",
    ),
    *(
        "last ",
        "this ",
        "next ",
        "friday",
        "mon",
        "sat",
        "nov",
        "may",
        "the ",
        "st",
        "th",
        " of ",
        ",",
        " ",
    ),
    *(
        "去年",
        "天前",
        "周前",
        "weeks ago",
        "1",
        "2",
        "31",
        "2026",
        "/",
        ".",
        "-",
        "(",
        ")",
        "天",
        "廿",
    ),
)
ANYTHING = st.lists(st.sampled_from(WORDS), max_size=6).map("".join) | st.text(max_size=30)

BACK = {
    "今天": 0,
    "today": 0,
    "Today.": 0,
    "今日！": 0,
    "昨天": 1,
    "YESTERDAY": 1,
    "前天": 2,
    "the day before yesterday": 2,
    "大前天": 3,
    "3天前": 3,
    "三天前": 3,
    "两天前": 2,
    "1 day ago": 1,
    "10 days ago": 10,
    "一周前": 7,
    "2个星期前": 14,
    "两周前": 14,
    "1 week ago": 7,
    "two days ago": 2,
    "a week ago": 7,
    "one day ago": 1,
    "今天上午": 0,
    "昨天的下午": 1,
    "前天晚上": 2,
    "昨晚": 1,
    "周五下午": 3,
    "this morning": 0,
    "yesterday in the evening": 1,
    "Friday afternoon": 3,
    "last night": 1,
    "last Friday night": 3,
    "昨夜": 1,
    "前晚": 2,
    "今天上午10点": 0,
    "昨天十点半": 1,
    "昨晚上": 1,
    "eleven days ago": 11,
    "周一": 0,
    "Monday": 0,
    "周日": 1,
    "星期天": 1,
    "Sun": 1,
    "周五": 3,
    "星期五": 3,
    "礼拜五": 3,
    "Friday": 3,
    "on Friday": 3,
    "fri": 3,
    "上周五": 3,
    "上个星期五": 3,
    "last Friday": 3,
    "上周一": 7,
    "last monday": 7,
    "上上周五": 10,
    "本周一": 0,
    "这周一": 0,
    "this Monday": 0,
}
DATES = {
    "2026-11-20": date(2026, 11, 20),
    "2026年11月20日": date(2026, 11, 20),
    "20/11/2026": date(2026, 11, 20),
    "11/20/2026": date(2026, 11, 20),
    "20.11.2026": date(2026, 11, 20),
    "20-11-2025": date(2025, 11, 20),
    "11月20日下午": date(2026, 11, 20),
    "20 Nov in the morning": date(2026, 11, 20),
    "on 20 November": date(2026, 11, 20),
    "on the 20th": date(2026, 11, 20),
    "2026 年 11 月 20 号": date(2026, 11, 20),
    "２０２６/１１/２０": date(2026, 11, 20),
    "2026.1.5": date(2026, 1, 5),
    "2024-02-29": date(2024, 2, 29),
    "11月20日": date(2026, 11, 20),
    "11月20": date(2026, 11, 20),
    "11.20": date(2026, 11, 20),
    "11-20": date(2026, 11, 20),
    "11/20": date(2026, 11, 20),
    "20/11": date(2026, 11, 20),
    "11/24": date(2025, 11, 24),
    "12月31日": date(2025, 12, 31),
    "十一月二十日": date(2026, 11, 20),
    "十一月二十": date(2026, 11, 20),
    "二〇二六年十一月二十日": date(2026, 11, 20),
    "20号": date(2026, 11, 20),
    "20日": date(2026, 11, 20),
    "二十号": date(2026, 11, 20),
    "23号": date(2026, 11, 23),
    "24号": date(2026, 10, 24),
    "the 20th": date(2026, 11, 20),
    "本月5号": date(2026, 11, 5),
    "上个月20号": date(2026, 10, 20),
    "上月31日": date(2026, 10, 31),
    "去年12月31日": date(2025, 12, 31),
    "今年1月5号": date(2026, 1, 5),
    "20 Nov": date(2026, 11, 20),
    "Nov 20": date(2026, 11, 20),
    "Nov 23": date(2026, 11, 23),
    "23 Nov": date(2026, 11, 23),
    "November 20th, 2026": date(2026, 11, 20),
    "20th of November": date(2026, 11, 20),
    "20 november 2025": date(2025, 11, 20),
    "24 nov": date(2025, 11, 24),
    "3 Sept": date(2026, 9, 3),
    "11月20日 周五": date(2026, 11, 20),
    "周五 11月20日": date(2026, 11, 20),
    "11月20日（星期五）": date(2026, 11, 20),
    "Fri 20 Nov": date(2026, 11, 20),
    "Fri, Nov 20 2026": date(2026, 11, 20),
}
FAULTS = {
    "read.day": (
        "",
        "11",
        "x",
        "20261120",
        "2026-11-20T10:00",
        "100天前",
        "20 Foo",
        "2026-11-20-1",
        "周八",
        "上周",
    ),
    "read.no_such_day": (
        "2026-13-01",
        "2023-02-29",
        "11月31日",
        "0-0",
        "32 Nov",
        "0000-01-01",
        "32号",
        "2月30日",
    ),
    "read.future": (
        "明天",
        "tomorrow",
        "后天",
        "本周三",
        "this Friday",
        "下周三",
        "next Friday",
        "2027-01-01",
        "下月5号",
    ),
    "read.other_weekday": ("11月20日 周四", "Sat 20 Nov"),
}


@pytest.mark.parametrize(("typed", "back"), BACK.items())
def test_a_day_counted_from_today_is_read(typed: str, back: int) -> None:
    assert read_days(typed, TODAY) == (TODAY - timedelta(days=back),)


@pytest.mark.parametrize(("typed", "day"), DATES.items())
def test_a_written_day_is_read(typed: str, day: date) -> None:
    assert read_days(typed, TODAY) == (day,)


@pytest.mark.parametrize(("key", "typed"), [(key, each) for key in FAULTS for each in FAULTS[key]])
def test_what_is_no_day_that_has_come_is_asked_again_with_its_reason(key: str, typed: str) -> None:
    with pytest.raises(Unreadable) as why:
        read_day(typed, TODAY)
    assert why.value.key == key


@pytest.mark.parametrize(
    ("typed", "day"),
    {
        "周五": date(2026, 11, 27),
        "本周三": date(2026, 11, 25),
        "下周一": date(2026, 11, 30),
        "明天": date(2026, 11, 24),
        "25号": date(2026, 11, 25),
        "5号": date(2026, 12, 5),
        "11月24日": date(2026, 11, 24),
        "1月5日": date(2027, 1, 5),
        "6月1日": date(2026, 6, 1),
        "3/4": date(2027, 3, 4),
    }.items(),
)
def test_where_any_day_may_be_meant_it_is_the_nearest(typed: str, day: date) -> None:
    assert read_days(typed, TODAY, past=False) == (day,)


def test_in_january_a_day_without_year_is_of_the_year_before() -> None:
    january = date(2027, 1, 5)
    assert read_day("20号", january) == date(2026, 12, 20)
    assert read_day("12月31日", january) == date(2026, 12, 31)
    assert read_day("Dec 31", january) == date(2026, 12, 31)


def test_a_month_without_that_day_is_not_skipped_silently() -> None:
    with pytest.raises(Unreadable) as why:
        read_day("31号", date(2026, 10, 5))
    assert why.value.key == "read.no_such_day"


def in_figures(year: int) -> str:
    """2026 as 二零二六."""
    return "".join("零一二三四五六七八九"[int(each)] for each in str(year))


FORMS: tuple[Callable[[date], str], ...] = (
    date.isoformat,
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month:02}.{day.day:02}",
    lambda day: f"{in_figures(day.year)}年{spoken(day.month)}月{spoken(day.day)}日",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{MONTHS[day.month - 1][:3].title()} {day.day}, {day.year}",
    lambda day: (
        f"{WEEKDAYS[day.weekday()][:3].title()} {day.day} {MONTHS[day.month - 1]} {day.year}"
    ),
    lambda day: put(day, "zh"),
    lambda day: put(day, "en"),
)
WITHOUT_YEAR: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day.month}月{day.day}日",
    lambda day: f"{day.month}月{day.day}",
    lambda day: f"{day.month}.{day.day}",
    lambda day: f"{day.month}-{day.day}",
    lambda day: f"{spoken(day.month)}月{spoken(day.day)}日",
    lambda day: f"{spoken(day.month)}月{spoken(day.day)}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3]}",
    lambda day: f"{MONTHS[day.month - 1].title()} {day.day}",
    lambda day: put(near(day, day), "zh"),
    lambda day: put(near(day, day), "en"),
)


@QUICK
@given(st.dates(date(1990, 1, 1), TODAY), st.sampled_from(FORMS))
def test_every_written_form_of_a_day_reads_back(day: date, form: Callable[[date], str]) -> None:
    assert read_days(form(day), TODAY) == (day,)


@QUICK
@given(
    st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 364), st.sampled_from(WITHOUT_YEAR)
)
@example(date(2028, 2, 29), 0, WITHOUT_YEAR[0])
@example(date(2029, 1, 31), 337, WITHOUT_YEAR[8])
def test_every_form_without_a_year_is_the_latest_that_has_come(
    today: date, back: int, form: Callable[[date], str]
) -> None:
    day = today - timedelta(back)
    assert read_days(form(day), today) == (day,)


@QUICK
@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 31))
def test_what_a_visit_may_be_is_read_however_it_is_counted(today: date, back: int) -> None:
    day = today - timedelta(back)
    question = Day("d", "?", today=today, latest=today, earliest=today - timedelta(31))
    assert question.typed(f"{back}天前") == day.isoformat()
    assert question.typed(f"{back} days ago") == day.isoformat()
    if back < 28:
        assert question.typed(f"{day.day}号") == day.isoformat()
    if back < 7:
        assert question.typed("周" + "一二三四五六日"[day.weekday()]) == day.isoformat()
        assert question.typed(WEEKDAYS[day.weekday()]) == day.isoformat()
    week = (today - timedelta(today.weekday()) - (day - timedelta(day.weekday()))).days // 7
    if week in (1, 2):
        assert (
            question.typed("上" * week + "周" + "一二三四五六日"[day.weekday()]) == day.isoformat()
        )


@QUICK
@given(ANYTHING, st.dates(), st.booleans())
@example("99天前", date.min, True)
@example("99周前", date.min, False)
@example("下下周日", date.max, False)
@example("next sunday", date.max, False)
@example("去年2月1日", date.min, True)
@example("明天", date.max, True)
@example("12月31日", date.max, False)
@example("5号", date.min, False)
@example("2月29日", date(2027, 1, 1), True)
def test_whatever_is_typed_is_a_day_or_asked_again(text: str, today: date, past: bool) -> None:
    found: tuple[date, ...] = (today,)
    try:
        found = read_days(text, today, past=past)
    except Unreadable as why:
        put(say(why.key, **why.values), "zh")
    assert found
    assert len(set(found)) == len(found)
    assert not past or max(found) <= today
