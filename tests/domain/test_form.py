"""A form being filled: what is shown, offered, worked out, complained about."""

from domain.form import Filling
from tests.forms.kit import GIVEN, fill, form_of, node, survey, table


def test_cascading_choices_follow_the_answer_above() -> None:
    form = survey(
        "type | name | label | choice_filter",
        "select_one town | town | Town |",
        "select_one village | village | Village | town = ${town}",
        "select_one village | near | Near | town = ${town} and name != ${village}",
        choices=[
            "list_name | name | label | town",
            "town | t1 | One |",
            "town | t2 | Two |",
            "village | a | A | t1",
            "village | b | B | t1",
            "village | c | C | t2",
        ],
    )
    filling = fill(form, town="t1", village="a")
    assert [option.value for option in filling.options(node(filling, "village"))] == ["a", "b"]
    assert [option.value for option in filling.options(node(filling, "near"))] == ["b"]
    assert filling.complaint(node(filling, "village"), "c") == {}
    filling.set("town", "t2")
    assert [option.value for option in filling.options(node(filling, "village"))] == ["c"]


def test_choices_come_from_a_file_and_from_a_repeat() -> None:
    form = survey(
        "type | name | label | parameters | choice_filter",
        "select_one_from_file towns.csv | town | Town | value=id label=word | big = 'yes'",
        "begin_repeat | kids | Kid | |",
        "text | kid | Kid | |",
        "integer | age | Age | |",
        "end_repeat | | | |",
        "select_one ${kid} | eldest | Eldest | |",
        "select_one ${kid} | small | Small | | ${age} < 6",
        media={"towns.csv": "id,word,big\n1,玉环,yes\n2,大麦屿,no\n".encode()},
    )
    answers = {"kids[a]/kid": "小榆", "kids[a]/age": "4", "kids[b]/kid": "小樟", "kids[b]/age": "9"}
    filling = Filling(form, GIVEN, answers, {"kids": ["a", "b", "c"]})
    towns = filling.options(node(filling, "town"))
    assert [(option.value, option.label["default"]) for option in towns] == [("1", "玉环")]
    assert [option.value for option in filling.options(node(filling, "eldest"))] == ["小榆", "小樟"]


def test_a_shuffled_list_keeps_its_order_for_the_same_seed() -> None:
    form = survey(
        "type | name | label | parameters",
        "integer | seed | S |",
        "select_one c | q | Q | randomize=true seed=${seed}",
        "select_one c | free | Q | randomize=true",
        choices=["list_name | name | label", *(f"c | {n} | {n}" for n in range(8))],
    )
    first, again, other = fill(form, seed="1"), fill(form, seed="1"), fill(form, seed="2")
    orders = [[o.value for o in f.options(node(f, "q"))] for f in (first, again, other)]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[2]) == sorted(orders[0])
    assert len(first.options(node(first, "free"))) == 8


def test_a_trigger_works_out_its_value_when_the_answer_changes() -> None:
    form = survey(
        "type | name | label | calculation | trigger",
        "integer | a | A | |",
        "dateTime | when | | now() | ${a}",
        "text | keep | K | concat('was ', ${a}) | ${a}",
        "calculate | chain | | concat(${keep}, '!') | ${keep}",
    )
    filling = fill(form)
    assert filling.value("when") == ""
    filling.set("a", "1")
    assert filling.value("when") == "2024-05-06T12:30:15.250+08:00"
    assert filling.value("chain") == "was 1!"
    filling.set("keep", "mine")
    assert filling.value("keep") == "mine"
    filling.set("a", "2")
    assert filling.value("keep") == "was 2"
    assert fill(form, a="3").value("keep") == "was 3"


def test_defaults_are_values_until_answered() -> None:
    form = survey(
        "type | name | label | default | calculation",
        "text | fixed | F | plain |",
        "date | day | D | today() - 1 |",
        "text | copy | C | | concat(${fixed}, '?')",
        "integer | three | T | 1 + 2 |",
    )
    filling = fill(form)
    assert [filling.value(name) for name in ("fixed", "day", "copy", "three")] == [
        "plain",
        "2024-05-05",
        "plain?",
        "3",
    ]
    assert filling.default(node(filling, "day")) == "2024-05-05"
    filling.set("fixed", "")
    assert filling.value("fixed") == ""
    assert filling.value("copy") == "?"


def test_what_the_form_may_not_read_is_handed_in() -> None:
    form = survey(
        "type | name | label | calculation",
        "start | start | |",
        "end | end | |",
        "today | day | |",
        "username | who | |",
        "deviceid | device | |",
        "phonenumber | phone | |",
        "calculate | kept | | once(random())",
    )
    filling = fill(form)
    assert filling.answers()["day"] == "2024-05-06"
    assert filling.value("start") == "2024-05-06T12:30:15.250+08:00"
    assert (filling.value("who"), filling.value("device"), filling.value("phone")) == (
        "李主任",
        "web",
        "",
    )
    assert 0 <= float(filling.value("kept")) < 1
    assert fill(form, kept="0.25").value("kept") == "0.25"


def test_or_other_asks_one_more_question() -> None:
    form = survey(
        "type | name | label",
        "select_one c or_other | fruit | Fruit",
        choices=["list_name | name | label", "c | a | Apple"],
    )
    filling = fill(form, fruit="a")
    assert [option.value for option in form.item("fruit").options] == ["a", "other"]
    assert not filling.relevant(node(filling, "fruit_other"))
    filling.set("fruit", "other")
    assert filling.relevant(node(filling, "fruit_other"))
    assert form.item("fruit_other").row == 2


def test_a_constraint_speaks_in_each_language_with_the_answers_in_it() -> None:
    form = survey(
        "type | name | label | constraint | constraint_message::中文 (zh) | "
        "constraint_message::English (en) | required | required_message::English (en)",
        "integer | most | M | | | | yes | Please",
        "integer | n | N | . <= ${most} | 最多${most} | at most ${most} | ${most} > 5 |",
    )
    filling = fill(form, most="3")
    asked = node(filling, "n")
    assert filling.complaint(asked, "3") is None
    assert filling.complaint(asked, "") is None
    assert filling.complaint(asked, "4") == {"zh": "最多3", "en": "at most 3"}
    assert filling.complaint(asked, "many") == {}
    assert filling.value("n") == ""
    assert filling.required(node(filling, "most"))
    assert not filling.required(asked)
    assert form.item("most").required_text == {"en": "Please"}


def test_texts_fall_back_to_what_there_is() -> None:
    form = survey(
        "type | name | label::English (en) | label::中文 (zh) | hint | guidance_hint::English (en)",
        "text | a | only English | | everywhere | more",
        "text | b | | 只有中文 | |",
        "text | c | | | a hint |",
    )
    filling = fill(form)
    assert filling.label(node(filling, "a"), "zh") == "only English"
    assert filling.label(node(filling, "b"), "en") == "只有中文"
    assert filling.label(node(filling, "c"), "en") == "c"
    assert filling.hint(node(filling, "a"), "fr") == "everywhere"
    assert filling.guidance(node(filling, "a"), "zh") == "more"
    assert form.languages == ("en", "zh")


def test_names_in_texts_become_the_chosen_label() -> None:
    form = survey(
        "type | name | label::中文 (zh) | label::English (en)",
        "select_one c | one | 选 | Pick",
        "select_multiple c | many | 选几 | Pick some",
        "note | said | ${one}和${many} | ${one} and ${many}",
        choices=[
            "list_name | name | label::中文 (zh) | label::English (en)",
            "c | a | 苹果 | apple",
            "c | b | ${one}以外 | other than ${one}",
        ],
    )
    filling = fill(form, one="a", many="a b")
    assert filling.label(node(filling, "said"), "en") == "apple and apple, other than ${one}"
    option = form.item("many").options[1]
    assert filling.choice_label(node(filling, "many"), option, "zh") == "苹果以外"


def test_a_calculated_read_only_row_is_a_note_that_says_its_value() -> None:
    form = survey(
        "type | name | label | calculation | read_only",
        "integer | a | A | |",
        "integer | twice | Twice: | ${a} * 2 | yes",
    )
    filling = fill(form, a="4")
    assert form.item("twice").type == "note"
    assert filling.label(node(filling, "twice"), "en") == "Twice: 8"


def test_an_answer_that_is_not_relevant_counts_as_blank() -> None:
    form = survey(
        "type | name | label | relevant | calculation",
        "integer | a | A | |",
        "text | b | B | ${a} > 1 |",
        "calculate | blank | | | if(${b} = '', 'blank', ${b})",
        "begin_repeat | r | R | |",
        "integer | x | X | ${a} > 1 |",
        "end_repeat | | | |",
        "calculate | n | | | count(${x})",
        "calculate | opaque | | | count(/data/*)",
    )
    filling = Filling(form, GIVEN, {"a": "1", "b": "kept", "r[1]/x": "5"}, {"r": ["1"]})
    assert filling.value("b") == ""
    assert filling.value("blank") == "blank"
    assert filling.value("n") == "0"
    filling.set("a", "2")
    assert filling.value("blank") == "kept"
    assert filling.value("n") == "1"
    assert filling.value("opaque") == "6"


def test_an_emergency_code_may_follow_from_the_answers() -> None:
    form = survey(
        "type | name | label",
        "integer | age | A",
        "select_multiple c | q | Q",
        choices=[
            "list_name | name | label | urgent",
            "c | a | A | EM06 EM07",
            "c | b | B | if(${age} < 14, 'EM02', if(selected(., 'a'), 'EM06 EM03', ''))",
            "c | d | D |",
        ],
    )
    filling = fill(form, age="9")
    asked = node(filling, "q")
    assert filling.urgent(asked, "a b d") == ("EM06", "EM07", "EM02")
    assert filling.urgent(asked, "d") == ()
    filling.set("age", "15")
    assert filling.urgent(asked, "b") == ()
    assert filling.urgent(asked, "b a") == ("EM06", "EM03", "EM07")


def test_paths_and_settings_written_by_hand_are_understood() -> None:
    form = form_of(
        table("settings", "form_id | form_title | version | name", "orchard | 果园 | 3 | orchard"),
        table(
            "survey",
            "type | name | label | relevant",
            "begin_group | g | G |",
            "integer | a | A |",
            "integer | b | B | ../a > 1",
            "integer | c | C | current()/../a > 1 and /orchard/g/a > 1",
            "end_group | | |",
            "integer | d | D | ${g}/a > 1",
        ),
    )
    filling = fill(form, g__a="2")
    assert (form.name, form.version, form.title) == ("orchard", "3", {"default": "果园"})
    assert all(filling.relevant(node(filling, path)) for path in ("g/b", "g/c", "d"))
    filling.set("g/a", "1")
    assert not any(filling.relevant(node(filling, path)) for path in ("g/b", "g/c", "d"))


def test_a_long_chain_is_worked_out_from_its_beginning() -> None:
    rows = [f"integer | q{n} | Q | ${{q{n - 1}}} > 0 | " for n in range(1, 300)]
    sums = [f"calculate | s{n} | | | ${{s{n - 1}}} + 1" for n in range(1, 300)]
    form = survey(
        "type | name | label | relevant | calculation",
        "integer | q0 | Q | |",
        *rows,
        "calculate | s0 | | | ${q299} + 0",
        *sums,
    )
    answers = {f"q{n}": "1" for n in range(300)}
    filling = Filling(form, GIVEN, answers)
    assert filling.value("s299") == "300"
    filling.set("q7", "0")
    assert not filling.relevant(node(filling, "q299"))
    assert len(filling.answers()) == 8
