"""Walks of one person through the real visit and contact, beside a model in plain Python.

The model keeps, for each draft, what the person said last for each question of its child;
what is recorded must equal the form filled straight with these answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any, cast

from sqlalchemy import select, update

import handlers  # noqa: F401  (registers every conversation)
from bot.channels.message import Incoming, Taken
from bot.drafts import OpenTalk, unpack
from bot.underway import Underway
from dialogue.ask import is_reason
from dialogue.registry import conversations
from domain.age import age_on
from domain.emergency import emergency
from domain.form import Filling, Form, Given, Node
from domain.library import Library
from domain.roles import Role
from storage import inbox
from storage import tables as t
from storage.founding import Founding, NewChild, NewPerson, NewUnit
from storage.see.children import unseal_answers
from tests.bot.sheet import Sheet
from tests.town import JOINED, MORNING, Town, pair

BORN = {"小榆": ("female", date(2014, 5, 4)), "小樟": ("male", date(2012, 2, 28))}
GONE = ("不再有效", "职责范围", "没有由您负责", "不再使用")
VILLAGES = count(1)
MESSAGES = count(1)
SAME = "same"


@dataclass
class Walker:
    """One person with two children of her own, in a village founded for this walk."""

    town: Town
    name: str
    forms: list[Form]
    person: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    pairs: dict[str, int] = field(default_factory=dict)
    library: Library = field(default_factory=Library)
    underway: Underway | None = None
    sheets: dict[int, Sheet] = field(default_factory=dict)
    recorded: list[tuple[Any, ...]] = field(default_factory=list)
    older: list[dict[str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    body: dict[str, Any] = field(default_factory=dict)
    stale: list[str] = field(default_factory=list)
    sent: Incoming | None = None
    ended: str = ""

    def __post_init__(self) -> None:
        self.library, number = Library(self.forms[:1]), next(VILLAGES)
        with self.town.store.work() as db:
            founding = Founding(db, self.town.store.keys)
            unit = NewUnit(f"V{number}", "village", "榆树村", "Elm village")
            village = founding.unit(unit, self.town.units["east"])
            role = Role.CHILD_DIRECTOR if self.name == "visit" else Role.LOVING_MOTHER
            who = NewPerson(f"X-{number}", "李主任", role, JOINED)
            self.person = founding.person(who, village)
            for place, (name, (sex, birth)) in enumerate(BORN.items(), 1):
                code = f"惊蛰{number}-{place}"
                born = {"name": name, "sex": sex, "birth": birth.isoformat()}
                child = founding.child(NewChild(code, born, date(2026, 1, 5)), village)
                self.codes[code] = name
                if self.name == "contact":
                    self.pairs[code] = pair(founding, f"P-{code}", self.person, child, JOINED)

    # --- sending ---------------------------------------------------------------------------

    def send(self, text: str = "", tokens: tuple[str, ...] = (), shown: str | None = None) -> Taken:
        message = Incoming("web", f"w{next(MESSAGES)}", self.person, text, tokens)
        return self.deliver(replace(message, shown=shown or self.mark))

    def deliver(self, message: Incoming) -> Taken:
        """With nothing under way, each message is the first after a restart."""
        taken = self.town.turns(conversations, self.library, self.underway).take(message)
        if taken.state == "new":
            self.stale += self.tokens()
            self.sent, self.ended = message, ""
            for reply in taken.replies:
                self.body = reply.body
                if reply.body["kind"] == "end":
                    self.ended += reply.body["text"]
        return taken

    @property
    def mark(self) -> str | None:
        return cast("str | None", self.body.get("mark"))

    def tokens(self) -> list[str]:
        pressed = [*self.body.get("buttons", ()), *self.body.get("controls", ())]
        return [str(each["data"]) for each in pressed if str(each["data"]).startswith("c1:")]

    def control(self, name: str) -> str | None:
        found = (each for each in self.body.get("controls", ()) if each["name"] == name)
        return next((str(each["data"]) for each in found), None)

    def talk(self) -> OpenTalk | None:
        """The conversation that is open, as the database has it."""
        with self.town.store.work() as db:
            who = inbox.load_people(db, [self.person])[self.person]
        if who.talk is None or who.open is None:
            return None
        conversation = conversations.by_name[who.open["conversation"]]
        return unpack(self.town.store.keys, self.person, who.talk, who.open, conversation)

    # --- what can be done ------------------------------------------------------------------

    def begin(self, place: int = 1) -> None:
        """Sometimes with the code of a child, which is then not asked."""
        named = list(self.codes)[place % 2] if place % 3 == 0 else ""
        self.send(f"/{self.name} {named}".strip())
        talk = self.talk()
        if talk is None:
            assert len(self.gone) == len(self.codes)
            return
        sheet = self.sheets[talk.number] = Sheet(talk.number, self.name)
        at_once = talk.draft.facts[f"{self.name}.child/at once"]
        if at_once:
            sheet.last[f"{self.name}.child"] = at_once
        self.look_around()

    def look_around(self) -> None:
        """The draft takes its form as given when the day is asked, what was before with the form's
        first question."""
        talk = self.talk()
        if talk is None or talk.number not in self.sheets:
            return
        sheet, key = self.sheets[talk.number], talk.draft.asked.key
        if sheet.child and key.startswith((f"{self.name}.date", sheet.prefix)):
            sheet.version = sheet.version or self.library.form(self.name).version
        if sheet.child and key.startswith(sheet.prefix):
            sheet.before.setdefault(sheet.ground, self.newest(*sheet.ground))

    def newest(self, code: str, day: str) -> dict[str, str]:
        """What this child's visit before this day holds, older values included; a contact none."""
        mine = [
            (each[2], place)
            for place, each in enumerate(self.recorded)
            if (each[0], self.name) == (code, "visit") and each[1] != "tried"
            if each[2].split()[0] <= day
        ]
        _, place = max(mine, key=lambda each: (each[0].split()[0], each[1]), default=("", -1))
        return {**self.older[place], **self.recorded[place][3]} if mine else {}

    def answer(self, place: int, how: str = "tap") -> None:
        talk = self.talk()
        assert talk is not None
        key, picks = talk.draft.asked.key, talk.draft.asked.picks
        if not picks:
            self.send("小榆说了话" * (place % 3 + 1))
            self.keep(talk, key, "小榆说了话" * (place % 3 + 1))
            return
        place %= len(picks)
        kept: Any = [picks[place]] if self.body["kind"] == "many" else picks[place]
        if self.body["kind"] == "many" or how == "number":
            numbers = any(each["label"][:1].isdigit() for each in self.body["buttons"])
            self.send(f"{'#' if numbers else ''}{place + 1}")  # "14 or over" is no place
            self.yes_if_asked()
        elif how == "label" and self.body["kind"] == "choice":
            self.send(self.body["buttons"][place]["label"])
        else:
            self.send(tokens=(self.body["buttons"][place]["data"],))
        self.keep(talk, key, kept)

    def yes_if_asked(self) -> None:
        """A lone number of a life-threatening option is asked back once."""
        if (talk := self.talk()) is not None and talk.draft.asked.doubt:
            self.send("是")

    def reason(self, name: str) -> None:
        talk, token = self.talk(), self.control(name)
        assert talk is not None
        if token is None:
            return
        self.send(tokens=(token,))
        self.keep(talk, talk.draft.asked.key, {"why": "skipped" if name == "skip" else name})

    def keep(self, talk: OpenTalk, key: str, kept: Any) -> None:
        """The model hears it too, unless the child has been handed over in between."""
        sheet = self.sheets[talk.number]
        sheet.changing = ""
        if sheet.child in self.gone or self.form_is_gone(sheet):
            self.lose(sheet)
            sheet.last[key] = kept
            self.hear_urgent(sheet, key, kept)  # refused, and yet not lost
            return
        if key.endswith(".child") and kept in self.gone:
            assert (found := self.talk()) is None or found.draft.asked.key == key
            self.lose(sheet) if found is None else None
            return
        sheet.last[key] = kept
        self.hear_urgent(sheet, key, kept)
        self.look_around()

    def form_is_gone(self, sheet: Sheet) -> bool:
        return bool(sheet.version) and (sheet.name, sheet.version) not in self.library._forms

    def chooses(self, talk: OpenTalk | None) -> bool:
        """She is asked for the child: nothing is known of a form yet."""
        return talk is not None and talk.draft.asked.key == f"{self.name}.child"

    def hear_urgent(self, sheet: Sheet, key: str, kept: Any) -> None:
        path = key.removeprefix(sheet.prefix)
        if not sheet.version or is_reason(kept) or path not in self.form(sheet).by_path:
            return
        filling = self.filling(sheet)
        node = filling.node(path)
        value = " ".join(kept) if isinstance(kept, list) else kept
        if node is None or node.item.kind != "question":
            return
        codes = [
            code
            for code in filling.urgent(node, value)
            if (sheet.child, code) not in sheet.raised and emergency(code).level != "P"
        ]
        if codes:
            assert "110" in self.ended
            assert self.talk() is None, "an urgent answer stops the form"
            sheet.raised += [(sheet.child, code) for code in codes]

    def lose(self, sheet: Sheet) -> None:
        sheet.lost = True
        assert [words for words in GONE if words in self.ended], self.ended
        found = self.talk()
        assert found is None or found.number != sheet.number

    def back(self) -> None:
        self.reopen("返回" if self.control("back") is None else "")

    def reopen(self, words: str, token: str = "") -> None:
        """Back: what is asked next has no answer any more. Change: it has, until another is
        given, and back leads to the review."""
        before = self.talk()
        assert before is not None
        sheet, change = self.sheets[before.number], bool(token)
        called_off = sheet.changing == before.draft.asked.key
        self.send(words, () if words else (token or self.control("back") or "",))
        talk = self.talk()
        if not self.chooses(talk) and (sheet.child in self.gone or self.form_is_gone(sheet)):
            self.lose(sheet)
        elif talk is not None and talk.draft.asked.key != before.draft.asked.key:
            key = talk.draft.asked.key
            sheet.changing = key if change else ""
            if called_off:
                assert self.body["kind"] == "review"
            elif not change:
                sheet.last.pop(key, None)
            self.look_around()

    def change(self, place: int) -> None:
        buttons = self.body["buttons"][1:]
        self.reopen("", buttons[place % len(buttons)]["data"])

    def submit(self) -> None:
        talk = self.talk()
        assert talk is not None
        sheet, receipts = self.sheets[talk.number], self.count()
        expected = self.expected(sheet) if not self.form_is_gone(sheet) else ()
        self.send("1")
        asked = self.talk()
        if asked and asked.number == talk.number and "/twice/" in asked.draft.asked.key:
            self.send("1")  # recorded since, from another draft: yes, it is another one
        if sheet.child in self.gone or self.form_is_gone(sheet):
            self.lose(sheet)
            return
        assert "回执" in self.ended, self.ended
        assert self.count() == receipts + 1
        self.recorded.append(expected)
        unasked = [path for path, why in expected[4].items() if why == "not_asked"]
        before = sheet.before[sheet.ground]
        self.older.append({path: before[path] for path in unasked if before.get(path)})

    def hand_over(self, code: str) -> None:
        """The station gives the child to another village, or ends the pairing."""
        self.gone.add(code)
        with self.town.store.work() as db:
            founding = Founding(db, self.town.store.keys)
            if self.name == "contact":
                founding.part(self.pairs[code], MORNING.date())
                return
            unit = self.town.units["pine"]
            moved = {"unit_id": unit, "path": founding.path(unit)}
            db.execute(update(t.child).where(t.child.c.code == code).values(**moved))

    # --- what must be true -----------------------------------------------------------------

    def form(self, sheet: Sheet) -> Form:
        return next(
            form for form in self.forms if (form.name, form.version) == (sheet.name, sheet.version)
        )

    def filling(self, sheet: Sheet) -> Filling:
        """The form filled straight with what was said last."""
        form, said = self.form(sheet), sheet.answers()
        answers = {path: as_value(kept) for path, kept in said.items() if path in form.by_path}
        answers |= self.known(sheet)
        plain = Filling(form, Given(MORNING, MORNING.date()), answers)
        for group in plain.nodes():
            if group.item.kind == "group" and said.get(group.path) == SAME:
                answers |= harmless(plain, group, sheet.before[sheet.ground])
        return Filling(form, Given(MORNING, MORNING.date()), answers)

    def known(self, sheet: Sheet) -> dict[str, str]:
        if sheet.name != "visit":
            return {}
        sex, birth = BORN[self.codes[sheet.child]]
        day = date.fromisoformat(sheet.last["visit.date"])
        return {"age": str(age_on(birth, day)), "sex": sex, "paired": "none"}

    def expected(self, sheet: Sheet) -> tuple[Any, ...]:
        filling = self.filling(sheet)
        answers = filling.answers()
        whys = {
            path: kept["why"]
            for path, kept in sheet.answers().items()
            if is_reason(kept) and kept["why"] != "skipped" and not answers.get(path)
            if (node := filling.node(path)) and filling.relevant(node)
        }
        mode = answers.get("how/mode", answers.get("mode", ""))
        day = sheet.last[f"{sheet.name}.date"]
        return sheet.child, mode, f"{day} {sheet.version}", answers, whys

    def count(self) -> int:
        with self.town.store.work() as db:
            mine = t.visit.c.visitor_id == self.person
            return len(db.execute(select(t.visit.c.id).where(mine)).all())

    def check(self) -> None:
        """Recorded exactly what the model says; every alert once."""
        assert self.rows() == self.recorded
        with self.town.store.work() as db:
            mine = (
                select(t.alert.c.key, t.alert.c.codes, t.child.c.code)
                .outerjoin(t.child, t.child.c.id == t.alert.c.child_id)
                .where(t.alert.c.reporter_id == self.person)
            )
            alerts = db.execute(mine).all()
        found: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
        for row in (row for row in alerts if row.key.count("/") == 3):
            found[int(row.key.split("/")[1])].update((row.code, c) for c in row.codes.split())
        raised = {sheet.number: Counter(sheet.raised) for sheet in self.sheets.values()}
        assert dict(found) == {number: codes for number, codes in raised.items() if codes}

    def rows(self) -> list[tuple[Any, ...]]:
        v = t.visit.c
        with self.town.store.work() as db:
            rows = db.execute(
                select(v.key, v.answers, v.day, v.mode, v.version, t.child.c.code)
                .join(t.child, t.child.c.id == v.child_id)
                .where(v.visitor_id == self.person)
                .order_by(v.id)
            ).all()
        held = [unseal_answers(self.town.store.keys, row.key, row.answers) for row in rows]
        return [
            (row.code, row.mode, f"{row.day} {row.version}", each["answers"], each["whys"])
            for row, each in zip(rows, held, strict=True)
        ]


def as_value(kept: Any) -> str:
    said = kept if isinstance(kept, list) else [str(kept)]
    return "" if is_reason(kept) else " ".join(said)


def harmless(filling: Filling, group: Node, before: Mapping[str, str]) -> dict[str, str]:
    """What "the rest as last time" means: never an urgent answer, never one that is gone."""
    found = {
        node.path: before[node.path]
        for node in filling.nodes(group)
        if before.get(node.path) in {option.value for option in node.item.options}
        and not node.item.extra.get("ask")
        and not filling.urgent(node, before[node.path])
    }
    found = {
        path: value for path, value in found.items() if path != "how/seen" or "how/mode" in found
    }
    return found if len(found) > 1 else {}
