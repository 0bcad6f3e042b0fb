"""Reads an XLSForm: its sheets, its items, every expression compiled and every name checked."""

import hashlib
from collections.abc import Mapping, MutableMapping

from domain.formbuild import Builder, as_text
from domain.formcompile import Compiler
from domain.formcycle import check_cycles
from domain.formitem import Form, FormError, Texts, walk
from domain.formsheet import ROW, Json, Sheets, read_sheets, translated


def load_form(data: bytes, filename: str, media: Mapping[str, bytes] | None = None) -> Form:
    """The form in a file; `media` are the CSV files beside it. FormError names sheet and row."""
    sheets = read_sheets(data, filename)
    builder = Builder(sheets, media or {})
    items = builder.items(sheets.json.get("children"))
    compiler = Compiler(builder, items)
    try:
        rules = {item.path: compiler.rules(item) for item in walk(items)}
    except RecursionError as error:
        raise FormError("survey", None, "an expression is nested too deeply") from error
    compiler.pull()
    check_cycles(items, rules)
    settings = sheets.json
    return Form(
        name=as_text(settings.get("id_string")),
        title=title_of(as_text(settings.get("title")), builder.languages),
        version=as_text(settings.get("version")),
        sha256=hashlib.sha256(data).hexdigest(),
        languages=builder.languages,
        items=items,
        warnings=(*sheets.warnings, *builder.warnings, *set_aside(settings)),
        rules=rules,
        xform=xform_of(sheets),
        root=as_text(settings.get("name")) or "data",
    )


def title_of(title: str, languages: tuple[str, ...]) -> Texts:
    """A title may say itself in each language, divided by ` / `."""
    parts = title.split(" / ")
    if len(parts) == len(languages) > 1:
        return dict(zip(languages, parts, strict=True))
    return {"default": title}


def set_aside(settings: Json) -> list[str]:
    """The settings that have no meaning here."""
    found = []
    if settings.get("public_key"):
        found.append("settings: public_key is ignored: answers are encrypted by the system")
    if settings.get("entities") or settings.get("entity_version"):
        found.append("entities: entity declarations are ignored")
    return found


def xform_of(sheets: Sheets) -> str:
    """The form as an XForm for other clients: what pyxform makes of it, unchanged."""
    from pyxform.builder import (  # type: ignore[import-untyped]
        create_survey_element_from_dict,
    )
    from pyxform.errors import PyXFormError  # type: ignore[import-untyped]

    without_rows(sheets.json)
    try:
        survey = create_survey_element_from_dict(sheets.json)
        return str(survey.xml().toxml())
    except PyXFormError as error:
        raise translated(str(error), sheets.json) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormError("file", None, f"pyxform cannot write it: {error}") from error


def without_rows(cell: object) -> None:
    """Takes our row numbers out again."""
    if isinstance(cell, MutableMapping):
        cell.pop(ROW, None)
        for inner in cell.values():
            without_rows(inner)
    elif isinstance(cell, list):
        for inner in cell:
            without_rows(inner)
