"""`yumiao forms fill FILE`: any form as a conversation in the terminal, its answers as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.channels.terminal import render
from bot.choices import put_json
from bot.forms import read
from bot.settings import CITY
from dialogue.ask import Review
from dialogue.fill import Found, fill
from dialogue.replay import Cancelled, Done, Draft, Said, Typed, advance
from dialogue.say import say
from dialogue.show import show_question
from domain.form import Form
from domain.frame import Frame

Lang = Annotated[str, typer.Option(help="zh or en.")]


def fill_file(file: Path, lang: Lang = "zh", now: str = "") -> None:
    """Conduct any XLSForm in the terminal and print the answers as JSON.

    Questions go to standard error and answers to standard output, so that a pipe gets both.
    """
    from bot.app import clock

    form = read(file, lang)
    began = datetime.fromisoformat(now) if now else clock()
    frame = Frame(began.astimezone(CITY).date(), began, f"{form.name}/{began.isoformat()}")
    found = conduct(form, frame, lang, sys.stdin)
    if found is None:
        raise typer.Exit(1)
    put_json({"form": form.name, "version": form.version, "answers": found.answers} | _why(found))


def _why(found: Found) -> dict[str, Any]:
    extra = {"reasons": found.whys, "urgent": list(found.urgent)}
    return {name: value for name, value in extra.items() if value}


def conduct(form: Form, frame: Frame, lang: str, lines: Any) -> Found | None:
    """None when it was cancelled or the input ended before the form."""

    async def talk() -> Found:
        found = await fill(form, "form", frame)
        if not found.urgent:
            await Review("form/review", say("form.review", form=form.title), lines=found.lines)
        return found

    draft, said = Draft(), None
    words: Iterator[str] = iter(lines)
    while True:
        outcome = advance(talk, draft, said)
        if isinstance(outcome, Done):
            result: Found = outcome.result
            return result
        if isinstance(outcome, Cancelled):
            return None
        sys.stderr.write(render(show_question(outcome, draft, lang, str)) + "\n\n")
        said = next_words(words)
        if said is None:
            sys.stderr.write("The input ended before the form did. 输入结束，表单还没有填完。\n")
            return None


def next_words(words: Iterator[str]) -> Said:
    line = next(words, None)
    return None if line is None else Typed(line.strip())
