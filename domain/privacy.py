"""Classes of data: what may travel on which channel."""

from __future__ import annotations

from enum import StrEnum


class DataClass(StrEnum):
    """From public to case; a channel carries a class or it does not."""

    PUBLIC = "D0"
    INTERNAL = "D1"
    CODED = "D1c"
    ADULT = "D2"
    CHILD = "D3"
    CASE = "D4"
