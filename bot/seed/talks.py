"""Whole conversations: somebody opens a form in chat, reads each question and taps her answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bot.channels.message import Incoming
from bot.seed.agenda import Call
from bot.seed.scribe import Scribe
from bot.seed.sheets import Sheet
from bot.turn import Turns
from dialogue.fill import SECTION
from dialogue.registry import conversations
from dialogue.say import put, say
from dialogue.texts import words
from domain.form import Form, Item
from domain.roles import Right
from storage.session import Store

LANG = "zh"
SOURCE = "web"
MANY = 150  # messages of one conversation


class Within(Store):
    """A store whose work belongs to a transaction that is open already: one commit for all."""

    def __init__(self, store: Store, db: Connection) -> None:
        super().__init__(store.engine, store.keys)
        self.db = db

    @contextmanager
    def work(self) -> Iterator[Connection]:
        yield self.db


def hold(scribe: Scribe, db: Connection, call: Call, sheet: Sheet) -> None:
    """The call as a conversation, from its first word to the receipt."""
    moment = call.moment(scribe.zone)
    look = scribe.act(db, call.person, moment).look
    right = Right.LOG_VISIT if call.kind == "visit" else Right.LOG_CONTACT
    last = look.last_held(look.child(call.child, right), call.kind, call.day)
    store = Within(scribe.store, db)
    turns = Turns(store, lambda: moment, scribe.zone, conversations, scribe.library)
    chat = Chat(turns, scribe.ids.people[call.person], f"seed:{call.kind}:{call.child}:{call.day}")
    reader = Reader(chat, scribe.library.form(call.kind), sheet, last.get("answers", {}))
    reader.talk(f"{words(f'word.{call.kind}')[0]} {call.child}")


REVIEW = ("review.change", "review.add")


@dataclass
class Chat:
    """One person in front of the chat: what she sends, and the newest thing that she sees."""

    turns: Turns
    person_id: int
    key: str
    sent: int = 0
    body: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str) -> None:
        self._send(text, ())

    def press(self, *tokens: str) -> None:
        self._send("", tokens)

    def _send(self, text: str, tokens: tuple[str, ...]) -> None:
        self.sent += 1
        key = f"{self.key}:{self.sent}"
        taken = self.turns.take(Incoming(SOURCE, key, self.person_id, text, tokens))
        if taken.state != "new" or self.sent > MANY:
            raise RuntimeError(f"{key}: {taken.state} after {self.body.get('text')!r}")
        self.body = taken.replies[-1].body

    @property
    def text(self) -> str:
        return str(self.body.get("text", ""))

    def button(self, *labels: str) -> str:
        """What the first button or control with one of these labels carries, or nothing."""
        shown = [*self.body.get("buttons", ()), *self.body.get("controls", ())]
        found = [each for each in shown if {each["label"], each.get("name")} & set(labels)]
        return str(found[0]["data"]) if found else ""


class Reader:
    """Knows what she wants to say, and finds each question by its words, as a person does."""

    def __init__(self, chat: Chat, form: Form, sheet: Sheet, last: Mapping[str, str]) -> None:
        self.chat, self.form, self.sheet, self.last = chat, form, sheet, last
        self.questions = {item.label.get(LANG, ""): item for item in form.questions()}
        self.done: set[str] = set()
        self.same = {_word("fill.last.none"), _word("fill.last.same")}

    def talk(self, opening: str) -> None:
        self.chat.say(opening)
        while not self._ended():
            self._answer()

    def _ended(self) -> bool:
        """After an alarm the visit waits as a draft and is gone on with at once."""
        if self.chat.body["kind"] != "end":
            return False
        draft = self.chat.button(_word("draft.go_on"))
        if draft:
            self.chat.say(draft)
        return not draft

    def _answer(self) -> None:
        match self.chat.body["kind"]:
            case "review":
                self._review()
            case "day":
                self.chat.press(self.chat.body["buttons"][0]["data"])
            case _ if self.chat.button(*self.same):
                self._screen()
            case _:
                self._question(self._asked())

    def _review(self) -> None:
        """What only the review offers is opened line by line; then she submits."""
        worked_out = {each.path for each in self.form.questions() if each.type == "calculate"}
        left = self.sheet.answers.keys() - self.done - worked_out
        lines = (self.chat.button(*_changes(i)) for i in self.questions.values() if i.path in left)
        change = next(filter(None, lines), "")
        if left and not change:
            raise RuntimeError(f"{self.chat.key}: never asked for {', '.join(sorted(left))}")
        self.chat.press(change or self.chat.body["buttons"][0]["data"])

    def _screen(self) -> None:
        """A whole section: as last time if nothing has changed, else one by one."""
        group = next((each for each in self.form.items if self._heads(each)), None)
        each = self.chat.button(_word("fill.each"))
        if group is None or not all(map(self._unchanged, group.children)):
            self.chat.press(each)
            return
        self.done |= {child.path for child in group.children if child.path in self.last}
        self.chat.press(self.chat.button(*self.same))

    def _heads(self, item: Item) -> bool:
        head = self.chat.text.partition("\n")[0]
        return len(item.children) >= SECTION and head.endswith(item.label.get(LANG, "?"))

    def _unchanged(self, item: Item) -> bool:
        """What was not answered last time is asked in any case."""
        silent = item.path not in self.last or item.extra.get("ask")
        return bool(silent) or self.sheet.answers.get(item.path) == self.last[item.path]

    def _asked(self) -> Item:
        text = self.chat.text
        found = [label for label in self.questions if label and label in text]
        return self.questions[max(found, key=len)]

    def _question(self, item: Item) -> None:
        self.done.add(item.path)
        wanted = self.sheet.answers.get(item.path, "")
        labels = {option.value: option.label[LANG] for option in item.options}
        if item.path in self.sheet.whys:
            self.chat.press(self.chat.button(self.sheet.whys[item.path]))
        elif not wanted:
            self.chat.press(self.chat.button("skip"))
        elif not labels:
            self.chat.say(wanted)
        else:
            alone = {option.value for option in item.options if option.extra.get("alone")}
            many = wanted not in alone and item.type == "select_multiple"
            taps = [self.chat.button(labels[value]) for value in wanted.split()]
            self.chat.press(*taps, *([self.chat.button("done")] if many else []))


def _changes(item: Item) -> list[str]:
    """The words under which the review offers to change a question, or to answer it at last."""
    name = item.extra.get(f"short::{LANG}") or item.label[LANG]
    return [put(say(key, label=name), LANG) for key in ("review.change", "review.add")]


def _word(key: str) -> str:
    return put(say(key), LANG)
