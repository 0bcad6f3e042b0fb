"""A measured figure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure: its value, what it is compared with, and the aim.

    `better` is "more" or "less"; `aim` None where there is none yet.
    """

    name: str
    value: float
    unit: str
    aim: float | None = None
    better: str = "more"
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.better == "more" else self.value <= self.aim
