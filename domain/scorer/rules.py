"""The numbers of the scorer: one TOML file, checked when read and named by its sha256."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Table = TypeVar("Table", bound=DataclassInstance)
else:
    Table = TypeVar("Table")


class RulesError(ValueError):
    """A rule file that cannot be used; the message names the key."""


@dataclass(frozen=True, slots=True)
class Form:
    """When a visit is an assessment."""

    stale_share: float
    middle_after: int


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How much the newest total weighs in the smoothed one."""

    newest: float


@dataclass(frozen=True, slots=True)
class High:
    """A, sustained: the line for the smoothed total and for a single assessment."""

    line: int
    single: int


@dataclass(frozen=True, slots=True)
class Growth:
    """B: so many rises in a row, each and together, from a floor on."""

    rises: int
    each: int
    rise: int
    floor: int


@dataclass(frozen=True, slots=True)
class Jump:
    """C: above the child's own median; `fall` below it asks to verify."""

    rise: int
    sigma: float
    least_sigma: float
    floor: int
    earlier: int
    window: int
    fall: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How many collections B and C pause after a change of age band."""

    pause: int


@dataclass(frozen=True, slots=True)
class Urgent:
    """D: the totals from which an amber emergency counts, and what "new" and "back" mean."""

    new: int
    back: int
    back_months: int
    absent_months: int


@dataclass(frozen=True, slots=True)
class Closing:
    """When closing a flag is suggested, and how long B and C stay quiet after it."""

    line: int
    held: int
    held_urgent: int
    visits: int
    cool: int


@dataclass(frozen=True, slots=True)
class Lost:
    """How many unseen months in a row put a child on the lost-contact list."""

    flagged: int
    others: int


@dataclass(frozen=True, slots=True)
class Levels:
    """The line of the yellow level."""

    yellow: int


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All numbers of one rule file; `sha256` is stored with every result."""

    version: str
    sha256: str
    form: Form
    smoothing: Smoothing
    high: High
    growth: Growth
    jump: Jump
    trend: Trend
    urgent: Urgent
    closing: Closing
    lost: Lost
    levels: Levels


def load_rules(data: bytes) -> Ruleset:
    """The rules in a TOML file; RulesError names the key that is missing, unknown or wrong."""
    tables = _parse(data)
    _refuse_unknown(tables, {field.name for field in fields(Ruleset)} - {"sha256"}, "")
    rules = Ruleset(
        version=_version(tables),
        sha256=sha256(data).hexdigest(),
        form=_table(tables, "form", Form),
        smoothing=_table(tables, "smoothing", Smoothing),
        high=_table(tables, "high", High),
        growth=_table(tables, "growth", Growth),
        jump=_table(tables, "jump", Jump),
        trend=_table(tables, "trend", Trend),
        urgent=_table(tables, "urgent", Urgent),
        closing=_table(tables, "closing", Closing),
        lost=_table(tables, "lost", Lost),
        levels=_table(tables, "levels", Levels),
    )
    _check(rules)
    return rules


@cache
def default_rules() -> Ruleset:
    """The rules that ship with the package."""
    package = __name__.rpartition(".")[0]
    return load_rules(files(package).joinpath("rules.toml").read_bytes())


def _parse(data: bytes) -> Mapping[str, Any]:
    try:
        return tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulesError(f"not a TOML file: {error}") from error


def _version(tables: Mapping[str, Any]) -> str:
    version = tables.get("version")
    if not isinstance(version, str) or not version:
        raise RulesError("version: a text is needed")
    return version


def _table(tables: Mapping[str, Any], name: str, kind: type[Table]) -> Table:
    table = tables.get(name)
    if not isinstance(table, dict):
        raise RulesError(f"{name}: this table is missing")
    _refuse_unknown(table, {field.name for field in fields(kind)}, f"{name}.")
    numbers = {
        field.name: _number(table, f"{name}.{field.name}", whole=field.type is int)
        for field in fields(kind)
    }
    return kind(**numbers)


def _number(table: Mapping[str, Any], key: str, whole: bool) -> int | float:
    value = table.get(key.partition(".")[2])
    if value is None:
        raise RulesError(f"{key}: missing")
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        raise RulesError(f"{key}: a {'whole ' if whole else ''}number is needed, not {value!r}")
    if not 0 <= value <= 100:
        raise RulesError(f"{key}: must lie between 0 and 100, not {value}")
    return int(value) if whole else float(value)


def _refuse_unknown(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise RulesError(f"{prefix}{key}: unknown")


def _check(rules: Ruleset) -> None:
    """The numbers must agree with each other, or the rules would contradict themselves."""
    demands = {
        "form.stale_share: at most 1": rules.form.stale_share <= 1,
        "smoothing.newest: above 0, at most 1": 0 < rules.smoothing.newest <= 1,
        "high.single: not under high.line": rules.high.single >= rules.high.line,
        "closing.line: not over high.line": rules.closing.line <= rules.high.line,
        "closing.visits: at least 1": rules.closing.visits >= 1,
        "levels.yellow: not over high.line": rules.levels.yellow <= rules.high.line,
        "growth.rises: from 1 to jump.window": 1 <= rules.growth.rises <= rules.jump.window,
        "jump.earlier: from 1 to jump.window": 1 <= rules.jump.earlier <= rules.jump.window,
        "urgent.back: not over urgent.new": rules.urgent.back <= rules.urgent.new,
        "lost.flagged: from 1 to lost.others": 1 <= rules.lost.flagged <= rules.lost.others,
    }
    for demand, met in demands.items():
        if not met:
            raise RulesError(demand)
