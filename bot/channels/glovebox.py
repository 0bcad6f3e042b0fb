"""What strangers sent is opened here: a process with little memory, little time, no secrets.

It is run by its path, so it knows the standard library and Pillow and nothing of the program.
`picture`: a picture in, the same turned, shrunk and written anew as WebP out, nothing else of
it left. `office`: a ZIP in, `docx` or `xlsx` out. The exit says what was wrong.
"""

from __future__ import annotations

import ctypes
import io
import resource
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 5
MEMORY = 512 << 20
PIXELS = 40_000_000
EASY = 20_000_000
"""So many pixels of a WebP fit into the memory four times over, as Pillow's decoder holds them."""
SIDE = 1600
QUALITY = 82
FINE, BROKEN, HEAVY, OTHER = 0, 3, 4, 5
"""Exits: done; cannot be read; too large to be read; nothing that is taken."""

MEMBERS = 5_000
RATIO = 100
TYPES = "[Content_Types].xml"
OFFICE = {
    b"wordprocessingml.document.main+xml": b"docx",
    b"spreadsheetml.sheet.main+xml": b"xlsx",
}
ACTIVE = ("vbaproject", "macrosheets/", "activex/")


class Heavy(Exception):
    """More than will be unpacked."""


def main(deed: str) -> int:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    data = sys.stdin.buffer.read()
    try:
        made = picture(data) if deed == "picture" else office(data)
    except (Heavy, MemoryError):
        return HEAVY
    except Exception:  # whatever a decoder stumbles over, the file cannot be read
        return BROKEN
    sys.stdout.buffer.write(made)
    return FINE if made else OTHER


def picture(data: bytes) -> bytes:
    """Raises Heavy before anything is unpacked, and whatever Pillow raises."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # measured here
    image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    pixels = image.width * image.height
    if pixels > PIXELS:
        raise Heavy
    if image.format == "WEBP" and pixels > EASY:
        exif = image.info.get("exif", b"")
        del image  # it holds two empty canvases already
        image = _frugal(data, exif) or Image.open(io.BytesIO(data), formats=("WEBP",))
    image.draft("RGB", (SIDE, SIDE))
    image.load()
    image = _plain(image)
    image.thumbnail((SIDE, SIDE), reducing_gap=2.0)
    made = io.BytesIO()
    _flat(ImageOps.exif_transpose(image)).save(made, "WEBP", quality=QUALITY)
    return made.getvalue()


def _frugal(data: bytes, exif: bytes) -> Image | None:
    """A large WebP at half its size: Pillow's decoder, made for films, needs 640 MB for 40
    megapixels, the library below it 160 when it is asked for one picture. None where it is not
    to be had, or the WebP is a film."""
    from PIL import Image

    library = _libwebp()
    if library is None:
        return None
    wide, high = ctypes.c_int(), ctypes.c_int()
    size = ctypes.c_size_t(len(data))
    place = library.WebPDecodeRGBA(data, size, ctypes.byref(wide), ctypes.byref(high))
    if not place:
        return None
    sides = (wide.value, high.value)
    pixels = (ctypes.c_ubyte * (sides[0] * sides[1] * 4)).from_address(place)
    held: Any = pixels  # any buffer will do: nothing is copied
    small = Image.frombuffer("RGBA", sides, held, "raw", "RGBA", 0, 1).reduce(2)
    library.WebPFree(ctypes.c_void_p(place))
    small.info["exif"] = exif
    return small


def _libwebp() -> ctypes.CDLL | None:
    """The library that Pillow brought along."""
    import PIL

    home = Path(PIL.__file__).parent
    found = [*home.parent.glob("pillow.libs/libwebp-*"), *home.glob(".dylibs/libwebp.*")]
    if not found:
        return None
    library = ctypes.CDLL(str(found[0]))
    library.WebPDecodeRGBA.restype = ctypes.c_void_p
    return library


def _plain(image: Image) -> Image:
    """In a mode that can be shrunk; palettes, masks and 16-bit greys cannot."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGB", "RGBA", "L", "CMYK"):
        return image
    clear = "transparency" in image.info or "A" in image.getbands()
    return image.convert("RGBA" if clear else "RGB")


def _flat(image: Image) -> Image:
    """The pixels alone on white: what was hidden behind transparency goes too."""
    from PIL import Image

    sheet = Image.new("RGB", image.size, "white")
    mask = image.getchannel("A") if "A" in image.getbands() else None
    sheet.paste(image.convert("RGB"), mask=mask)
    return sheet


def office(data: bytes) -> bytes:
    """`docx` or `xlsx`; empty for any other ZIP and for what can run by itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        unpacked = sum(each.file_size for each in members)
        if len(members) > MEMBERS or unpacked > RATIO * len(data):
            raise Heavy
        names = [each.filename.casefold() for each in members]
        if TYPES.casefold() not in names:
            return b""
        types = archive.read(TYPES)
        if archive.testzip():
            raise zipfile.BadZipFile
    acts = b"macroEnabled" in types or any(part in name for name in names for part in ACTIVE)
    found = [ending for words, ending in OFFICE.items() if words in types]
    return found[0] if len(found) == 1 and not acts else b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
