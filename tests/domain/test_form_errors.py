"""Every way in which a form is refused, with the sheet and the row."""

import io
import zipfile

import pytest

from domain.form import FormError
from domain.xlsform.read import load_form
from tests.forms.kit import form_of, survey, table

HEAD = "type | name | label | relevant | calculation | constraint"
TEXT = "text | a | A | | |"
ORPHAN = "text | b | B |"
CHOICES = ["list_name | name | label | score | urgent", "c | x | X | 1 | EM06"]


def refused(*rows: str, choices: list[str] | None = None) -> FormError:
    with pytest.raises(FormError) as error:
        survey(*rows, choices=choices or ())
    return error.value


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("text | b | B | ${a} = | |", "ends too early"),
        ("text | b | B | ${a} = = 1 | |", "cannot read"),
        (
            "text | b | B | sellected(${a}, '1') | |",
            "sellected() is not carried (did you mean selected?)",
        ),
        ("text | b | B | checksum(${a}) | |", "checksum() is not carried"),
        ("text | b | B | randomize(${a}) | |", "randomize() is not carried"),
        ("text | b | B | selected(${a}) | |", "selected() does not take 1 arguments"),
        ("text | b | B | ${missing} = 1 | |", "missing"),
        ("text | b ${missing} | B | | |", "name"),
        ("text | b | B ${missing} | | |", "missing"),
        ("text | b | B | ../aa = 1 | |", "there is no aa in this form"),
        ("text | b | B | /other/a = 1 | |", "/other is not the root of this form"),
        ("text | b | B | ${last-saved#a} = 1 | |", "last-saved"),
        ("text | b | B | regex(., '[') | |", "no regular expression"),
        ("text | b | B | format-date(today(), '%Q') = 1 | |", "%Q is no sign of a date format"),
        ("text | b | B | instance('x')/root/item = 1 | |", "instance('x') is no list"),
        ("text | b | B | indexed-repeat(${a}, ${a}, 1) = 1 | |", "needs a repeat around"),
        ("text | b | B | indexed-repeat(a, ${a}, 1) = 1 | |", "takes ${name}"),
        ("text | b | B | pulldata(${a}, 'b', 'c', 'd') = 1 | |", "in quotes"),
        ("text | b | B | jr:choice-name(${a}, 'x') = 1 | |", "needs the question"),
        ("text | b | B | position(@@) = 1 | |", "cannot read"),
        ("text | b | B | foo:bar/baz = 1 | |", "foo:bar"),
        ("text | b | B | | | . >", "ends too early"),
        ("text | b | B | count('x') = 1 | |", "cannot be worked out"),
        ("calculate | b | | | 1 + |", "ends too early"),
        ("calculate | b | | | |", "Missing calculation"),
        ("geotrace | b | B | | |", "the type geotrace is not carried: a line cannot be drawn"),
        ("osm | b | B | | |", "the type osm is not carried"),
        ("texxt | b | B | | |", "the type texxt is unknown (did you mean text?)"),
        ("text | a | A | | |", "must be unique"),
        ("text | 1b | B | | |", "Names must begin with a letter"),
        ("text | | B | | |", "no name"),
        ("select_one none | b | B | | |", "choices"),
        ("select_one_from_file towns.csv | b | B | | |", "the file towns.csv is missing"),
        ("select_one_from_file towns.xml | b | B | | |", "choices come from CSV files"),
        ("select_one ${a} | b | B | | |", "${a} is not in a repeat"),
        ("end_group | | | | |", "Unmatched 'end_group'"),
        ("begin_group | b | B | | |", "Unmatched 'begin_group'"),
        ("begin_repeat | b | B | | |", "Unmatched 'begin_repeat'"),
        ("text | b | B | ${b} = 1 | |", "decide over each other"),
    ],
)
def test_a_broken_row_is_named(row: str, words: str) -> None:
    error = refused(HEAD, TEXT, row)
    assert (error.sheet, error.row) == ("survey", 3)
    assert words in str(error)
    assert str(error).startswith("survey row 3: ")
    assert error.said("zh").startswith("survey 第 3 行：")


def test_a_reference_to_a_name_that_stands_twice_is_refused() -> None:
    error = refused(
        HEAD,
        "begin_group | g | G | | |",
        TEXT,
        "end_group | | | | |",
        "begin_group | h | H | | |",
        TEXT,
        "end_group | | | | |",
        "note | n | N | ${a} = 1 | |",
    )
    assert error.row == 8
    assert "more than once" in str(error)


def test_two_rows_that_decide_over_each_other_are_refused() -> None:
    error = refused(
        HEAD,
        "text | a | A | ${b} = 1 | |",
        "text | b | B | ${c} = 1 | |",
        "calculate | c | | | ${a} |",
    )
    assert "decide over each other" in str(error)


def test_a_group_that_depends_on_its_own_question_is_refused() -> None:
    error = refused(HEAD, "begin_group | g | G | ${a} = 1 | |", TEXT, "end_group | | | | |")
    assert "decide over each other" in str(error)


@pytest.mark.parametrize(
    ("column", "right"),
    [
        ("relevent", "relevant"),
        ("Relevnt", "relevant"),
        ("calcuation", "calculation"),
        ("constrain", "constraint"),
        ("lable::English (en)", "label"),
        ("hwo", "how"),
        ("prots", "ports"),
        ("chanel", "channel"),
        ("choice_filtr", "choice_filter"),
        ("requierd", "required"),
    ],
)
def test_a_misspelt_survey_column_names_the_right_one(column: str, right: str) -> None:
    error = refused(f"type | name | label | {column}", "text | a | A | x")
    assert (error.sheet, error.row) == ("survey", 1)
    assert f"did you mean {right}?" in str(error)


@pytest.mark.parametrize(
    ("column", "right"), [("scroe", "score"), ("urgnet", "urgent"), ("lable", "label")]
)
def test_a_misspelt_choices_column_names_the_right_one(column: str, right: str) -> None:
    choices = [f"list_name | name | label | {column}", "c | x | X | 1"]
    error = refused("type | name | label", "select_one c | a | A", choices=choices)
    assert (error.sheet, error.row) == ("choices", 1)
    assert f"did you mean {right}?" in str(error)


def test_a_misspelt_setting_and_a_misspelt_sheet_are_named() -> None:
    rows = table("survey", "type | name | label", "text | a | A")
    with pytest.raises(FormError, match="did you mean form_title"):
        form_of(table("settings", "form_titel", "x"), rows)
    with pytest.raises(FormError, match="should be called choices"):
        form_of(rows, table("choises", "list_name | name | label", "c | x | X"))


def test_a_column_that_a_filter_uses_may_be_near_a_known_one() -> None:
    form = survey(
        "type | name | label | choice_filter",
        "select_one c | a | A | scroe = 1",
        choices=["list_name | name | label | scroe", "c | x | X | 1"],
    )
    assert form.warnings == ()


def test_a_foreign_column_is_kept_and_named() -> None:
    form = survey("type | name | label | region", "text | a | A | coast")
    assert form.item("a").extra == {"region": "coast"}
    assert "column region" in form.warnings[0]


def test_words_of_our_own_columns_that_nobody_knows_are_named() -> None:
    form = survey("type | name | label | ask | channel", "text | a | A | nver | web")
    assert form.warnings == ("survey row 2: ask is 'nver', expected review or never",)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("c | x | X | much | ", "is no number"),
        ("c | x | X | 1 | if(${z} = 1, 'EM01', 'EM02')", "z"),
        ("c | x | X | 1 | if(", "too early"),
        ("c | x | X ${z} | 1 | ", "z"),
        ("c | | X | 1 |", "name"),
    ],
)
def test_a_broken_choice_is_named(row: str, words: str) -> None:
    error = refused(
        "type | name | label",
        "select_one c | a | A",
        choices=[CHOICES[0], CHOICES[1].replace("x", "w"), row],
    )
    assert (error.sheet, error.row) == ("choices", 3)
    assert words in str(error)


def test_search_in_an_appearance_is_refused() -> None:
    error = refused(
        "type | name | label | appearance",
        "select_one c | a | A | search('towns')",
        choices=CHOICES,
    )
    assert (error.sheet, error.row) == ("survey", 2)
    assert "select_one_from_file" in str(error)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"no form at all", "form.xlsx", "is not an Excel file"),
        (b"PK\x03\x04 but not really", "form.xlsx", "broken Excel file"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "form.xls", "is no XLSForm"),
        (b"\0\1\2\3", "form.md", "neither Excel, CSV nor Markdown"),
        (b"just words", "form.md", "is no XLSForm"),
        (b"", "form.md", ""),
        (b"", "form.csv", ""),
        (b"\xff\xfe\x00", "form.csv", ""),
        (b"| survey |\n| | type | name |\n", "form.md", "has no questions"),
        (
            b"| choices |\n| | a | b |\n| | 1 | 2 |\n| settings |\n| | form_id |\n| | x |",
            "x.md",
            "survey",
        ),
    ],
)
def test_a_file_that_is_no_form_is_refused(data: bytes, name: str, words: str) -> None:
    with pytest.raises(FormError) as error:
        load_form(data, name)
    assert words in str(error.value)


def test_a_file_that_grows_beyond_all_bounds_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (21 * 1024 * 1024))
    with pytest.raises(FormError, match="larger than 20 MB unzipped"):
        load_form(packed.getvalue(), "bomb.xlsx")
    with pytest.raises(FormError, match="larger than 20 MB"):
        load_form(b"|" * (21 * 1024 * 1024), "form.md")


def test_more_than_two_thousand_rows_are_refused() -> None:
    rows = [f"text | q{number} | Q" for number in range(2001)]
    error = refused("type | name | label", *rows)
    assert (error.sheet, error.row) == ("survey", 2002)
    assert "more than 2000 rows" in str(error)
