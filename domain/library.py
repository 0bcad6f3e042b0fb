"""The forms of a deployment: the current version of each, and those that drafts still need."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from domain.form import Form, load_form
from domain.trouble import Refused


class Library:
    """Forms by name and version; the last one given of a name is the current one."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._forms: dict[tuple[str, str], Form] = {}
        self._current: dict[str, str] = {}
        for form in forms:
            self._forms[form.name, form.version] = form
            self._current[form.name] = form.version

    def form(self, name: str, version: str = "") -> Form:
        """Raises Refused when that version is no longer kept."""
        found = self._forms.get((name, version or self._current.get(name, "")))
        if found is None:
            raise Refused("form.gone", name=name, version=version)
        return found


@cache
def packaged() -> Library:
    """The forms that ship with this version: `visit`, `contact`."""
    folder = files("domain") / "forms"
    found = sorted((item for item in folder.iterdir()), key=lambda item: item.name)
    return Library(
        load_form(item.read_bytes(), item.name) for item in found if item.name.endswith(".md")
    )


@cache
def item_names(lang: str) -> dict[str, str]:
    """Short names of the visit form's items by code, for the reasons of a score."""
    form = packaged().form("visit")
    return {
        item.name: item.extra.get(f"short::{lang}") or item.label.get(lang, item.name)
        for item in form.questions()
    }
