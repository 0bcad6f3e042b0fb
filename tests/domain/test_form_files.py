"""The kinds of file, the support table in the docs, and the operator's commands."""

import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from bot.forms import app
from domain.form import FormError
from domain.xlsform.read import load_form
from domain.xlsform.table import as_markdown
from tests.forms.kit import HERE

DOCS = HERE.parent.parent / "docs" / "forms.md"
ROWS: dict[str, list[list[object]]] = {
    "survey": [
        ["type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "required"],
        ["integer", "age", "几岁", "How old?", None, True],
        [None, None, None, None, None, None],
        ["select_one sex", "sex", "性别", "Sex", "${age} > 3", None],
    ],
    "choices": [
        ["list_name", "name", "label::中文 (zh)", "label::English (en)", "score"],
        ["sex", "f", "女", "girl", 0],
        ["sex", "m", "男", "boy", 1],
    ],
    "settings": [["form_title", "form_id", "version"], ["孩子 / Child", "child", 3]],
}
RUN = CliRunner()


def as_excel(rows: dict[str, list[list[object]]] | None = None) -> bytes:
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, cells in (rows or ROWS).items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def as_csv(coding: str) -> bytes:
    lines = []
    for name, cells in ROWS.items():
        lines.append(name)
        lines += ["," + ",".join("" if c is None else str(c) for c in row) for row in cells]
    return "\n".join(lines).encode(coding)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_codings_of_excel(coding: str) -> None:
    form = load_form(as_csv(coding), "child.csv")
    assert form.item("sex").label == {"zh": "性别", "en": "Sex"}
    assert form.title == {"zh": "孩子", "en": "Child"}


def test_an_excel_file_is_read_with_the_rows_of_its_sheets() -> None:
    form = load_form(as_excel(), "child.xlsx")
    assert (form.name, form.version) == ("child", "3")
    assert (form.item("age").row, form.item("sex").row) == (2, 4)
    assert [option.extra["score"] for option in form.item("sex").options] == ["0", "1"]
    assert len(form.sha256) == 64


def test_the_rows_of_an_error_are_those_of_the_excel_sheet() -> None:
    broken: list[object] = ["text", "a", "A", "A", "${age} >", None]
    rows = {**ROWS, "survey": [*ROWS["survey"], broken]}
    with pytest.raises(FormError) as error:
        load_form(as_excel(rows), "child.xlsx")
    assert str(error.value).startswith("survey row 5: ")


def test_the_name_of_the_file_is_the_name_of_a_form_without_settings() -> None:
    form = load_form(b"| survey |\n| | type | name | label |\n| | text | a | A |", "up/nest.md")
    assert form.name == "nest"
    assert form.languages == ("default",)


def test_the_docs_say_what_is_carried() -> None:
    assert as_markdown() in DOCS.read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "child.xlsx"
    path.write_bytes(as_excel())
    return path


def test_check_prints_what_the_form_uses(file: Path) -> None:
    said = RUN.invoke(app, ["check", str(file), "--lang", "en"])
    assert said.exit_code == 0
    assert "Child (child 3): 2 questions; zh, en" in said.stdout
    assert "select_one" in said.stdout
    assert "carried" in said.stdout


def test_check_names_what_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "| survey |\n| | type | name | label | land |\n| | video | a | A | x |", "utf-8"
    )
    said = RUN.invoke(app, ["check", str(path)])
    assert "换一种方式" in said.stdout
    assert "注意：survey: the column land" in said.stdout


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", "survey 第 2 行：survey 表里没有"), ("en", "survey row 2: there is no b in this form")],
)
def test_check_leaves_with_one_and_the_row(tmp_path: Path, lang: str, words: str) -> None:
    path = tmp_path / "a.md"
    path.write_text("| survey |\n| | type | name | relevant |\n| | text | a | ../b = 1 |", "utf-8")
    said = RUN.invoke(app, ["check", str(path), "--lang", lang])
    assert said.exit_code == 1
    assert words.replace("survey 表里没有", "本表单里没有") in said.stderr


def test_check_says_that_a_file_is_missing(tmp_path: Path) -> None:
    said = RUN.invoke(app, ["check", str(tmp_path / "none.xlsx")])
    assert said.exit_code == 1
    assert "none.xlsx" in said.stderr


def test_files_beside_the_form_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "| survey |\n| | type | name | label |\n| | select_one_from_file t.csv | a | A |", "utf-8"
    )
    assert RUN.invoke(app, ["check", str(path)]).exit_code == 1
    (tmp_path / "t.csv").write_text("name,label\n1,玉环\n", "utf-8")
    assert "玉环" in RUN.invoke(app, ["show", str(path)]).stdout


def test_show_reads_the_form_out(file: Path) -> None:
    said = RUN.invoke(app, ["show", str(file), "--lang", "en"])
    assert said.exit_code == 0
    assert "How old? *  [integer]" in said.stdout
    assert "○ boy  (1)" in said.stdout
    assert "when: ${age} > 3" in said.stdout


def test_the_table_is_printed_whole() -> None:
    assert RUN.invoke(app, ["table"]).stdout.strip() == as_markdown()


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE l [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY i "&b;&b;&b;&b;">]>',
    ],
)
def test_an_excel_file_that_declares_entities_is_refused(declared: str) -> None:
    part = "xl/worksheets/sheet1.xml"
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_excel())) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                data = declared.encode() + data.replace(b"How old?", b"&i;")
            target.writestr(name, data)
    with pytest.raises(FormError, match="cannot be read"):
        load_form(packed.getvalue(), "child.xlsx")
