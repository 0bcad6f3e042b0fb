"""The sheet of units with which a city begins, read and checked whole before a row is written."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 1 << 20  # bytes of the file
UNPACKED = 20 << 20  # bytes of an .xlsx once it is unpacked
ROWS, COLUMNS, CELL = 5_000, 40, 60
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,23}")
PHONE = re.compile(r"[0-9+() -]{5,20}")
CENTRE, STATION, VILLAGE = "centre", "station", "village"
KINDS = {
    CENTRE: ("中心", "centre", "center"),
    STATION: ("站点", "站", "工作站", "station"),
    VILLAGE: ("村", "儿童之家", "village"),
}
ABOVE = {STATION: CENTRE, VILLAGE: STATION}
HEADS = {
    "code": ("编号", "code"),
    "kind": ("类别", "kind"),
    "name": ("名称", "name"),
    "name_en": ("英文名", "name_en"),
    "parent": ("上级编号", "parent"),
    "phone": ("电话", "phone"),
}
NEEDED = ("code", "kind", "name", "parent")
EXAMPLE = (
    ("C", "中心", "玉苗市未保中心", "Yumiao centre", "", "0576-0000001"),
    ("E", "站点", "东溪未保站", "Dongxi station", "C", "0576-0000011"),
    ("E1", "村", "榆树村", "Elm village", "E", ""),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong where; row 0 is the file itself."""

    row: int
    column: str
    zh: str
    en: str

    def __str__(self) -> str:
        if not self.row:
            return f"{self.zh}{self.en}"
        zh, en = HEADS.get(self.column, ("", ""))
        named, of = (f"「{zh}」", f", {en}") if zh else ("", "")
        return f"第 {self.row} 行{named}：{self.zh}Row {self.row}{of}: {self.en}"


class BadSheet(ValueError):
    """Everything that is wrong with a sheet, in its order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


@dataclass(frozen=True)
class UnitRow:
    """One unit as its row says; `parent` is the code of the unit above it."""

    row: int
    code: str
    kind: str
    name: str
    name_en: str
    parent: str
    phone: str


class Formula(str):
    """A cell that would be worked out: what it says is not what it holds."""

    __slots__ = ()


Line = tuple[int, Mapping[str, str]]


def read_units(path: Path) -> list[UnitRow]:
    """The units, those above before those below. Raises BadSheet, which names every fault."""
    lines = list(_lines(_cells(path)))
    units = [_unit(number, cells) for number, cells in lines]
    faults = [fault for number, cells in lines for fault in _odd(number, cells)]
    faults += _misplaced(units)
    if not units:
        faults.append(Fault(0, "", "表里没有单位。", "The sheet holds no unit."))
    if faults:
        raise BadSheet(sorted(faults, key=lambda each: each.row))
    return sorted(units, key=lambda each: (*KINDS,).index(each.kind))


def write_template(path: Path) -> None:
    """An example to be filled in, .xlsx or .csv. Raises FileExistsError and BadSheet."""
    rows, ending = [[zh for zh, _ in HEADS.values()], *map(list, EXAMPLE)], _ending(path)
    with path.open("xb") as file:
        if ending == ".csv":
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            file.write(text.getvalue().encode("utf-8-sig"))  # by this mark Excel knows UTF-8
            return
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("units")
        for row in rows:
            sheet.append(row)
        book.save(file)


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in (".xlsx", ".csv"):
        raise BadSheet([Fault(0, "", "只能读 .xlsx 或 .csv。", "It must be .xlsx or .csv.")])
    return ending


def _cells(path: Path) -> list[list[str]]:
    """The cells of the first sheet, row by row."""
    reads = _csv if _ending(path) == ".csv" else _xlsx
    if path.stat().st_size > LARGEST:
        raise BadSheet([Fault(0, "", "文件超过 1 MB。", "The file is larger than 1 MB.")])
    found = reads(path.read_bytes())
    while found and not any(found[-1]):
        found.pop()
    if len(found) > ROWS + 1:
        raise BadSheet([Fault(0, "", f"超过 {ROWS} 行。", f"More than {ROWS} rows.")])
    return found


def _csv(data: bytes) -> list[list[str]]:
    """UTF-8, or GB 18030 as a Chinese Excel writes it."""
    for charset in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(charset)
            rows = [row[:COLUMNS] for row in csv.reader(io.StringIO(text, newline=""))]
        except (UnicodeDecodeError, csv.Error):
            continue
        return [[_text(cell, cell.startswith("=")) for cell in row] for row in rows]
    raise BadSheet([Fault(0, "", "读不懂这个 CSV 文件。", "This CSV file cannot be read.")])


def _xlsx(data: bytes) -> list[list[str]]:
    """The first sheet. The file's own word on its size is not believed."""
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > UNPACKED:
                raise ValueError("it unpacks to too much")
        book = load_workbook(io.BytesIO(data), read_only=True)
        rows = book.worksheets[0].iter_rows(max_row=ROWS + 2, max_col=COLUMNS)
        return [[_text(cell.value, cell.data_type == "f") for cell in row] for row in rows]
    except Exception as error:  # a broken workbook fails in as many ways as it has parts
        fault = Fault(0, "", "读不懂这个 Excel 文件。", "This Excel file cannot be read.")
        raise BadSheet([fault]) from error


def _text(value: Any, is_formula: bool) -> str:
    """The words of a cell; a whole number without its point."""
    if is_formula:
        return Formula(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[Line]:
    """Rows that hold something, by the names of their columns. Raises BadSheet."""
    if not rows:
        return
    places = _places(rows[0])
    for number, row in enumerate(rows[1:], 2):
        if any(row):
            yield number, {name: row[at] if at < len(row) else "" for name, at in places.items()}


def _places(heads: Sequence[str]) -> dict[str, int]:
    """Where each column stands. Raises BadSheet when one is missing, unknown or there twice."""
    found: dict[str, int] = {}
    faults = []
    for place, head in enumerate(heads):
        name = next((name for name, known in HEADS.items() if head.lower() in known), "")
        if head and (not name or name in found):
            faults.append(Fault(1, "", f"不该有这一列：{head}。", f"no such column: {head}"))
        elif name:
            found[name] = place
    missing = [name for name in NEEDED if name not in found]
    faults += [Fault(1, name, "缺少这一列。", "this column is missing.") for name in missing]
    if faults:
        raise BadSheet(faults)
    return found


def _unit(number: int, cells: Mapping[str, str]) -> UnitRow:
    kind = cells["kind"].lower()
    known = next((each for each, names in KINDS.items() if kind in names), VILLAGE)
    others = {name: cells.get(name, "") for name in HEADS if name != "kind"}
    return UnitRow(row=number, kind=known, **others)


def _odd(number: int, cells: Mapping[str, str]) -> Iterator[Fault]:
    """What is wrong with the cells of one row, each by itself."""
    for column, text in cells.items():
        if isinstance(text, Formula):
            yield Fault(
                number, column, "不读公式，请写值。", "formulas are not read: write values."
            )
        elif len(text) > CELL or not text.isprintable():
            yield Fault(
                number, column, f"超过 {CELL} 个字。", f"longer than {CELL} letters or odd."
            )
        elif why := _wrong(column, text):
            yield Fault(number, column, *why)


def _wrong(column: str, text: str) -> tuple[str, str] | None:
    match column:
        case "code" if not CODE.fullmatch(text):
            return "编号是 1–24 个字母或数字。", "a code is 1–24 letters or digits."
        case "kind" if not any(text.lower() in names for names in KINDS.values()):
            return "写中心、站点或村。", "write centre, station or village."
        case "name" if not text:
            return "缺少名称。", "the name is missing."
        case "phone" if text and not PHONE.fullmatch(text):
            return "不像电话号码。", "does not look like a phone number."
    return None


def _misplaced(units: Sequence[UnitRow]) -> Iterator[Fault]:
    """Codes that stand twice, a second centre, units below what is not above them."""
    seen: dict[str, UnitRow] = {}
    for unit in units:
        if unit.code in seen:
            yield Fault(unit.row, "code", "编号重复。", f"row {seen[unit.code].row} has it, too.")
        seen.setdefault(unit.code, unit)
    centres = [unit for unit in units if unit.kind == CENTRE]
    for unit in centres[1:]:
        yield Fault(unit.row, "kind", "只能有一个中心。", "there can be one centre only.")
    for unit in units:
        above = seen.get(unit.parent)
        if unit.kind == CENTRE and unit.parent:
            yield Fault(unit.row, "parent", "中心没有上级。", "nothing is above the centre.")
        elif unit.kind == VILLAGE and (above is None or above.kind != STATION):
            yield Fault(unit.row, "parent", "写一个站点的编号。", "write the code of a station.")
        elif unit.kind == STATION and unit.parent and above not in centres:
            yield Fault(
                unit.row,
                "parent",
                "写中心的编号，或留空。",
                "write the code of the centre, or nothing.",
            )
