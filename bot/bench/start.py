"""Starting: a bare worker, the server with a seeded city, its memory, the page's weight."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from statistics import median

from bot.bench.figure import Figure

READY = """
import pathlib, sys
from bot.start import importing
with importing():
    from bot.app import make_turns, open_house
    from bot.settings import Settings
settings = Settings(data=pathlib.Path(sys.argv[1]))
make_turns(open_house(settings), settings)
"""
WAIT = 60.0
RUNS = 9


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        _run("seed", "--data", folder)
        yield Figure("seeding the demo city", time.perf_counter() - begun, "s", 60, "less")
        _ready(folder)  # the files are in the system's memory from here on
        ready = median(_ready(folder) for _ in range(RUNS))
        yield Figure("bare worker ready", ready, "s", 0.7, "less")
        first, memory = _serve(folder)
        yield Figure("start to first page, seeded", first, "s", 5, "less")
        if memory is not None:
            yield Figure("memory of the server at rest", memory, "MB", 250, "less")
    yield Figure("web assets, gzip", _assets(), "KB", 40, "less")


def _run(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "bot", *words], check=True, capture_output=True)


def _ready(folder: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", READY, folder], check=True, capture_output=True)
    return time.perf_counter() - begun


def _serve(folder: str) -> tuple[float, float | None]:
    """Seconds from the start to an answered page, and resident megabytes afterwards."""
    from bot.serve import free_port

    port = free_port("127.0.0.1", 18080)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "bot", "serve", "--data", folder, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/")
            return time.perf_counter() - begun, memory_of(server.pid)
        finally:
            server.terminate()
            server.wait(WAIT)


def _wait(url: str) -> None:
    end = time.perf_counter() + WAIT
    while time.perf_counter() < end:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                page.read()
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{url} does not answer")


def memory_of(pid: int) -> float | None:
    """Resident megabytes; None where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    line = next(each for each in status.read_text().splitlines() if each.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _assets() -> float:
    folder = files("bot.web") / "static"
    found = [item for item in folder.iterdir() if item.is_file()]
    return sum(len(gzip.compress(item.read_bytes())) for item in found) / 1024
