"""Takes a photograph in: refuses what is none, and keeps of it only the picture.

The result is a new JPEG made from the pixels alone, upright and in sRGB, so nothing that rode along in the file (place,
embedded thumbnail, comment, a second file behind its end) can reach the other party. The same bytes give the same
result in one version of Mediator, Pillow and its codecs; the record names both versions.
"""

from __future__ import annotations

import hashlib
import io

import msgspec
import PIL
from PIL import Image, ImageCms, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.header import Header, Kind, corrupt, read_header, truncated
from mediator.mediation.photos.metadata import EXIF_FAULTS, Captured, read_metadata

VERSION = f"1/pillow-{PIL.__version__}"
MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SIDE = 2048
JPEG_QUALITY = 88
THUMBNAIL_SIDES = (320, 960)
THUMBNAIL_QUALITY = 78

_DECODERS: dict[Kind, type[Image.Image]] = {
    # Named one by one: ``Image.open`` would try every format Pillow knows, and warn about pixels we count ourselves.
    Kind.JPEG: JpegImagePlugin.JpegImageFile,
    Kind.PNG: PngImagePlugin.PngImageFile,
    Kind.WEBP: WebPImagePlugin.WebPImageFile,
}
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class Picture(msgspec.Struct, frozen=True):
    """One kept file: ``digest`` is the SHA-256 of its bytes in hex, and its name in every store."""

    digest: str
    media_type: str
    width: int
    height: int
    size_bytes: int


class PhotoRecord(msgspec.Struct, frozen=True):
    """All that is remembered of a photograph besides its pixels. Where it was taken is not."""

    version: str
    original_digest: str
    original_kind: Kind
    original_bytes: int
    original_width: int
    original_height: int
    captured: Captured | None
    camera: str
    had_location: bool
    picture: Picture
    thumbnails: tuple[Picture, ...]

    @property
    def digest(self) -> str:
        """The photograph's name in promises and evidence: the SHA-256 of the picture people see."""
        return self.picture.digest


class Photo(msgspec.Struct, frozen=True):
    """A photograph taken in: its record, and the bytes of its picture and thumbnails in the record's order."""

    record: PhotoRecord
    data: bytes
    thumbnails: tuple[bytes, ...]

    @property
    def digest(self) -> str:
        """The name of the picture."""
        return self.record.digest


def take_in(data: bytes) -> Photo:
    """The photograph in those bytes, made new. MediationError says what is wrong with any other bytes."""
    if not data:
        raise MediationError("photo_empty", "The file is empty; choose the photograph again.")
    if len(data) > MAX_BYTES:
        raise MediationError(
            "photo_too_large",
            f"A photograph may be at most {MAX_BYTES // 1024**2} MB, and this one is {len(data) / 1024**2:.1f} MB; "
            "send it in a smaller size.",
        )
    header = read_header(data)
    if header.width * header.height > MAX_PIXELS:
        raise MediationError(
            "photo_too_many_pixels",
            f"A photograph may have at most {MAX_PIXELS // 10**6} megapixels, and this one says it is {header.width:,} "
            f"by {header.height:,} pixels; send it in a smaller size.",
        )
    image = _decode(data, header)
    metadata = read_metadata(image)
    image = _whole_colours(image)
    profile = image.info.get("icc_profile")
    image = _srgb(_fit(image, MAX_SIDE), profile)
    if metadata.orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[metadata.orientation])
    image.info = {}  # Pillow writes what it finds there into new files

    small = tuple(_fit(image, side) for side in THUMBNAIL_SIDES)
    picture = _encode(image, "JPEG", quality=JPEG_QUALITY, subsampling="4:2:0", progressive=True)
    thumbnails = tuple(_encode(each, "WEBP", quality=THUMBNAIL_QUALITY, method=4) for each in small)
    record = PhotoRecord(
        version=VERSION,
        original_digest=hashlib.sha256(data).hexdigest(),
        original_kind=header.kind,
        original_bytes=len(data),
        original_width=header.width,
        original_height=header.height,
        captured=metadata.captured,
        camera=metadata.camera,
        had_location=metadata.had_location,
        picture=_describe(picture, image, "image/jpeg"),
        thumbnails=tuple(_describe(*pair, "image/webp") for pair in zip(thumbnails, small, strict=True)),
    )
    return Photo(record, picture, thumbnails)


def _decode(data: bytes, header: Header) -> Image.Image:
    """The pixels. A large JPEG is decoded at a half, quarter or eighth of its size when that still is enough."""
    try:
        image = _DECODERS[header.kind](io.BytesIO(data))  # type: ignore[call-arg]
        if image.size != (header.width, header.height):
            raise corrupt()
        image.draft(None, _fitted(image.size, MAX_SIDE))
        image.load()
    except EXIF_FAULTS as error:
        raise truncated() if "truncated" in str(error) else corrupt() from error
    return image


def _whole_colours(image: Image.Image) -> Image.Image:
    """The image as grey, RGB or CMYK of 8 bits; what is transparent becomes white, as on paper."""
    profile = image.info.get("icc_profile")
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        plain = Image.new("RGB", image.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
    elif image.mode.startswith("I"):
        plain = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")  # 16 bits to 8
    elif image.mode in ("L", "RGB", "CMYK"):
        return image
    else:
        plain = image.convert("L" if image.mode in ("1", "LA", "La") else "RGB")
    plain.info = {"icc_profile": profile}
    return plain


def _srgb(image: Image.Image, profile: object) -> Image.Image:
    """The image in sRGB. A colour profile that is broken or meant for another kind of image counts as none."""
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, *EXIF_FAULTS):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size scaled down so that its longer side is at most ``side``; never up, and never to nothing."""
    longest = max(size)
    if longest <= side:
        return size
    width, height = (max(1, (2 * length * side + longest) // (2 * longest)) for length in size)
    return width, height


def _fit(image: Image.Image, side: int) -> Image.Image:
    size = _fitted(image.size, side)
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _describe(data: bytes, image: Image.Image, media_type: str) -> Picture:
    return Picture(hashlib.sha256(data).hexdigest(), media_type, image.width, image.height, len(data))
