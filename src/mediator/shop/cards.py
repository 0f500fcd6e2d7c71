"""The preview card of a deal link: what a chat shows before anybody opens it. Product, price, and who holds the money.

1200 by 630 pixels, as chats crop nothing of that. Drawn from the frozen promise alone, so a card never changes.
"""

from __future__ import annotations

import io
import unicodedata
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont, ImageOps
from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630
PAPER, INK, QUIET, ACCENT, TINT, SUNKEN = "#ffffff", "#1d2421", "#57605a", "#0b6b52", "#e5f2ec", "#f2f1ea"
LEFT, GAP = 690, 60
TEXT_WIDTH = WIDTH - LEFT - GAP
PHOTO = HEIGHT
_NO_LETTER = "\U0010ffff"
"""No font has it: it is drawn as what stands for letters that are missing."""
_LIKE = {"–": "-", "—": "-", "−": "-", "‑": "-", "×": "x", "½": "1/2", "¼": "1/4", "¾": "3/4", "‘": "'", "’": "'"}
Stroke = tuple[tuple[float, float], ...]
SHIELD = (
    (12, 1.5),
    (21, 5),
    (21, 11.5),
    (19.6, 16.2),
    (16.6, 20),
    (12, 22.5),
    (7.4, 20),
    (4.4, 16.2),
    (3, 11.5),
    (3, 5),
)
TICK: tuple[Stroke, ...] = (((7.5, 12), (11, 15.5), (16.8, 8.8)),)
ARROWS: tuple[Stroke, ...] = (
    ((7, 9.5), (14.5, 9.5)), ((12, 7), (14.5, 9.5), (12, 12)),
    ((17, 14.5), (9.5, 14.5)), ((12, 12), (9.5, 14.5), (12, 17)),
)  # fmt: skip
"""On a 24 by 24 grid: a shield, a tick on it, and the two arrows of the mark."""


def card(title: str, price: str, seller: str, held: str, photo: bytes | None) -> bytes:
    """The card as PNG. ``held`` says who holds the money; ``photo`` is any picture Pillow reads, or None."""
    title, price, seller, held = (drawable(text) for text in (title, price, seller, held))
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, PHOTO, HEIGHT), fill=SUNKEN)
    if photo is not None:
        with Image.open(io.BytesIO(photo)) as opened:
            image.paste(ImageOps.fit(opened.convert("RGB"), (PHOTO, HEIGHT), Image.Resampling.BILINEAR), (0, 0))
    else:
        _shield(draw, 195, 180, 10, ACCENT)
    y = 56
    for line in _lines(title, _font(50), TEXT_WIDTH, most=3):
        draw.text((LEFT, y), line, INK, _font(50))
        y += 62
    draw.text((LEFT, y + 14), price, INK, _fitting(price, 66, TEXT_WIDTH), stroke_width=1, stroke_fill=INK)
    draw.text((LEFT, y + 104), _cut(seller, _font(30), TEXT_WIDTH), QUIET, _font(30))
    draw.rounded_rectangle((LEFT, 428, WIDTH - GAP, 502), 18, fill=TINT)
    _shield(draw, LEFT + 18, 445, 1.7, ACCENT)
    draw.text((LEFT + 72, 465), held, ACCENT, _fitting(held, 30, TEXT_WIDTH - 92), anchor="lm")
    _shield(draw, LEFT, 540, 2.1, ACCENT, ARROWS)
    draw.text((LEFT + 62, 565), "Mediator", INK, _font(38), anchor="lm", stroke_width=1, stroke_fill=INK)
    out = io.BytesIO()
    image.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG).save(
        out, "PNG", compress_level=6
    )
    return out.getvalue()


def drawable(text: str) -> str:
    """The text as the font can draw it: every space a plain one (prices have such that don't break), letters that it
    lacks by their nearest (é as e, × as x), and no box for one that has none."""
    return " ".join("".join(letter if letter.isspace() else _nearest(letter) for letter in text).split())


@lru_cache(2_000)
def _nearest(letter: str) -> str:
    if _has(letter):
        return letter
    return "".join(part for part in unicodedata.normalize("NFKD", _LIKE.get(letter, letter)) if _has(part))


def _has(letter: str) -> bool:
    font = _font(30)
    return bytes(font.getmask(letter)) != bytes(font.getmask(_NO_LETTER))


@cache
def _font(size: int) -> FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, FreeTypeFont), "Pillow is built with FreeType"
    return font


def _fitting(text: str, size: int, width: int) -> FreeTypeFont:
    """The font of that size, or the largest in which the text is no wider than ``width``."""
    while size > 18 and _font(size).getlength(text) > width:
        size -= 2
    return _font(size)


def _lines(text: str, font: FreeTypeFont, width: int, most: int) -> list[str]:
    """The text in lines no wider than ``width``; what is beyond ``most`` lines ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(line, font, width) for line in lines]


def _cut(text: str, font: FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _shield(
    draw: ImageDraw.ImageDraw, x: float, y: float, scale: float, colour: str, strokes: tuple[Stroke, ...] = TICK
) -> None:
    draw.polygon([(x + px * scale, y + py * scale) for px, py in SHIELD], fill=colour)
    for stroke in strokes:
        points = [(x + px * scale, y + py * scale) for px, py in stroke]
        draw.line(points, fill=PAPER, width=max(2, round(1.8 * scale)), joint="curve")
