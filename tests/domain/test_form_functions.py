"""Every function of the support table, by an example."""

import pytest

from domain.form import Filling, Form
from domain.xlsform.table import FUNCTIONS, REFUSED_FUNCTIONS
from tests.forms.kit import GIVEN, form_of, table

EXAMPLES: dict[str, list[tuple[str, str]]] = {
    "last": [("count(/data/kids[last()])", "1")],
    "count": [("count(${kids})", "3"), ("count(${x}[. > 1])", "2")],
    "local-name": [("local-name(${a})", "a")],
    "name": [("name(${a})", "a")],
    "contains": [("contains(${word}, 'mia')", "true")],
    "starts-with": [("starts-with(${word}, 'Yu')", "true")],
    "substring-before": [("substring-before('a-b', '-')", "a")],
    "substring-after": [("substring-after('a-b', '-')", "b")],
    "substring": [("substring('Yumiao', 3, 2)", "mi"), ("substring('Yumiao', 3)", "miao")],
    "string-length": [("string-length(${word})", "6"), ("string-length('小榆')", "2")],
    "normalize-space": [("normalize-space('  a   b ')", "a b")],
    "translate": [("translate('abc', 'ab', 'xy')", "xyc")],
    "not": [("not(${a} = 4)", "false"), ("not(${none})", "true")],
    "boolean": [("boolean(${none})", "false"), ("boolean(${a})", "true")],
    "true": [("true()", "true")],
    "false": [("false()", "false")],
    "floor": [("floor(2.7)", "2"), ("floor(${d})", "19849")],
    "ceiling": [("ceiling(2.1)", "3")],
    "position": [("count(/data/kids[position() = 2])", "1")],
    "string": [("string(100000000000)", "100000000000"), ("string(1 div 4)", "0.25")],
    "number": [("number('12') + 1", "13"), ("number(${d})", "19849"), ("number('x')", "")],
    "concat": [("concat('a', 1, ${word})", "a1Yumiao"), ("concat(${x})", "123")],
    "sum": [("sum(${x})", "6")],
    "round": [
        ("round(3.14159, 2)", "3.14"),
        ("round(2.675, 2)", "2.68"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(1234.5, -2)", "1200"),
    ],
    "selected": [("selected(${many}, 'q')", "true"), ("selected(${many}, 'r')", "false")],
    "selected-at": [("selected-at(${many}, 1)", "q"), ("selected-at(${many}, 5)", "")],
    "count-selected": [("count-selected(${many})", "2"), ("count-selected(${none})", "0")],
    "jr:choice-name": [
        ("jr:choice-name(${one}, '${one}')", "桃"),
        ("jr:choice-name('q', '/data/one')", "梨"),
    ],
    "jr:itext": [("jr:itext('c-1')", "梨")],
    "if": [("if(${a} > 3, 'big', 'small')", "big"), ("if(${none}, 1, 2)", "2")],
    "coalesce": [("coalesce(${none}, 'other')", "other"), ("coalesce(${word}, 'x')", "Yumiao")],
    "once": [("once('first')", "first")],
    "regex": [
        ("regex(${word}, '[A-Z][a-z]+')", "true"),
        ("regex('a1', '[a-z]')", "false"),
        ("regex('小榆', '\\p{L}+')", "true"),
    ],
    "boolean-from-string": [
        ("boolean-from-string('1')", "true"),
        ("boolean-from-string('no')", "false"),
    ],
    "checklist": [
        ("checklist(1, 2, 'yes', 'no')", "true"),
        ("checklist(2, -1, '1', '0')", "false"),
    ],
    "weighted-checklist": [("weighted-checklist(3, 5, 'yes', 3, 'yes', 2)", "true")],
    "version": [("version()", "7")],
    "instance": [
        ("instance('c')/root/item[name = 'q']/tree", "pear"),
        ("count(instance('c')/root/item)", "2"),
    ],
    "current": [("current()/../word", "Yumiao")],
    "indexed-repeat": [
        ("indexed-repeat(${x}, ${kids}, 2)", "2"),
        ("indexed-repeat(${x}, ${kids}, 9)", ""),
    ],
    "pulldata": [
        ("pulldata('fruits', 'price', 'name', 'mango')", "3"),
        ("pulldata('fruits', 'price', 'name', 'none')", ""),
    ],
    "count-non-empty": [("count-non-empty(${x})", "3")],
    "join": [("join(', ', ${x})", "1, 2, 3"), ("join('-', 'a', 'b')", "a-b")],
    "substr": [("substr('Yumiao', 2)", "miao"), ("substr('Yumiao', 0, 2)", "Yu")],
    "ends-with": [("ends-with(${word}, 'miao')", "true")],
    "digest": [
        ("digest('a', 'SHA-1', 'hex')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ("digest('a', 'MD5')", "DMF1ucDxtqgxw5niaXcmYQ=="),
        ("digest('a', 'x')", ""),
    ],
    "base64-decode": [("base64-decode('5bCP')", "小"), ("base64-decode('%')", "")],
    "int": [("int(3.9)", "3"), ("int(-3.9)", "-3"), ("int('x')", "")],
    "min": [("min(${x})", "1"), ("min(3, 2)", "2")],
    "max": [("max(${x})", "3"), ("date(max(${d}, '2020-01-01'))", "2024-05-06")],
    "pow": [("pow(2, 10)", "1024"), ("pow(-1, 0.5)", "")],
    "abs": [("abs(-3)", "3")],
    "sqrt": [("sqrt(16)", "4"), ("sqrt(-1)", "")],
    "log": [("round(log(2.718281828), 3)", "1"), ("log(0)", "")],
    "log10": [("log10(1000)", "3")],
    "exp": [("exp(0)", "1")],
    "exp10": [("exp10(2)", "100")],
    "sin": [("sin(0)", "0")],
    "cos": [("cos(0)", "1")],
    "tan": [("tan(0)", "0")],
    "asin": [("asin(0)", "0")],
    "acos": [("acos(1)", "0")],
    "atan": [("atan(0)", "0")],
    "atan2": [("atan2(0, 1)", "0")],
    "pi": [("round(pi(), 4)", "3.1416")],
    "random": [("random() < 1", "true")],
    "uuid": [("string-length(uuid()) > 5", "true"), ("string-length(uuid(4))", "4")],
    "today": [
        ("today()", "2024-05-06"),
        ("today() + 1", "19850"),
        ("date(today() - 6)", "2024-04-30"),
    ],
    "now": [("now()", "2024-05-06T12:30:15.250+08:00"), ("now() > today()", "true")],
    "date": [("date('2024-02-29')", "2024-02-29"), ("date(0)", "1970-01-01"), ("date('x')", "")],
    "date-time": [("date-time('2024-05-06')", "2024-05-06T00:00:00.000")],
    "decimal-date-time": [("decimal-date-time('1970-01-02T12:00:00')", "1.5")],
    "decimal-time": [("decimal-time('06:00:00')", "0.25")],
    "format-date": [("format-date(${d}, '%e.%n.%y %a %b %Y-%m-%d')", "6.5.24 Mon May 2024-05-06")],
    "format-date-time": [("format-date-time(now(), '%H:%M:%S.%3 %h')", "12:30:15.250 12")],
    "area": [("area(${spot})", "0")],
    "distance": [("round(distance('0 0', '0 1') div 1000)", "111")],
}
"""Examples by function: an expression and what it gives."""

ROWS = [
    "integer | a | A | |",
    "text | none | N | |",
    "text | word | W | |",
    "date | d | D | |",
    "geopoint | spot | G | |",
    "select_one c | one | O | |",
    "select_multiple c | many | M | |",
    "begin_repeat | kids | K | |",
    "integer | x | X | |",
    "end_repeat | | | |",
]


def case_name(name: str, number: int) -> str:
    return f"r_{name.replace(':', '_')}_{number}"


@pytest.fixture(scope="module")
def filled() -> Filling:
    calculations = [
        f"calculate | {case_name(name, number)} | | {source} |"
        for name, cases in EXAMPLES.items()
        for number, (source, _) in enumerate(cases)
    ]
    form = form_of(
        table("settings", "version", "7"),
        table("survey", "type | name | label::中文 (zh) | calculation |", *ROWS, *calculations),
        table(
            "choices",
            "list_name | name | label::中文 (zh) | tree",
            "c | p | 桃 | peach",
            "c | q | 梨 | pear",
        ),
        media={"fruits.csv": b"name,price\nmango,3\napple,2\n"},
    )
    answers = {
        "a": "4",
        "word": "Yumiao",
        "d": "2024-05-06",
        "one": "p",
        "many": "p q",
        "spot": "28.1 121.2 0 0",
        "kids[k1]/x": "1",
        "kids[k2]/x": "2",
        "kids[k3]/x": "3",
    }
    return Filling(form, GIVEN, answers, {"kids": ["k1", "k2", "k3"]})


CASES = [
    pytest.param(case_name(name, number), expected, id=source)
    for name, cases in EXAMPLES.items()
    for number, (source, expected) in enumerate(cases)
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_function_gives_what_the_specification_says(
    filled: Filling, name: str, expected: str
) -> None:
    assert filled.value(name) == expected


def test_every_function_of_the_table_has_an_example() -> None:
    assert set(EXAMPLES) == set(FUNCTIONS)
    assert not set(FUNCTIONS) & set(REFUSED_FUNCTIONS)


def value_of(source: str, form: Form | None = None) -> str:
    found = form or form_of(
        table("survey", "type | name | label | calculation", f"calculate | r | | {source}")
    )
    return Filling(found, GIVEN, {}).value("r")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'2024-05-06' < '2024-10-01'", "true"),
        ("'2024-5-6' < '2024-10-01'", "true"),
        ("today() = '2024-05-06'", "true"),
        ("today() >= '2024-05-07'", "false"),
        ("'2024-05-06T00:00:00' = today()", "true"),
        ("(today() - '2023-05-06') div 365.25 > 1", "true"),
        ("int((today() - date('2010-05-07')) div 365.25)", "13"),
        ("'12:30' > '09:15'", "true"),
        ("'x < y' = 'x < y'", "true"),
        ("'today() < now()'", "today() < now()"),
        ("1 = '1'", "true"),
        ("'1.0' = 1", "true"),
        ("'a' < 'b'", "false"),
        ("not(1 > '')", "true"),
        ("2 > 1 = true()", "true"),
        ("-'3' + 5", "2"),
        ("7 mod 4 + 7 div 2", "6.5"),
        ("1 div 0", ""),
        ("'2024-13-45' > 0", "false"),
    ],
)
def test_dates_and_numbers_compare_as_people_expect(source: str, expected: str) -> None:
    assert value_of(source) == expected
