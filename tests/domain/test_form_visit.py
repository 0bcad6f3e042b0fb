"""The visit form and the contact form as the paper has them."""

import re
from collections import Counter

import pytest

from domain.form import Filling, Form
from domain.formscore import maxima, scored_items
from tests.forms.kit import GIVEN, fill, node, packaged

MAXIMA = {"A": 28, "B": 14, "C": 20, "D": 8, "E": 14, "F": 16}
CODES = "EM01 EM02 EM03 EM04 EM04b EM05 EM05b EM06 EM06b EM07 EM08 EM09 EM10 EM11"


@pytest.fixture(scope="module")
def visit() -> Form:
    return packaged("visit")


@pytest.fixture(scope="module")
def contact() -> Form:
    return packaged("contact")


def test_the_form_has_33_items_and_116_options(visit: Form) -> None:
    items = scored_items(fill(visit, age="9"))
    codes = [item.code for item in items]
    assert Counter(code[0] for code in codes) == {"A": 7, "B": 5, "C": 6, "D": 4, "E": 6, "F": 5}
    assert sum(len(item.item.options) for item in items) == 116


def test_the_maxima_of_the_dimensions_sum_to_100(visit: Form) -> None:
    assert maxima(visit, 9) == MAXIMA
    assert sum(MAXIMA.values()) == 100


@pytest.mark.parametrize(
    ("age", "total"), [(0, 66), (2, 66), (3, 86), (5, 86), (6, 100), (17, 100)]
)
def test_each_age_band_has_its_own_maximum(visit: Form, age: int, total: int) -> None:
    assert sum(maxima(visit, age).values()) == total


def skipped(form: Form, age: str) -> set[str]:
    return {item.code for item in scored_items(fill(form, age=age)) if not item.applicable}


def test_small_children_are_not_asked_what_cannot_concern_them(visit: Form) -> None:
    school = {"C1", "C3", "C5", "C6"}
    assert skipped(visit, "2") == school | {"C2", "C4", "D3", "E2", "E6", "F1", "F2"}
    assert skipped(visit, "3") == school
    assert skipped(visit, "6") == set()
    assert skipped(visit, "") == set()


def test_the_column_ages_says_what_the_conditions_do(visit: Form) -> None:
    for age in range(18):
        for item in scored_items(fill(visit, age=str(age))):
            first, _, last = item.item.extra["ages"].partition("-")
            assert item.applicable is (int(first) <= age <= int(last)), (item.code, age)


def test_play_is_noted_for_babies_and_kindergarten_for_the_next(visit: Form) -> None:
    for age, growth, kinder in (("2", True, False), ("3", False, True), ("6", False, False)):
        filling = fill(visit, age=age)
        assert filling.relevant(node(filling, "B/growth")) is growth
        assert filling.relevant(node(filling, "C/kinder")) is kinder


@pytest.mark.parametrize(
    ("age", "sex", "code"),
    [
        ("13", "female", "EM02"),
        ("14", "female", "EM03"),
        ("13", "male", "EM09"),
        ("14", "male", "EM09"),
        ("", "female", "EM02"),
        ("2", "female", "EM02"),
    ],
)
def test_the_same_answer_is_another_emergency_by_sex_and_age(
    visit: Form, age: str, sex: str, code: str
) -> None:
    filling = fill(visit, age=age, sex=sex)
    assert filling.urgent(node(filling, "F/F3"), "suspected") == (code,)
    assert filling.urgent(node(filling, "F/F3"), "exposed") == ()


@pytest.mark.parametrize(
    ("age", "offered"),
    [
        ("7", ["no", "unattended", "living"]),
        ("8", ["no", "often", "living"]),
        ("15", ["no", "often", "living"]),
        ("16", ["no", "often"]),
        ("", ["no", "often", "unattended", "living"]),
    ],
)
def test_being_alone_is_asked_by_age(visit: Form, age: str, offered: list[str]) -> None:
    filling = fill(visit, age=age)
    assert [option.value for option in filling.options(node(filling, "F/F5"))] == offered


def test_every_emergency_of_the_list_can_be_ticked_and_raises_itself(visit: Form) -> None:
    filling = fill(visit, age="9", sex="female")
    asked = node(filling, "sos/emergency")
    assert filling.urgent(asked, CODES) == tuple(CODES.split())
    assert filling.urgent(asked, "none") == ()
    assert filling.required(asked)
    assert filling.complaint(asked, "none EM01") != {}
    assert filling.complaint(asked, "none EM01") is not None
    assert filling.complaint(asked, "none") is None
    assert visit.items[-1].name == "sos"


def test_the_urgent_options_are_those_of_the_paper(visit: Form) -> None:
    filling = fill(visit, age="9", sex="female")
    found = {
        f"{item.code} {option.value}": filling.urgent(node(filling, item.path), option.value)
        for item in scored_items(filling)
        for option in item.item.options
        if option.extra.get("urgent")
    }
    codes = Counter(code for codes in found.values() for code in codes)
    assert codes == {
        "EM01": 1,
        "EM02": 1,
        "EM04": 4,
        "EM04b": 1,
        "EM05": 1,
        "EM05b": 1,
        "EM06": 1,
        "EM06b": 2,
        "EM07": 1,
        "EM09": 1,
        "EM10": 1,
        "EM11": 1,
        "P1": 1,
        "P2": 1,
    }


def test_hitting_forces_the_question_after_violence(visit: Form) -> None:
    filling = fill(visit, A__A4="warm")
    assert not filling.relevant(node(filling, "A/A4v"))
    filling.set("A/A4", "harsh")
    asked = node(filling, "A/A4v")
    assert filling.relevant(asked)
    assert filling.required(asked)
    assert (filling.urgent(asked, "yes"), filling.urgent(asked, "no")) == (("EM04",), ())


def test_the_pairing_is_answered_by_the_system(visit: Form) -> None:
    filling = fill(visit, paired="paired")
    item = next(item for item in scored_items(filling) if item.code == "E4")
    assert (item.score, item.own_service) == (1, True)
    assert [other.code for other in scored_items(filling) if other.own_service] == ["E4"]


def test_the_child_is_seen_in_person_or_not_at_all(visit: Form) -> None:
    for mode, asked in (("home", True), ("school", True), ("phone", False), ("video", False)):
        filling = fill(visit, how__mode=mode)
        assert filling.relevant(node(filling, "how/seen")) is asked


def test_body_safety_and_free_text_stay_on_the_web(visit: Form) -> None:
    for item in visit.questions():
        private = item.type in ("text", "geopoint") or item.name in ("B4", "F3")
        assert (item.extra.get("channel") == "web") is private, item.name


def test_free_fields_are_offered_but_not_asked(visit: Form) -> None:
    more = next(item for item in visit.items if item.name == "more")
    assert {child.extra.get("ask") for child in more.children} == {"review"}


@pytest.mark.parametrize("name", ["visit", "contact"])
def test_every_row_speaks_both_languages(name: str) -> None:
    for item in packaged(name).by_path.values():
        if item.type != "hidden":
            assert set(item.label) == {"zh", "en"}, item.path
        assert set(item.hint) in (set(), {"zh", "en"}), item.path
        assert set(item.constraint_text) in (set(), {"zh", "en"}), item.path
        for option in item.options:
            assert set(option.label) == {"zh", "en"}, (item.path, option.value)
            assert not re.search("[a-z]{4}", option.label["zh"]), option.label


def test_a_middle_and_a_missing_answer_are_told_apart(visit: Form) -> None:
    items = {item.code: item for item in scored_items(fill(visit, age="9", A__A1="unfixed"))}
    assert (items["A1"].score, items["A1"].middle, items["A1"].maximum) == (5, 3, 6)
    assert (items["A2"].score, items["A6"].middle) == (None, 1)
    assert items["A1"].score_of("parent") == 0
    assert items["A1"].dimension == "A"


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        ("phone", ["mode", "minutes", "mood", "ticks"]),
        ("message", ["mode", "mood", "ticks"]),
        ("visit", ["mode", "minutes", "mood", "ticks"]),
    ],
)
def test_a_contact_is_logged_with_few_taps(contact: Form, mode: str, asked: list[str]) -> None:
    filling = fill(contact, mode=mode)
    found = [
        here.item.name
        for here in filling.nodes()
        if filling.relevant(here) and not here.item.extra.get("ask")
    ]
    assert found == asked


def test_all_fine_stands_alone(contact: Form) -> None:
    filling = fill(contact)
    ticks = node(filling, "ticks")
    assert filling.complaint(ticks, "none study") is not None
    assert filling.complaint(ticks, "none") is None
    assert filling.complaint(ticks, "study safety") is None


def test_the_forms_open_in_other_clients(visit: Form, contact: Form) -> None:
    for form in (visit, contact):
        assert form.xform.startswith("<?xml")
        assert f'id="{form.name}"' in form.xform
        assert "yumiao_row" not in form.xform
    assert isinstance(Filling(visit, GIVEN, {}).xml(), bytes)
