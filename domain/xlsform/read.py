"""Reads an XLSForm: its sheets, its items, every expression compiled and every name checked."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping

from domain.xlsform.build import Builder, as_map, as_text
from domain.xlsform.compile import Compiler
from domain.xlsform.cycle import check_cycles, long_order
from domain.xlsform.item import Form, FormError, Item, Texts, walk
from domain.xlsform.sheet import ROW, Json, Sheets, read_sheets, translated
from domain.xlsform.table import listed
from domain.xlsform.trial import rehearse


def load_form(data: bytes, filename: str, media: Mapping[str, bytes] | None = None) -> Form:
    """The form in a file; `media` are the CSV files beside it. FormError names sheet and row."""
    sheets = read_sheets(data, filename)
    builder = Builder(sheets, media or {})
    items = builder.items(sheets.json.get("children"))
    if not items:
        raise FormError("survey", None, "has no questions", "没有题目")
    compiler = Compiler(builder, items)
    try:
        rules = {item.path: compiler.rules(item) for item in walk(items)}
    except RecursionError as error:
        raise FormError("survey", None, "an expression is nested too deeply") from error
    compiler.pull()
    check_cycles(items, rules)
    settings = sheets.json
    form = Form(
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
        order=long_order(items, rules),
        uses=uses_of(builder, compiler),
    )
    rehearse(form, option_rows(builder, items))
    return form


def option_rows(builder: Builder, items: tuple[Item, ...]) -> Mapping[str, int]:
    """The row of each option on its sheet, by the question's path and the option's value."""
    return {
        f"{item.path} {option.value}": builder.option_rows.get(option, item.row)
        for item in walk(items)
        for option in item.options
    }


def uses_of(builder: Builder, compiler: Compiler) -> Mapping[tuple[str, str], int]:
    """Which lines of the support table a form uses, and how often."""
    found: Counter[tuple[str, str]] = Counter()
    for row in builder.cells.values():
        kind = as_text(row.get("type"))
        container = kind in ("group", "repeat")
        found[("feature", f"begin {kind}") if container else ("type", listed(kind))] += 1
        found.update(("feature", name) for name in features_of(row))
    found.update({("function", name): times for name, times in compiler.scope.used.items()})
    return found


def features_of(row: Json) -> Iterator[str]:
    """The lines of the support table that one row uses beside its type."""
    bind = as_map(row.get("bind"))
    if any(bind.get(name) for name in ("required", "relevant", "constraint")):
        yield "required, relevant, constraint"
    if row.get("default") or row.get("trigger"):
        yield "default, calculation, trigger"
    if row.get("choice_filter"):
        yield "choice_filter"
    if as_text(row.get("itemset")).endswith(".csv"):
        yield "select_one_from_file"
    if as_text(row.get("itemset")).startswith("${"):
        yield "select_one ${name}"
    if as_map(row.get("parameters")).get("randomize"):
        yield "randomize"
    if as_map(row.get("control")).get("appearance"):
        yield "appearance"
    if row.get("hint") or row.get("guidance_hint"):
        yield "hint, guidance_hint"
    if isinstance(row.get("label"), Mapping):
        yield "translations"
    if row.get("media"):
        yield "media::image, audio, video"


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
    from pyxform.builder import create_survey_element_from_dict
    from pyxform.errors import PyXFormError

    without_rows(sheets.json)
    try:
        survey = create_survey_element_from_dict(sheets.json)
        return f'<?xml version="1.0"?>{survey.xml().toxml()}'
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
