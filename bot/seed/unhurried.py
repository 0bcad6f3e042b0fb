"""So many short-lived objects: the collector need not look after every few hundred."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = 1_000_000  # new objects between two rounds of the garbage collector


@contextmanager
def unhurried() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()  # the plan and the code stay: no need to walk them again
    gc.set_threshold(RARELY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
