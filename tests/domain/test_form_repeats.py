"""Repeats: instances, what looks at them, and what is worked out over them."""

import pytest

from domain.form import Filling, Form
from tests.forms.kit import GIVEN, node, survey

HOUSEHOLD = (
    "type | name | label::中文 (zh) | label::English (en) | relevant | calculation | repeat_count",
    "text | head | 户主 | Head | | |",
    "begin_repeat | kids | 孩子 | Child | | |",
    "text | name | 孩子的名字 | Name | | |",
    "integer | age | ${name}几岁 | How old is ${name}? | | |",
    "calculate | number | | | | position(..) |",
    "text | school | 学校 | School | ${age} >= 6 | |",
    "begin_repeat | pets | 宠物 | Pet | | | if(${age} > 3, 2, 0)",
    "text | pet | 宠物名 | Pet | | |",
    "calculate | both | | | | concat(${name}, '/', ${pet}) |",
    "end_repeat | | | | | |",
    "calculate | sofar | | | | sum(${age}) |",
    "end_repeat | | | | | |",
    "calculate | oldest | | | | max(${age}) |",
    "calculate | all | | | | join(' ', ${name}) |",
    "calculate | second | | | | indexed-repeat(${pet}, ${kids}, 1, ${pets}, 2) |",
    "note | told | 共${all} | In all ${all} | count(${kids}) > 1 | |",
)


@pytest.fixture(scope="module")
def household() -> Form:
    return survey(*HOUSEHOLD)


def two(form: Form) -> Filling:
    answers = {
        "kids[a]/name": "小榆",
        "kids[a]/age": "4",
        "kids[a]/pets[1]/pet": "cat",
        "kids[a]/pets[2]/pet": "dog",
        "kids[b]/name": "小樟",
        "kids[b]/age": "9",
    }
    return Filling(form, GIVEN, answers, {"kids": ["a", "b"]})


def test_a_repeat_gives_a_node_for_each_instance(household: Form) -> None:
    paths = [found.path for found in two(household).nodes()]
    assert paths[:3] == ["head", "kids[a]", "kids[b]"]


def test_nested_repeats_are_counted_by_their_own_instance(household: Form) -> None:
    filling = two(household)
    inner = [found.path for found in filling.nodes(node(filling, "kids[a]"))]
    assert "kids[a]/pets_count" in inner
    assert inner[-3:-1] == ["kids[a]/pets[1]", "kids[a]/pets[2]"]
    assert filling.count(node(filling, "kids[a]/pets")) == 2
    assert filling.count(node(filling, "kids[a]/pets[1]")) == 2
    assert filling.count(node(filling, "kids[a]")) is None


def test_relevance_looks_at_the_same_instance(household: Form) -> None:
    filling = two(household)
    assert not filling.relevant(node(filling, "kids[a]/school"))
    assert filling.relevant(node(filling, "kids[b]/school"))


def test_positions_are_computed_from_the_order_of_instances(household: Form) -> None:
    filling = two(household)
    assert filling.value("kids[b]/number") == "2"
    turned = Filling(household, GIVEN, filling.given_answers, {"kids": ["b", "a"]})
    assert turned.value("kids[b]/number") == "1"


def test_values_gather_over_the_instances(household: Form) -> None:
    filling = two(household)
    assert filling.value("oldest") == "9"
    assert filling.value("all") == "小榆 小樟"
    assert filling.value("second") == "dog"
    assert filling.value("kids[a]/pets[2]/both") == "小榆/dog"
    assert filling.value("kids[a]/sofar") == "4"


def test_labels_speak_of_the_same_instance(household: Form) -> None:
    filling = two(household)
    assert filling.label(node(filling, "kids[b]/age"), "zh") == "小樟几岁"
    assert filling.label(node(filling, "kids[b]/age"), "en") == "How old is 小樟?"


def test_answers_come_in_document_order_without_what_is_not_relevant(household: Form) -> None:
    filling = two(household)
    filling.set("kids[a]/school", "none yet")
    answers = filling.answers()
    assert "kids[a]/school" not in answers
    assert list(answers)[:3] == ["kids[a]/name", "kids[a]/age", "kids[a]/number"]
    assert answers["oldest"] == "9"


def test_an_instance_added_while_filling_is_seen(household: Form) -> None:
    instances: dict[str, list[str]] = {}
    filling = Filling(household, GIVEN, {}, instances)
    assert not filling.relevant(node(filling, "told"))
    instances.setdefault("kids", []).append("a")
    instances["kids"].append("b")
    assert [found.path for found in filling.nodes()][1:3] == ["kids[a]", "kids[b]"]
    assert filling.relevant(node(filling, "told"))


def test_the_answers_are_written_as_an_openrosa_submission(household: Form) -> None:
    body = two(household).xml().decode()
    assert '<data xmlns:orx="http://openrosa.org/xforms" id="test"' in body
    assert body.count("<kids>") == 2
    assert "<orx:instanceID>uuid:" in body
    assert "<school" not in body.partition("小樟")[0]
    assert "<school" in body.partition("小樟")[2]


def test_a_running_total_sees_the_instances_before_it() -> None:
    form = survey(
        "type | name | label | calculation",
        "begin_repeat | days | Day |",
        "integer | n | N |",
        "calculate | total | | ${n} + coalesce("
        "indexed-repeat(${total}, ${days}, position(..) - 1), 0)",
        "end_repeat | | |",
    )
    answers = {f"days[{day}]/n": str(day) for day in range(1, 6)}
    filling = Filling(form, GIVEN, answers, {"days": ["1", "2", "3", "4", "5"]})
    assert [filling.value(f"days[{day}]/total") for day in (5, 1, 3)] == ["15", "1", "6"]


def test_a_filter_in_a_repeat_looks_at_its_own_instance() -> None:
    form = survey(
        "type | name | label | choice_filter | calculation",
        "begin_repeat | kids | Kid | |",
        "select_one town | town | Town | |",
        "select_one village | village | Village | town = ${town} and "
        "(big = 'yes' or current()/../town = 't2') |",
        "calculate | word | | | "
        "instance('village')/root/item[town = ${town} and big = 'yes']/label",
        "end_repeat | | | |",
        choices=[
            "list_name | name | label | town | big",
            "town | t1 | One | |",
            "town | t2 | Two | |",
            "village | a | A | t1 | yes",
            "village | b | B | t1 | no",
            "village | c | C | t2 | no",
        ],
    )
    answers = {"kids[x]/town": "t2", "kids[y]/town": "t1"}
    filling = Filling(form, GIVEN, answers, {"kids": ["x", "y"]})
    offered = [
        [o.value for o in filling.options(node(filling, f"kids[{key}]/village"))] for key in "xy"
    ]
    assert offered == [["c"], ["a"]]
    assert [filling.value(f"kids[{key}]/word") for key in "xy"] == ["", "A"]
