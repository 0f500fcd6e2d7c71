"""What a camera wrote beside the picture: the moment and the camera are kept in the record, the place is not.

Metadata are claims of whoever made the file, not facts, and are shown as such. Broken metadata never refuse a photo.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

import msgspec
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

EXIF_FAULTS = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)
"""What Pillow raises on broken metadata or pixels; it promises no family of its own."""

MAX_CAMERA = 80
_MOMENT = re.compile(r"(\d{4}):(\d\d):(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_GPS_PLACES = (GPS.GPSLatitude, GPS.GPSLongitude, GPS.GPSDestLatitude, GPS.GPSDestLongitude, GPS.GPSAreaInformation)
_XMP_PLACES = (b"GPSLatitude", b"GPSLongitude", b"Iptc4xmpCore:Location", b"Iptc4xmpExt:Location")


class Captured(msgspec.Struct, frozen=True):
    """When the camera says the picture was taken: the time on its clock, and that clock's offset when it is known."""

    clock: datetime
    """Without a time zone: what a clock on the wall beside the camera showed."""
    offset_minutes: int | None = None

    @property
    def at(self) -> datetime | None:
        """The moment in UTC; None when the camera did not say where on earth its clock was right."""
        if self.offset_minutes is None:
            return None
        zone = timezone(timedelta(minutes=self.offset_minutes))
        try:
            return self.clock.replace(tzinfo=zone).astimezone(UTC)
        except OverflowError:
            return None


class Metadata(NamedTuple):
    """The few things read from a file's metadata."""

    orientation: int = 1
    captured: Captured | None = None
    camera: str = ""
    had_location: bool = False


def read_metadata(image: Image.Image) -> Metadata:
    """What the metadata say, each part alone: an unreadable part is as if it were absent. Call after ``image.load``."""
    try:
        exif = image.getexif()
    except EXIF_FAULTS:
        return Metadata(had_location=_xmp_has_location(image))
    details = _part(exif, IFD.Exif)
    places = _part(exif, IFD.GPSInfo)
    orientation = exif.get(Base.Orientation)
    return Metadata(
        orientation=orientation if isinstance(orientation, int) else 1,
        captured=_captured(details.get(Base.DateTimeOriginal), details.get(Base.OffsetTimeOriginal)),
        camera=_camera(exif.get(Base.Make), exif.get(Base.Model)),
        had_location=any(tag in places for tag in _GPS_PLACES) or _xmp_has_location(image),
    )


def _part(exif: Image.Exif, part: IFD) -> Mapping[int, Any]:
    try:
        return exif.get_ifd(part)
    except EXIF_FAULTS:
        return {}


def _xmp_has_location(image: Image.Image) -> bool:
    xmp = image.info.get("xmp", b"")
    if isinstance(xmp, str):
        xmp = xmp.encode(errors="replace")
    return isinstance(xmp, bytes) and any(word in xmp for word in _XMP_PLACES)


def _captured(moment: object, offset: object) -> Captured | None:
    found = _MOMENT.match(moment) if isinstance(moment, str) else None
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    try:
        clock = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  a clock on the wall
    except ValueError:
        return None
    return Captured(clock, _offset_minutes(offset))


def _offset_minutes(offset: object) -> int | None:
    found = _OFFSET.match(offset) if isinstance(offset, str) else None
    if not found:
        return None
    sign, hours, minutes = found.groups()
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 14 * 60:
        return None
    return -total if sign == "-" else total


def _camera(make: object, model: object) -> str:
    """Maker and model as one plain line, the maker not said twice."""
    first, second = _plain(make), _plain(model)
    whole = second if second.casefold().startswith(first.casefold()) else f"{first} {second}"
    return whole.strip()[:MAX_CAMERA].strip()


def _plain(text: object) -> str:
    if not isinstance(text, str):
        return ""
    printable = "".join(
        letter if unicodedata.category(letter)[0] not in "CZ" else " "
        for letter in unicodedata.normalize("NFC", text[:200])
    )
    return " ".join(printable.split())
