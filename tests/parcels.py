"""Files for the tests, good and hostile; and a contact form that asks for them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

from bot.channels.message import Upload
from bot.channels.upload import examine
from domain.form import Form
from domain.library import Library
from tests.forms.kit import form_of, table

GPS = {1: "N", 2: (28.0, 39.0, 30.0), 3: "E", 4: (121.0, 25.0, 12.0)}
SECRET = b"RED APPLE CAMERA"


def named(value: object) -> str:
    """For the names of tests: never the bytes of a file."""
    return value if isinstance(value, str) else "file"


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (320, 200), mode: str = "RGB", **more: Any
) -> bytes:
    """Left half red, right half blue, so that one sees how it was turned."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    made = io.BytesIO()
    image.convert(mode).save(made, kind, **more)
    return made.getvalue()


def at_home(kind: str = "JPEG", turn: int = 6) -> bytes:
    """A photo that tells where and with what it was taken, held sideways."""
    exif = Image.Exif()
    exif[0x0112] = turn
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update(GPS)
    return picture(kind, exif=exif)


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that says it is enormous."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    )


MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "docm": ("word/document.xml", "wordprocessingml.document.macroEnabled.main+xml"),
    "odt": ("content.xml", "opendocument"),
}
OFFICE = "application/vnd.openxmlformats-officedocument."


def office(kind: str = "docx", **more: bytes) -> bytes:
    part, types = MAIN[kind]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{OFFICE}{types}"/>')
        archive.writestr(part, "<w/>")
        for name, data in more.items():
            archive.writestr(name.replace("__", "/").replace("_bin", ".bin"), data)
    return made.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
OPUS = b"OggS\0\x02" + bytes(22) + b"OpusHead" + bytes(40)
MP3 = b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"\xff\xfb\x90\x64" + bytes(100)
WAV = b"RIFF\x24\0\0\0WAVEfmt " + bytes(24)
M4A = b"\0\0\0\x20ftypM4A \0\0\0\0" + bytes(12) + b"\0\0\0\x08moov" + bytes(20)
WEBM = b"\x1aE\xdf\xa3\x9f\x42\x82\x84webm" + bytes(30) + b"A_OPUS" + bytes(40)
FILM = M4A + b"hdlr" + bytes(8) + b"vide" + bytes(20)

SHEETS = (
    table("settings", "form_id | version", "contact | 9"),
    table(
        "survey",
        "type | name | label::中文 (zh) | label::English (en) | required",
        "select_one mode | mode | 怎么联系的？ | How? | yes",
        "image | photo | 照片 | Photo | yes",
        "audio | voice | 录音 | Recording | ",
        "file | paper | 文件 | Paper | ",
        "geopoint | spot | 在哪里 | Where | ",
    ),
    table(
        "choices",
        "list_name | name | label::中文 (zh) | label::English (en)",
        "mode | meet | 见面 | met",
        "mode | phone | 电话 | phone call",
    ),
)


def with_files() -> Form:
    """The contact form of these tests: a photo, a recording, a paper, a place."""
    return form_of(*SHEETS)


def library() -> Library:
    return Library([with_files()])


def upload(data: bytes = b"", name: str = "photo.jpg") -> Upload:
    return examine(data or picture(), name)
