"""The forms that ship: each is carried whole, and speaks both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.xlsform.read import load_form

FORMS = sorted((Path(__file__).parents[2] / "domain" / "forms").glob("*.md"))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_of_ours_is_carried_and_speaks_both_languages(path: Path) -> None:
    form = load_form(path.read_bytes(), path.name)
    assert form.name == path.stem
    assert form.version
    asked = [item for item in form.questions() if item.type not in ("calculate", "hidden")]
    assert asked
    for item in asked:
        for lang in ("zh", "en"):
            assert item.label.get(lang), item.name
            assert all(option.label.get(lang) for option in item.options), item.name
