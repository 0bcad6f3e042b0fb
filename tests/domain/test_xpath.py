"""The tokenizer and parser of XPath."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.xlsform.xpath import Binary, Call, Literal, Negate, Number, Path, Ref, XPathError, parse


def test_operators_bind_as_in_xpath() -> None:
    assert parse("1 + 2 * 3 = 7 and true()") == Binary(
        "and",
        Binary("=", Binary("+", Number("1"), Binary("*", Number("2"), Number("3"))), Number("7")),
        Call("true", ()),
    )


def test_operators_of_one_kind_group_to_the_left() -> None:
    assert parse("9 - 4 - 3") == Binary("-", Binary("-", Number("9"), Number("4")), Number("3"))


def test_a_hyphen_within_a_name_belongs_to_the_name() -> None:
    assert isinstance(parse("a-b"), Path)
    assert isinstance(parse("a - b"), Binary)
    assert isinstance(parse("${a}-1"), Binary)


def test_a_minus_before_a_number_negates_it() -> None:
    assert parse("2*-3") == Binary("*", Number("2"), Negate(Number("3")))


def test_what_stands_in_quotes_is_left_alone() -> None:
    assert parse("'${a} and today() < \"1\"'") == Literal('${a} and today() < "1"')


def test_names_of_operators_are_names_where_a_name_is_due() -> None:
    assert parse("div div mod") == Binary("div", parse("div"), parse("mod"))
    assert parse("* * *") == Binary("*", parse("*"), parse("*"))


def test_chinese_names_are_names() -> None:
    assert parse("${小榆}") == Ref("小榆")
    assert isinstance(parse("小榆 = 1"), Binary)


def test_a_function_may_stand_apart_from_its_bracket() -> None:
    assert parse("selected (., 'no')") == parse("selected(.,'no')")


def test_predicates_and_steps_are_kept() -> None:
    found = parse("instance('a')/root/item[name = ${b}][1]/label")
    assert isinstance(found, Path)
    assert [step.test for step in found.steps] == ["root", "item", "label"]
    assert len(found.steps[1].predicates) == 2


@pytest.mark.parametrize(
    "source",
    [
        "",
        "1 +",
        "f(",
        "f(1,",
        "(1",
        "a b",
        "'open",
        "${",
        "${}",
        "a[1",
        "1 = = 2",
        "@",
        "a::",
        "#",
        "and and",
        "//",
        "a//",
        "f(1))",
        "$x",
        "a!b",
        "&lt;",
    ],
)
def test_a_broken_expression_is_named_in_both_languages(source: str) -> None:
    with pytest.raises(XPathError) as error:
        parse(source)
    assert str(error.value)
    assert "表达式" in error.value.zh


def test_an_endless_nesting_is_refused_before_it_overflows() -> None:
    with pytest.raises(XPathError):
        parse("(" * 5000 + "1" + ")" * 4000)
    with pytest.raises(XPathError):
        parse("1" + " + 1" * 10_000)


@given(st.text(alphabet="ab${}()[]/.,'\"=<>!+-*| 1小", max_size=40))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        parse(source)
    except XPathError:
        return
