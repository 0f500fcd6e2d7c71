"""Pictures of pages for people to look at: small files under names that stay the same."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

MOST_BYTES = 150_000


def save(page: Page, folder: Path, name: str) -> None:
    """Save what the window shows as ``name``.png, in as many colours as fit into 150 kB."""
    folder.mkdir(parents=True, exist_ok=True)
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    for colours in (255, 128, 64, 32):
        out = io.BytesIO()
        shot.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() < MOST_BYTES:
            break
    (folder / f"{name}.png").write_bytes(out.getvalue())
