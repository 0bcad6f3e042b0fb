"""The odds of the answers: what odds.toml says, checked against the form, ready to draw from."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from statistics import NormalDist
from typing import Any

from domain.form import Form


@dataclass(frozen=True)
class Odds:
    """One item: its options, where on a normal scale each but the first begins, who is asked."""

    name: str
    path: str
    options: tuple[str, ...]
    lines: tuple[float, ...]
    ages: tuple[int, int]
    least: Mapping[str, int]
    how: frozenset[str]
    steady: bool
    unknown: float

    def option(self, worry: float, age: int) -> str:
        """The option that fits a worry; the first where the form does not offer it so young."""
        found = self.options[bisect_right(self.lines, worry)]
        return found if age >= self.least.get(found, 0) else self.options[0]

    def asked_at(self, age: int) -> bool:
        return self.ages[0] <= age <= self.ages[1]


@dataclass(frozen=True)
class Urgent:
    """An emergency option that a visit may find, and its codes."""

    path: str
    option: str
    codes: tuple[str, ...]
    ages: tuple[int, int]
    weight: float


@dataclass(frozen=True)
class Table:
    """All odds of one form."""

    items: tuple[Odds, ...]
    urgent: tuple[Urgent, ...]
    declined: float


@cache
def table(form: Form) -> Table:
    """KeyError or ValueError when odds.toml names what the form does not have."""
    data = tomllib.loads(files("bot.seed").joinpath("odds.toml").read_text("utf-8"))
    paths = {item.name: item.path for item in form.questions()}
    items = tuple(_odds(form, paths[name], row, data) for name, row in data["item"].items())
    urgent = tuple(_urgent(form, paths[row["item"]], row) for row in data["emergency"])
    return Table(items, urgent, data["declined"])


def _odds(form: Form, path: str, row: Mapping[str, float], data: Mapping[str, Any]) -> Odds:
    item = form.item(path)
    missing = row.keys() - {option.value for option in item.options}
    if missing:
        raise ValueError(f"{item.name} has no option {', '.join(sorted(missing))}")
    whole = sum(row.values())
    lines = [NormalDist().inv_cdf(part / whole) for part in [*accumulate(row.values())][:-1]]
    first, _, last = item.extra["ages"].partition("-")
    return Odds(
        item.name,
        path,
        tuple(row),
        tuple(lines),
        (int(first), int(last)),
        {o.value: int(o.extra["age_from"]) for o in item.options if o.extra.get("age_from")},
        frozenset(item.extra["how"].split()),
        item.name in data["steady"],
        data["unknown"].get(item.name, data["elsewhere"]),
    )


def _urgent(form: Form, path: str, row: Mapping[str, Any]) -> Urgent:
    option = next(each for each in form.item(path).options if each.value == row["option"])
    low, high = row["ages"]
    return Urgent(
        path, option.value, tuple(option.extra["urgent"].split()), (low, high), row["weight"]
    )
