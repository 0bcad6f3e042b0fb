"""`yumiao init`: one transaction makes a city, and its link lets the first manager in."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.unitsheet import write_template
from storage import doors
from storage import tables as t
from storage.operator import counts, people
from storage.session import open_store
from tests.bot.test_cli import Yumiao, refused, yumiao
from tests.town import MORNING

__all__ = ["yumiao"]  # the command in this process
NAMED = [
    *("--area", "玉苗市", "--area-en", "Yumiao"),
    *("--manager", "孙经理", "--phone", "138 0013 8001"),
]


@pytest.fixture
def units(tmp_path: Path) -> Path:
    path = tmp_path / "units.xlsx"
    write_template(path)
    return path


def test_a_city_is_founded_from_a_sheet(tmp_path: Path, units: Path, yumiao: Yumiao) -> None:
    data = tmp_path / "data"
    done = yumiao("init", "--data", data, *NAMED, "--units", units, "--base", "https://yu.cn/")
    assert done.code == 0
    token = done.out.partition("https://yu.cn/in/")[2].split()[0]
    store = open_store(data)
    with store.work() as db:
        (first,) = people(db)
        assert (first["name"], first["code"], first["unit"]) == ("孙经理", "G-01", "玉苗市")
        assert first["role"] == "manager"
        rows = db.execute(select(t.unit.c.code, t.unit.c.path, t.unit.c.name_en)).all()
        assert [tuple(row) for row in rows] == [
            ("C", "/1/", "Yumiao"),
            ("E", "/1/2/", "Dongxi station"),
            ("E1", "/1/2/3/", "Elm village"),
        ]
        assert db.execute(select(t.audit.c.action, t.audit.c.actor_id)).one() == (
            "city.founded",
            None,
        )
        assert doors.spend_link(db, store.keys, token, MORNING) == first["id"]
    store.close()


def test_what_no_option_says_is_asked_in_chinese_first(tmp_path: Path, yumiao: Yumiao) -> None:
    done = yumiao("init", "--data", tmp_path / "data", lines="玉苗市\n\n孙经理\n13800138001\n")
    assert done.code == 0
    asked = [done.out.index(words) for words in ("地区名称", "英文名称", "第一位管理者", "手机号")]
    assert asked == sorted(asked)
    assert "http://127.0.0.1:8080/in/" in done.out
    found = yumiao("people", "--data", tmp_path / "data")
    assert "孙经理" in found.out


def test_a_faulty_sheet_makes_nothing_at_all(tmp_path: Path, yumiao: Yumiao) -> None:
    sheet = tmp_path / "units.csv"
    sheet.write_text("编号,类别,名称,上级编号\nE,站点,东溪,C9\nE1,村,,E\n")
    done = yumiao("init", "--data", tmp_path / "data", *NAMED, "--units", sheet)
    refused(done, "没有写入任何数据", "第 2 行「上级编号」", "第 3 行「名称」", "Row 3, name")
    assert not (tmp_path / "data").exists()


def test_a_city_that_is_there_is_left_as_it_is(tmp_path: Path, units: Path, yumiao: Yumiao) -> None:
    data = tmp_path / "data"
    assert yumiao("init", "--data", data, *NAMED).code == 0
    refused(yumiao("init", "--data", data, *NAMED, "--units", units), "已经有一座城市")
    store = open_store(data)
    with store.work() as db:
        assert (counts(db)["unit"], counts(db)["person"]) == (1, 1)
    store.close()


@pytest.mark.parametrize("name", ["   ", "长" * 41, "孙\x1b[31m经理"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, yumiao: Yumiao, name: str) -> None:
    done = yumiao("init", "--data", tmp_path / "d", *NAMED[:4], "--manager", name)
    refused(done, "1–40")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("phone", ["12", "0576-85551234", "孙经理"])
def test_a_telephone_that_is_none_is_refused(tmp_path: Path, yumiao: Yumiao, phone: str) -> None:
    refused(yumiao("init", "--data", tmp_path / "d", *NAMED[:-1], phone), "11 位")
    assert not (tmp_path / "d").exists()


def test_the_first_manager_cannot_invite_her_own_telephone(tmp_path: Path, yumiao: Yumiao) -> None:
    yumiao("init", "--data", tmp_path / "d", *NAMED)
    told = "邀请\n管理者\n玉苗市\n小槐\n13800138001\n发出邀请\n"
    done = yumiao("chat", "--data", tmp_path / "d", "--as", "G-01", lines=told)
    assert "不能邀请自己" in done.out


def test_a_template_is_written_once(tmp_path: Path, yumiao: Yumiao) -> None:
    path = tmp_path / "units.csv"
    assert yumiao("init", "--template", path).code == 0
    assert path.read_text("utf-8-sig").startswith("编号,类别,名称,英文名,上级编号,电话")
    refused(yumiao("init", "--template", path), "已经存在")
    refused(yumiao("init", "--template", tmp_path / "units.doc"), ".xlsx")


def test_a_sheet_that_is_not_there_is_said(tmp_path: Path, yumiao: Yumiao) -> None:
    done = yumiao("init", "--data", tmp_path / "d", *NAMED, "--units", tmp_path / "none.csv")
    refused(done, "没有这个文件")


def test_who_ends_the_questions_makes_nothing(tmp_path: Path, yumiao: Yumiao) -> None:
    assert yumiao("init", "--data", tmp_path / "d", lines="玉苗市\n").code == 1
    assert not (tmp_path / "d").exists()


def test_the_doctor_says_what_a_new_city_lacks(tmp_path: Path, units: Path, yumiao: Yumiao) -> None:
    bare, whole = tmp_path / "bare", tmp_path / "whole"
    yumiao("init", "--data", bare, *NAMED)
    done = yumiao("doctor", "--data", bare)
    assert done.code == 1
    assert "没有工作站" in done.out
    yumiao("init", "--data", whole, *NAMED, "--units", units)
    done = yumiao("doctor", "--data", whole)
    assert done.code == 0
    assert "没有工作站" not in done.out
    assert "还没有孩子" in done.out


def test_links_bear_the_address_of_the_settings(tmp_path: Path, yumiao: Yumiao) -> None:
    base = {"YUMIAO_BASE": "https://yumiao.example.cn"}
    done = yumiao("init", "--data", tmp_path / "d", *NAMED, **base)
    assert "    https://yumiao.example.cn/in/" in done.out
    done = yumiao("link", "--data", tmp_path / "d", "--as", "G-01", **base)
    assert done.out.startswith("https://yumiao.example.cn/in/")
