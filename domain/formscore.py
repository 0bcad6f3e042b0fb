"""The scores that stand on a form's options: per item, and the most that an age can reach."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from domain.form import MANY, Filling
from domain.xlsform.item import Form, Given, Item, Node, Option

Nodes = Callable[[Filling], Iterable[Node]]
_KNOWN: dict[tuple[str, Nodes], tuple[Node, ...]] = {}  # by a form's digest: a few entries
NOBODY = Given(now=datetime(1970, 1, 1, tzinfo=UTC), today=datetime(1970, 1, 1, tzinfo=UTC).date())


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """One scored item of a filling."""

    path: str
    code: str
    dimension: str
    """The name of the outermost group."""
    score: float | None
    """What the answer scores; None when there is no answer."""
    maximum: float
    middle: float
    """What the middle option scores (of two, the higher): for answers missing too long."""
    applicable: bool
    """False when the form does not ask it here, as at this age."""
    own_service: bool
    """Filled by the system: it describes our service, not the child."""
    item: Item

    def score_of(self, value: str) -> float | None:
        """What another answer would score."""
        return score(self.item, value)


def scored_items(filling: Filling) -> list[ScoredItem]:
    """Every scored item of the form in document order, also those not asked at this age."""
    return [_scored(filling, node) for node in standing(filling, scored_nodes)]


def scored_nodes(filling: Filling, parent: Node | None = None) -> Iterator[Node]:
    """Every question whose options bear scores, in the form's order."""
    for node in filling.nodes(parent):
        if node.item.kind != "question":
            yield from scored_nodes(filling, node)
        elif scores_of(node.item):
            yield node


def standing(filling: Filling, nodes: Nodes) -> tuple[Node, ...]:
    """These nodes; looked for once where no repeat can make them move."""
    if not filling.form.stands:
        return tuple(nodes(filling))
    key = (filling.form.sha256, nodes)
    if key not in _KNOWN:
        _KNOWN[key] = tuple(nodes(filling))
    return _KNOWN[key]


def _scored(filling: Filling, node: Node) -> ScoredItem:
    applicable = filling.relevant(node)
    maximum, middle = _measure(node.item.options, node.item.type in MANY)
    return ScoredItem(
        path=node.path,
        code=node.item.name,
        dimension=node.path.partition("/")[0].partition("[")[0],
        score=score(node.item, filling.value(node.path)) if applicable else None,
        maximum=maximum,
        middle=middle,
        applicable=applicable,
        own_service=node.item.extra.get("ask") == "never",
        item=node.item,
    )


@lru_cache(4096)
def _measure(options: tuple[Option, ...], many: bool) -> tuple[float, float]:
    """The highest score that can be reached (of several ticks their sum), and the middle one."""
    scores = sorted(_scores(options).values())
    return sum(scores) if many else scores[-1], scores[len(scores) // 2]


def scores_of(item: Item) -> Mapping[str, float]:
    """The score of each option that has one."""
    return _scores(item.options)


@lru_cache(4096)
def _scores(options: tuple[Option, ...]) -> Mapping[str, float]:
    cells = ((option.value, option.extra.get("score", "")) for option in options)
    return {value: float(cell) for value, cell in cells if cell}


def score(item: Item, value: str) -> float | None:
    """What an answer scores: the sum over what was ticked; None without a scored answer."""
    scores = scores_of(item)
    found = [scores[one] for one in value.split() if one in scores]
    return sum(found) if found else None


def maxima(form: Form, age: int) -> dict[str, float]:
    """The most points of each dimension that can be reached at an age in years."""
    ages = {item.path: str(age) for item in form.questions() if item.name == "age"}
    found: dict[str, float] = {}
    for item in scored_items(Filling(form, NOBODY, ages)):
        found.setdefault(item.dimension, 0)
        found[item.dimension] += item.maximum if item.applicable else 0
    return found
