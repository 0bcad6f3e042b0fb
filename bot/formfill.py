"""`yumiao forms fill FILE`: any form as a conversation in the terminal, its answers as JSON.

Questions go to standard error and answers to standard output, so that a pipe gets both. A file is
sent as @path; its answer is the name under which it is kept.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.channels.terminal import SOURCE, render
from bot.channels.upload import from_line
from bot.choices import MOMENT, known_lang, moment, put_json
from bot.enclosure import Enclosed, enclose
from bot.forms import File, read
from bot.settings import CITY
from dialogue.ask import Review
from dialogue.fill import Found, fill
from dialogue.replay import Cancelled, Done, Draft, Said, Typed, Waiting, advance
from dialogue.say import say
from dialogue.show import show_question
from domain.form import Form
from domain.frame import Frame

Lang = Annotated[str, typer.Option(callback=known_lang, help="zh 或 en。zh or en.")]
Folder = Annotated[Path | None, typer.Option(help="收到的文件存在哪里。Where files are kept.")]
Now = Annotated[str, typer.Option(help=MOMENT)]
Files = dict[str, Enclosed]


def fill_file(file: File, lang: Lang = "zh", now: Now = "", files: Folder = None) -> None:
    """在终端里填表，答案为 JSON。Fill a form; answers as JSON."""
    from bot.app import clock

    lang = lang or "zh"
    form = read(file, lang)
    began = moment(now) if now else clock()
    frame = Frame(began.astimezone(CITY).date(), began, f"{form.name}/{began.isoformat()}")
    sent: Files = {}
    found = conduct(form, frame, lang, sys.stdin, sent)
    if found is None:
        raise typer.Exit(1)
    kept = {name: sent[name] for name in found.answers.values() if name in sent}
    if files:
        _write(files, kept)
    told = {"form": form.name, "version": form.version, "answers": found.answers}
    put_json(told | _why(found) | _named(kept))


def _write(folder: Path, files: Files) -> None:
    """Under their stored names, which no sender chose."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, each in files.items():
        path = folder / name
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(each.upload.data)


def _named(files: Files) -> dict[str, Any]:
    about = {
        stored: {"name": each.upload.name, "size": len(each.upload.data)}
        for stored, each in files.items()
    }
    return {"files": about} if about else {}


def _why(found: Found) -> dict[str, Any]:
    extra = {"reasons": found.whys, "urgent": list(found.urgent)}
    return {name: value for name, value in extra.items() if value}


def conduct(
    form: Form, frame: Frame, lang: str, lines: Any, files: Files | None = None
) -> Found | None:
    """None when it was cancelled or the input ended before the form. What is sent comes into
    `files` by the name under which it is kept."""

    async def talk() -> Found:
        found = await fill(form, "form", frame)
        if not found.urgent:
            ask = found.below_notes(say("form.review", form=form.title))
            await Review("form/review", ask, lines=found.lines)
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
        shown = show_question(outcome, draft, lang, str, SOURCE)
        draft.asked.labels = [button["label"] for button in shown["buttons"]]
        sys.stderr.write(render(shown) + "\n\n")
        said = next_words(words, outcome, {} if files is None else files)
        if said is None:
            sys.stderr.write("输入结束，表单还没有填完。The input ended before the form did.\n")
            return None


def next_words(words: Iterator[str], open_one: Waiting, files: Files) -> Said:
    line = next(words, None)
    if line is None:
        return None
    upload = from_line(line) if open_one.question.kind == "media" else None
    if upload is None:
        return Typed(line.strip())
    enclosed = enclose((upload,))
    files[enclosed.file] = enclosed
    return enclosed.sent
