"""Photographs are taken in as pictures alone, and nothing that is not a photograph is taken in."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin
from PIL.ExifTags import GPS, IFD, Base

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.intake import MAX_BYTES, MAX_SIDE, take_in

GPS_NOTE = b"MONAS-HERE"


def picture(mode: str = "RGB", size: tuple[int, int] = (120, 80), colour: Any = None) -> Image.Image:
    image = Image.new(mode, size, colour if colour is not None else 0)
    if colour is None and mode == "RGB":
        image.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
        image.paste((30, 30, 200), (size[0] // 2, 0, size[0], size[1]))
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def camera_exif(orientation: int = 1, offset: str | None = "+07:00") -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "Samsung"
    exif[Base.Model] = "SM-A546E\n"
    details = exif.get_ifd(IFD.Exif)
    details[Base.DateTimeOriginal] = "2025:03:04 05:06:07"
    if offset:
        details[Base.OffsetTimeOriginal] = offset
    places = exif.get_ifd(IFD.GPSInfo)
    places[GPS.GPSLatitudeRef] = "S"
    places[GPS.GPSLatitude] = (6.0, 10.0, 31.0)
    places[GPS.GPSAreaInformation] = GPS_NOTE
    return exif


def refused(data: bytes) -> MediationError:
    with pytest.raises(MediationError) as caught:
        take_in(data)
    assert caught.value.message[0].isupper()
    assert caught.value.message.endswith(".")
    return caught.value


def markers(jpeg: bytes) -> list[int]:
    """The markers up to the pixels."""
    found, place = [], 2
    while True:
        assert jpeg[place] == 0xFF
        found.append(jpeg[place + 1])
        if found[-1] == 0xDA:
            return found
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4])


def assert_bare(photo: Any) -> None:
    """Only what draws the picture is in the files."""
    assert set(markers(photo.data)) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA}
    assert photo.data.endswith(b"\xff\xd9")
    assert photo.data.count(b"\xff\xd9") == 1
    for data in (photo.data, *photo.thumbnails):
        for trace in (b"Exif", b"ICC_PROFILE", b"ICCP", b"EXIF", b"XMP ", b"xpacket", b"http://", GPS_NOTE, b"Samsung"):
            assert trace not in data
    for data in photo.thumbnails:
        assert len(data) == int.from_bytes(data[4:8], "little") + 8


def test_place_is_dropped_and_time_and_camera_are_kept_in_the_record() -> None:
    data = saved(picture(), exif=camera_exif(), comment=b"secret http://", icc_profile=srgb_profile())
    assert GPS_NOTE in data
    photo = take_in(data)
    assert_bare(photo)
    record = photo.record
    assert record.had_location
    assert record.camera == "Samsung SM-A546E"
    assert record.captured is not None
    assert record.captured.clock == datetime(2025, 3, 4, 5, 6, 7)  # noqa: DTZ001
    assert record.captured.at == datetime(2025, 3, 3, 22, 6, 7, tzinfo=UTC)
    assert record.original_digest == hashlib.sha256(data).hexdigest()
    assert record.digest == hashlib.sha256(photo.data).hexdigest()
    assert "6.0" not in str(record)


def test_a_time_without_offset_is_no_moment() -> None:
    captured = take_in(saved(picture(), exif=camera_exif(offset=None))).record.captured
    assert captured is not None
    assert captured.at is None


def test_a_photo_without_metadata_says_nothing() -> None:
    record = take_in(saved(picture())).record
    assert (record.had_location, record.captured, record.camera) == (False, None, "")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_orientation_six_is_turned_upright(kind: str) -> None:
    photo = take_in(saved(picture(), kind, exif=camera_exif(6)))
    image = Image.open(io.BytesIO(photo.data))
    assert image.size == (80, 120)
    red, _, blue = image.getpixel((40, 10))  # type: ignore[misc]
    assert red > 150 > blue  # the left becomes the top
    assert photo.record.had_location
    assert [(each.width, each.height) for each in photo.record.thumbnails] == [(80, 120), (80, 120)]
    assert_bare(photo)


def test_xmp_place_counts_as_a_place() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" exif:GPSLatitude="6,10S"/>'
    photo = take_in(saved(picture(), xmp=xmp))
    assert photo.record.had_location
    assert_bare(photo)


def test_text_chunks_and_what_follows_the_end_are_left_behind() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "http://evil")
    notes.add_itxt("XML:com.adobe.xmp", "<xpacket/>")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("payload.sh", "rm -rf /")
    for data in (saved(picture(), "PNG", pnginfo=notes), saved(picture()), saved(picture(), "WEBP")):
        photo = take_in(data + archive.getvalue())
        assert_bare(photo)
        assert b"PK\x03\x04" not in photo.data
        assert b"payload" not in photo.data
        assert photo.data == take_in(data).data


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(saved(picture()))
    place = data.index(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def png_claiming(width: int, height: int) -> bytes:
    data = bytearray(saved(picture(), "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def test_pixel_bombs_are_refused_by_their_header() -> None:
    webp = bytearray(saved(picture("RGBA"), "WEBP", lossless=True, exif=camera_exif()))
    assert webp[12:16] == b"VP8X"
    webp[24:30] = (59_999).to_bytes(3, "little") * 2
    for data in (jpeg_claiming(60_000, 60_000), png_claiming(60_000, 60_000), bytes(webp)):
        assert refused(data).code == "photo_too_many_pixels"
    assert "60,000 by 60,000" in refused(png_claiming(60_000, 60_000)).message


def test_a_progressive_file_of_a_thousand_scans_is_refused() -> None:
    data = saved(picture(), progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert refused(data[:-2] + scan * 1000 + b"\xff\xd9").code == "photo_corrupt"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_cut_off_file_is_refused_wherever_it_is_cut(kind: str) -> None:
    data = saved(picture(), kind)
    for end in range(12, len(data), 23):
        assert refused(data[:end]).code in ("photo_truncated", "photo_corrupt")
    assert refused(data[:-1]).code == "photo_truncated"


def test_a_damaged_png_is_refused() -> None:
    data = bytearray(saved(picture(), "PNG"))
    data[data.index(b"IDAT") + 8] ^= 1
    assert refused(bytes(data)).code == "photo_corrupt"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (saved(picture(), "GIF"), "a GIF"),
        (saved(picture(), "BMP"), "a BMP"),
        (saved(picture(), "TIFF"), "a TIFF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "a HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a video"),
        (b'<?xml version="1.0"?><svg xmlns="x"><script>alert(1)</script></svg>', "an SVG"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04....", "a ZIP"),
    ],
)
def test_other_kinds_are_refused_by_name(data: bytes, name: str) -> None:
    error = refused(data)
    assert error.code == "photo_kind_refused"
    assert name in error.message


def test_what_is_nothing_at_all_is_refused() -> None:
    assert refused(b"").code == "photo_empty"
    assert refused(b"hello").code == "photo_not_recognised"
    assert refused(b"\xff\xd8\xff").code == "photo_truncated"
    assert refused(b"\xff\xd8\xff" + bytes(MAX_BYTES)).code == "photo_too_large"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animations_are_refused(kind: str) -> None:
    frames = [picture("RGB", colour=(200, 0, 0)), picture("RGB", colour=(0, 200, 0))]
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert refused(data).code == "photo_animated"


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def palette_with_hole() -> bytes:
    image = picture("P", colour=0)
    image.putpalette([0, 0, 0, 255, 255, 255])
    return saved(image, "PNG", transparency=0)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (saved(picture("CMYK", colour=(0, 0, 0, 0))), (255, 255, 255)),
        (saved(picture("CMYK", colour=(0, 255, 255, 0))), (255, 0, 0)),
        (saved(picture("I;16", colour=0x8080), "PNG"), (128, 128, 128)),
        (saved(picture("I;16", colour=0xFFFF), "PNG"), (255, 255, 255)),
        (saved(picture("L", colour=77)), (77, 77, 77)),
        (saved(picture("1", colour=1), "PNG"), (255, 255, 255)),
        (saved(picture("LA", colour=(0, 0)), "PNG"), (255, 255, 255)),
        (saved(picture("RGBA", colour=(0, 0, 0, 128)), "PNG"), (127, 127, 127)),
        (palette_with_hole(), (255, 255, 255)),
        (saved(picture("RGB", colour=(9, 99, 199)), icc_profile=srgb_profile()), (9, 99, 199)),
        (saved(picture("RGB", colour=(9, 99, 199)), icc_profile=b"nonsense"), (9, 99, 199)),
        (saved(picture("RGB", (1, 1), (9, 99, 199)), "PNG"), (9, 99, 199)),
    ],
)
def test_every_kind_of_colour_becomes_srgb(data: bytes, shown: tuple[int, int, int]) -> None:
    photo = take_in(data)
    image = Image.open(io.BytesIO(photo.data))
    assert image.mode == "RGB"
    assert max(abs(got - want) for got, want in zip(image.getpixel((0, 0)), shown, strict=True)) <= 3  # type: ignore[arg-type]
    assert_bare(photo)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((3000, 1500), (2048, 1024)), ((1500, 3000), (1024, 2048)), ((9000, 2), (2048, 1)), ((5000, 4096), (2048, 1678))],
)
def test_large_photos_are_made_smaller_and_keep_their_shape(size: tuple[int, int], kept: tuple[int, int]) -> None:
    photo = take_in(saved(picture(size=size)))
    assert Image.open(io.BytesIO(photo.data)).size == kept == (photo.record.picture.width, photo.record.picture.height)
    assert max(kept) == MAX_SIDE
    sides = [max(Image.open(io.BytesIO(each)).size) for each in photo.thumbnails]
    assert sides == [320, 960]


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 40), st.integers(1, 40), st.binary(min_size=3, max_size=3), st.sampled_from(["JPEG", "PNG", "WEBP"])
)
def test_the_same_bytes_give_the_same_photo(width: int, height: int, colour: bytes, kind: str) -> None:
    data = saved(picture("RGB", (width, height), tuple(colour)), kind)
    assert take_in(data) == take_in(data)


_SEEDS = [saved(picture(size=(40, 30)), kind, exif=camera_exif(6)) for kind in ("JPEG", "PNG", "WEBP")]


@pytest.mark.filterwarnings("ignore:::PIL")  # it warns of broken EXIF
@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_SEEDS), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6))
def test_damaged_bytes_give_a_bare_photo_or_a_refusal(seed: bytes, damage: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for place, value in damage:
        data[place % len(data)] = value
    try:
        photo = take_in(bytes(data))
    except MediationError:
        return
    assert_bare(photo)
