"""Runs the expressions of a form: from memory when what they look at is the same as before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from lxml import etree

from domain.xlsform.item import Form, Given, plain
from domain.xlsform.rule import Look, Result, Rule
from domain.xlsform.tree import Tree
from domain.xlsform.value import Value

Finish = Callable[[Value], Result]
Put = tuple[str, str, bool]
"""A path, its value, and whether it can be found."""


class Ground(Protocol):
    """What an expression stands on: one filling."""

    form: Form
    given: Given
    tree: Tree | None
    remembers: bool

    def value(self, path: str) -> str: ...
    def is_shown(self, path: str) -> bool: ...
    def ids(self, base: str) -> Sequence[str]: ...


def run(
    ground: Ground, rule: Rule, path: str, finish: Finish, root: etree._Element | None = None
) -> Result:
    """The result of an expression at a path; `root` is the list that a filter runs on."""
    if not ground.remembers:
        return finish(evaluated(ground, rule, path, root))
    key = key_of(ground, rule, path)
    if key is None:
        return finish(evaluated(ground, rule, path, root))
    found = rule.memo.get(key)
    if found is None:
        found = finish(evaluated(ground, rule, path, root))
        rule.keep(key, found)
    return found


def key_of(ground: Ground, rule: Rule, path: str) -> tuple[object, ...] | None:
    """All that decides the result; None when that cannot be told."""
    if rule.steady is not None:
        return tuple([ground.value(at) for at in rule.steady])
    if not rule.pure:
        return None
    parts: list[object] = []
    for look in rule.looks:
        found = where(ground, look, path)
        parts.append(tuple([ground.value(x) if ground.is_shown(x) else None for x in found]))
    if rule.place:
        parts.append(tuple(numbers(ground, path)))
    if "today" in rule.wants:
        parts.append(ground.given.today)
    return tuple(parts)


def where(ground: Ground, look: Look, path: str) -> list[str]:
    """The instance paths that an expression at a path looks at.

    A calculation that looks at its own kind in other instances sees those before it.
    """
    steps = look.path.split("/")
    if not look.many:
        return ["/".join([*path.split("/")[: look.shared], *steps[look.shared :]])]
    found = expand(ground, path.split("/")[: look.shared], steps)
    return found[: found.index(path)] if path in found else found


def expand(ground: Ground, start: Sequence[str], steps: Sequence[str]) -> list[str]:
    """All instance paths of an item below a place."""
    found = ["/".join(start)]
    for depth in range(len(start), len(steps)):
        bases = [f"{above}/{steps[depth]}" if above else steps[depth] for above in found]
        if ground.form.by_path["/".join(steps[: depth + 1])].kind == "repeat":
            found = [f"{base}[{key}]" for base in bases for key in ground.ids(base)]
        else:
            found = bases
    return found


def numbers(ground: Ground, path: str) -> Iterable[int]:
    """The place of each repeat instance on a path among its kind."""
    base = ""
    for step in path.split("/"):
        name, _, key = step.partition("[")
        base = f"{base}/{name}" if base else name
        if key:
            ids = list(ground.ids(base))
            yield ids.index(key[:-1]) if key[:-1] in ids else -1
            base = f"{base}[{key}"


def evaluated(ground: Ground, rule: Rule, path: str, root: etree._Element | None) -> Value:
    """The result as lxml gives it, on a tree that holds what the expression looks at."""
    if ground.tree is None:
        ground.tree = Tree(ground.form, ground.ids)
    tree = ground.tree
    here = tree.place(path)
    # All values first: working one out may run other expressions on the same tree.
    puts = everything(ground, tree) if rule.opaque else []
    for look in rule.looks:
        puts += looked(ground, look, path)
    for put in puts:
        tree.put(*put)
    return rule(here if root is None else root, variables(ground, rule, path, here))


def looked(ground: Ground, look: Look, path: str) -> list[Put]:
    """The values that an expression looks at; what lies behind its own place is blank."""
    found = where(ground, look, path)
    puts = [(at, ground.value(at), ground.is_shown(at) or not look.many) for at in found]
    if look.many and look.path == plain(path):
        start, steps = path.split("/")[: look.shared], look.path.split("/")
        puts += [(at, "", True) for at in expand(ground, start, steps)[len(found) :]]
    return puts


def everything(ground: Ground, tree: Tree) -> list[Put]:
    """All values; what is above comes last and hides what is below."""
    while tree.ends:
        tree.sprout(next(iter(tree.ends)))
    paths = [at for at in tree.places if at]
    return [(at, ground.value(at), ground.is_shown(at)) for at in reversed(paths)]


def variables(ground: Ground, rule: Rule, path: str, here: etree._Element) -> Mapping[str, Value]:
    """What is handed to an expression: its place, the root, and what it may not read itself."""
    tree, given = ground.tree, ground.given
    found: dict[str, Value] = {"c": [here]}
    if tree is not None:
        found["r"] = [tree.root]
    for name in rule.wants:
        match name:
            case "now":
                found[name] = given.now.isoformat(timespec="milliseconds")
            case "today":
                found[name] = given.today.isoformat()
            case _:
                found[name] = ground.form.languages[0]
    key = f"{path}#{rule.source}"
    found |= {f"random{n}": given.random(f"{key}#{n}") for n in range(rule.randoms)}
    found |= {f"uuid{n}": given.uuid(f"{key}#{n}") for n in range(rule.uuids)}
    return found
