"""Runs the measurements, one after the other, and prints them."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import orjson

from bot.bench.figure import Figure

Bench = Callable[[], Iterator[Figure]]


def benches() -> dict[str, Bench]:
    """Every group of measurements by name."""
    from bot.bench import lists, start, statements, taps, turns, web

    return {
        "taps": taps.measure,
        "turns": turns.measure,
        "waiting": turns.measure_waiting,
        "postgres": turns.measure_postgres,
        "peer": turns.measure_peer,
        "statements": statements.measure,
        "lists": lists.measure,
        "start": start.measure,
        "web": web.measure,
    }


def run(names: list[str], report: Path | None) -> list[Figure]:
    """Measures the named groups (all when empty) and writes `report` as JSON."""
    found: list[Figure] = []
    for name, bench in benches().items():
        if names and name not in names:
            continue
        for figure in bench():
            found.append(figure)
            sys.stderr.write(_line(figure) + "\n")
            sys.stderr.flush()
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        machine = {"python": platform.python_version(), "machine": platform.machine()}
        rows = [asdict(figure) | {"reached": figure.reached} for figure in found]
        report.write_bytes(orjson.dumps({"machine": machine, "figures": rows}, option=2))
    return found


def _line(figure: Figure) -> str:
    mark = {True: "✓", False: "✗", None: " "}[figure.reached]
    sign = "≥" if figure.better == "more" else "≤"
    aim = f"(aim {sign} {figure.aim:g})" if figure.aim is not None else ""
    return f"{mark} {figure.name}: {figure.value:.4g} {figure.unit} {aim} {figure.note}".rstrip()
