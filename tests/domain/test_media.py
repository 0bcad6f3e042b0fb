"""What a file is, told by its content; what it is called, whatever its sender called it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.media import LONGEST, STORED, TAKEN, clean_name, is_words, sniff
from tests.parcels import FILM, M4A, MP3, OPUS, PDF, WAV, WEBM, named, office, picture


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (picture("JPEG"), "jpg"),
        (picture("PNG"), "png"),
        (picture("WEBP"), "webp"),
        (OPUS, "ogg"),
        (MP3, "mp3"),
        (b"\xff\xfb\x90\x64" + bytes(99), "mp3"),
        (b"\xff\xf1\x50\x80" + bytes(99), "aac"),
        (WAV, "wav"),
        (M4A, "m4a"),
        (WEBM, "webm"),
        (PDF, "pdf"),
        (office("docx"), "zip"),
        ("小榆画了一棵树\n".encode(), "txt"),
        ("小榆画了一棵树\n".encode("gb18030"), "txt"),
        ("\ufeff姓名,次数\n小榆,3\n".encode(), "txt"),
    ],
    ids=named,
)
def test_a_file_is_what_its_content_says(data: bytes, ending: str) -> None:
    assert sniff(data, "anything.exe") == ending


def test_words_that_are_called_a_table_are_one() -> None:
    assert sniff(b"a,b\n1,2\n", "List.CSV") == "csv"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(50),
        b"\0\0\0\x18ftypheic" + bytes(50) + b"moov",
        b"BM" + bytes(50),
        b"II*\0" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xef\xbb\xbf  <!doctype html><script>alert(1)</script>",
        b"{\\rtf1 \\objdata}",
        b"MZ\x90\0" + bytes(50),
        b"\x7fELF" + bytes(50),
        b"%PDF-1.7 cut off",
        b" %PDF-1.7\0 not at the beginning %%EOF",
        b"OggS" + bytes(24) + b"\x80theora" + b"OpusHead",
        b"OggS" + bytes(200),
        FILM,
        M4A.replace(b"moov", b"free"),
        WEBM + b"V_VP9",
        b"\x1aE\xdf\xa3\x9f\x42\x82\x88matroska" + bytes(30),
        b"RIFF\0\0\0\0AVI " + bytes(30),
        b"\xff\xfe" + "words".encode("utf-16-le"),
        b"\xff\xff\xff\xff" + bytes(20),
        b"words with a \0 in them",
        b"\xfe\xff\xff",
    ],
    ids=named,
)
def test_what_is_not_on_the_list_is_nothing(data: bytes) -> None:
    assert sniff(data, "photo.jpg") == ""


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_bytes_are_something_on_the_list_or_nothing(data: bytes, name: str) -> None:
    assert sniff(data, name) in {"", "zip", *TAKEN}
    assert is_words(data) in (True, False)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("photo.JPG", "photo.webp"),
        ("../../etc/passwd", "passwd.webp"),
        ("..\\..\\boot.ini", "boot.webp"),
        ("/absolute/小榆.png", "小榆.webp"),
        ("C:\\Users\\a\\b.jpg", "b.webp"),
        ("%2e%2e%2fx.jpg", "%2e%2e%2fx.webp"),
        ("a\0b\r\nSet-Cookie: x.jpg", "abSet-Cookie_ x.webp"),
        ("photo\u202egpj.exe", "photogpj.webp"),
        ("..", "file.webp"),
        ("\udc80\udcff.jpg", "file.webp"),
        ("", "file.webp"),
        (".htaccess", "htaccess.webp"),
        ("CON.jpg", "_CON.webp"),
        ("lpt1", "_lpt1.webp"),
        ('a"b<c>|?*.jpg', "a_b_c____.webp"),
        ("cafe\u0301.jpg", "café.webp"),
        ("  many   blanks .jpg", "many blanks.webp"),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert clean_name(name, "webp") == clean


@given(st.text(max_size=300))
def test_no_name_is_a_path_or_too_long(name: str) -> None:
    found = clean_name(name, "docx")
    assert found.endswith(".docx")
    assert 0 < len(found) <= LONGEST
    assert not set(found) & set('/\\<>:"|?*\0\r\n')
    assert not found.startswith(".")
    assert found.isprintable()


def test_a_name_of_300_bytes_keeps_its_beginning_and_its_kind() -> None:
    found = clean_name("名" * 100 + ".jpeg", "webp")
    assert found == "名" * (LONGEST - 5) + ".webp"


def test_only_stored_names_look_like_stored_names() -> None:
    assert STORED.fullmatch("A" * 22 + ".webp")
    for odd in ("A" * 21 + ".webp", "../" + "A" * 19 + ".webp", "A" * 22, "A" * 22 + ".WEBP"):
        assert not STORED.fullmatch(odd)
