"""Putting a question or an answer into words and buttons for one reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dialogue.ask import Line, Many, Media, Question, Review, Section
from dialogue.control import controls
from dialogue.media import LIMITS, FileWords
from dialogue.numbered import LISTED
from dialogue.registry import Answer
from dialogue.replay import Draft, Waiting
from dialogue.say import Say, lines, put, say
from dialogue.texts import first_word

Token = Callable[[str], str]  # "3" (a place) or "back" (a control) -> what a button carries
Body = dict[str, Any]
WAYS = {"web": "media.how.web", "terminal": "media.how.terminal"}
"""How a file is sent, by channel; on every other one it is not."""


def show_question(
    waiting: Waiting, draft: Draft, lang: str, token: Token, channel: str = "web"
) -> Body:
    """The message for an open question: its text, its buttons, how it is to be answered."""
    question = waiting.question
    body: Body = {
        "kind": question.kind,
        "text": put(_text(waiting, channel), lang),
        "buttons": [
            _pick(question, draft, place, lang, token)
            for place in range(min(len(question.picks), question.shown))
        ],
        "controls": [_control(question, name, lang, token) for name in controls(question)],
    }
    if question.section:
        body["section"] = put(_part(question.section), lang)
    if len(question.picks) > question.shown:
        body["text"] += "\n" + put(say("ask.more", n=len(question.picks)), lang)
    if waiting.note is not None:
        body["note"] = put(waiting.note, lang)
    if isinstance(question, Many) and question.ordered:
        body["ordered"] = True
    if isinstance(question, Media):
        body["takes"] = question.takes
    if isinstance(question, Review):
        body["lines"] = [
            _line(place, line, lang)
            for place, line in enumerate(question.lines, 1)
            if line.answer is not None
        ]
    return body


def _how(question: Question[Any], channel: str) -> object:
    """What a file must be, and how this channel sends one; how a button is taken by typing,
    where its plain number would be an answer of its own."""
    if not isinstance(question, Media):
        typed = channel != "web" and question.picks and question.kind not in LISTED
        return say("fill.preset_how") if typed else None
    takes = say(f"media.takes.{question.takes}", **LIMITS)
    return lines(takes, say(WAYS.get(channel, "media.how.elsewhere")))


def _line(place: int, line: Line, lang: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "label": put(line.label, lang),
        "answer": put(line.answer, lang),
        "place": place,
    }
    if isinstance(line.answer, FileWords):
        shown["file"] = line.answer.file
    return shown


def _text(waiting: Waiting, channel: str) -> object:
    question = waiting.question
    head = _part(question.section) if question.section else None
    return lines(head, question.ask, question.hint, _how(question, channel))


def _part(section: Section) -> Say:
    """第 2/6 部分; the words of a message begin with it."""
    return say("section", number=section.number, total=section.total, label=section.label)


def _pick(
    question: Question[Any], draft: Draft, place: int, lang: str, token: Token
) -> dict[str, Any]:
    pick = question.picks[place]
    button: dict[str, Any] = {"label": put(pick.label, lang), "data": token(str(place))}
    if isinstance(question, Many) and pick.value in draft.asked.ticks:
        button["ticked"] = True
        if question.ordered:
            button["rank"] = draft.asked.ticks.index(pick.value) + 1
    if isinstance(question, Many) and pick.alone:
        button["alone"] = True
    return button


def _control(question: Question[Any], name: str, lang: str, token: Token) -> dict[str, str]:
    label = first_word(f"control.{name}", lang)
    return {"label": label, "data": token(name), "name": name}


def show_answer(answer: Answer, lang: str) -> Body:
    """The message at the end of a conversation, with the ways that lead on."""
    more: Body = {"link": answer.link} if answer.link else {}
    if answer.folds:
        more["folds"] = True
    return more | {
        "kind": "end",
        "text": put(answer.text, lang),
        "buttons": [
            {"label": put(w.label, lang), "data": put(w.command, lang)} for w in answer.ways
        ],
        "controls": [],
    }
