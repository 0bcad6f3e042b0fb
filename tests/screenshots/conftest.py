"""The served web chat of the tests of its pages."""

from tests.web.conftest import house, talks

__all__ = ["house", "talks"]
