"""Reading days as people say and write them, in Chinese and English, seen from a given today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from dialogue.read import CHINESE, chinese, plain
from domain.trouble import Unreadable

BACK = {
    **dict.fromkeys(("今天", "今日", "今", "今早", "今晚", "today", "tonight"), 0),
    **dict.fromkeys(("昨", "昨天", "昨日", "昨晚", "昨夜", "yesterday", "last night"), 1),
    **dict.fromkeys(("前天", "前日", "前晚", "the day before yesterday"), 2),
    "大前天": 3,
    **dict.fromkeys(("this morning", "this afternoon", "this evening"), 0),
    **dict.fromkeys(("明天", "明日", "tomorrow"), -1),
    **dict.fromkeys(("后天", "the day after tomorrow"), -2),
}
WEEKS = {"": None, "本": 0, "这": 0, "上": -1, "上上": -2, "下": 1, "下下": 2}
YEARS = {"今年": 0, "去年": -1, "前年": -2}
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ABROAD = re.compile(r"mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|" + "|".join(WEEKDAYS))
CHARACTERS = "一二三四五六日"
COUNTS = (
    *("a", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)

_RUN = "[零〇一二三四五六七八九十两]{1,9}"
_AT = r"(?:周|星期|礼拜)([一二三四五六日天])"
_EN = f"({'|'.join(WEEKDAYS)}|{ABROAD.pattern.partition('|monday')[0]})"
_NTH = r"(\d{1,2})(?:st|nd|rd|th)?"
_NAME = r"([a-z]{3,9})\.?"

FIGURES = re.compile(rf"{_RUN}(?=\s?(?:年|月|日|号|天前|周前|个?(?:星期|礼拜)前))|(?<=月){_RUN}$")
COUNTED = re.compile(rf"\b(an?|one|{'|'.join(COUNTS[1:])})(?= (?:days?|weeks?) ago)")
HOURS = re.compile(
    r"(?<!last)(?<!this)(?: (?:in )?(?:the )?(?:morning|afternoon|evening|night)"
    r"|的?(?:清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里)"
    r"|的?(?:早上|上午|中午|下午|晚上)?(?:(?<!\d)\d{1,2}|[一二三四五六七八九十两]{1,3})[点时](?:半|\d{1,2}分?)?)$"
)
"""The hour, which a visit's day need not say; "last night" is yesterday."""
BEFORE = re.compile(rf"(?:{_EN}\.?|{_AT}),? ?(?=.*\d)")
AFTER = re.compile(rf"[ ,]{{0,2}}\(?(?:{_EN}|{_AT})\)?$")
AGO = re.compile(r"(\d{1,2}) ?(?:天前|days? ago)")
WEEKS_AGO = re.compile(r"(\d{1,2}) ?(?:周前|个?(?:星期|礼拜)前|weeks? ago)")
WEEKDAY = re.compile(rf"(本|这|上上?|下下?|)个?{_AT}")
ENGLISH_WEEKDAY = re.compile(rf"(?:on )?(this |last |next |){_EN}")
FULL = re.compile(r"(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?[日号]?")
BACKWARD = re.compile(r"(\d{1,2}) ?[-/.] ?(\d{1,2}) ?[-/.] ?(\d{4}|\d{2})")
SHORT = re.compile(r"(\d{1,2}) ?([-/.月]) ?(\d{1,2}) ?[日号]?")
DAY_MONTH = re.compile(rf"{_NTH}(?: of)? ?{_NAME}(?:,? (\d{{4}}))?")
MONTH_DAY = re.compile(rf"{_NAME} ?{_NTH}(?:,? (\d{{4}}))?")
OF_MONTH = re.compile(
    r"(本|这|上|下|)(?:个?月)?(\d{1,2}) ?[日号]|(?:the )?(\d{1,2})(?:st|nd|rd|th)"
)
SOON = timedelta(31)  # a day of the coming month is more likely meant than one of last year
Found = tuple[date, ...]


def read_day(text: str, today: date) -> date:
    """The likeliest day that has come. Raises Unreadable."""
    return read_days(text, today)[0]


def day_within(text: str, today: date, earliest: date | None, latest: date | None) -> date:
    """The one day within these limits that the words can mean. Raises Unreadable: for none, and
    for several."""
    found = read_days(text, today, past=latest is not None and latest <= today)
    least, most = earliest or date.min, latest or date.max
    fit = [day for day in found if least <= day <= most]
    if len(fit) > 1:
        raise Unreadable("read.which_day", said=text.strip(), days=fit)
    if fit:
        return fit[0]
    coming = read_days(text, today, past=False)[0]
    if most < coming <= today + SOON:
        raise Unreadable("read.future", day=coming)
    raise Unreadable("read.early", day=found[0], earliest=earliest)


def read_days(text: str, today: date, *, past: bool = True) -> Found:
    """All days that these words can mean, the likeliest first; there is one at least.

    With `past` only days that have come are asked for: what names no month or year is the latest
    that has come. Without it, it is the nearest. Raises Unreadable: for words that are no day,
    for a day that no calendar has or that is another weekday, and for one that is still to come.
    """
    words, weekday = _weekday_apart(_figures(_bare(text), today))
    try:
        found = _meant(words, today, past)
    except ValueError:
        raise Unreadable("read.no_such_day", said=text.strip()) from None
    if not found:
        raise Unreadable("read.day")
    if weekday is not None and not any(day.weekday() == weekday for day in found):
        raise Unreadable("read.other_weekday", said=text.strip(), day=found[0])
    come = tuple(day for day in found if not past or day <= today)
    if not come:
        raise Unreadable("read.future", day=found[0])
    return tuple(day for day in come if weekday in (None, day.weekday()))


def _bare(text: str) -> str:
    """Without the hour, and without "on"."""
    return HOURS.sub("", plain(text)).removeprefix("on ")


def _figures(words: str, today: date) -> str:
    """十一月二十日 as 11月20日, 去年 as its number."""

    def figure(found: re.Match[str]) -> str:
        number = CHINESE.fullmatch(found[0])
        return str(chinese(number)) if number else found[0]

    def count(found: re.Match[str]) -> str:
        return str(COUNTS.index(found[0]) + 1 if found[0] in COUNTS else 1)

    for name, back in YEARS.items():
        words = re.sub(rf"^{name}(?:的)?(?=.*月)", f"{today.year + back}年", words)
    return COUNTED.sub(count, FIGURES.sub(figure, " ".join(words.split())))


def _weekday_apart(words: str) -> tuple[str, int | None]:
    """The day, and the weekday that stands beside it: "Fri 20 Nov", "11月20日 周五"."""
    for pattern in (BEFORE, AFTER):
        beside = pattern.match(words) if pattern is BEFORE else pattern.search(words)
        rest = words[: beside.start()] + words[beside.end() :] if beside else ""
        if beside and any(each.isdigit() for each in rest):
            return rest.strip(), _weekday(beside[1] or beside[2])
    return words, None


def _weekday(name: str) -> int:
    """0 for Monday."""
    if name in CHARACTERS + "天":
        return CHARACTERS.index("日" if name == "天" else name)
    return next(at for at, full in enumerate(WEEKDAYS) if full.startswith(name[:3]))


def _meant(words: str, today: date, past: bool) -> Found:
    """No day at all where no form of writing fits; ValueError where the calendar has none."""
    try:
        if words in BACK:
            return (today - timedelta(BACK[words]),)
        if ago := AGO.fullmatch(words):
            return (today - timedelta(int(ago[1])),)
        if ago := WEEKS_AGO.fullmatch(words):
            return (today - timedelta(7 * int(ago[1])),)
        return _on_weekday(words, today, past) or _in_month(words, today, past)
    except OverflowError:  # before the first day or after the last one that there is
        raise ValueError(words) from None


def _on_weekday(words: str, today: date, past: bool) -> Found:
    """A week begins on Monday; "last Friday" may be that of this week or of the one before."""
    if found := WEEKDAY.fullmatch(words):
        week, at = WEEKS[found[1]], _weekday(found[2])
        return (_latest_weekday(at, today, past) if week is None else _of_week(week, at, today),)
    found = ENGLISH_WEEKDAY.fullmatch(words)
    if not found:
        return ()
    at = _weekday(found[2])
    match found[1].strip():
        case "":
            return (_latest_weekday(at, today, past),)
        case "this":
            return (_of_week(0, at, today),)
        case "last":
            yesterday = today - timedelta(1)
            return _unlike(_latest_weekday(at, yesterday, past=True), _of_week(-1, at, today))
        case _:
            coming = today + timedelta((at - today.weekday() - 1) % 7 + 1)
            return _unlike(coming, _of_week(1, at, today))


def _latest_weekday(at: int, today: date, past: bool) -> date:
    """The latest that has come; else that of this week."""
    return today - timedelta((today.weekday() - at) % 7) if past else _of_week(0, at, today)


def _of_week(week: int, at: int, today: date) -> date:
    return today + timedelta(7 * week + at - today.weekday())


def _unlike(*days: date) -> Found:
    return tuple(dict.fromkeys(days))


def _in_month(words: str, today: date, past: bool) -> Found:
    if full := FULL.fullmatch(words):
        return (date(int(full[1]), int(full[2]), int(full[3])),)
    if back := BACKWARD.fullmatch(words):
        return _backward(*(int(number) for number in back.groups()))
    if short := SHORT.fullmatch(words):
        return _short(int(short[1]), short[2], int(short[3]), today, past)
    if (named := DAY_MONTH.fullmatch(words)) and (month := _month(named[2])):
        return (_named(named[3], month, int(named[1]), today, past),)
    if (named := MONTH_DAY.fullmatch(words)) and (month := _month(named[1])):
        return (_named(named[3], month, int(named[2]), today, past),)
    if found := OF_MONTH.fullmatch(words):
        return (_of_month(found[1] or "", int(found[2] or found[3]), today, past),)
    return ()


def _month(name: str) -> int:
    """0 for what is no month."""
    full = (at for at, each in enumerate(MONTHS, 1) if each.startswith(name) or name == "sept")
    return 9 if name == "sept" else next(full, 0)


def _short(first: int, mark: str, second: int, today: date, past: bool) -> Found:
    """Month and day; day and month where it can be nothing else. "5/11" may be both where days
    that have come are asked for: then the question's limits tell."""
    if mark != "月" and first > 12:
        return (_named("", second, first, today, past),)
    month_first = _named("", first, second, today, past)
    if mark != "/" or not past or second > 12:
        return (month_first,)
    return _unlike(month_first, _named("", second, first, today, past))


def _backward(first: int, second: int, year: int) -> Found:
    """Day, month and year, or month and day, or all the other way round: the question's limits
    tell which."""
    days = [_day(year, second, first), _day(year, first, second)]
    if year < 100:
        days = [_day(2000 + year, second, first), _day(2000 + year, first, second)]
        days.append(_day(2000 + first, second, year))
    found = [day for day in days if day]
    if not found:
        raise ValueError("no such day")
    return _unlike(*found)


def _named(year: str | None, month: int, day: int, today: date, past: bool) -> date:
    if year:
        return date(int(year), month, day)
    years = [today.year, today.year - 1] if past else [today.year + each for each in (0, -1, 1)]
    return _fitting([(each, month, day) for each in years], today, past)


def _of_month(which: str, day: int, today: date, past: bool) -> date:
    """The 20th: of this month or the one before; of the one that is named."""
    weeks = {"本": (0,), "这": (0,), "上": (-1,), "下": (1,)}
    near = weeks.get(which, (0, -1) if past else (0, -1, 1))
    months = [divmod(today.year * 12 + today.month - 1 + each, 12) for each in near]
    return _fitting([(year, month + 1, day) for year, month in months], today, past and not which)


def _fitting(wanted: Iterable[tuple[int, int, int]], today: date, past: bool) -> date:
    """The first that has come, or the nearest. Raises ValueError where the calendar has none."""
    days = [day for each in wanted if (day := _day(*each))]
    if past:
        days = [day for day in days if day <= today]
    if not days:
        raise ValueError("no such day")
    return days[0] if past else min(days, key=lambda day: abs(day - today))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
