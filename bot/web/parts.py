"""A form with a file in it: read part by part, the file only after the form has proved ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from domain.media import MOST

FIELDS = 64 * 1024  # bytes of all fields together
DRAINED = 64 << 20  # bytes of a file that is too large, read so that the browser gets an answer
STEP = 64 * 1024
MOST_PARTS = 64
FILE = "file"
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Parcel:
    """A file as it came: its data, at most one byte more than is taken, and its hash."""

    name: str
    data: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True)
class Parts:
    """The fields and files of one form."""

    fields: Fields
    parcels: tuple[Parcel, ...]


async def read_parts(request: web.Request, is_ours: Callable[[Fields], bool]) -> Parts:
    """`is_ours` is asked before a byte of a file is kept: the fields stand before it.

    Raises 400, 403 and 413.
    """
    fields: list[tuple[str, str]] = []
    parcels: list[Parcel] = []
    room = FIELDS
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name:
                raise web.HTTPBadRequest
            if len(fields) + len(parcels) == MOST_PARTS:
                raise web.HTTPRequestEntityTooLarge(MOST_PARTS, MOST_PARTS + 1)
            if part.name == FILE:
                if not is_ours(tuple(fields)):
                    raise web.HTTPForbidden
                parcels.append(await _parcel(part, 0 if parcels else MOST + 1))
            else:
                value = await _field(part, room)
                room -= len(value) + len(part.name)
                fields.append((part.name, value.decode()))
    except (ValueError, AssertionError):  # how aiohttp says that the body is broken
        raise web.HTTPBadRequest from None
    return Parts(tuple(fields), tuple(parcels))


async def _field(part: BodyPartReader, room: int) -> bytes:
    held = bytearray()
    while chunk := await part.read_chunk(STEP):
        held += chunk
        if len(held) > room:
            raise web.HTTPRequestEntityTooLarge(FIELDS, len(held))
    return bytes(held)


async def _parcel(part: BodyPartReader, most: int) -> Parcel:
    """Of several files only the first is held: none of them is taken."""
    held, digest, size = bytearray(), hashlib.sha256(), 0
    while chunk := await part.read_chunk(STEP):
        size += len(chunk)
        digest.update(chunk)
        held += chunk[: most - len(held)]
        if size > DRAINED:
            raise web.HTTPRequestEntityTooLarge(MOST, size)
    return Parcel(part.filename or "", bytes(held), digest.hexdigest())
