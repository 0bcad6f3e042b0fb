"""Turns pyxform's structure into items: types, texts, options, each with its row."""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from domain.xlsform.check import check_values, named
from domain.xlsform.item import FormError, Item, Option, Texts
from domain.xlsform.lists import Choices, choices_from, choices_of, read_table
from domain.xlsform.scope import nearest
from domain.xlsform.sheet import ROW, Json, Sheets
from domain.xlsform.table import REFUSED, kinds

STANDARD = named(
    """type name label hint guidance_hint bind control media default parameters itemset list_name
    choices choice_filter trigger actions _dynamic_default children instance query columns flat
    intent __row sms_field sms_option rows autoplay"""
) | {ROW}
KINDS = kinds()
IGNORED = ("audit",)
GENERATED = "reserved_name_for_field_list_labels_"
TONGUES = {
    "english": "en",
    "chinese": "zh",
    "中文": "zh",
    "汉语": "zh",
    "简体中文": "zh",
    "français": "fr",
    "french": "fr",
    "español": "es",
    "spanish": "es",
}
TRUE = ("yes", "true", "true()")
FALSE = ("no", "false", "false()")


class Builder:
    """Builds the items of one form and keeps, beside them, the rows that they come from."""

    def __init__(self, sheets: Sheets, media: Mapping[str, bytes]) -> None:
        self.sheets = sheets
        self.media = media
        self.row = 1
        self.cells: dict[str, Json] = {}
        self.lists: dict[str, Choices] = {}
        self.option_rows: dict[Option, int] = {}
        self.warnings: list[str] = []
        self.languages = languages_of(sheets)
        self.read_lists()

    # Lists

    def read_lists(self) -> None:
        for name, rows in as_map(self.sheets.json.get("choices")).items():
            options = [self.option(row, "choices") for row in as_list(rows)]
            self.lists[name] = choices_of(name, options, self.languages[0])
        outside: dict[str, list[Option]] = {}
        for number, row in enumerate(self.sheets.external, 2):
            clean = {"_".join(key.split()).lower(): text for key, text in row.items()}
            if name := clean.pop("list_name", ""):
                clean[ROW] = str(number)
                outside.setdefault(name, []).append(self.option(clean, "external_choices"))
        for name, found in outside.items():
            self.lists[f"external {name}"] = choices_of(name, found, self.languages[0])

    def option(self, row: Json, sheet: str) -> Option:
        number = int(as_text(row.get(ROW)) or self.row)
        value = as_text(row.get("name"))
        extra = extra_cells(row)
        check_score(extra.get("score", ""), sheet, number)
        self.warnings += check_values(extra, sheet, number)
        option = Option(value, texts(row.get("label")) or {"default": value}, extra)
        self.option_rows[option] = number
        return option

    # Items

    def items(self, children: object, above: str = "") -> tuple[Item, ...]:
        """The items of a list of rows, with all that is below them."""
        found = []
        for row in as_list(children):
            self.row = int(as_text(row.get(ROW)) or self.row)
            name, kind = as_text(row.get("name")), as_text(row.get("type"))
            if name.startswith(GENERATED) or kind in IGNORED or is_meta(row):
                continue
            if kind == "csv-external":
                self.outside(name.removesuffix(".csv"))
                continue
            item = self.item(row, f"{above}/{name}" if above else name, kind)
            self.cells[item.path] = row
            found.append(item)
        return tuple(found)

    def item(self, row: Json, path: str, kind: str) -> Item:
        number, bind = self.row, as_map(row.get("bind"))
        form: Literal["question", "group", "repeat"] = "question"
        if kind in ("group", "repeat"):
            form = "group" if kind == "group" else "repeat"
        extra = extra_cells(row)
        self.warnings += check_values(extra, "survey", number)
        self.note_ignored(row, bind)
        return Item(
            kind=form,
            type=kind if form != "question" else self.type(row, kind, bind),
            name=as_text(row.get("name")),
            path=path,
            row=number,
            label=texts(row.get("label")),
            hint=texts(row.get("hint")),
            guidance=texts(row.get("guidance_hint")),
            extra=extra,
            required_text=texts(bind.get("jr:requiredMsg")),
            constraint_text=texts(bind.get("jr:constraintMsg")),
            options=self.options(row, kind),
            parameters={k: as_text(v) for k, v in as_map(row.get("parameters")).items()},
            children=self.items(row.get("children"), path),
        )

    def type(self, row: Json, kind: str, bind: Json) -> str:
        """Our name of the type; FormError for one that a chat cannot carry."""
        if kind in REFUSED or kind not in KINDS:
            en, zh = REFUSED.get(kind) or nearest(kind, KINDS)
            raise FormError(
                "survey",
                self.row,
                f"the type {kind} is not carried: {en}"
                if kind in REFUSED
                else f"the type {kind} is unknown{en}",
                f"不支持题型 {kind}：{zh}" if kind in REFUSED else f"没有题型 {kind}{zh}",
            )
        shown = KINDS[kind] not in ("calculate", "hidden")
        if shown and as_text(bind.get("readonly")).lower() in TRUE:
            return "note"
        return KINDS[kind]

    def note_ignored(self, row: Json, bind: Json) -> None:
        """What of a row the chat leaves out; search() changes the choices and is refused."""
        look = as_text(as_map(row.get("control")).get("appearance"))
        if "search(" in look.replace(" ", ""):
            raise FormError(
                "survey",
                self.row,
                "search() is not carried: use select_one_from_file",
                "不支持 search()，请用 select_one_from_file",
            )
        if row.get("media"):
            self.warnings.append(f"survey row {self.row}: pictures and sounds are left out")
        if "entities:saveto" in bind:
            self.warnings.append(f"survey row {self.row}: save_to is ignored")

    def options(self, row: Json, kind: str) -> tuple[Option, ...]:
        name = as_text(row.get("itemset"))
        if kind == "select one external":
            name = f"external {as_text(row.get('query')) or name}"
        if not name or name.startswith("${"):
            return ()
        return self.choices(row, name).options

    def choices(self, row: Json, name: str) -> Choices:
        """The list of a question: of the choices sheet, or of a file beside the form."""
        if name in self.lists:
            return self.lists[name]
        stem, _, ending = name.rpartition(".")
        if ending != "csv":
            raise FormError(
                "survey",
                self.row,
                f"choices come from CSV files, not from {name}",
                f"选项文件要用 CSV，不能用 {name}",
            )
        if name not in self.media:
            raise FormError(
                "survey",
                self.row,
                f"the file {name} is missing beside the form",
                f"表单旁边缺少文件 {name}",
            )
        self.outside(stem)
        settings = as_map(row.get("parameters"))
        columns = (
            as_text(settings.get("value")) or "name",
            as_text(settings.get("label")) or "label",
        )
        key = f"{name} {columns[0]} {columns[1]}"
        if key not in self.lists:
            self.lists[key] = choices_from(key, read_table(name, self.media[name]), columns)
        return self.lists[key]

    def outside(self, stem: str) -> None:
        """A CSV file that expressions may read as `instance('stem')`."""
        if stem in self.lists:
            return
        name = f"{stem}.csv"
        if name not in self.media:
            self.warnings.append(f"survey row {self.row}: the file {name} is missing")
        rows = read_table(name, self.media.get(name, b""))
        self.lists[stem] = choices_from(stem, rows, ("name", "label"))


def extra_cells(row: Json) -> dict[str, str]:
    """The columns beyond the standard; one with languages becomes `name::zh`, `name::en`."""
    found: dict[str, str] = {}
    for key, cell in row.items():
        if key in STANDARD:
            continue
        if isinstance(cell, str):
            found[key] = cell
        else:
            found |= {f"{key}::{lang}": text for lang, text in texts(cell).items()}
    return found


def check_score(score: str, sheet: str, row: int) -> None:
    if score:
        try:
            float(score)
        except ValueError as error:
            raise FormError(
                sheet, row, f"the score '{score}' is no number", f"分数“{score}”不是数字"
            ) from error


def is_meta(row: Json) -> bool:
    return row.get("name") == "meta" and bool(as_map(row.get("control")).get("bodyless"))


def as_text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""


def as_map(cell: object) -> Mapping[str, object]:
    return cell if isinstance(cell, Mapping) else {}


def as_list(cell: object) -> Sequence[Json]:
    return cell if isinstance(cell, list) else ()


def texts(cell: object) -> Texts:
    """A text by language code; a text without language under `default`."""
    if isinstance(cell, str):
        return {"default": cell}
    return {code(lang): text for lang, text in as_map(cell).items() if isinstance(text, str)}


def code(language: str) -> str:
    """`中文 (zh)` is `zh`; a name without a code keeps its name, a few are known."""
    match = re.search(r"\(([^()]+)\)\s*$", language)
    if match:
        return match.group(1).strip()
    return TONGUES.get(language.strip().lower(), language.strip())


def languages_of(sheets: Sheets) -> tuple[str, ...]:
    """The languages of a form, its default first; `default` when it names none."""
    found: dict[str, None] = {}
    first = code(as_text(sheets.json.get("default_language")) or "default")
    for header in sheets.headers:
        head, divider, rest = header.partition("::" if "::" in header else ":")
        if divider and head.strip().lower() in ("label", "hint", "guidance_hint"):
            found[code(rest)] = None
    if first in found:
        return tuple(sorted(found, key=lambda lang: lang != first))
    return tuple(found) or ("default",)
