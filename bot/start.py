"""The first lines of every process: what is imported stays, so nobody looks for garbage in it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """Without the garbage collector, which would go through all of it again and again; what has
    come to stay is then left alone for good."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def main() -> None:
    with importing():
        from bot.cli import main as command
    command()
