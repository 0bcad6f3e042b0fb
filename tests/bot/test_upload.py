"""What is opened before it becomes a message: hostile files, what is left of good ones."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.channels import glovebox
from bot.channels.upload import examine, from_line
from domain.media import MOST, STORED
from tests.parcels import (
    FILM,
    M4A,
    MP3,
    OPUS,
    PDF,
    SECRET,
    WAV,
    WEBM,
    at_home,
    bomb,
    named,
    office,
    picture,
)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_and_tells_nothing_but_what_is_to_be_seen(kind: str) -> None:
    sent = at_home(kind)
    assert SECRET in sent
    found = examine(sent, "IMG_1.JPG")
    assert (found.ending, found.name, found.fault) == ("webp", "IMG_1.webp", "")
    assert SECRET not in found.data
    assert b"EXIF" not in found.data
    image = opened(found.data)
    assert image.size == (200, 320)  # it was held sideways
    assert not image.getexif()
    top = image.convert("RGB").getpixel((100, 20))
    assert isinstance(top, tuple)
    assert top[0] > 200 > top[2]


@pytest.mark.parametrize(
    ("size", "small"), [((4000, 3000), (1600, 1200)), ((300, 4000), (120, 1600))]
)
def test_a_large_photo_is_shrunk_to_1600(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert opened(examine(picture(size=size), "a.jpg").data).size == small


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "1", "I;16"])
def test_every_kind_of_png_can_be_read(mode: str) -> None:
    found = examine(picture("PNG", mode=mode if mode != "I;16" else "L"), "a.png")
    assert (found.fault, found.ending) == ("", "webp")


@pytest.mark.parametrize("how", [{"quality": 60, "method": 0}, {"lossless": True, "method": 0}])
def test_a_webp_of_forty_megapixels_is_taken_as_a_jpeg_is(how: dict[str, Any]) -> None:
    """As phones make them; held sideways, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET.decode()
    found = examine(picture("WEBP", (7300, 5475), exif=exif, **how), "a.webp")
    assert (found.fault, found.ending) == ("", "webp")
    assert SECRET not in found.data
    image = opened(found.data)
    assert image.size == (1200, 1600)
    top = image.convert("RGB").getpixel((600, 100))
    assert isinstance(top, tuple)
    assert top[0] > 200 > top[2]


def test_a_large_webp_shows_nothing_of_what_was_hidden() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (6000, 5000), (255, 0, 0, 0)).save(
        made, "WEBP", lossless=True, method=0, exact=True
    )
    found = opened(examine(made.getvalue(), "a.webp").data).convert("RGB").getpixel((20, 20))
    assert isinstance(found, tuple)
    assert min(found) > 250


def test_without_its_library_a_large_webp_is_opened_as_any_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = picture("WEBP", (7300, 2800), quality=50, method=0)
    monkeypatch.setattr(glovebox, "_libwebp", lambda: None)
    assert opened(glovebox.picture(sent)).size == (1600, 614)


def test_a_webp_that_is_broken_in_the_middle_is_not_taken() -> None:
    sent = picture("WEBP", (7300, 5475), quality=50, method=0)
    assert examine(sent[: len(sent) // 2], "a.webp").fault in ("file.broken", "file.heavy")


def test_what_was_hidden_under_transparency_is_gone() -> None:
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    made = io.BytesIO()
    image.save(made, "PNG")
    found = opened(examine(made.getvalue(), "a.png").data).convert("RGB").getpixel((20, 20))
    assert isinstance(found, tuple)
    assert min(found) > 250


def test_a_picture_with_something_behind_it_is_the_picture_alone() -> None:
    for tail in (b"PK\x03\x04" + office(), b"<script>alert(1)</script>", PDF):
        found = examine(picture() + tail, "a.jpg")
        assert found.ending == "webp"
        assert b"script" not in found.data
        assert b"PK\x03\x04" not in found.data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "file.empty"),
        (b"x" * (MOST + 1), "file.large"),
        (bomb(), "file.heavy"),
        (bomb(6_400), "file.heavy"),
        (picture()[:-200], "file.broken"),
        (picture("PNG")[:-40], "file.broken"),
        (picture("WEBP")[:-20], "file.broken"),
        (b"\xff\xd8\xff" + bytes(range(256)), "file.broken"),
        (b"\x89PNG\r\n\x1a\n", "file.broken"),
        (bomb(100), "file.broken"),
        (office()[:-30], "file.broken"),
        (office(zeros=b"\0" * 5_000_000), "file.heavy"),
    ],
    ids=named,
)
def test_what_is_wrong_is_named_and_nothing_is_left_of_it(data: bytes, fault: str) -> None:
    found = examine(data, "../小榆.jpg")
    assert (found.fault, found.data, found.ending) == (fault, b"", "")
    assert found.name == "小榆"
    assert found.sent


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(50),
        b"\0\0\0\x18ftypheic" + bytes(50),
        b"<svg onload='alert(1)'/>",
        FILM,
        office("docm"),
        office("odt"),
        office(word__vbaProject_bin=b"x"),
        office("xlsx", xl__macrosheets__a=b"x"),
    ],
    ids=named,
)
def test_what_is_not_taken_has_no_kind(data: bytes) -> None:
    """Which kinds are taken depends on the question: it says so."""
    found = examine(data, "a.jpg")
    assert (found.ending, found.data, found.fault) == ("", b"", "")


@pytest.mark.parametrize(
    ("data", "name", "kept"),
    [
        (OPUS, "v.opus", "v.ogg"),
        (MP3, "v.mp3", "v.mp3"),
        (WAV, "v.wav", "v.wav"),
        (M4A, "新录音 3.m4a", "新录音 3.m4a"),
        (WEBM, "v.webm", "v.webm"),
        (PDF, "a.pdf", "a.pdf"),
        (office("docx"), "a.zip", "a.docx"),
        (office("xlsx"), "a", "a.xlsx"),
        (b"a,b\n", "a.csv", "a.csv"),
        (b"words\n", "a.html", "a.txt"),
    ],
    ids=named,
)
def test_sounds_and_papers_are_kept_as_they_are(data: bytes, name: str, kept: str) -> None:
    found = examine(data, name)
    assert (found.name, found.data, found.fault) == (kept, data, "")


def test_what_takes_too_long_or_too_much_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for deed, seconds in (("while True: pass", 0.3), ("x = bytearray(1 << 40)", 5)):
        room = tmp_path / "room.py"
        room.write_text(deed, "utf-8")
        with monkeypatch.context() as here:
            here.setattr(glovebox, "__file__", str(room))
            here.setattr(glovebox, "SECONDS", seconds)
            assert examine(picture(), "a.jpg").fault == "file.heavy"


def test_what_the_room_gives_back_must_be_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path / "room.py"
    room.write_text("print('<script>')", "utf-8")
    monkeypatch.setattr(glovebox, "__file__", str(room))
    assert examine(picture(), "a.jpg").fault == "file.broken"
    assert examine(office(), "a.docx").ending == ""


def test_the_room_knows_none_of_our_surroundings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, seen = tmp_path / "room.py", tmp_path / "seen"
    room.write_text(f"import os; open({str(seen)!r}, 'w').write(str(dict(os.environ)))", "utf-8")
    monkeypatch.setenv("YUMIAO_DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(glovebox, "__file__", str(room))
    examine(picture(), "a.jpg")
    assert "secret" not in seen.read_text("utf-8")


# --- in this process, so that the rules are seen line by line ----------------------------------


def test_measures_are_taken_before_anything_is_unpacked() -> None:
    with pytest.raises(glovebox.Heavy):
        glovebox.picture(bomb())
    with pytest.raises(glovebox.Heavy):
        glovebox.office(office(zeros=b"\0" * 5_000_000))


def test_a_grey_of_sixteen_bits_keeps_its_light() -> None:
    made = io.BytesIO()
    Image.new("I;16", (30, 30), 65535 // 2).save(made, "PNG")
    found = opened(glovebox.picture(made.getvalue())).convert("L").getpixel((5, 5))
    assert isinstance(found, int)
    assert 120 < found < 135


# --- a path that somebody types ------------------------------------------------------------


def test_a_typed_path_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my photo.jpg").write_bytes(picture())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for line in (
        "@./my photo.jpg",
        "@ my photo.jpg",
        "@~/my photo.jpg",
        'file:"my photo.jpg"',
        f"FILE://{tmp_path}/my photo.jpg",
    ):
        found = from_line(line)
        assert found is not None, line
        assert (found.name, found.fault) == ("my photo.webp", ""), line


def test_a_path_that_leads_to_no_file_says_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "empty.jpg").touch()
    for path, fault in (
        (tmp_path, "file.missing"),
        (tmp_path / "nothing.jpg", "file.missing"),
        (tmp_path / "pipe", "file.missing"),
        (tmp_path / "loop", "file.missing"),
        ("/dev/zero", "file.missing"),
        ("a\0b", "file.missing"),
        ("~nobody-of-that-name/x", "file.missing"),
        ("n" * 300, "file.missing"),
        (tmp_path / "empty.jpg", "file.empty"),
    ):
        found = from_line(f"@{path}")
        assert found is not None
        assert found.fault == fault, path


@pytest.mark.parametrize("line", ["hello", "", "@", "@  ", "me@home", "profile: x"])
def test_other_words_are_no_path(line: str) -> None:
    assert from_line(line) is None


def test_a_path_looks_like_no_stored_name() -> None:
    assert not STORED.fullmatch("../../etc/passwd")
