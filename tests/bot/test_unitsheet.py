"""The sheet of units: every fault is named with its row and column, before anything is written."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.unitsheet import EXAMPLE, BadSheet, Fault, read_units, write_template

HEAD = "编号,类别,名称,英文名,上级编号,电话"
TOWN = f"{HEAD}\nC,中心,玉苗市,Yumiao,,\nE,站点,东溪未保站,Dongxi,C,0576-0000011\nE1,村,榆树村,,E,"


def csv(tmp_path: Path, text: str, charset: str = "utf-8") -> Path:
    path = tmp_path / "units.csv"
    path.write_bytes(text.encode(charset))
    return path


def xlsx(tmp_path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book, path = Workbook(), tmp_path / "units.xlsx"
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def faults(path: Path) -> list[tuple[int, str]]:
    with pytest.raises(BadSheet) as raised:
        read_units(path)
    assert all(each.zh and each.en for each in raised.value.faults)
    return [(each.row, each.column) for each in raised.value.faults]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_as_office_programs_write_it(tmp_path: Path, charset: str) -> None:
    found = read_units(csv(tmp_path, TOWN.replace("\n", "\r\n"), charset))
    assert [(each.code, each.kind, each.parent) for each in found] == [
        ("C", "centre", ""),
        ("E", "station", "C"),
        ("E1", "village", "E"),
    ]
    assert (found[1].name, found[1].phone, found[2].name_en) == ("东溪未保站", "0576-0000011", "")


def test_the_order_of_rows_and_columns_is_free_and_both_languages_are_known(
    tmp_path: Path,
) -> None:
    rows = (
        ("kind", "Code", "PARENT", "name"),
        ("village", 11, 1, "榆树村"),
        (None, None, None, None),
        ("station", 1.0, None, "东溪未保站"),
    )
    found = read_units(xlsx(tmp_path, rows))
    assert [(each.row, each.code, each.parent) for each in found] == [(4, "1", ""), (2, "11", "1")]


@pytest.mark.parametrize("name", ["units.csv", "units.xlsx"])
def test_the_template_is_a_sheet_that_can_be_read(tmp_path: Path, name: str) -> None:
    write_template(tmp_path / name)
    assert len(read_units(tmp_path / name)) == len(EXAMPLE)
    with pytest.raises(FileExistsError):
        write_template(tmp_path / name)


def test_every_fault_is_named_by_row_and_column(tmp_path: Path) -> None:
    lines = (
        HEAD,
        "C,中心,玉苗市,,,",
        "C,中心,又一个,,,",  # its code stands above, and there is a centre
        "E,科室,东溪,,C,",
        "W,站点,,,E9,电话在门口",
        "W 1,村,松树村,,C,",
        "W2,村,=A1,,W,",
        "W3,村," + "长" * 61 + ",,W,",
        "D,中心,丁,,C,",
    )
    assert faults(csv(tmp_path, "\n".join(lines))) == [
        (3, "code"),
        (3, "kind"),
        (4, "kind"),
        (4, "parent"),
        (5, "name"),
        (5, "phone"),
        (5, "parent"),
        (6, "code"),
        (6, "parent"),
        (7, "name"),
        (8, "name"),
        (9, "kind"),
        (9, "parent"),
    ]


def test_a_fault_is_said_in_both_languages_with_its_place() -> None:
    said = str(Fault(3, "kind", "写中心、站点或村。", "write centre, station or village."))
    assert said.startswith("第 3 行「类别」：写中心")
    assert "Row 3, kind: write centre" in said


def test_formulas_are_not_read(tmp_path: Path) -> None:
    rows = (("code", "kind", "name", "parent"), ("E", "station", '="东溪"&"站"', None))
    assert faults(xlsx(tmp_path, rows)) == [(2, "name")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [(0, "")]),
        (HEAD, [(0, "")]),
        ("编号,类别,名称\nE,站点,东溪", [(1, "parent")]),
        (f"{HEAD},编号\nE,站点,东溪,,,,E", [(1, "")]),
        (f"{HEAD},身份证\nE,站点,东溪,,,,", [(1, "")]),
        ("\x00" * 2000, [(1, ""), *((1, name) for name in ("code", "kind", "name", "parent"))]),
        (f"{HEAD}\n" + "E,站点,东溪,,,\n" * 5001, [(0, "")]),
        ("x" * (1 << 21), [(0, "")]),
        (f"{HEAD}\nE,站点,东\x1b[31m溪,,,", [(2, "name")]),
        (f"{HEAD}\nE1,村,榆树村,,E1,", [(2, "parent")]),
    ],
)
def test_a_sheet_that_is_none_is_said_to_be_so(
    tmp_path: Path, text: str, expected: list[tuple[int, str]]
) -> None:
    assert faults(csv(tmp_path, text)) == expected


def test_a_file_of_another_kind_is_not_opened(tmp_path: Path) -> None:
    for name in ("units.xls", "units.txt", "units"):
        (tmp_path / name).write_text(TOWN)
        assert faults(tmp_path / name) == [(0, "")]
    (tmp_path / "units.xlsx").write_text(TOWN)
    assert faults(tmp_path / "units.xlsx") == [(0, "")]
    with pytest.raises(BadSheet):
        write_template(tmp_path / "units.txt")


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "units.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"<row/>" * (4 << 20))
    assert path.stat().st_size < 1 << 20
    assert faults(path) == [(0, "")]
