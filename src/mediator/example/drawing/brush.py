"""Drawing in figures from 0 to 100 on a transparent layer, whatever its size in pixels."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]


class Palette(NamedTuple):
    """Colours that go together: the goods', their second one, a light and a dark one, and the ground behind."""

    main: Colour
    second: Colour
    light: Colour
    dark: Colour
    ground: Colour


def _hex(*texts: str) -> Palette:
    return Palette(*((int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)) for text in texts))


PALETTES: dict[str, Palette] = {
    "sogan": _hex("7a4a2a", "c58b4a", "f0dfc2", "33200f", "efe6d8"),
    "indigo": _hex("2f4470", "6f8fc4", "e8ecf2", "161f38", "e6e8ea"),
    "terracotta": _hex("b4573a", "e0a07c", "f6e6d9", "4c2114", "f1e7de"),
    "forest": _hex("3c6650", "8fb996", "e9f0e2", "16301f", "e5ebe2"),
    "mustard": _hex("c99527", "7d5a16", "f7ecc9", "40300b", "f2ecdc"),
    "maroon": _hex("7d2436", "c8707a", "f4e3df", "350d16", "efe4e1"),
    "teal": _hex("1f6f73", "7fbab2", "e3f0ee", "0c3033", "e1e9e8"),
    "charcoal": _hex("3d4246", "8b9398", "e9ebec", "17191b", "e7e6e3"),
    "rose": _hex("c57a88", "efc4c4", "faecec", "542b35", "f3e8e8"),
    "sand": _hex("b99a6d", "8a6b43", "f5ecdc", "463620", "efe9de"),
    "leaf": _hex("6f8f2f", "c1d27a", "f1f4dc", "2c3a10", "eceedd"),
    "chilli": _hex("b32d22", "f0a23c", "fbe9d0", "430d09", "f3e8dd"),
}


class Brush:
    """Draws on a layer of ``pixels`` by ``pixels``; ``chance`` is this picture's own."""

    def __init__(self, pixels: int, palette: Palette, chance: random.Random) -> None:
        self.pixels = pixels
        self.palette = palette
        self.chance = chance
        self.layer = Image.new("RGBA", (pixels, pixels), (0, 0, 0, 0))
        self.pen = ImageDraw.Draw(self.layer)

    def _at(self, points: Sequence[Point]) -> list[tuple[float, float]]:
        unit = self.pixels / 100
        return [(x * unit, y * unit) for x, y in points]

    def poly(self, points: Sequence[Point], fill: Colour) -> None:
        self.pen.polygon(self._at(points), fill=fill)

    def rect(self, left: float, top: float, right: float, bottom: float, fill: Colour, radius: float = 0) -> None:
        self.pen.rounded_rectangle(self._at([(left, top), (right, bottom)]), radius * self.pixels / 100, fill=fill)

    def oval(self, left: float, top: float, right: float, bottom: float, fill: Colour | None = None,
             edge: Colour | None = None, width: float = 1) -> None:  # fmt: skip
        box = self._at([(left, top), (right, bottom)])
        self.pen.ellipse(box, fill=fill, outline=edge, width=round(width * self.pixels / 100))

    def line(self, points: Sequence[Point], fill: Colour, width: float = 1) -> None:
        self.pen.line(self._at(points), fill=fill, width=round(width * self.pixels / 100), joint="curve")

    def arc(self, left: float, top: float, right: float, bottom: float, start: float, end: float, fill: Colour,
            width: float = 1) -> None:  # fmt: skip
        box = self._at([(left, top), (right, bottom)])
        self.pen.arc(box, start, end, fill=fill, width=round(width * self.pixels / 100))

    def words(self, x: float, y: float, text: str, size: float, fill: Colour, widest: float = 100) -> None:
        """A line of text around (x, y), smaller if it would be wider than ``widest``."""
        height = size * self.pixels / 100
        font = _font(round(height))
        width = font.getlength(text)
        if width > widest * self.pixels / 100:
            font = _font(max(8, round(height * widest * self.pixels / 100 / width)))
        self.pen.text(self._at([(x, y)])[0], text, font=font, fill=fill, anchor="mm")

    def within(self, shape: Callable[[Brush], None], inside: Callable[[Brush], None]) -> None:
        """Draw ``inside``, kept to where ``shape`` has drawn."""
        mask, filling = self._other(), self._other()
        shape(mask)
        inside(filling)
        clear = Image.new("RGBA", self.layer.size, (0, 0, 0, 0))
        self.layer.alpha_composite(Image.composite(filling.layer, clear, mask.layer.getchannel("A")))

    def shade(
        self, shape: Callable[[Brush], None], colour: Colour, strength: int, blur: float, on: bool = True
    ) -> None:
        """A soft darker or lighter patch; ``on`` keeps it to what is drawn already."""
        soft = Brush(self.pixels // 4, self.palette, self.chance)  # what is blurred needs no fine edge
        shape(soft)
        alpha = soft.layer.getchannel("A").filter(ImageFilter.BoxBlur(blur * soft.pixels / 100))
        alpha = alpha.point(lambda value: value * strength // 255).resize(self.layer.size, Image.Resampling.BILINEAR)
        if on:
            whole = self.layer.getchannel("A")
            alpha = Image.composite(alpha, Image.new("L", alpha.size, 0), whole)
        patch = Image.new("RGBA", self.layer.size, (*colour, 0))
        patch.putalpha(alpha)
        self.layer.alpha_composite(patch)

    def _other(self) -> Brush:
        return Brush(self.pixels, self.palette, self.chance)


@cache
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(pixels)
    assert isinstance(font, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return font


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """``share`` (0 to 1) of the other colour in the one."""
    mixed = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]
