"""What a visit or a contact finds: a latent worry becomes answers of the real forms.

A one-factor model: each item looks at the child's worry and at something of its own that
stays with the child, so that answers hardly flicker from month to month.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from math import exp, sqrt

from bot.seed.agenda import Call
from bot.seed.families import Kid
from bot.seed.odds import Odds, Urgent, table
from bot.seed.size import stream
from domain.age import Band, age_on
from domain.form import Form

CENTRE, SPREAD = 13.5, 22.5  # the worry of an ordinary child, and how far children differ
SHARED = 0.42  # share of an answer's variance that the worry explains
FLICKER, STILL = 0.45, 0.12  # how much of an item's own part is the day's
RATER = 2.5  # how far persons differ, in points of worry
OF_WORRY, OF_ITS_OWN = sqrt(SHARED), sqrt(1 - SHARED)
LASTS = {day: sqrt(1 - day * day) for day in (FLICKER, STILL)}
A_YEAR = 13  # visits
SCHOOL = 6  # years
FAR = ("phone", "video")
MODES = {"home": 82, "school": 5, "office": 4, "phone": 6, "video": 3}
WISHES: dict[Band, tuple[str, ...]] = {
    "3-5": ("一本图画书", "和爸妈一起过年", "一辆三轮车", "去看海", "一盒彩笔"),
    "6-17": ("一本故事书", "和爸妈一起过年", "学骑自行车", "去看海", "一盒彩笔", "考上好学校"),
}
HOBBIES: dict[Band, tuple[str, ...]] = {
    "3-5": ("画画", "唱歌", "看图画书", "搭积木", "玩沙子"),
    "6-17": ("画画", "跳绳", "看书", "踢球", "唱歌", "下棋", "种花", "做手工"),
}
BEST = ("和同学一起包饺子", "作业得了表扬", "妈妈打来了视频电话", "学会了骑车", "去外婆家摘果子")
HELPERS = ("隔壁的婶婶", "班主任", "姑姑", "爱心妈妈", "堂姐")
LINES = ("一起读了一本书", "聊了学校的事", "陪着写了作业", "一起包了饺子", "说好下次去图书室")


@dataclass(frozen=True)
class Sheet:
    """Answers by path, reasons for none, and the emergency among them, if any."""

    answers: dict[str, str] = field(default_factory=dict)
    whys: dict[str, str] = field(default_factory=dict)
    codes: tuple[str, ...] = ()

    @property
    def alarming(self) -> bool:
        """Whether somebody at the station has to answer."""
        priority = self.answers.get("A/A4") == "harsh" or self.answers.get("C/C1") == "dropped"
        return bool(self.codes) or priority

    @property
    def in_person(self) -> bool:
        """A contact that the director has to confirm."""
        return self.answers.get("seen") == "yes"


class Story:
    """One child as visits find it; calls must come in the order of time."""

    def __init__(self, kid: Kid, form: Form, seed: int) -> None:
        self.kid, self.seed = kid, seed
        self.odds = table(form)
        self.rng = stream(seed, "story", kid.code)
        self.own = [self.rng.gauss(0, 1) for _ in self.odds.items]
        self.notes = self._notes()

    def visit(self, call: Call) -> Sheet:
        """The visit form as this visitor fills it on this day."""
        age = age_on(self.kid.birth, call.day)
        sheet = Sheet(self._arrival(age), {}, ())
        met = sheet.answers.get("how/seen", "yes") == "yes"
        worry = self._worry(call)
        for number, odds in enumerate(self.odds.items):
            if odds.asked_at(age):
                own = worry * OF_WORRY + self._part(number, odds)
                self._item(sheet, odds, odds.option(own, age), met)
        if sheet.answers.get("A/A4") == "harsh":
            sheet.answers["A/A4v"] = "no"
        if 3 <= age < 6:
            sheet.answers["C/kinder"] = self.rng.choices(("regular", "irregular"), (9, 1))[0]
        sheet.answers.update(self._more(age))
        return self._alarmed(sheet, age, call.day) if met else self._calm(sheet)

    def _arrival(self, age: int) -> dict[str, str]:
        mode = self.rng.choices([*MODES], [*MODES.values()])[0]
        mode = "home" if mode == "school" and age < 6 else mode
        if mode in FAR:
            return {"how/mode": mode}
        return {"how/mode": mode, "how/seen": "yes" if self.rng.random() < 0.97 else "no"}

    def _worry(self, call: Call) -> float:
        """In standard deviations: the course, the day's noise, the visitor's own measure."""
        bias = stream(self.seed, "rater", call.person).gauss(0, RATER)
        noise = self.rng.gauss(0, self.kid.course.noise)
        return (self.kid.course.at(call.day) + bias + noise - CENTRE) / SPREAD

    def _part(self, number: int, odds: Odds) -> float:
        day = STILL if odds.steady else FLICKER
        own = LASTS[day] * self.own[number] + day * self.rng.gauss(0, 1)
        return OF_ITS_OWN * own

    def _item(self, sheet: Sheet, odds: Odds, option: str, met: bool) -> None:
        draw = self.rng.random()
        far = sheet.answers["how/mode"] in FAR and odds.how == {"observe"}
        unmet = not met and odds.how <= {"observe", "child", "department"}
        if far or unmet or draw < odds.unknown:
            sheet.whys[odds.path] = "not_asked"
        elif draw > 1 - self.odds.declined:
            sheet.whys[odds.path] = "declined"
        else:
            sheet.answers[odds.path] = option

    def _notes(self) -> dict[str, str]:
        """What is good about this child; it stands first on the portrait."""
        new = self.kid.new
        age: Band = "6-17" if age_on(self.kid.birth, new.enrolled) >= SCHOOL else "3-5"
        found = {
            "more/talent": new.identity["strengths"][0],
            "more/hobby": self.rng.choice(HOBBIES[age]),
            "more/helper": self.rng.choice(HELPERS),
            "more/wish": self.rng.choice(WISHES[age]),
        }
        return {path: words for path, words in found.items() if self.rng.random() < 0.6}

    def _more(self, age: int) -> dict[str, str]:
        found = dict(self.notes) if age >= 3 else {}
        if age >= 3 and self.rng.random() < 0.3:
            found["more/best"] = self.rng.choice(BEST)
        if self.rng.random() < 0.1:
            found["more/needs"] = self.rng.choice(("money", "study", "health", "mind", "company"))
        return found

    def _calm(self, sheet: Sheet) -> Sheet:
        sheet.answers["sos/emergency"] = "none"
        return sheet

    def _alarmed(self, sheet: Sheet, age: int, day: date) -> Sheet:
        """Rarely a visit finds an emergency."""
        rate = 0.02 + 1.0 / (1 + exp((57 - self.kid.course.at(day)) / 5))
        fits = [each for each in self.odds.urgent if each.ages[0] <= age <= each.ages[1]]
        found = self.rng.choices(fits, [each.weight for each in fits])[0]
        if self.rng.random() >= rate / A_YEAR:
            return self._calm(sheet)
        return _urgent(sheet, found)


def _urgent(sheet: Sheet, found: Urgent) -> Sheet:
    sheet.whys.pop(found.path, None)
    sheet.answers[found.path] = found.option
    sheet.answers["sos/emergency"] = " ".join(found.codes)
    return Sheet(sheet.answers, sheet.whys, found.codes)


def contact_sheet(call: Call, seed: int) -> Sheet:
    """A loving mother's contact: how, how long, the mood, and seldom a worry."""
    rng = stream(seed, "said", call.person, call.child, call.day)
    modes = {"phone": 38, "video": 20, "meet": 16, "visit": 20, "message": 6}
    mode = rng.choices([*modes], [*modes.values()])[0]
    found = {"mode": mode}
    if mode in ("meet", "visit"):
        found["minutes"] = rng.choices(("20", "30", "60", "120"), (1, 4, 4, 1))[0]
        if rng.random() > 0.95 and mode == "visit":
            found["mode"] = "away"
        found["seen"] = "no" if found["mode"] == "away" else "yes"  # as the form works it out
    if mode not in ("meet", "visit", "message"):
        found["minutes"] = rng.choices(("5", "10", "20", "30"), (3, 4, 2, 1))[0]
    found["mood"] = rng.choices(("great", "good", "even", "low", "sad"), (20, 45, 25, 8, 2))[0]
    found["ticks"] = "none" if rng.random() < 0.94 else rng.choice(("study", "health", "family"))
    if rng.random() < 0.25:
        found["line"] = rng.choice(LINES)
    return Sheet(found)
