"""From bytes to pixels of bounded size, upright, as uint8 RGB."""

from __future__ import annotations

import io
import warnings

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

Pixels = NDArray[np.uint8]

LARGEST_PIXELS = 50_000_000  # above it the picture is not decoded at all
SMALLEST_SIDE = 64  # below it no print can be read, by eye either
FORMATS = ("JPEG", "PNG", "WEBP")


def decoded(content: bytes, side: int) -> Pixels | None:
    """The picture with its long side brought to ``side``; None where it cannot or must not be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > LARGEST_PIXELS:
                    return None
                image.draft("RGB", (side, side))  # a JPEG is read at an eighth, quarter or half where that is enough
                upright = ImageOps.exif_transpose(image)
                return at_side(np.asarray(_on_white(upright), dtype=np.uint8), side)
    except Exception:  # a decoder fed with hostile bytes raises nearly anything; the answer is the same
        return None


def _on_white(image: Image.Image) -> Image.Image:
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    seen = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")


def at_side(pixels: Pixels, side: int) -> Pixels:
    """Scaled so that the long side is ``side``; a picture below the smallest side is left as it is."""
    height, width = pixels.shape[:2]
    if min(height, width) < SMALLEST_SIDE:
        return pixels
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)
