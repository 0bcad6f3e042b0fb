"""Files that people send: what is taken, told by its content, and what a file is called."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST = 10 * 1024 * 1024  # bytes
MEGABYTES = MOST >> 20
MEGAPIXELS = 40
LONGEST = 80  # characters of a display name
MEDIA = ("image", "audio", "file")
"""The types of questions that a file answers."""

STORED = re.compile(r"[A-Za-z0-9_-]{22}\.[a-z0-9]{3,4}")
"""A file as an answer: the id of what is kept, and an ending, as ODK names its media."""


@dataclass(frozen=True)
class Medium:
    """Which question a file answers, and its media type."""

    takes: str
    type: str


OPENXML = "application/vnd.openxmlformats-officedocument."
TAKEN = {
    "jpg": Medium("image", "image/jpeg"),
    "png": Medium("image", "image/png"),
    "webp": Medium("image", "image/webp"),
    "ogg": Medium("audio", "audio/ogg"),
    "mp3": Medium("audio", "audio/mpeg"),
    "m4a": Medium("audio", "audio/mp4"),
    "aac": Medium("audio", "audio/aac"),
    "wav": Medium("audio", "audio/wav"),
    "webm": Medium("audio", "audio/webm"),
    "pdf": Medium("file", "application/pdf"),
    "docx": Medium("file", OPENXML + "wordprocessingml.document"),
    "xlsx": Medium("file", OPENXML + "spreadsheetml.sheet"),
    "txt": Medium("file", "text/plain"),
    "csv": Medium("file", "text/csv"),
}
"""Everything that is taken, by its ending."""

ZIP = "zip"  # perhaps docx or xlsx: only who opens it can tell
OGG = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
MP4 = (b"M4A ", b"M4B ", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"dash")
FILM = re.compile(rb"hdlr.{8}vide", re.DOTALL)
FILM_CODECS = (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG")
MARKUP = ("<", "{\\rtf", "%!PS")
CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f") | {"\x7f"}


def sniff(data: bytes, name: str = "") -> str:
    """The ending that fits the content, `zip` where it must be opened, empty if not taken.

    The sender's name only tells a table from plain words; what a file says of itself elsewhere
    is not believed.
    """
    return _picture(data) or _sound(data) or _paper(data, name)


def _picture(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "webp" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else ""


def _sound(data: bytes) -> str:
    """Sound alone: what has a film in it is not taken, it may show more than was asked."""
    head = data[:256]
    if head.startswith(b"OggS"):
        return "ogg" if any(codec in head for codec in OGG) and b"theora" not in head else ""
    if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if b"webm" in head and not any(c in data for c in FILM_CODECS) else ""
    if head[4:8] == b"ftyp":
        sound = head[8:12] in MP4 and b"moov" in data and not FILM.search(data)
        return "m4a" if sound else ""
    return _frames(head)


def _frames(head: bytes) -> str:
    """MP3 and AAC begin with an ID3 block or with a frame."""
    if head.startswith(b"ID3") and len(head) > 9 and head[3] < 5 and max(head[6:10]) < 0x80:
        return "mp3"
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "aac"
    layer, version, rate = head[1] >> 1 & 3, head[1] >> 3 & 3, head[2] >> 2 & 3
    good = layer == 1 and version != 1 and rate != 3 and 0 < head[2] >> 4 < 15
    return "mp3" if good else ""


def _paper(data: bytes, name: str) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf" if b"%%EOF" in data[-2048:] else ""
    if data.startswith(b"PK\x03\x04"):
        return ZIP
    if not data or not is_words(data):
        return ""
    return "csv" if name.lower().endswith(".csv") else "txt"


def is_words(data: bytes) -> bool:
    """Plain words, in UTF-8 or as Chinese spreadsheets write them; no markup that acts."""
    for charset in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            continue
        return not CONTROLS & set(text) and not text.lstrip().startswith(MARKUP)
    return False


ODD = re.compile(r'[<>:"|?*]')
ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
DEVICES = {"con", "prn", "aux", "nul"} | {f"{at}{n}" for at in ("com", "lpt") for n in range(10)}


def clean_name(name: str, ending: str = "") -> str:
    """The sender's name for a file, fit to be shown and offered for download; never a path.

    The ending is that of the content, at most 80 characters are kept.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(each for each in last if each.isprintable())
    stem = ODD.sub("_", ENDING.sub("", " ".join(shown.split()))).strip(" .")
    if stem.partition(".")[0].casefold() in DEVICES:
        stem = f"_{stem}"
    tail = f".{ending}" if ending else ""
    return (stem or "file")[: LONGEST - len(tail)].rstrip(" .") + tail
