"""What one message of one person leads to: which conversation, which answer, which replies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from bot.buttons import Button, make_button, read_button
from bot.channels.message import Incoming, Outgoing
from bot.drafts import OpenTalk, pack, unpack
from dialogue.read import plain
from dialogue.registry import Answer, Conversation, Registry, Way, way
from dialogue.replay import Cancelled, Done, Draft, Said, Tapped, Typed, Waiting, advance
from dialogue.say import put, say
from dialogue.show import Body, show_answer, show_question
from dialogue.texts import first_word, words
from domain.emergency import spot
from domain.frame import Frame
from domain.library import Library
from domain.privacy import DataClass
from domain.trouble import Refused
from storage import inbox
from storage.act import Act
from storage.crypto import Keys
from storage.look import Look

TALK = "_talk"


@dataclass(frozen=True)
class House:
    """What every exchange needs and none changes."""

    keys: Keys
    zone: tzinfo
    registry: Registry
    library: Library


@dataclass
class Exchange:
    """Holds one exchange; afterwards its lists say what is to be written."""

    house: House
    db: Connection
    somebody: inbox.Somebody
    message: Incoming
    now: datetime
    talks: list[dict[str, Any]] = field(default_factory=list)
    new_talks: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    replies: list[Outgoing] = field(default_factory=list)
    said: str = ""

    @property
    def lang(self) -> str:
        return self.somebody.account.lang

    def hold(self) -> list[Outgoing]:
        """Takes the message; returns the replies in their order."""
        self.said = self.message.text
        talk = self._load()
        if not self.somebody.greeted:
            self._greet()
        if self.message.tokens:
            self._tapped(talk)
        else:
            self._typed(talk)
        return self.replies

    def refuse(self, refusal: Refused) -> list[Outgoing]:
        """After the act said no and all was rolled back: the draft is sealed, and why."""
        self.said = self.message.text
        talk = self._load()
        number = refusal.values.pop(TALK, 0)
        if talk and talk.number == number:
            self._seal(talk, refusal)
        else:
            self._reshow(talk, say(refusal.key, **refusal.values))
        return self.replies

    def sorry(self, receipt: str, *, dead: bool) -> Outgoing:
        key = "trouble.dead" if dead else "trouble.stuck"
        return self._reply({"kind": "end", "text": self._put(key, receipt=receipt)})

    # --- what was said -------------------------------------------------------------

    def _tapped(self, talk: OpenTalk | None) -> None:
        pressed = [self._button(token) for token in self.message.tokens]
        buttons = [button for button in pressed if button is not None]
        if len(buttons) < len(pressed):
            self._reshow(talk, say("button.unknown"))
        elif talk is None or any(not _fits(button, talk) for button in buttons):
            self._stale(talk, buttons[0])
        else:
            said = _taps(buttons)
            self.said = _labels(talk, said, self.lang)
            self._go_on(talk, said)

    def _button(self, token: str) -> Button | None:
        return read_button(self.house.keys, self.somebody.account.id, token)

    def _stale(self, talk: OpenTalk | None, button: Button) -> None:
        """A double tap, or a button of an earlier question: one clear answer each."""
        self.said = ""
        old = inbox.load_talk(self.db, self.somebody.account.id, button.talk)
        if old and old["outcome"]:
            self._reshow(talk, say("button.done", receipt=old["outcome"]))
        elif talk and button.talk == talk.number:
            self._reshow(talk, say("button.answered"))
        else:
            self._reshow(talk, say("button.old"))

    def _typed(self, talk: OpenTalk | None) -> None:
        text = self.message.text.strip()
        found = self.house.registry.find(text)
        if talk is None:
            if found:
                self._start(found[0], found[1], None)
            else:
                self._lost(text)
        elif found and self._is_command(talk, text, found[1]):
            self._start(found[0], found[1], talk)
        elif self.message.shown is not None and self.message.shown != talk.mark:
            self._reshow(talk, say("typed.early"))
        else:
            self._go_on(talk, Typed(text))

    def _is_command(self, talk: OpenTalk, text: str, rest: str) -> bool:
        """Words that open something, unless the open question offers them as an answer."""
        if text.startswith("/"):
            return True
        asked = talk.draft.asked
        return not rest and plain(text) not in {plain(each) for each in asked.labels + asked.picks}

    def _lost(self, text: str) -> None:
        """Nothing is open and no word is known: an emergency, or a way home."""
        cancel = {plain(word) for name in ("cancel", "back") for word in words(f"control.{name}")}
        key = "lost.nothing_open" if plain(text) in cancel else "lost.words"
        ways = self._home()
        if spot(text):
            key = "lost.emergency"
            ways = (way("emergency"), *(each for each in ways if each != way("emergency")))
        self._reply(show_answer(Answer(say(key), ways), self.lang))

    # --- conversations -------------------------------------------------------------

    def _start(self, conversation: Conversation, rest: str, talk: OpenTalk | None) -> None:
        if not conversation.open_to(self.somebody.account):
            self._reshow(talk, say("not_allowed"))
            return
        fresh = self._fresh(conversation, rest)
        outcome = self._run(fresh, None)
        if isinstance(outcome, Waiting):
            if talk:
                self._park(talk)
            self.somebody.talks = fresh.number
            self.somebody.talk = fresh.number
            note = say("draft.parked") if talk and talk.state == "parked" else None
            self._ask(fresh, Waiting(outcome.question, note or outcome.note))
            return
        fresh.number = 0  # it asked nothing: it is no draft, and the open one stays open
        self._end(fresh, outcome)
        if talk and self.somebody.talk == talk.number:
            self._reshow(talk, None)

    def _fresh(self, conversation: Conversation, rest: str) -> OpenTalk:
        today = self.now.astimezone(self.house.zone).date()
        frame = Frame(today, self.now, secrets.token_hex(8), rest)
        number = self.somebody.talks + 1
        return OpenTalk(number, conversation, Draft(), frame, self.now, is_new=True)

    def _go_on(self, talk: OpenTalk, said: Said) -> None:
        outcome = self._run(talk, said)
        if isinstance(outcome, Waiting):
            self._ask(talk, outcome)
        else:
            self._end(talk, outcome)

    def _run(self, talk: OpenTalk, said: Said) -> Any:
        """The outcome, or the refusal that seals the draft."""
        try:
            if not talk.conversation.open_to(self.somebody.account):
                raise Refused("not_allowed")
            look = self._look(talk)
            return advance(lambda: talk.conversation.talk(look), talk.draft, said)
        except Refused as refusal:
            return refusal

    def _ask(self, talk: OpenTalk, waiting: Waiting) -> None:
        talk.revision = (talk.revision + 1) % 65536
        if len(self.message.text) > 1 and not self.message.tokens and spot(self.message.text):
            waiting = Waiting(waiting.question, waiting.note or say("lost.emergency"))
        self._show(talk, waiting)
        self._keep(talk)

    def _show(self, talk: OpenTalk, waiting: Waiting) -> None:
        def token(what: str) -> str:
            person = self.somebody.account.id
            return make_button(self.house.keys, person, talk.number, talk.revision, what)

        body = show_question(waiting, talk.draft, self.lang, token)
        talk.draft.asked.labels = [button["label"] for button in body["buttons"]]
        body["mark"] = talk.mark
        self._reply(body, talk.conversation.carries)

    def _end(self, talk: OpenTalk, outcome: Any) -> None:
        if isinstance(outcome, Refused):
            self._seal(talk, outcome)
        elif isinstance(outcome, Cancelled):
            talk.state = "cancelled"
            self._close(talk)
            self._reply(show_answer(Answer(say("cancelled"), self._home()), self.lang))
        else:
            assert isinstance(outcome, Done)
            self._act(talk, outcome.result)

    def _act(self, talk: OpenTalk, result: Any) -> None:
        act = Act(self._look(talk), self.now, talk.number, show_answer)
        try:
            answer = talk.conversation.then(act, result)
        except Refused as refusal:
            refusal.values.setdefault(TALK, talk.number)
            raise
        talk.outcome = answer.receipt
        talk.state = "done" if answer.park is None else "parked"
        if answer.park is not None:
            done = talk.draft.facts.setdefault("done", [])
            done += [mark for mark in answer.park if mark not in done]
        if answer.lang:
            self.somebody.account = replace(self.somebody.account, lang=answer.lang)
        self._close(talk)
        ways = answer.ways or self._home()
        body = show_answer(Answer(answer.text, ways), self.lang)
        self._reply(body, talk.conversation.carries)
        if answer.resume is not None:
            self._resume(answer.resume)

    def _resume(self, number: int) -> None:
        row = inbox.load_talk(self.db, self.somebody.account.id, number)
        if row is None or row["state"] != "parked":
            raise Refused("draft.gone")
        current = self._load()
        if current and current.number != number:
            self._park(current)
        talk = self._unpack(number, row)
        if talk is None:
            raise Refused("draft.gone")
        talk.state = "active"
        self.somebody.talk = number
        self._go_on(talk, None)

    def _park(self, talk: OpenTalk) -> None:
        """Kept for later if it holds anything; the choice of a draft never becomes one."""
        held = talk.draft.answers or talk.draft.asked.ticks
        talk.state = "parked" if held else "cancelled"
        self._keep(talk)

    def _seal(self, talk: OpenTalk, refusal: Refused) -> None:
        talk.state = "sealed"
        self._close(talk)
        text = say(refusal.key, **refusal.values)
        self._reply(show_answer(Answer(text, self._home()), self.lang))

    # --- replies -------------------------------------------------------------------

    def _reshow(self, talk: OpenTalk | None, note: object) -> None:
        """The open question again under its old buttons; or a word and the way home."""
        if talk is None:
            self._reply(show_answer(Answer(note, self._home()), self.lang))
            return
        asked = talk.draft.asked
        before = (asked.key, asked.picks)
        outcome = self._run(talk, None)
        if not isinstance(outcome, Waiting):
            self._end(talk, outcome)
            return
        again = Waiting(outcome.question, note or outcome.note)
        if (talk.draft.asked.key, talk.draft.asked.picks) == before:
            self._show(talk, again)
        else:  # what is offered has changed: the third option is another one now
            self._ask(talk, again)

    def _greet(self) -> None:
        """It is a bot, what is recorded, who sees it: before anything else, once."""
        self.somebody.greeted = True
        self._touch()
        text = say("greeting", name=self.somebody.account.name)
        self._reply(show_answer(Answer(text, self._home()), self.lang))

    def _reply(self, body: Body, carries: DataClass = DataClass.INTERNAL) -> Outgoing:
        if self.said and not self.replies:
            body["said"] = self.said
        number = len(self.replies)
        key = f"re:{self.message.source}:{self.message.key}:{number}"
        reply = Outgoing(self.somebody.account.id, carries, key, body)
        self.replies.append(reply)
        return reply

    def _home(self) -> tuple[Way, ...]:
        return home(self.house.registry, self.somebody.account)

    def _put(self, key: str, **values: object) -> str:
        return put(say(key, **values), self.lang)

    # --- rows ----------------------------------------------------------------------

    def _look(self, talk: OpenTalk) -> Look:
        account = self.somebody.account
        done = tuple(talk.draft.facts.get("done", ()))
        house = self.house
        return Look(self.db, house.keys, account, talk.frame, house.library, house.zone, done)

    def _load(self) -> OpenTalk | None:
        row = self.somebody.open
        if row is None or row["state"] != "active" or self.somebody.talk is None:
            return None
        return self._unpack(self.somebody.talk, row)

    def _unpack(self, number: int, row: dict[str, Any]) -> OpenTalk | None:
        conversation = self.house.registry.by_name.get(row["conversation"])
        if conversation is None:
            return None
        return unpack(self.house.keys, self.somebody.account.id, number, row, conversation)

    def _close(self, talk: OpenTalk) -> None:
        if talk.number == 0:
            return
        if self.somebody.talk == talk.number:
            self.somebody.talk = None
        self._keep(talk)

    def _keep(self, talk: OpenTalk) -> None:
        owner, number = self.somebody.account.id, talk.number
        row = pack(self.house.keys, owner, talk) | {"touched": self.now}
        if talk.is_new:
            named = {"conversation": talk.conversation.name, "started": self.now}
            self._put_row(self.new_talks, row | named, {"person_id": owner, "number": number})
        else:
            self._put_row(self.talks, row, {"p": owner, "n": number})
        self._touch()

    @staticmethod
    def _put_row(rows: list[dict[str, Any]], row: dict[str, Any], key: dict[str, int]) -> None:
        """The last word on a row wins; one statement may not hold a row twice."""
        rows[:] = [other for other in rows if any(other[name] != key[name] for name in key)]
        rows.append(row | key)

    def _touch(self) -> None:
        who = self.somebody
        row = {"talks": who.talks, "talk": who.talk, "greeted": who.greeted}
        self._put_row(self.people, row, {"p": who.account.id})


def home(registry: Registry, account: Any) -> tuple[Way, ...]:
    """The menu of this person's roles."""
    return tuple(way(each.name) for each in registry.menu(account))


def _fits(button: Button, talk: OpenTalk) -> bool:
    return (button.talk, button.revision) == (talk.number, talk.revision)


def _taps(buttons: list[Button]) -> Tapped:
    places = tuple(int(button.what) for button in buttons if button.what.isdecimal())
    controls = [button.what for button in buttons if not button.what.isdecimal()]
    return Tapped(places, controls[0] if controls else "")


def _labels(talk: OpenTalk, said: Tapped, lang: str) -> str:
    labels = talk.draft.asked.labels
    parts = [labels[place] for place in said.places if place < len(labels)]
    if said.control and not parts:
        parts = [first_word(f"control.{said.control}", lang)]
    return put(parts, lang)
