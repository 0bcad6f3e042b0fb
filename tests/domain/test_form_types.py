"""Every type of the support table: which words mean it, and what it accepts."""

import pytest

from domain.form import Filling, FormError
from domain.xlsform.table import OTHERWISE, REFUSED, TYPES, lines
from tests.forms.kit import GIVEN, node, survey

CHOICES = ["list_name | name | label", "c | a | A", "c | b | B", "c | d | D"]
LISTED = {
    "select one": "select_one c",
    "select all that apply": "select_multiple c",
    "rank": "rank c",
    "select one using": "select_one c",
    "select multiple using": "select_multiple c",
    "q select1": "select_one c",
    "q select": "select_multiple c",
    "select one external": "select_one c",
}
"""Types whose word in a survey also names a list."""
GOOD_BAD: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("anything", "小榆"), ()),
    "integer": (("0", "-12"), ("1.5", "x", "1e3", "１")),
    "decimal": (("0", "-1.5", ".5"), ("x", "1,5", "nan")),
    "range": (("1", "3", "5"), ("0", "6", "2", "1.5", "x")),
    "date": (("2024-02-29",), ("2023-02-29", "29.2.2024", "2024-2-9", "today")),
    "time": (("08:30", "23:59:59.999+08:00"), ("24:00", "8", "x")),
    "dateTime": (("2024-05-06T08:30:00+08:00", "2024-05-06T08:30"), ("2024-05-06", "x")),
    "select_one": (("a",), ("x", "a b")),
    "select_multiple": (("a", "b a"), ("x", "a a", "a x")),
    "rank": (("d b a",), ("a b", "a b d d", "x")),
    "acknowledge": (("OK",), ()),
    "note": ((), ()),
    "calculate": ((), ()),
    "hidden": (("x",), ()),
    "image": (("a.jpg",), ()),
    "audio": (("a.mp3",), ()),
    "file": (("a.pdf",), ()),
    "geopoint": (
        ("28.13 121.23", "28.1 121.2 0 0"),
        ("28.1", "95 10", "x y", "1 2 3 4 5", "nan 1"),
    ),
    "start": ((), ()),
    "end": ((), ()),
    "today": ((), ()),
    "username": ((), ()),
    "deviceid": ((), ()),
}


def filling_of(word: str) -> Filling:
    parameters = "start=1 end=5 step=2" if word == "range" else ""
    calculation = "1" if "calculate" in word else ""
    form = survey(
        "type | name | label | parameters | calculation",
        f"{LISTED.get(word, word)} | q | Q | {parameters} | {calculation}",
        choices=CHOICES,
    )
    return Filling(form, GIVEN, {})


@pytest.mark.parametrize(
    ("name", "word"), [(name, word) for name, words in TYPES.items() for word in words]
)
def test_every_word_of_a_type_is_read_as_that_type(name: str, word: str) -> None:
    assert filling_of(word).form.item("q").type == name


@pytest.mark.parametrize("name", TYPES)
def test_a_type_accepts_what_fits_and_nothing_else(name: str) -> None:
    filling = filling_of(TYPES[name][0])
    good, bad = GOOD_BAD[name]
    asked = node(filling, "q")
    assert [value for value in good if filling.complaint(asked, value) is not None] == []
    assert [value for value in bad if filling.complaint(asked, value) != {}] == []


@pytest.mark.parametrize(
    ("name", "word"), [(row[0], word) for row in OTHERWISE.values() for word in row[1]]
)
def test_what_is_asked_in_another_way_has_the_type_that_carries_it(name: str, word: str) -> None:
    assert filling_of(word).form.item("q").type == name


@pytest.mark.parametrize("word", [word for word in REFUSED if word != "loop"])
def test_what_is_refused_is_refused_with_its_row(word: str) -> None:
    with pytest.raises(FormError) as error:
        survey("type | name | label | trigger", "text | t | T |", f"{word} | q | Q | ${{t}}")
    assert (error.value.sheet, error.value.row) == ("survey", 3)
    assert REFUSED[word][0] in str(error.value)


def test_a_loop_is_refused() -> None:
    with pytest.raises(FormError) as error:
        survey(
            "type | name | label",
            "begin loop over c | q | Q",
            "text | t | T",
            "end loop | |",
            choices=CHOICES,
        )
    assert error.value.row == 2


@pytest.mark.parametrize(
    ("word", "value", "fits"),
    [
        ("percentage", "100", True),
        ("percentage", "101", False),
        ("phone number", "123", True),
        ("phone number", "12a", False),
        ("number of days in last month", "32", False),
    ],
)
def test_a_type_brings_its_own_constraint(word: str, value: str, fits: bool) -> None:
    filling = filling_of(word)
    assert (filling.complaint(node(filling, "q"), value) is None) is fits


def test_every_type_has_answers_to_try() -> None:
    assert set(GOOD_BAD) == set(TYPES)


def test_no_line_of_the_table_stands_twice() -> None:
    names = [(line.what, line.name) for line in lines()]
    assert len(names) == len(set(names))
