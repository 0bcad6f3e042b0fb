"""The house rules that a linter does not know: sizes, time, edges."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "dialogue", "domain", "storage", "reminders")
FILES = sorted(
    path.relative_to(ROOT)
    for package in (*PACKAGES, "tests")
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts  # migrations are kept as they were written
)
CODE = [path for path in FILES if path.parts[0] in PACKAGES]
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
NOW = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
NOW |= {("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime")}
CLOCK = Path("bot/app.py")
MEASURES = Path("bot/bench")  # measures how long things take
EDGE = {"telegram", "aiohttp", "aiohttp_sse", "jinja2"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def lines(path: Path) -> int:
    return len((ROOT / path).read_text("utf-8").splitlines())


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def clock_reads(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attr) if (owner, attr) in NOW:
                yield f"{path}:{node.lineno} {owner}.{attr}"
            case ast.ImportFrom(module="time", names=names) if any(n.name == "time" for n in names):
                yield f"{path}:{node.lineno} from time import time"


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    assert [str(path) for path in FILES if lines(path) > LONGEST_FILE] == []


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [
        f"{path}:{each.lineno} {each.name}"
        for path in FILES
        for each in functions(path)
        if length(each) > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_module_says_what_it_is() -> None:
    assert [str(path) for path in FILES if lines(path) and not ast.get_docstring(tree(path))] == []


def test_every_public_class_says_what_it_is() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in CODE
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and node.name[0] != "_" and not ast.get_docstring(node)
    ]
    assert silent == []


def test_nobody_but_the_composition_root_reads_the_time() -> None:
    """Now is one injected clock; else a test of a date is a test of today."""
    readers = [path for path in CODE if path != CLOCK and MEASURES not in path.parents]
    assert [read for path in readers for read in clock_reads(path)] == []


def test_the_network_is_met_below_bot_only() -> None:
    met = [
        f"{path}: {name}"
        for path in CODE
        for name in imports(path)
        if path.parts[0] != "bot" and name.partition(".")[0] in EDGE
    ]
    assert met == []


def test_no_error_is_swallowed_unnamed() -> None:
    bare = [
        f"{path}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert bare == []


def test_no_test_uses_a_mock_library() -> None:
    mocks = {"unittest.mock", "mock", "pytest_mock"}
    assert [str(path) for path in FILES if mocks & set(imports(path))] == []


def test_there_are_no_other_packages() -> None:
    """Nothing vague: no utils, core, common, services, managers, schemas."""
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found - {"tests"} <= set(PACKAGES)
    vague = {"utils", "core", "common", "services", "managers", "schemas", "helpers"}
    assert [str(path) for path in CODE if vague & set(path.with_suffix("").parts)] == []
