"""Columns that several tables have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field


def sealed(**options: Any) -> Any:
    """A column that only storage.crypto reads."""
    return Field(sa_column=Column(LargeBinary, nullable=options.pop("nullable", False)), **options)


def blob() -> Any:
    return Field(sa_column=Column(JSON, nullable=False))
