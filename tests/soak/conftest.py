"""The served town of the web chat's tests."""

from __future__ import annotations

from tests.web.conftest import house, server, talks

__all__ = ["house", "server", "talks"]
