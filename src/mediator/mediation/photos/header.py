"""What a file is and how large it says it is, read from its bytes before anything is decoded.

Nothing here trusts a name or a media type, and nothing costs more than one walk over the file: a picture that claims
60,000 by 60,000 pixels, or comes in a thousand scans, is known for what it is before memory or time are spent on it.
"""

from __future__ import annotations

import zlib
from enum import StrEnum
from typing import NamedTuple

from mediator.mediation.errors import MediationError

MAX_JPEG_SCANS = 100
"""A progressive photograph has about ten; each scan costs a pass over all pixels, and a hostile file has thousands."""

_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDS_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
_PNG_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
_WEBP_ANIMATION = frozenset({b"ANIM", b"ANMF"})


class Kind(StrEnum):
    """The kinds of file that are taken in, by Pillow's names."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


class Header(NamedTuple):
    """What a file says of itself."""

    kind: Kind
    width: int
    height: int


_REFUSED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"GIF8", "a GIF"),
    (0, b"BM", "a BMP picture"),
    (0, b"II*\0", "a TIFF or camera raw picture"),
    (0, b"MM\0*", "a TIFF or camera raw picture"),
    (0, b"%PDF", "a PDF"),
    (0, b"PK\x03\x04", "a ZIP archive or an office document"),
    (0, b"\x1f\x8b", "a compressed file"),
    (0, b"\0\0\x01\0", "an icon"),
    (0, b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (0, b"8BPS", "a Photoshop file"),
    *((4, b"ftyp" + brand, "a HEIC picture") for brand in (b"hei", b"hev", b"mif1", b"msf1")),
    (4, b"ftypavi", "an AVIF picture"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
)


def read_header(data: bytes) -> Header:
    """The kind and size the bytes declare. MediationError when they are no JPEG, PNG or WebP, animated, or cut off."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    raise _refuse(data)


def corrupt() -> MediationError:
    """The refusal of a file that breaks its own format."""
    return MediationError(
        "photo_corrupt", "The photograph is damaged and cannot be read; take it again, or save it again as a JPEG."
    )


def truncated() -> MediationError:
    """The refusal of a file whose end is missing."""
    return MediationError(
        "photo_truncated", "The photograph's end is missing, as after a broken upload; send the whole file again."
    )


def _animated() -> MediationError:
    return MediationError(
        "photo_animated", "The picture is animated; send a photograph that stands still, one for each moment."
    )


def _refuse(data: bytes) -> MediationError:
    name = next((name for place, start, name in _REFUSED if data.startswith(start, place)), None)
    if name is None and b"<svg" in data[:65_536].lower():
        name = "an SVG drawing"
    if name is None:
        return MediationError("photo_not_recognised", "The file is not a photograph; send a JPEG, PNG or WebP picture.")
    advice = "save or export it as a JPEG and send that"
    if name == "a HEIC picture":
        advice = "on an iPhone choose Settings, Camera, Formats, Most Compatible, or send a screenshot of it"
    return MediationError(
        "photo_kind_refused", f"The file is {name}, whatever its name says; JPEG, PNG and WebP are taken: {advice}."
    )


def _jpeg(data: bytes) -> Header:
    width = height = 0
    place = 2
    while True:
        place = data.find(b"\xff", place)
        while 0 <= place < len(data) and data[place] == 0xFF:  # any number of 0xFF may come before a marker
            place += 1
        if place < 0 or place + 3 > len(data):
            raise truncated()
        marker = data[place]
        if marker == 0xD9:
            raise corrupt()
        if marker in _STANDS_ALONE:
            place += 1
            continue
        length = int.from_bytes(data[place + 1 : place + 3])
        if marker in _START_OF_FRAME:
            if length < 8 or width:
                raise corrupt()
            height = int.from_bytes(data[place + 4 : place + 6])
            width = int.from_bytes(data[place + 6 : place + 8])
        place += 1 + length
        if marker == 0xDA:
            break
    end = data.find(b"\xff\xd9", place)
    if end < 0:
        raise truncated()
    if not width or not height or data.count(b"\xff\xda", place, end) >= MAX_JPEG_SCANS:
        raise corrupt()
    return Header(Kind.JPEG, width, height)


def _png(data: bytes) -> Header:
    """Walks every chunk and its checksum: Pillow looks at the checksums of few."""
    view = memoryview(data)
    if data[12:16] != b"IHDR":
        raise corrupt() if len(data) >= 16 else truncated()
    place = 8
    name = b""
    while name != b"IEND":
        if place + 12 > len(data):
            raise truncated()
        length = int.from_bytes(view[place : place + 4])
        end = place + 12 + length
        if end > len(data):
            raise truncated()
        name = bytes(view[place + 4 : place + 8])
        if name in _PNG_ANIMATION:
            raise _animated()
        if zlib.crc32(view[place + 4 : end - 4]) != int.from_bytes(view[end - 4 : end]):
            raise corrupt()
        place = end
    return _sized(Kind.PNG, int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _webp(data: bytes) -> Header:
    end = int.from_bytes(data[4:8], "little") + 8
    if end > len(data) or len(data) < 30:
        raise truncated()
    place = 12
    while place + 8 <= end:
        if data[place : place + 4] in _WEBP_ANIMATION:
            raise _animated()
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        place += 8 + length + length % 2
    first = data[12:16]
    if first == b"VP8X":
        if data[20] & 0b10:
            raise _animated()
        return _sized(Kind.WEBP, int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1)
    if first == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return Header(Kind.WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if first == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width = int.from_bytes(data[26:28], "little") & 0x3FFF
        return _sized(Kind.WEBP, width, int.from_bytes(data[28:30], "little") & 0x3FFF)
    raise corrupt()


def _sized(kind: Kind, width: int, height: int) -> Header:
    if not width or not height:
        raise corrupt()
    return Header(kind, width, height)
