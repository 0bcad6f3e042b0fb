"""The command line: what an operator asks, and a clear sentence where something is wrong."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from storage import migrations
from storage.session import KEY, open_store
from tests.town import CHILDREN, PEOPLE, found_town

ROOT = Path(__file__).parents[2]
FORM = """| settings |
| | form_id | form_title | version |
| | small | 小表 / Small | 3 |
| survey |
| | type | name | label::中文 (zh) | label::English (en) | relevant |
| | select_one yes_no | seen | 见到了吗？ | Seen? | |
| | integer | times | 几次？ | How often? | ${{seen}} = '{value}' |
| | text | words | 说了什么？ | Words? | |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | yes_no | yes | 是 | yes |
| | yes_no | no | 否 | no |
"""
BROKEN = FORM.replace("${{seen}}", "${{sene}}")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Yumiao = Callable[..., Ended]


def process(*words: object, lines: str = "") -> Ended:
    """The command in a process of its own, as an operator starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *map(str, words)],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def yumiao(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Yumiao:
    """The same command in this process: a start costs a second."""

    def run(*words: object, lines: str = "", **env: str) -> Ended:
        with monkeypatch.context() as here:
            here.setattr(sys, "argv", ["yumiao", *map(str, words)])
            here.setattr(sys, "stdin", io.StringIO(lines))
            for name, value in {"COLUMNS": "200", "NO_COLOR": "1", **env}.items():
                here.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                main()
        return Ended(int(end.value.code or 0), *capfd.readouterr())

    return run


def asked(yumiao: Yumiao, *words: object) -> Any:
    done = yumiao(*words, "--json")
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


def refused(done: Ended, *said: str) -> None:
    """A clear sentence, and neither a success nor a stack trace. A wrong option leaves with
    2, as every program of its kind, all else with 1."""
    assert done.code == (2 if "Usage:" in done.err else 1)
    assert "Traceback" not in done.err + done.out
    for words in said:
        assert words in done.err + done.out


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a town in it, as a command finds it."""
    made = tmp_path_factory.mktemp("cli")
    store = open_store(made)
    migrations.upgrade(store.engine)
    found_town(store)
    store.close()
    return made


# --- what is asked -----------------------------------------------------------------------------


def test_people_as_json_names_everybody_in_office(data: Path, yumiao: Yumiao) -> None:
    found = asked(yumiao, "people", "--data", data)
    assert [(each["name"], each["code"]) for each in found] == [each[:2] for each in PEOPLE]
    assert {"name", "code", "unit", "role"} == set(found[0])


def test_the_ranking_and_a_child_follow_what_was_recorded(data: Path, yumiao: Yumiao) -> None:
    assert asked(yumiao, "ranking", "--data", data, "--period", "2026-11") == []
    script = "联系\n今天\n电话\n2\n1\n1\n1\n"
    now = ("--now", "2026-11-23T09:00+08:00")
    assert yumiao("chat", "--data", data, "--as", "M-01", *now, lines=script).code == 0
    (first,) = asked(yumiao, "ranking", "--data", data, "--period", "2026-Q4")
    assert (first["place"], first["name"], first["booked"]) == (1, "王妈妈", 4)
    child = asked(yumiao, "child", CHILDREN[0][1], "--data", data)
    assert child["grade"] == "green"
    assert [(each["kind"], each["mode"]) for each in child["visits"]] == [("contact", "phone")]
    assert CHILDREN[0][0] not in json.dumps(child, ensure_ascii=False), "a code, never a name"


def test_the_doctor_finds_a_sound_house_sound(data: Path, yumiao: Yumiao) -> None:
    done = process("doctor", "--data", data)
    assert done.code == 0
    assert "✗" not in done.out
    assert done.out.startswith("1. ✓ Python")


def test_the_doctor_as_json_says_the_same(data: Path, tmp_path: Path, yumiao: Yumiao) -> None:
    found = asked(yumiao, "doctor", "--data", data)
    lines = [f"{n}. ✓ {each['what']}" for n, each in enumerate(found, 1) if each["good"]]
    assert lines == yumiao("doctor", "--data", data).out.splitlines()
    assert [each["name"] for each in found][-3:] == ["rows", "points", "messages"]
    done = yumiao("doctor", "--data", tmp_path / "nothing", "--json")
    assert done.code == 1
    assert [each["name"] for each in json.loads(done.out) if not each["good"]] == ["data"]


def test_the_version_is_that_of_the_package(yumiao: Yumiao) -> None:
    done = yumiao("--version")
    assert (done.code, done.out) == (0, f"yumiao {metadata.version('yumiao')}\n")


COMMANDS = [
    *("init", "serve", "demo", "seed", "link"),
    *("chat", "people", "ranking", "child", "bench", "doctor"),
    *("forms check", "forms show", "forms table", "forms fill", "forms"),
]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese_first_with_english_behind(command: str, yumiao: Yumiao) -> None:
    lists = command in ("", "forms")  # one line for each command, also on a narrow terminal
    done = yumiao(*command.split(), "--help", COLUMNS="80" if lists else "200")
    assert done.code == 0
    told = [line.strip(" │") for line in done.out.splitlines() if "--help" not in line]
    told = [line for line in told if line and line[0] not in "╭╰" and "Usage" not in line]
    for line in told:
        assert re.search(r"[一-鿿].*。.*[A-Za-z0-9]", line), line


def test_the_doctor_says_what_is_missing(tmp_path: Path, yumiao: Yumiao) -> None:
    done = yumiao("doctor", "--data", tmp_path / "nothing")
    refused(done, "✗", "yumiao demo")


# --- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chat", "--as", "张三"), "Nobody is called 张三"),
        (("link", "--as", "张三"), "没有叫 张三 的人"),
        (("chat", "--as", "M-01", "--now", "0001-01-01T00:00+14:00"), "看不懂时刻"),
        (("chat", "--as", "M-01", "--now", "yesterday"), "is not a moment"),
        (("chat", "--as", "M-01", "--now", "2026-11-23T09:00"), "has no zone"),
        (("chat", "--as", "M-01", "--lang", "fr"), "zh or en"),
        (("child", "小满-99"), "No child has the code"),
        (("people", "--role", "mother"), "loving_mother"),
        (("ranking", "--period", "2026-13"), "2026-Q4"),
        (("seed", "--today", "soon"), "is not a day"),
        (("seed", "--today", "0001-01-01"), "看不懂日期"),
        (("serve", "--port", "70000"), "65535"),
        (("people", "--nonsense"), "--nonsense"),
        (("seed", "--months", "0"), "months"),
    ],
)
def test_a_wrong_word_is_answered_with_a_clear_sentence(
    data: Path, words: tuple[str, ...], said: str, yumiao: Yumiao
) -> None:
    refused(yumiao(*words, "--data", data), said)


def test_a_second_writer_is_refused_while_another_runs(data: Path, yumiao: Yumiao) -> None:
    holder = open_store(data)
    try:
        done = process("chat", "--data", data, "--as", "M-01", lines="帮助\n")
        refused(done, str(os.getpid()), "另一个进程")
        assert asked(yumiao, "people", "--data", data), "readers may look on"
    finally:
        holder.close()


@pytest.mark.parametrize(
    "command",
    [
        ("people",),
        ("ranking",),
        ("child", "小满-01"),
        ("chat", "--as", "M-01"),
        ("link", "--as", "M-01"),
    ],
)
def test_reading_a_mistyped_directory_founds_nothing(
    tmp_path: Path, command: tuple[str, ...], yumiao: Yumiao
) -> None:
    refused(yumiao(*command, "--data", tmp_path / "typo"), "里没有数据", "yumiao demo")
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("YUMIAO_PORT", "abc"),
        ("YUMIAO_PORT", "70000"),
        ("YUMIAO_BASE", "yumiao.example.cn"),
        ("YUMIAO_BASE", "https://yumiao.example.cn/chat"),
        ("YUMIAO_ZONE", "Mars"),
        ("YUMIAO_LOG_LEVEL", "x"),
        ("YUMIAO_DATABASE_URL", "nonsense"),
        ("YUMIAO_DATABASE_URL", "mysql://localhost/x"),
        ("YUMIAO_DATABASE_URL", "postgresql://localhost:x/x"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    data: Path, name: str, value: str, yumiao: Yumiao
) -> None:
    refused(yumiao("people", "--data", data, **{name: value}), name, "设置有误")


@pytest.mark.parametrize("command", ["people", "doctor", "link", "chat", "serve"])
def test_a_database_that_nobody_serves_is_said(
    tmp_path: Path, command: str, yumiao: Yumiao
) -> None:
    who = ("--as", "M-01") if command in ("link", "chat") else ()
    url = "postgresql://127.0.0.1:1/none"
    done = yumiao(command, "--data", tmp_path, *who, YUMIAO_DATABASE_URL=url)
    refused(done, "数据库没有响应")


def test_tables_of_another_version_are_said(tmp_path: Path, yumiao: Yumiao) -> None:
    store = open_store(tmp_path)
    store.close()
    refused(yumiao("people", "--data", tmp_path), "yumiao serve", "旧版本")
    refused(yumiao("doctor", "--data", tmp_path), "✗", "yumiao serve")
    store = open_store(tmp_path)
    migrations.upgrade(store.engine)
    with store.work() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    for command in (("people",), ("doctor",), ("link", "--as", "M-01")):
        refused(yumiao(*command, "--data", tmp_path), "请升级程序", "9999")


def test_a_file_in_place_of_a_directory_is_said(tmp_path: Path, yumiao: Yumiao) -> None:
    file = tmp_path / "file"
    file.write_text("")
    refused(yumiao("people", "--data", file), "里没有数据")
    refused(yumiao("serve", "--data", file), "无法读写", "file")


def test_an_unknown_bench_is_refused_with_those_that_there_are(yumiao: Yumiao) -> None:
    done = yumiao("bench", "nothing")
    refused(done, "nothing", "没有这项测量", "taps")
    assert (done.code, done.out) == (2, "")


def test_input_that_is_not_utf8_is_said(data: Path) -> None:
    command = [sys.executable, "-m", "bot", "chat", "--data", str(data), "--as", "M-01"]
    done = subprocess.run(
        command, cwd=ROOT, input="帮助\n".encode("gb18030"), capture_output=True, check=False
    )
    refused(Ended(done.returncode, done.stdout.decode(), done.stderr.decode()), "UTF-8")


def test_a_moment_that_is_none_is_said_before_a_form_is_filled(
    tmp_path: Path, yumiao: Yumiao
) -> None:
    path = tmp_path / "small.md"
    path.write_text(FORM.format(value="yes"), "utf-8")
    refused(yumiao("forms", "fill", path, "--now", "soon"), "is not a moment")


def test_a_missing_or_wrong_key_is_said_and_nothing_is_changed(
    data: Path, tmp_path: Path, yumiao: Yumiao
) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_text("ab" * 32 + "\n")
    wrong.chmod(0o600)
    before = (data / "yumiao.db").read_bytes()
    for path, said in ((wrong, "密钥不对"), (tmp_path / "none.key", "is missing")):
        done = yumiao("people", "--data", data, YUMIAO_KEY_FILE=str(path))
        refused(done, said)
        assert "sqlcipher" not in done.err
        assert done.err.startswith("密钥")
    odd = tmp_path / "odd.key"
    odd.mkdir(mode=0o700)
    for command in ("people", "doctor"):
        refused(yumiao(command, "--data", data, YUMIAO_KEY_FILE=str(odd)), "无法读写", "odd.key")
    wrong.chmod(0o644)
    refused(yumiao("doctor", "--data", data, YUMIAO_KEY_FILE=str(wrong)), "chmod 600")
    assert (data / "yumiao.db").read_bytes() == before
    assert (data / KEY).exists()


def test_a_full_disk_is_said_in_words(
    data: Path, yumiao: Yumiao, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.app.open_store", full)
    refused(yumiao("serve", "--data", data), "磁盘已满", "The disk is full")


# --- forms -------------------------------------------------------------------------------------


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "small.md"
    path.write_text(FORM.format(value="yes"), "utf-8")
    return path


def test_a_good_form_is_checked_and_shown(form: Path, yumiao: Yumiao) -> None:
    done = yumiao("forms", "check", form)
    assert (done.code, done.err) == (0, "")
    assert "小表（small 3）：3 题" in done.out
    narrow = yumiao("forms", "check", form, COLUMNS="40")
    assert narrow.out == done.out, "nothing is cut, however narrow"
    shown = yumiao("forms", "show", form, "--lang", "en")
    assert "times  How often?" in shown.out
    assert "when: ${seen} = 'yes'" in shown.out
    refused(yumiao("forms", "show", form, "--lang", "fr"), "fr", "no such language")


def test_a_broken_form_is_refused_with_its_sheet_and_row(tmp_path: Path, yumiao: Yumiao) -> None:
    path = tmp_path / "broken.md"
    path.write_text(BROKEN.format(value="yes"), "utf-8")
    for command in ("check", "show", "fill"):
        done = (process if command == "check" else yumiao)("forms", command, path, "--lang", "en")
        refused(done, "survey row 3", "sene")
        assert done.out == ""


def test_no_form_at_all_is_refused(tmp_path: Path, yumiao: Yumiao) -> None:
    refused(yumiao("forms", "check", tmp_path / "nothing.md"), "无法读取", "nothing.md")


def test_a_form_is_filled_in_the_two_languages_of_the_chat(form: Path, yumiao: Yumiao) -> None:
    refused(yumiao("forms", "fill", form, "--lang", "fr"), "zh or en")
    assert "几次？" in yumiao("forms", "fill", form, "--lang", "", lines="yes\n").err


def test_a_form_is_filled_and_its_answers_stand_alone_on_standard_output(
    form: Path, yumiao: Yumiao
) -> None:
    done = yumiao("forms", "fill", form, "--lang", "en", lines="yes\nthree\n3\nback\n4\nhi\n1\n")
    assert done.code == 0
    answers = {"seen": "yes", "times": "4", "words": "hi"}
    assert json.loads(done.out) == {"form": "small", "version": "3", "answers": answers}
    assert "How often?" in done.err


@pytest.mark.parametrize("lines", ["yes\n", "yes\n3\nhi\n取消\n"])
def test_a_form_that_is_not_finished_prints_nothing(form: Path, lines: str, yumiao: Yumiao) -> None:
    done = yumiao("forms", "fill", form, lines=lines)
    assert (done.code, done.out) == (1, "")
