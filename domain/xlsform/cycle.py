"""Refuses a form in which a value decides over itself; orders one with long chains."""

from collections.abc import Iterator, Mapping

from domain.xlsform.item import FormError, Item, walk
from domain.xlsform.rule import Rule, Rules


def check_cycles(items: tuple[Item, ...], rules: Mapping[str, Rules]) -> None:
    """FormError when relevance or calculation of an item comes back to that item."""
    by_path = {item.path: item for item in walk(items)}
    edges = {path: sorted(set(needs(path, rules[path]))) for path in by_path}
    done: set[str] = set()
    for path in by_path:
        visit(path, edges, done, by_path)


def needs(path: str, own: Rules) -> Iterator[str]:
    """The items whose value or relevance an item's own value or relevance follows."""
    above = path.rpartition("/")[0]
    if above:
        yield above
    yield from looked(own.relevant)
    # A calculation may look at its own last value (`once`), a default and a trigger at anything.
    if own.computed:
        yield from (other for other in looked(own.calculation) if other != path)


def looked(rule: Rule | None) -> Iterator[str]:
    if rule is not None:
        yield from (look.path for look in rule.looks if not look.many)


def visit(
    start: str, edges: Mapping[str, list[str]], done: set[str], by_path: Mapping[str, Item]
) -> None:
    """Walks from one item, depth first without recursion, and stops at the first circle."""
    trail: dict[str, Iterator[str]] = {start: iter(edges[start])}
    while trail:
        path = next(reversed(trail))
        following = next(trail[path], None)
        if following is None:
            done.add(path)
            del trail[path]
        elif following in trail:
            raise FormError(
                "survey",
                by_path[path].row,
                f"{path} and {following} decide over each other",
                f"{path} 与 {following} 互相决定",
            )
        elif following not in done:
            trail[following] = iter(edges[following])


DEEP = 40
"""A longer chain of values is worked out from its beginning, not from its end."""


def long_order(items: tuple[Item, ...], rules: Mapping[str, Rules]) -> tuple[str, ...]:
    """All items, each after those that it looks at, if chains are long; else nothing."""
    paths = [item.path for item in walk(items)]
    edges = {path: list(glances(path, rules[path])) for path in paths}
    depth: dict[str, int] = {}
    for start in paths:
        trail = {start: iter(edges[start])} if start not in depth else {}
        while trail:
            path = next(reversed(trail))
            following = next((to for to in trail[path] if to not in trail), None)
            if following is None:
                depth[path] = 1 + max((depth.get(to, 0) for to in edges[path]), default=0)
                del trail[path]
            elif following not in depth:
                trail[following] = iter(edges[following])
    return tuple(depth) if max(depth.values(), default=0) > DEEP else ()


def glances(path: str, own: Rules) -> Iterator[str]:
    """Everything that an item's own value or relevance looks at."""
    above = path.rpartition("/")[0]
    if above:
        yield above
    for rule in (own.relevant, own.calculation, own.default):
        if rule is not None:
            yield from (look.path for look in rule.looks)
