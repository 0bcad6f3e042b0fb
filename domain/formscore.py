"""The scores that stand on a form's options: per item, and the most that an age can reach."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from domain.form import MANY, Filling
from domain.xlsform.item import Form, Given, Item, Node, Option

Nodes = Callable[[Filling], Iterable[Node]]
_KNOWN: dict[tuple[str, Nodes], tuple[Node, ...]] = {}  # by a form's digest: a few entries
NOBODY = Given(now=datetime(1970, 1, 1, tzinfo=UTC), today=datetime(1970, 1, 1, tzinfo=UTC).date())


class Measure(NamedTuple):
    """What a scored item is, whatever was answered."""

    path: str
    code: str
    dimension: str
    """The name of the outermost group."""
    maximum: float
    middle: float
    """What the middle option scores (of two, the higher): for answers missing too long."""
    own_service: bool
    """Filled by the system: it describes our service, not the child."""
    item: Item


class ScoredItem(NamedTuple):
    """One scored item of a filling: its measure, and what was answered."""

    path: str
    code: str
    dimension: str
    maximum: float
    middle: float
    own_service: bool
    item: Item
    score: float | None
    """What the answer scores; None when there is no answer."""
    applicable: bool
    """False when the form does not ask it here, as at this age."""

    def score_of(self, value: str) -> float | None:
        """What another answer would score."""
        return score(self.item, value)


def scored_items(filling: Filling) -> list[ScoredItem]:
    """Every scored item of the form in document order, also those not asked at this age."""
    found = []
    for measure in map(_measure, standing(filling, scored_nodes)):
        applicable = filling.is_shown(measure.path)
        points = score(measure.item, filling.value(measure.path)) if applicable else None
        found.append(ScoredItem(*measure, points, applicable))
    return found


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


@lru_cache(4096)
def _measure(node: Node) -> Measure:
    item, scores = node.item, sorted(scores_of(node.item).values())
    return Measure(
        path=node.path,
        code=item.name,
        dimension=node.path.partition("/")[0].partition("[")[0],
        maximum=sum(scores) if item.type in MANY else scores[-1],
        middle=scores[len(scores) // 2],
        own_service=item.extra.get("ask") == "never",
        item=item,
    )


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
    if value in scores:
        return scores[value]
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
