"""A compiled expression, what it looks at, and all expressions of one item."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from domain.xlsform.value import Value

Result = bool | str | tuple[str, ...]
ROOM = 2_000
"""Results that one expression remembers before it starts anew."""


@dataclass(frozen=True, slots=True)
class Look:
    """What an expression looks at: an item, found from the place where the expression stands.

    `shared` steps of that place's instance path are kept; `many` when repeats follow.
    """

    path: str
    shared: int
    many: bool


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One expression: as written, as lxml runs it, and what its result depends on."""

    source: str
    run: etree.XPath
    looks: tuple[Look, ...] = ()
    wants: frozenset[str] = frozenset()
    """Values handed in: now, today, lang."""
    randoms: int = 0
    uuids: int = 0
    place: bool = False
    """It asks for the position in a repeat."""
    opaque: bool = False
    """What it looks at cannot be told beforehand: everything is worked out before it runs."""
    kept: bool = False
    """`once(..)`: the first result stays."""
    steady: tuple[str, ...] | None = None
    """The instance paths that it looks at, when they and nothing else decide the result."""
    memo: dict[object, Result] = field(default_factory=dict)

    @property
    def pure(self) -> bool:
        """The same looks always give the same result, in every filling."""
        fickle = self.opaque or self.kept or self.randoms or self.uuids or "now" in self.wants
        return not fickle

    def keep(self, key: object, result: Result) -> None:
        """Remember a result; a full memory is emptied."""
        if len(self.memo) >= ROOM:
            self.memo.clear()
        self.memo[key] = result

    def __call__(self, place: etree._Element, variables: Mapping[str, Value]) -> Value:
        found: Value = self.run(place, **variables)  # type: ignore[assignment,arg-type]
        return found


Words = tuple[str | Look, ...]
"""A text with `${name}` in it: its pieces in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The expressions of one item."""

    relevant: Rule | None = None
    required: Rule | None = None
    constraint: Rule | None = None
    calculation: Rule | None = None
    default: Rule | None = None
    fixed: str = ""
    """The default when it is a plain value."""
    count: Rule | None = None
    filter: Rule | None = None
    source: Rule | None = None
    """The nodes of a repeat whose values are the options."""
    root: etree._Element | None = None
    """The list that the options come from, for the filter to run on."""
    urgent: Mapping[str, Rule | tuple[str, ...]] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    """The items whose change starts the calculation."""
    words: Mapping[str, Words] = field(default_factory=dict)
    """Every text of the item that holds `${name}`."""
    computed: bool = False
    """The value is the calculation's; nobody answers."""
    shuffle: bool = False
    seed: Rule | None = None

    def all(self) -> list[Rule]:
        """Every expression of the item."""
        own = (self.relevant, self.required, self.constraint, self.calculation, self.default)
        more = (self.count, self.filter, self.source, self.seed, *self.urgent.values())
        return [each for each in (*own, *more) if isinstance(each, Rule)]
