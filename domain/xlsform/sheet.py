"""Reads the bytes of an XLSForm into pyxform's structure, every row with its number."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from domain.xlsform.check import check_columns, check_sheets, used_columns
from domain.xlsform.item import FormError

ROW = "yumiao_row"
"""The column that carries each row's number through pyxform."""
LARGEST = 20 * 1024 * 1024
MOST_ROWS = {"survey": 2_000, "choices": 20_000, "external_choices": 20_000, "settings": 100}
EXCEL = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
AT_ROW = re.compile(r"\[row : (\d+)\]\s*")
ON_SHEET = re.compile(r"On the '(\w+)' sheet, ")
FOR_SHEET = re.compile(r"for sheet: '(\w+)'")
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sheets:
    """A form as pyxform understands it, with what it only warned about."""

    json: Json
    external: tuple[Mapping[str, str], ...]
    headers: tuple[str, ...]
    warnings: tuple[str, ...]


def read_sheets(data: bytes, filename: str) -> Sheets:
    """The sheets of a file; FormError when it is no XLSForm, too large, or has a wrong column."""
    # Imported here: pyxform takes half a second, and most commands load no form.
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform

    kind = file_kind(data, filename)
    if kind in (".md", ".csv"):
        data = as_utf8(data)
    try:
        book = get_xlsform(data, file_type=kind)
    except PyXFormError as error:
        if "not recognized" in str(error):
            raise unreadable("is no XLSForm", "不是 XLSForm") from error
        raise translated(str(error), ()) from error
    except Exception as error:  # the readers of a broken or hostile file raise anything
        first_line = str(error).partition("\n")[0]
        raise unreadable(f"cannot be read: {first_line}", "读不出来") from error
    rows = {name: getattr(book, name) or [] for name in MOST_ROWS}
    warnings = checked(rows, book)
    number_rows(rows, book)
    stem = filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "form"
    said: list[str] = []
    try:
        json: Json = workbook_to_json(book, fallback_form_name=stem, warnings=said)
    except PyXFormError as error:
        raise translated(str(error), rows["survey"]) from error
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise unreadable(f"pyxform cannot read it: {error}", "pyxform 读不懂这份表单") from error
    headers = tuple(h for name in ("survey", "choices") for h in header(book, name))
    external = tuple(rows["external_choices"])
    return Sheets(json, external, headers, (*warnings, *worth_saying(said)))


def unreadable(problem: str, zh: str) -> FormError:
    return FormError("file", None, problem, zh)


def file_kind(data: bytes, filename: str) -> str:
    """The kind of file by its first bytes, then by its name."""
    name = filename.lower()
    if len(data) > LARGEST:
        raise unreadable("is larger than 20 MB", "文件超过 20 MB")
    if data.startswith(EXCEL):
        check_unzipped(data)
        return ".xlsx"
    if data.startswith(OLD_EXCEL):
        return ".xls"
    if name.endswith((".xlsx", ".xlsm", ".xls")):
        raise unreadable("is not an Excel file", "不是 Excel 文件")
    if b"\0" in data[:4096]:
        raise unreadable("is neither Excel, CSV nor Markdown", "不是 Excel、CSV 或 Markdown")
    if name.endswith(".csv"):
        return ".csv"
    return ".md" if name.endswith((".md", ".markdown")) or b"|" in data[:4096] else ".csv"


def check_unzipped(data: bytes) -> None:
    """Refuses an archive that grows beyond all bounds; a size that lies breaks while reading."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError) as error:
        raise unreadable("is a broken Excel file", "Excel 文件已损坏") from error
    if size > LARGEST:
        raise unreadable("is larger than 20 MB unzipped", "解压后超过 20 MB")


def as_utf8(data: bytes) -> bytes:
    """Text as UTF-8 without a mark; Chinese Excel writes CSV as GBK."""
    for coding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(coding).encode()
        except UnicodeDecodeError:
            continue
    raise unreadable("is neither UTF-8 nor GBK", "编码既不是 UTF-8 也不是 GBK")


def header(book: object, sheet: str) -> list[str]:
    found = getattr(book, f"{sheet}_header") or [{}]
    # pyxform writes a column without a name as "None".
    return [str(name) for name in found[0] if name not in ("", "None", None, ROW)]


def checked(rows: Mapping[str, list[Mapping[str, str]]], book: object) -> list[str]:
    """The warnings about sheets and columns; FormError for the misspelt ones."""
    check_sheets(getattr(book, "sheet_names", None) or ())
    used = used_columns(rows["survey"])
    found: list[str] = []
    for sheet, most in MOST_ROWS.items():
        if len(rows[sheet]) > most:
            raise FormError(sheet, most + 2, f"more than {most} rows", f"超过 {most} 行")
        allowed = used if "choices" in sheet else frozenset[str]()
        found += check_columns(sheet, header(book, sheet), allowed)
    return found


def number_rows(rows: Mapping[str, list[dict[str, str]]], book: object) -> None:
    """Writes each row's number into it, so that it survives pyxform's own structure."""
    for sheet in ("survey", "choices"):
        for number, row in enumerate(rows[sheet], 2):
            if row:
                row[ROW] = str(number)
        heads = getattr(book, f"{sheet}_header")
        if heads:
            heads[0][ROW] = None


def translated(said: str, survey: object) -> FormError:
    """pyxform's complaint with its sheet and row taken out of the words."""
    row = AT_ROW.search(said)
    sheet = ON_SHEET.search(said) or FOR_SHEET.search(said)
    problem = ON_SHEET.sub("", AT_ROW.sub("", said)).strip()
    problem = re.sub(rf"'{ROW}': '\d+',? ?", "", problem)
    where = sheet.group(1) if sheet else "survey" if row or survey else "file"
    number = int(row.group(1)) if row else None
    if number is None and "choices sheet" in said and isinstance(survey, list):
        number = first_select(survey)
    return FormError(where, number, problem)


def first_select(survey: list[Mapping[str, str]]) -> int | None:
    """The first row that chooses from a list."""
    for row in survey:
        if any(str(text).startswith(("select", "rank")) for text in row.values()):
            return int(row[ROW])
    return None


def worth_saying(said: list[str]) -> list[str]:
    """pyxform's warnings without those that do not concern a chat."""
    dull = ("max-pixels", "or_other and translations", "missing the", "name starts with")
    lines = (" ".join(line.split()) for line in said)
    return [str(translated(line, True)) for line in lines if not any(d in line for d in dull)]


def type_bind(kind: str) -> dict[str, str]:
    """The constraint that comes with a type, as `percentage` or `phone number`."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    bind = QUESTION_TYPE_DICT.get(kind, {}).get("bind", {})
    return {"constraint": str(bind["constraint"])} if "constraint" in bind else {}
