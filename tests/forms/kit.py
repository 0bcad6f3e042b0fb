"""Small forms for the tests: written as Markdown, filled with what a test gives."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from domain.form import Filling, Form, Given, Node
from domain.xlsform.read import load_form

HERE = Path(__file__).parent
NOON = datetime(2024, 5, 6, 12, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=8)))
GIVEN = Given(
    now=NOON,
    today=date(2024, 5, 6),
    username="李主任",
    deviceid="web",
    random=lambda key: (len(key) % 10) / 10,
    uuid=lambda key: f"{len(key):04}-abcd",
)


def table(sheet: str, *rows: str) -> str:
    """A sheet in Markdown: each row as `cell | cell`, the header first."""
    return "\n".join([f"| {sheet} |", *(f"| | {row} |" for row in rows)])


def form_of(*sheets: str, media: Mapping[str, bytes] | None = None) -> Form:
    return load_form("\n".join(sheets).encode(), "test.md", media)


def survey(
    *rows: str, choices: Sequence[str] = (), media: Mapping[str, bytes] | None = None
) -> Form:
    """A form of a survey sheet, its header first, and rows of a choices sheet."""
    sheets = [table("survey", *rows)]
    if choices:
        sheets.append(table("choices", *choices))
    return form_of(*sheets, media=media)


def fill(
    form: Form, instances: Mapping[str, Sequence[str]] | None = None, **answers: str
) -> Filling:
    """A filling; `__` in a name stands for the slash of a path."""
    found = {path.replace("__", "/"): value for path, value in answers.items()}
    return Filling(form, GIVEN, found, instances)


def node(filling: Filling, path: str) -> Node:
    found = filling.node(path)
    assert found is not None
    return found


def packaged(name: str) -> Form:
    """One of the forms that ship with the project."""
    path = HERE.parent.parent / "domain" / "forms" / f"{name}.md"
    return load_form(path.read_bytes(), path.name)
