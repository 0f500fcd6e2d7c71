"""Small photographs, promises and files for the tests of promises and evidence."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from mediator.mediation.photos.frozen import Promise, freeze

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def jpeg(colour: tuple[int, int, int] = (200, 30, 30), size: tuple[int, int] = (120, 80), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image = Image.new("RGB", size, colour)
    image.paste((30, 30, 200), (0, 0, size[0] // 2, size[1] // 2))
    image.save(out, kind)
    return out.getvalue()


def file(data: bytes | None = None, name: str = "foto.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg() if data is None else data, "image/jpeg")


def promise(title: str = "Kopi Gayo 250 g", **changes: Any) -> Promise:
    facts = {"text": "Giling halus.", "price_minor": 150_000_00, "currency": "IDR", "weight_g": 250} | changes
    return freeze(title=title, **facts)
