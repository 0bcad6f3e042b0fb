"""The forms of a deployment: the current version of each, and those that drafts still need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from threading import Lock

from domain.emergency import emergencies
from domain.form import Form
from domain.trouble import Refused

Loader = Callable[[], Form]


class Library:
    """Forms by name and version; the last one given of a name is the current one.

    What is given as a loader by name is read when it is first asked for: a worker is ready
    before its forms are.
    """

    def __init__(
        self, forms: Iterable[Form] = (), loaders: Mapping[str, Loader] | None = None
    ) -> None:
        self._forms: dict[tuple[str, str], Form] = {}
        self._current: dict[str, str] = {}
        self._loaders = dict(loaders or {})
        self._lock = Lock()
        for form in forms:
            self._put(form)

    def _put(self, form: Form) -> None:
        self._forms[form.name, form.version] = form
        self._current[form.name] = form.version

    def form(self, name: str, version: str = "") -> Form:
        """Raises Refused when that version is no longer kept."""
        if name in self._loaders:
            self._load(name)
        found = self._forms.get((name, version or self._current.get(name, "")))
        if found is None:
            raise Refused("form.gone", name=name, version=version)
        return found

    def warm(self) -> None:
        """Reads all that is not read yet; safe in a thread of its own."""
        for name in list(self._loaders):
            self._load(name)

    def _load(self, name: str) -> None:
        with self._lock:
            if name in self._loaders:
                self._put(self._loaders[name]())
                del self._loaders[name]


@cache
def packaged() -> Library:
    """The forms that ship with this version: `visit`, `contact`, read when first asked for."""
    folder = Path(__file__).with_name("forms")
    return Library(loaders={path.stem: partial(_read, path) for path in folder.glob("*.md")})


def _read(path: Path) -> Form:
    from domain.xlsform.read import load_form  # a worker is ready before it can read forms

    return load_form(path.read_bytes(), path.name)


@cache
def item_names(lang: str) -> dict[str, str]:
    """Short names of the visit form's items by code, and of emergencies, for the reasons of a
    score."""
    form = packaged().form("visit")
    named = {each.code: each.zh if lang == "zh" else each.en for each in emergencies().values()}
    return named | {
        item.name: item.extra.get(f"short::{lang}") or item.label.get(lang, item.name)
        for item in form.questions()
    }
