"""`yumiao forms`: is a form carried by chat, and how does a person read it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dialogue.say import LANGS
from domain.form import Form, FormError, Item, Option
from domain.xlsform.item import say
from domain.xlsform.read import load_form
from domain.xlsform.table import HOW, Support, as_markdown, lines

app = typer.Typer(no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(help="表单文件。An XLSForm: .xlsx, .xls, .csv, .md", dir_okay=False)
]
Lang = Annotated[str, typer.Option("--lang", help="表单的语言。A language of the form.")]
WHAT = {"type": ("题型", "type"), "function": ("函数", "function"), "feature": ("功能", "feature")}
WIDE = 10_000  # no line is cut or broken, on a terminal or in a pipe
LARGEST = 30 * 1024 * 1024


@app.command()
def check(file: File, lang: Lang = "zh") -> None:
    """检查表单，指出有错的行。Check a form; names the row that is broken."""
    form = read(file, lang)
    here = lang != "zh"
    console = Console(width=WIDE, soft_wrap=True)
    count = sum(1 for _ in form.questions())
    asked = f": {count} questions; " if here else f"：{count} 题；"
    console.print(f"{named(form, lang)}{asked}{', '.join(form.languages)}")
    heads = ("", "", "used", "in a chat", "") if here else ("", "", "次数", "在聊天中", "")
    table = Table(*heads, box=None, pad_edge=False)
    for line in lines():
        if times := form.uses.get((line.what, line.name), 0):
            table.add_row(*cells(line, times, here))
    console.print(table)
    for warning in form.warnings:
        typer.echo(f"{'note: ' if here else '注意：'}{warning}")


def named(form: Form, lang: str) -> str:
    title, name = say(form.title, lang), f"{form.name} {form.version}".strip()
    return f"{title}（{name}）" if lang == "zh" else f"{title} ({name})"


def cells(line: Support, times: int, here: bool) -> tuple[str, ...]:
    note = line.en if here else line.zh
    return WHAT[line.what][here], line.name, str(times), HOW[line.how][here], note


@app.command()
def show(file: File, lang: Lang = "zh") -> None:
    """显示表单。Print the form as a person reads it."""
    form = read(file, lang)
    typer.echo(f"{named(form, lang)}\n")
    for item in form.items:
        for line in read_out(form, item, lang):
            typer.echo(line)


@app.command()
def table() -> None:
    """支持哪些题型和函数。What forms may use, as Markdown."""
    typer.echo(as_markdown())


def read_out(form: Form, item: Item, lang: str) -> Iterator[str]:
    """One item and what is below it, as lines."""
    indent = "  " * item.path.count("/")
    mark = {"group": "■", "repeat": "↻"}.get(item.kind, "·")
    head = "" if item.kind == "question" else "\n"
    label = say(item.label, lang) or item.name
    must = " *" if form.rules[item.path].required else ""
    yield f"{head}{indent}{mark} {item.name}  {label}{must}  [{item.type}]"
    for text in (say(item.hint, lang), say(item.guidance, lang), condition(form, item, lang)):
        if text:
            yield f"{indent}    {text}"
    for option in item.options:
        yield f"{indent}    ○ {option_line(option, lang)}"
    for child in item.children:
        yield from read_out(form, child, lang)


def condition(form: Form, item: Item, lang: str) -> str:
    """When an item is asked, as the form's author wrote it."""
    rule = form.rules[item.path].relevant
    return "" if rule is None else f"{'条件：' if lang == 'zh' else 'when: '}{rule.source}"


def option_line(option: Option, lang: str) -> str:
    marks = [option.extra.get(name, "") for name in ("score", "urgent")]
    kept = " ".join(mark for mark in marks if mark)
    return f"{say(option.label, lang)}" + (f"  ({kept})" if kept else "")


def read(file: Path, lang: str) -> Form:
    """The form in a file, with the CSV files beside it; says what is wrong and leaves with 1.

    Ours are taken for any form, which then speaks its own language; another must be one of its.
    """
    try:
        form = load_form(file.read_bytes(), file.name, beside(file))
        if lang in (*LANGS, *form.languages):
            return form
        known = ", ".join(form.languages)
        typer.echo(
            f"这份表单没有语言 {lang}，有：{known}。The form has no such language.", err=True
        )
    except FormError as error:
        typer.echo(error.said(lang), err=True)
    except OSError as error:
        typer.echo(f"无法读取。{file}: {error.strerror}", err=True)
    raise typer.Exit(1)


def beside(file: Path) -> dict[str, bytes]:
    """The CSV files in the form's folder by name; huge ones are left out."""
    found = (path for path in file.resolve().parent.glob("*.csv") if path.is_file())
    others = (path for path in found if path.name != file.name)
    return {path.name: path.read_bytes() for path in others if path.stat().st_size <= LARGEST}
