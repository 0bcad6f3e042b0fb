"""What one message of one person leads to: which conversation, which answer, which replies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot import danger, enclosure, looks
from bot.buttons import Button, make_button, read_button
from bot.channels.message import Incoming, Outgoing
from bot.danger import ASIDE
from bot.drafts import OpenTalk, called_off, noting, unpack
from bot.enclosure import Enclosed
from bot.house import House, home
from bot.keeping import Keeping
from bot.pressed import fits, is_command, labels, names_known, taps
from dialogue.read import plain
from dialogue.registry import Answer, Conversation, Way, way
from dialogue.replay import Asked, Cancelled, Done, Draft, Said, Typed, Waiting, advance
from dialogue.say import lines, say
from dialogue.show import Body, show_answer, show_question
from dialogue.texts import words
from domain.emergency import spot
from domain.frame import Frame
from domain.privacy import DataClass
from domain.trouble import Refused
from storage import inbox
from storage.act import Act
from storage.look import Look

TALK = "_talk"


@dataclass
class Exchange:
    """Holds one exchange; afterwards its lists say what is to be written."""

    house: House
    db: Connection
    somebody: inbox.Somebody
    message: Incoming
    now: datetime
    kept: Keeping = field(default_factory=Keeping)
    replies: list[Outgoing] = field(default_factory=list)
    said: str = ""
    sent: dict[str, str] | None = None
    heard: tuple[Asked, Said] = field(default_factory=lambda: (Asked(), None))

    @property
    def lang(self) -> str:
        return self.somebody.account.lang

    def hold(self) -> list[Outgoing]:
        """Takes the message; returns the replies. Without words somebody has only come in."""
        self.said = enclosure.blurred(self.message.text.removeprefix("/"))
        talk = None if self._overtaking() else self._load()
        if not self.somebody.greeted:
            self._greet()
        if self.message.tokens:
            self._tapped(talk)
        elif self.message.files:
            self._enclosed(talk, enclosure.enclose(self.message.files))
        elif self.message.text:
            self._typed(talk)
        return self.replies

    def _overtaking(self) -> bool:
        """An emergency that begins while a message is stuck: what is open may be the trouble."""
        registry = self.house.registry
        return bool(self.somebody.stuck) and not danger.in_emergency(registry, self.somebody)

    def refuse(self, refusal: Refused) -> list[Outgoing]:
        """After the act said no and all was rolled back: the draft is sealed, and why."""
        files, text = self.message.files, self.message.text
        said = enclosure.enclose(files).words(self.lang) if files else enclosure.blurred(text)
        self.said = said
        talk = self._load()
        number = refusal.values.pop(TALK, 0)
        if talk and talk.number == number:
            self.heard = (talk.draft.asked, self._meant(talk))
            self._seal(talk, refusal)
        else:
            self._reshow(talk, say(refusal.key, **refusal.values))
        return self.replies

    def _meant(self, talk: OpenTalk) -> Said:
        """What the message says to the open question."""
        pressed = filter(None, map(self._button, self.message.tokens))
        if self.message.tokens:
            return taps([button for button in pressed if fits(button, talk)])
        return Typed(self.message.text)

    def sorry(self, receipt: str, key: str) -> Outgoing:
        """Something went wrong with her words; who is in danger needs nothing of us."""
        phone = self._look(self._frame("")).station_phone()
        text = lines(say(key, receipt=receipt), danger.call(phone))
        return self._reply(show_answer(Answer(text, (way("emergency"),)), self.lang))

    # --- what was said -------------------------------------------------------------

    def _tapped(self, talk: OpenTalk | None) -> None:
        pressed = [self._button(token) for token in self.message.tokens]
        buttons = [button for button in pressed if button is not None]
        if len(buttons) < len(pressed):
            self._reshow(talk, say("button.unknown"))
        elif talk is None or any(not fits(button, talk) for button in buttons):
            self._stale(talk, buttons[0])
        else:
            said = taps(buttons)
            self.said = labels(talk, said, self.lang)
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
        found = self.house.registry.find(text, self._is_known)
        if found and not found[0].urgent and danger.is_alarming(text, found[1]):
            found = None
        if talk is None:
            if found:
                self._start(found[0], found[1], None)
            else:
                self._lost(text)
        elif found and is_command(self._look(talk.frame), talk, text, found[1]):
            self._start(found[0], found[1], talk)
        elif self.message.shown is not None and self.message.shown != talk.mark:
            self._reshow(talk, say("typed.early"))
        else:
            self._go_on(talk, Typed(text))
        if not (found and found[0].urgent) and not (talk and talk.conversation.urgent):
            danger.offer(self.replies[-1].body, text, self.lang)

    def _is_known(self, rest: str) -> bool:
        return names_known(self._look(self._frame("")), rest)

    def _enclosed(self, talk: OpenTalk | None, file: Enclosed) -> None:
        """A file: kept if the open question takes it, else only its name is shown."""
        self.said, self.sent = file.words(self.lang), {}
        if talk is None:
            self._reshow(None, say("file.not_asked"))
            return
        if self.message.shown not in (None, talk.mark):
            self._reshow(talk, say("typed.early"))
            return
        me = self.somebody.account.id
        file = enclosure.measure(self.db, me, file, self.now)
        outcome = self._run(talk, file.sent)
        if enclosure.is_taken(talk.draft, file):
            enclosure.keep(self.db, self.house.keys, (me, talk.number), file, self.now)
            self.sent = enclosure.shown(file)
        self._follow(talk, outcome)

    def _lost(self, text: str) -> None:
        """Nothing is open and no word is known: an emergency, or a way home."""
        cancel = {plain(word) for name in ("cancel", "back") for word in words(f"control.{name}")}
        key = "lost.nothing_open" if plain(text) in cancel else "lost.words"
        if spot(text):
            key = "lost.emergency"
        self._reply(show_answer(Answer(say(key), self._home()), self.lang))

    # --- conversations -------------------------------------------------------------

    def _start(self, conversation: Conversation, rest: str, talk: OpenTalk | None) -> None:
        if not conversation.open_to(self.somebody.account):
            self._reshow(talk, say("not_allowed"))
            return
        fresh = self._fresh(conversation, rest)
        outcome = self._run(fresh, None)
        if isinstance(outcome, Waiting):
            self._leave(talk, fresh)
            self.somebody.talks = fresh.number
            self.somebody.talk = fresh.number
            self._ask(fresh, noting(outcome, talk))
            return
        fresh.number = 0  # it asked nothing: it is no draft, and the open one stays open
        self._end(fresh, outcome)
        if talk and self.somebody.talk == talk.number and not self.somebody.stuck:
            self._reshow(talk, None)

    def _leave(self, talk: OpenTalk | None, fresh: OpenTalk) -> None:
        """What is open becomes a draft; but what has overtaken stuck messages comes back to it."""
        if self.somebody.stuck:
            before = talk.draft.facts.get(ASIDE) if talk else self.somebody.talk
            fresh.draft.facts[ASIDE] = before or 0
        if talk:
            self._park(talk)

    def _fresh(self, conversation: Conversation, rest: str) -> OpenTalk:
        number, frame = self.somebody.talks + 1, self._frame(rest)
        return OpenTalk(number, conversation, Draft(), frame, self.now, is_new=True)

    def _frame(self, rest: str) -> Frame:
        return Frame(self.house.day(self.now), self.now, secrets.token_hex(8), rest)

    def _go_on(self, talk: OpenTalk, said: Said) -> None:
        key = talk.draft.asked.key
        outcome = self._run(talk, said)
        if isinstance(said, Typed):
            self.said = enclosure.masked(key, outcome, self.said)
        self._follow(talk, outcome)

    def _follow(self, talk: OpenTalk, outcome: Any) -> None:
        if isinstance(outcome, Waiting):
            self._ask(talk, outcome)
        else:
            self._end(talk, outcome)

    def _run(self, talk: OpenTalk, said: Said) -> Any:
        """The outcome, or the refusal that seals the draft."""
        if said is not None:
            self.heard = (replace(talk.draft.asked), said)
        try:
            if not talk.conversation.open_to(self.somebody.account):
                raise Refused("not_allowed")
            look = self._look_for(talk)
            return advance(lambda: talk.conversation.talk(look), talk.draft, said)
        except Refused as refusal:
            return refusal

    def _ask(self, talk: OpenTalk, waiting: Waiting) -> None:
        talk.revision = (talk.revision + 1) % 65536
        if waiting.question.looks:
            looks.note(self._act_of(talk), talk.draft, waiting.question)
        self._show(talk, waiting)
        self._keep(talk)

    def _show(self, talk: OpenTalk, waiting: Waiting) -> None:
        def token(what: str) -> str:
            person = self.somebody.account.id
            return make_button(self.house.keys, person, talk.number, talk.revision, what)

        body = show_question(waiting, talk.draft, self.lang, token, self.message.source)
        talk.draft.asked.labels = [button["label"] for button in body["buttons"]]
        body["mark"] = talk.mark
        self._reply(body, talk.conversation.carries)

    def _end(self, talk: OpenTalk, outcome: Any) -> None:
        if isinstance(outcome, Refused):
            self._seal(talk, outcome)
        elif isinstance(outcome, Cancelled):
            talk.state = "cancelled"
            self._close(talk)
            self._reply(show_answer(called_off(talk, self._home()), self.lang))
        else:
            assert isinstance(outcome, Done)
            self._act(talk, outcome.result)

    def _act_of(self, talk: OpenTalk) -> Act:
        return Act(self._look_for(talk), self.now, talk.number, show_answer)

    def _act(self, talk: OpenTalk, result: Any) -> None:
        act = self._act_of(talk)
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
        ways = answer.ways or (() if answer.resume is not None else self._home())
        body = show_answer(replace(answer, ways=ways), self.lang)
        self._reply(body, talk.conversation.carries)
        if answer.resume is not None:
            self._resume(answer.resume)

    def _resume(self, number: int) -> None:
        row = inbox.load_talk(self.db, self.somebody.account.id, number)
        talk = self._unpack(number, row) if row and row["state"] == "parked" else None
        if talk is None:
            raise Refused("draft.gone")
        talk.state, current = "active", self._load()
        outcome = self._run(talk, None)
        if isinstance(outcome, Waiting):  # else what is open stays so
            if current:
                self._park(current)
            self.somebody.talk = number
        self._follow(talk, noting(outcome, current))

    def _park(self, talk: OpenTalk) -> None:
        """Kept for later if it holds anything and is no mere look at something."""
        held = talk.draft.answers or talk.draft.asked.ticks
        kept = "parked" if held else "cancelled"
        talk.state = "done" if talk.conversation.passing else kept
        self._keep(talk)

    def _seal(self, talk: OpenTalk, refusal: Refused) -> None:
        """The draft ends here; what was urgent in it does not."""
        talk.state = "sealed"
        asked, said = self.heard if self.heard[1] is not None else (talk.draft.asked, None)
        rescued = danger.rescue(self.house.registry, self._act_of(talk), asked, said)
        why: object = say(refusal.key, **refusal.values)
        ways = self._home()
        if rescued:
            why, talk.outcome = lines(rescued.text, why), rescued.receipt
            ways = (*rescued.ways, *(each for each in ways if each not in rescued.ways))
        self._close(talk)
        self._reply(show_answer(Answer(why, ways), self.lang))

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
        self.kept.person(self.somebody)
        text = say("greeting", name=self.somebody.account.name)
        self._reply(show_answer(Answer(text, self._home()), self.lang))

    def _reply(self, body: Body, carries: DataClass = DataClass.INTERNAL) -> Outgoing:
        if self.said and not self.replies:
            body["said"] = self.said
            if self.sent is not None:
                body["sent"] = self.sent
        number = len(self.replies)
        key = f"re:{self.message.source}:{self.message.key}:{number}"
        carries = enclosure.carries(body, carries)
        reply = Outgoing(self.somebody.account.id, carries, key, body)
        self.replies.append(reply)
        return reply

    def _home(self) -> tuple[Way, ...]:
        return home(self.house.registry, self.somebody.account)

    # --- rows ----------------------------------------------------------------------

    def _look_for(self, talk: OpenTalk) -> Look:
        return self._look(talk.frame, tuple(talk.draft.facts.get("done", ())))

    def _look(self, frame: Frame, done: tuple[str, ...] = ()) -> Look:
        account, house = self.somebody.account, self.house
        day = house.day(self.now)
        return Look(self.db, house.keys, account, frame, house.library, house.zone, done, day)

    def _load(self) -> OpenTalk | None:
        row = self.somebody.open
        if row is None or row["state"] != "active" or self.somebody.talk is None:
            return None
        return self._unpack(self.somebody.talk, row)

    def _unpack(self, number: int, row: dict[str, Any]) -> OpenTalk | None:
        conversation = self.house.registry.by_name.get(row["conversation"])
        if conversation is None:
            return None
        me = self.somebody.account.id
        talk = unpack(self.house.keys, me, number, row, conversation)
        talk.draft.walks = self.house.underway.take((me, number))
        return talk

    def _close(self, talk: OpenTalk) -> None:
        if talk.number == 0:
            return
        if self.somebody.talk == talk.number:
            self.somebody.talk = talk.draft.facts.get(ASIDE) or None
        self._keep(talk)

    def _keep(self, talk: OpenTalk) -> None:
        self.kept.talk(self.house, self.somebody.account.id, talk, self.now)
        self.kept.person(self.somebody)
