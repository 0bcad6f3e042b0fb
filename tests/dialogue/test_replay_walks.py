"""Random walks through generated small talks: the same answers as saying them straight.

A talk is drawn as a tree of questions, branches, repeats and facts. The walker answers, goes
back, changes, speaks nonsense and restarts; a plain-Python model knows what was said last.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.ask import Choice, Confirm, Kept, Line, Many, Pick, Question, Review
from dialogue.replay import Asked, Done, Draft, Said, Tapped, Typed, Waiting, advance, once

OPTIONS = ("red", "green", "blue")
PICKS = [Pick(each, {"zh": f"「{each}」", "en": each.title()}, f"c-{each}") for each in OPTIONS]
MOST = 3  # instances of a repeat
UNFILLED = {"why": "unfilled"}


@dataclass(frozen=True)
class Ask:
    """One question; `key` is made its own by where it stands."""

    key: str
    many: bool = False
    quiet: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Branch:
    """Asked only when the newest answer before it is this one."""

    wants: str
    inner: tuple[Part, ...]


@dataclass(frozen=True)
class Repeat:
    """ "Add another" until no."""

    key: str
    inner: tuple[Part, ...]


@dataclass(frozen=True)
class Fact:
    """Something found out once."""

    key: str


Part = Ask | Branch | Repeat | Fact


def numbered(parts: tuple[Part, ...], start: str = "q") -> tuple[Part, ...]:
    """The same tree with a key of its own for every part."""
    found: list[Part] = []
    for place, part in enumerate(parts):
        key = f"{start}{place}"
        match part:
            case Ask():
                found.append(Ask(key, part.many, part.quiet, part.optional))
            case Branch():
                found.append(Branch(part.wants, numbered(part.inner, f"{key}b")))
            case Repeat():
                found.append(Repeat(key, numbered(part.inner, f"{key}r")))
            case Fact():
                found.append(Fact(key))
    return tuple(found)


ASKS = st.builds(Ask, st.just(""), st.booleans(), st.booleans(), st.booleans())
PARTS: st.SearchStrategy[Part] = st.recursive(
    ASKS | st.builds(Fact, st.just("")),
    lambda inner: (
        st.builds(Branch, st.sampled_from(OPTIONS), st.lists(inner, max_size=3).map(tuple))
        | st.builds(Repeat, st.just(""), st.lists(inner, max_size=2).map(tuple))
    ),
    max_leaves=8,
)
TREES = st.lists(PARTS, min_size=1, max_size=5).map(tuple).map(numbered)


@dataclass
class Talk:
    """The tree as a talk; `made` counts how often each fact was found out."""

    parts: tuple[Part, ...]
    made: Counter[str] = field(default_factory=Counter)

    async def __call__(self) -> dict[str, Kept]:
        said: dict[str, Kept] = {}
        await self.tell(self.parts, "", said)
        lines = [Line(key, key, "") for key in said if not key.startswith("fact")]
        sure = await Review("review", "Right?", lines=lines)
        return said if sure else {}

    async def tell(self, parts: tuple[Part, ...], at: str, said: dict[str, Kept]) -> None:
        for part in parts:
            match part:
                case Ask():
                    said[at + part.key] = await question(part, at)
                case Branch() if newest(said) == part.wants:
                    await self.tell(part.inner, at, said)
                case Repeat():
                    await self.repeat(part, at, said)
                case Fact():
                    said[f"fact/{at}{part.key}"] = await once(at + part.key, self.finder(at, part))

    async def repeat(self, part: Repeat, at: str, said: dict[str, Kept]) -> None:
        for number in range(MOST):
            key = f"{at}{part.key}/{number}"
            said[f"{key}/more"] = more = await Confirm(f"{key}/more", "Another?")
            if not more:
                return
            await self.tell(part.inner, f"{key}/", said)

    def finder(self, at: str, part: Fact) -> Any:
        def find() -> int:
            self.made[at + part.key] += 1
            return self.made[at + part.key]

        return find


@dataclass
class Taken(Choice):
    """A choice whose kept answer the talk gets as it is."""


@dataclass
class ManyTaken(Many):
    """The same of several."""

    def take(self, kept: Kept) -> Any:
        return kept


def question(part: Ask, at: str) -> Question[Any]:
    kind: Any = ManyTaken if part.many else Taken
    made: Question[Any] = kind(at + part.key, at + part.key, picks=PICKS)
    made.optional, made.quiet = part.optional, part.quiet
    return made


def newest(said: dict[str, Kept]) -> Kept:
    return next((each for key, each in reversed(said.items()) if not key.startswith("fact")), "")


@dataclass
class Model:
    """What was said last for each key, and which question was asked for; one that is being
    changed keeps its answer until there is another, and where that one brings up a question
    (`changed`) back has it again."""

    parts: tuple[Part, ...]
    last: dict[str, Kept] = field(default_factory=dict)
    wanted: str = ""
    changing: bool = False
    changed: dict[str, Kept] = field(default_factory=dict)
    end: dict[str, Kept] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)

    def straight(self) -> str:
        """Walks through with the last answers: the open key; `path` and `end` are set."""
        self.end, self.path = {}, []
        return next(self.open(self.parts, ""), "review")

    def open(self, parts: tuple[Part, ...], at: str) -> Iterator[str]:
        for part in parts:
            match part:
                case Ask():
                    yield from self.meet(at + part.key, quiet=part.quiet)
                case Branch() if newest(self.end) == part.wants:
                    yield from self.open(part.inner, at)
                case Repeat():
                    yield from self.again(part, at)
                case Fact():
                    self.end[f"fact/{at}{part.key}"] = 1

    def again(self, part: Repeat, at: str) -> Iterator[str]:
        for number in range(MOST):
            key = f"{at}{part.key}/{number}"
            yield from self.meet(f"{key}/more", quiet=False)
            self.end[f"{key}/more"] = self.last[f"{key}/more"] == "yes"
            if not self.end[f"{key}/more"]:
                return
            yield from self.open(part.inner, f"{key}/")

    def meet(self, key: str, *, quiet: bool) -> Iterator[str]:
        if key in self.last and not (self.changing and key == self.wanted):
            self.path.append(key)
            self.end[key] = self.last[key]
        elif quiet and self.wanted != key:
            self.end[key] = UNFILLED
        else:
            yield key


@dataclass
class Walk:
    """One walk: the driver under test on one side, the model on the other."""

    talk: Talk
    model: Model
    draft: Draft = field(default_factory=Draft)
    outcome: Any = None
    ticks: list[str] = field(default_factory=list)

    def send(self, said: Said) -> None:
        self.outcome = advance(self.talk, self.draft, said)

    @property
    def question(self) -> Question[Any]:
        assert isinstance(self.outcome, Waiting), self.outcome
        return self.outcome.question

    def agree(self) -> None:
        """The open question is the first that the model has no answer for."""
        expected = self.model.straight()
        if expected == "review":
            self.model.changed = {}
        assert self.question.key == expected
        assert self.draft.path == self.model.path

    def keep(self, kept: Kept) -> None:
        key, model = self.question.key, self.model
        model.changed = {key: model.last.get(key)} if model.changing else {}
        model.last[key] = kept
        self.model.wanted, self.model.changing = "", False
        self.ticks = []

    def answer(self, place: int, how: str) -> None:
        asked = self.question
        if isinstance(asked, Many):
            self.tick(asked, place, how)
            return
        pick = asked.picks[place % len(asked.picks)]
        self.keep(pick.value)
        self.send(said_as(asked, pick, how))

    def tick(self, asked: Many, place: int, how: str) -> None:
        pick = asked.picks[place % len(asked.picks)]
        if how == "tap":
            self.ticks.remove(pick.value) if pick.value in self.ticks else self.ticks.append(
                pick.value
            )
            self.send(Tapped((place % len(asked.picks),)))
        elif how == "number":
            kept = [each for each in OPTIONS if each in self.ticks]
            self.keep(kept)
            self.send(Tapped((), "done"))
        else:
            self.keep([pick.value])
            self.send(said_as(asked, pick, how))

    def back(self) -> None:
        if self.model.changing:
            self.model.wanted, self.model.changing = "", False
            self.ticks = []
        elif self.model.changed:
            ((key, kept),) = self.model.changed.items()
            self.model.last[key] = kept
            if kept is None:
                del self.model.last[key]
            self.model.wanted, self.model.changing, self.model.changed = key, True, {}
            self.ticks = []
        elif self.model.path:
            key = self.model.path[-1]
            del self.model.last[key]
            self.model.wanted = key
            self.ticks = []
        self.send(Typed("返回"))

    def skip(self) -> None:
        if self.question.optional:
            self.keep({"why": "skipped"})
        self.send(Typed("skip"))

    def change(self, place: int) -> None:
        key = self.question.picks[place].value.removeprefix("change:")
        self.model.wanted, self.model.changing = key, True
        self.send(Tapped((place,)))

    def restart(self) -> None:
        """All that is kept goes through JSON, as it does between two messages."""
        held = json.loads(json.dumps([self.draft.answers, self.draft.facts]))
        asked = json.loads(json.dumps(vars(self.draft.asked)))
        self.draft = Draft(held[0], held[1], Asked(**asked), self.draft.path)


def said_as(asked: Question[Any], pick: Pick, how: str) -> Said:
    place = list(asked.picks).index(pick)
    ways: dict[str, Said] = {
        "tap": Tapped((place,)),
        "number": Typed(f"{place + 1}。"),
        "label": Typed(pick.label["en"] if isinstance(pick.label, dict) else pick.value),
        "code": Typed(pick.code or pick.value.upper()),
    }
    return ways[how]


HOW = ("tap", "number", "label", "code")
STEP = st.tuples(
    st.sampled_from(["answer"] * 6 + ["back", "back", "skip", "nonsense", "restart", "reshow"]),
    st.integers(0, 20),
    st.sampled_from(HOW),
)


@settings(max_examples=300, deadline=None)
@given(TREES, st.lists(STEP, max_size=40), st.lists(st.integers(0, 20), min_size=1))
def test_a_random_walk_ends_with_the_answers_that_were_given_last(
    tree: tuple[Part, ...], steps: list[tuple[str, int, str]], ending: list[int]
) -> None:
    walk = Walk(Talk(tree), Model(tree))
    walk.send(None)
    for what, place, how in steps:
        walk.agree()
        one_step(walk, what, place, how)
    finish(walk, ending)
    assert walk.outcome == Done(walk.model.end)
    assert set(walk.talk.made.values()) <= {1}, "a fact is found out once"


def one_step(walk: Walk, what: str, place: int, how: str) -> None:
    lines = len(walk.question.picks) - 1
    match what:
        case "answer" if isinstance(walk.question, Review):
            if lines:
                walk.change(1 + place % lines)
        case "answer":
            walk.answer(place, how)
        case "back":
            walk.back()
        case "skip":
            walk.skip()
        case "nonsense":
            walk.send((Typed("x y z"), Tapped((99,)), Typed("99"), Tapped((), "skip?"))[place % 4])
        case "restart":
            walk.restart()
        case "reshow":
            walk.send(None)


def finish(walk: Walk, ending: list[int]) -> None:
    """Answers whatever is open, never "add another", and submits."""
    for number in range(200):
        walk.agree()
        if isinstance(walk.question, Review):
            walk.send(Typed("1"))
            return
        place = 1 if isinstance(walk.question, Confirm) else ending[number % len(ending)]
        walk.answer(place, "label" if isinstance(walk.question, Many) else "number")
    raise AssertionError("the talk does not come to its end")
