"""Random walks through generated XLSForms: the same answers as filling the form straight.

The form is drawn as Markdown: groups, relevance, cascading choices, repeats of both kinds,
notes, calculations, quiet and urgent questions, answers of the time before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import takewhile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.ask import Choice, Confirm, Many, Number, Question, Review
from dialogue.fill import SAME, Found, fill
from dialogue.formask import PRESET
from dialogue.replay import Done, Draft, Said, Tapped, Typed, Waiting
from domain.form import Filling, Form, Given, Node
from domain.frame import Frame
from domain.xlsform.read import load_form
from tests.dialogue.twin import advance_twice

FRAME = Frame(date(2026, 11, 23), datetime(2026, 11, 23, 1, tzinfo=UTC), "seed")
GIVEN = Given(FRAME.began, FRAME.today)
ABOUT = "小满-01"
CHOICES = """| choices |
| | list_name | name | label | only | urgent |
| | plain | a | A | | |
| | plain | b | B | | |
| | plain | none | None | | |
| | grave | a | A | | |
| | grave | b | B | | |
| | grave | bad | Bad | | EM04 |
| | grave | worse | Worse | | EM07 |
| | town | a1 | A1 | a | |
| | town | a2 | A2 | a | |
| | town | b1 | B1 | b | |
| | town | other | Other | none | |
| | town | grim | Grim | bad | |
| | town | grimmer | Grimmer | worse | |
"""
HEAD = "type | name | label | relevant | required | constraint | calculation | repeat_count"
COLUMNS = HEAD + " | choice_filter | ask | default"
KINDS = ("one", "grave", "many", "number", "text", "quiet")

DEFAULTS = {"one": "b", "grave": "bad", "many": "none a", "number": "7", "text": "so be it"}


@dataclass
class Sheet:
    """A survey sheet being written; `ones` are questions that others may depend on."""

    draw: Any
    rows: list[str] = field(default_factory=list)
    ones: list[str] = field(default_factory=list)

    def row(self, kind: str, name: str = "", **cells: str) -> None:
        found = {"type": kind, "name": name, "label": name.upper(), **cells}
        line = " | ".join(found.get(head, "") for head in COLUMNS.split(" | "))
        self.rows.append(f"| | {line} |")

    def when(self) -> dict[str, str]:
        """Sometimes only relevant after a certain answer."""
        if not self.ones or not self.draw(st.booleans()):
            return {}
        name = self.draw(st.sampled_from(self.ones))
        return {"relevant": f"${{{name}}} != '{self.draw(st.sampled_from(['a', 'b']))}'"}

    def question(self, name: str, kind: str, *, inside: bool = False) -> None:
        cells = self.when()
        must = {"required": "yes"} if self.draw(st.booleans()) else {}
        if self.draw(st.integers(0, 2)) == 0:
            cells["default"] = DEFAULTS.get(kind, "")
        match kind:
            case "one" | "grave":
                self.row("select_one plain" if kind == "one" else "select_one grave", name, **cells)
                self.ones += [] if inside else [name]
            case "many":
                self.row("select_multiple plain", name, **cells, **must)
            case "number":
                self.row("integer", name, constraint=". <= 20", **cells, **must)
            case "text":
                self.row("text", name, **cells)
            case "quiet":
                self.row("select_one grave", name, ask="review", **cells)
            case "town" if self.ones:
                above = self.draw(st.sampled_from(self.ones))
                self.row("select_one town", name, choice_filter=f"only = ${{{above}}}", **must)
            case "note":
                self.row("note", name, **cells)
            case "sum":
                self.row("calculate", name, calculation=f"concat('<', '{name}', '>')")

    def section(self, name: str, kind: str, *, repeat: bool, counted: bool) -> None:
        what = "repeat" if repeat else "group"
        cells = self.when()
        if counted:
            self.row("integer", f"{name}n", constraint=". <= 3", required="yes")
            cells["repeat_count"] = f"${{{name}n}}"
        self.row(f"begin_{what}", name, **cells)
        for number in range(self.draw(st.integers(1, 2 if repeat else 4))):
            inner = self.draw(st.sampled_from(KINDS)) if number else kind
            self.question(f"{name}q{number}", inner, inside=repeat)
        self.row(f"end_{what}")


@st.composite
def forms(draw: Any) -> str:
    """A form in Markdown."""
    sheet = Sheet(draw)
    sheet.question("start", "one")
    for number in range(draw(st.integers(1, 4))):
        kinds = (*KINDS, "town", "note", "sum", "group", "group", "repeat", "counted")
        kind = draw(st.sampled_from(kinds))
        if kind in ("group", "repeat", "counted"):
            inner = draw(st.sampled_from(KINDS))
            repeat, counted = kind != "group", kind == "counted"
            sheet.section(f"g{number}", inner, repeat=repeat, counted=counted)
        else:
            sheet.question(f"q{number}", kind)
    survey = "\n".join(["| survey |", f"| | {COLUMNS} |", *sheet.rows])
    settings_ = "| settings |\n| | form_id | form_title | version |\n| | small | Small | 1 |"
    return f"{settings_}\n{survey}\n{CHOICES}"


@dataclass
class Walk:
    """The conversation on one side, a dictionary of last answers on the other."""

    form: Form
    before: dict[str, str]
    draft: Draft = field(default_factory=Draft)
    outcome: Any = None
    last: dict[str, str] = field(default_factory=dict)
    same: dict[str, bool] = field(default_factory=dict)
    more: dict[str, bool] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    changing: str = ""
    before_change: list[dict[str, Any]] = field(default_factory=list)

    async def talk(self) -> Found:
        found = await fill(
            self.form, ABOUT, FRAME, last=self.before, passed=tuple(self.passed), stops=bool
        )
        if not found.urgent:
            await Review("review", found.below_notes("Right?"), lines=found.lines)
        return found

    def send(self, said: Said) -> None:
        self.outcome = advance_twice(self.talk, self.draft, said)
        if isinstance(self.outcome, Done) and self.outcome.result.urgent:
            codes = self.outcome.result.urgent
            assert not set(codes) & set(self.passed), "an emergency is raised once"
            self.passed += codes
            self.send(None)

    @property
    def question(self) -> Question[Any]:
        assert isinstance(self.outcome, Waiting), self.outcome
        return self.outcome.question

    @property
    def path(self) -> str:
        return self.question.key.removeprefix(f"small/{ABOUT}/")

    def answer(self, place: int) -> None:
        asked, path = self.question, self.path
        self.kept()
        if isinstance(asked, Choice | Many) and not asked.picks:
            self.skip()
        elif isinstance(asked, Many):
            pick = asked.picks[place % len(asked.picks)]
            self.last[path] = "a none" if pick.value == PRESET else pick.value
            self.send(Typed(str(place % len(asked.picks) + 1)))
        elif not isinstance(asked, Choice | Confirm) and asked.picks and place % 2:
            self.last[path] = asked.picks[0].value
            self.send(Tapped((0,)))
        elif isinstance(asked, Number):
            self.last[path] = str(place % 4)
            self.send(Typed(str(place % 4)))
        elif isinstance(asked, Choice | Confirm):
            self.choose(path, place % len(asked.picks))
        else:
            self.last[path] = f"words {place}"
            self.send(Typed(f"words {place} "))

    def choose(self, path: str, place: int) -> None:
        value = self.question.picks[place].value
        if "/more/" in path:
            self.more[path] = value == "yes"
        elif self.form.by_path.get(path, self.form.items[0]).kind == "group":
            self.same[path] = value == SAME
        else:
            self.last[path] = value
        self.send(Tapped((place,)))

    def back(self) -> None:
        """Whatever was answered last is open again; a change that was begun is called off, and one
        that has brought this question up is open again."""
        if self.draft.asked.changed:
            self.take_back()
            return
        changing, self.changing = self.changing == self.question.key, ""
        for key in self.draft.path[-1:]:
            if not changing:
                self.forget(key)
        self.send(Tapped((), "back"))
        assert not changing or isinstance(self.question, Review)

    def kept(self) -> None:
        """An answer is given: a change is made."""
        said = [dict(each) for each in (self.last, self.same, self.more)]
        self.before_change = said if self.changing else []
        self.changing = ""

    def take_back(self) -> None:
        self.last, self.same, self.more = self.before_change
        self.changing = next(iter(self.draft.asked.changed))
        self.send(Tapped((), "back"))
        assert self.question.key == self.changing

    def change(self, place: int) -> None:
        self.changing = self.question.picks[place].value.removeprefix("change:")
        self.send(Tapped((place,)))
        assert self.question.key == self.changing

    def forget(self, key: str) -> None:
        path = key.removeprefix(f"small/{ABOUT}/")
        for said in (self.last, self.same, self.more):
            said.pop(path, None)

    def skip(self) -> None:
        if self.question.optional:
            self.kept()
            self.last[self.path] = ""
        self.send(Tapped((), "skip"))

    # --- what filling it straight says ---------------------------------------------------

    def straight(self) -> Filling:
        answers = dict(self.last)
        plain = Filling(self.form, GIVEN, self.last, self.instances())
        for group in plain.nodes():
            if group.item.kind == "group" and self.same.get(group.path):
                answers |= self.harmless(plain, group)
        return Filling(self.form, GIVEN, answers, self.instances())

    def harmless(self, plain: Filling, group: Node) -> dict[str, str]:
        found = {
            node.path: self.before[node.path]
            for node in plain.nodes(group)
            if self.before.get(node.path) in {option.value for option in node.item.options}
            and node.item.extra.get("ask") != "review"
            and not plain.urgent(node, self.before[node.path])
        }
        return found if len(found) > 1 else {}

    def instances(self) -> dict[str, list[str]]:
        """Up to the first "no"; what was said of instances behind it is hidden."""
        found: dict[str, list[str]] = {}
        for path in {key.rpartition("/more/")[0] for key in self.more}:
            said = (self.more.get(f"{path}/more/{number}", False) for number in range(1, 60))
            found[path] = [str(number) for number, _ in enumerate(takewhile(bool, said), 1)]
        return found


STEP = st.tuples(
    st.sampled_from(["answer"] * 8 + ["back", "back", "skip", "nonsense"]), st.integers(0, 30)
)
OLD = st.sampled_from(["a", "a", "a", "b", "bad", "gone"])  # `gone` is no option any more


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_random_walk_through_any_form_gives_the_answers_of_filling_it_straight(
    data: st.DataObject,
) -> None:
    form = load_form(data.draw(forms(), "form").encode(), "small.md")
    selects = [item for item in form.questions() if item.type == "select_one"]
    before = data.draw(st.fixed_dictionaries({item.path: OLD for item in selects}), "before")
    walk = Walk(form, before)
    walk.send(None)
    for what, place in data.draw(st.lists(STEP, max_size=25), "steps"):
        one_step(walk, what, place)
    finish(walk, data.draw(st.integers(0, 30)))
    assert isinstance(walk.outcome, Done)
    assert walk.outcome.result.answers == walk.straight().answers()


def one_step(walk: Walk, what: str, place: int) -> None:
    match what:
        case "answer" if isinstance(walk.question, Review):
            if walk.question.picks[1:]:
                walk.change(1 + place % (len(walk.question.picks) - 1))
        case "answer":
            walk.answer(place)
        case "back":
            walk.back()
        case "skip":
            walk.skip()
        case _:
            walk.send((Tapped((99,)), Tapped(()), None)[place % 3])


def finish(walk: Walk, place: int) -> None:
    for number in range(300):
        if isinstance(walk.question, Review):
            walk.send(Typed("1"))
            return
        walk.answer(1 if isinstance(walk.question, Confirm) else place + number)
    raise AssertionError("the form does not come to its end")
