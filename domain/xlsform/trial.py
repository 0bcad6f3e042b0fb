"""Runs every expression once while a form is loaded, so that none fails in a conversation."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from lxml import etree

from domain.xlsform.item import Form, FormError, Given, Item
from domain.xlsform.rule import Rule, Rules
from domain.xlsform.run import run
from domain.xlsform.tree import Tree
from domain.xlsform.value import Value

DAY = datetime(2024, 1, 2, tzinfo=UTC)


class Rehearsal:
    """A filling without answers: every repeat has one instance, everything is relevant."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.given = Given(now=DAY, today=DAY.date())
        self.tree: Tree | None = None
        self.remembers = False

    def value(self, path: str) -> str:
        return ""

    def is_shown(self, path: str) -> bool:
        return True

    def ids(self, base: str) -> Sequence[str]:
        return ("1",)


def rehearse(form: Form, option_rows: Mapping[str, int]) -> None:
    """FormError for an expression that cannot be run; `option_rows` by path and option."""
    ground = Rehearsal(form)
    for item in form.by_path.values():
        rules = form.rules[item.path]
        for rule, sheet, row in expressions(item, rules, option_rows):
            root = rules.root if rule is rules.filter else None
            try:
                run(ground, rule, standing(form, item, rule is rules.count), nothing, root)
            except etree.XPathError as error:
                raise FormError(
                    sheet,
                    row,
                    f"'{rule.source}' cannot be worked out: {error}",
                    f"“{rule.source}”算不出来：{error}",
                ) from error


def nothing(value: Value) -> str:
    return ""


def expressions(
    item: Item, rules: Rules, option_rows: Mapping[str, int]
) -> Iterator[tuple[Rule, str, int]]:
    own = (
        rules.relevant,
        rules.required,
        rules.constraint,
        rules.calculation,
        rules.default,
        rules.count,
        rules.filter,
        rules.source,
        rules.seed,
    )
    yield from ((rule, "survey", item.row) for rule in own if rule is not None)
    for value, urgent in rules.urgent.items():
        if isinstance(urgent, Rule):
            yield urgent, "choices", option_rows.get(f"{item.path} {value}", item.row)


def standing(form: Form, item: Item, above: bool) -> str:
    """The instance path at which an expression of an item runs."""
    steps = item.path.split("/")
    found = []
    for depth, step in enumerate(steps):
        inside = form.by_path["/".join(steps[: depth + 1])].kind == "repeat"
        found.append(f"{step}[1]" if inside else step)
    return "/".join(found[:-1] if above else found)
