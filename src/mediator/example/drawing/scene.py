"""From a drawing to a photograph: a ground with soft light for the shop, a table at home for the buyer."""

from __future__ import annotations

import io
import random
from functools import lru_cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from mediator.example.drawing.brush import PALETTES, Brush, Colour, Palette, mix
from mediator.example.drawing.goods import KINDS

SIDE = 640
FINER = 1.5
"""Drawn larger and scaled down, so that edges are smooth."""

SNAPPED = 420
JPEG_QUALITY = 84
TABLES: tuple[Colour, ...] = ((178, 142, 104), (120, 96, 78), (206, 200, 190), (146, 152, 156))


class Look(NamedTuple):
    """What to draw: kind of goods, palette, words on the label, an option of the kind, and the picture's seed."""

    kind: str
    palette: str
    label: str
    option: str
    seed: int


def promised(look: Look, angle: int = 0) -> bytes:
    """The shop's picture as JPEG; ``angle`` 1 is the second one, nearer and turned a little."""
    layer = _goods(look)
    palette = PALETTES[look.palette]
    scene = _studio(palette, look.seed)
    if angle:
        layer = layer.rotate(-8, Image.Resampling.BILINEAR).resize((SIDE + 110, SIDE + 110), Image.Resampling.BILINEAR)
        layer = layer.crop((55, 70, SIDE + 55, SIDE + 70))
    return _jpeg(_put(scene, layer, palette.dark, 90))


def snapped(look: Look) -> bytes:
    """A small quick picture, as a producer sends one along: drawn once at its own size, a fifth of the others' work."""
    brush = Brush(SNAPPED, PALETTES[look.palette], random.Random(look.seed))
    KINDS[look.kind](brush, look.label, look.option)
    scene = _studio(PALETTES[look.palette], look.seed).resize((SNAPPED, SNAPPED), Image.Resampling.BILINEAR)
    scene.paste(brush.layer, (0, 0), brush.layer)
    return _jpeg(scene)


def received(look: Look, damage: str = "", seed: int = 0) -> bytes:
    """The same goods on a table at home, a little askew, by lamplight; ``damage``: "", torn, stained, faded."""
    chance = random.Random(f"{look.seed}/{seed}/{damage}")
    layer = _goods(look)
    if damage:
        layer = _damaged(layer, damage, chance)
    turn = chance.choice((-11, -7, 6, 9))
    layer = layer.rotate(turn, Image.Resampling.BILINEAR)
    skew = SIDE * chance.uniform(0.02, 0.05)
    corners = (0, 0, skew, SIDE, SIDE - skew, SIDE, SIDE, 0)
    layer = layer.transform((SIDE, SIDE), Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)
    scene = _put(_table(chance), layer, (20, 14, 8), 130)
    scene = Image.blend(scene, Image.new("RGB", scene.size, (255, 196, 120)), 0.09)
    scene = ImageEnhance.Brightness(scene).enhance(chance.uniform(0.88, 1.02))
    return _jpeg(scene)


def parcel(words: str, seed: int) -> bytes:
    """A closed parcel with its label, as proof of dispatch."""
    look = Look("box", "sand", words, "", seed)
    return received(look, seed=seed)


def labelled(kind: str, palette: str, title: str, option: str, seed: int) -> Look:
    """A look whose label has the first words of a title."""
    plain = "".join(letter if letter.isalnum() or letter in " -&" else " " for letter in title)
    words = [word for word in plain.split() if not word.isdigit()][:3]
    return Look(kind, palette, " ".join(words)[:24].strip(), option, seed)


@lru_cache(maxsize=8)
def _goods(look: Look) -> Image.Image:
    brush = Brush(round(SIDE * FINER), PALETTES[look.palette], random.Random(look.seed))
    KINDS[look.kind](brush, look.label, look.option or "plain")
    return brush.layer.resize((SIDE, SIDE), Image.Resampling.HAMMING)


def _studio(palette: Palette, seed: int) -> Image.Image:
    """A seamless ground, lighter above, with the light from the left."""
    light = mix(palette.ground, (255, 255, 255), 0.45 + (seed % 5) * 0.06)
    small = Image.new("RGB", (2, 3))
    small.putdata([light, mix(light, palette.ground, 0.5), light, palette.ground,
                   mix(palette.ground, palette.second, 0.12), mix(palette.ground, palette.second, 0.2)])  # fmt: skip
    return small.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _table(chance: random.Random) -> Image.Image:
    colour = chance.choice(TABLES)
    scene = Image.new("RGB", (SIDE, SIDE), colour)
    pen = ImageDraw.Draw(scene)
    for board in range(-1, 6):
        y = board * 150 + chance.randrange(30)
        pen.line([(0, y), (SIDE, y + 26)], fill=mix(colour, (0, 0, 0), 0.35), width=3)
        for _ in range(9):
            at = y + chance.randrange(8, 140)
            pen.line([(0, at), (SIDE, at + 26)], fill=mix(colour, (0, 0, 0), chance.uniform(0.03, 0.1)), width=2)
    return scene


def _put(scene: Image.Image, layer: Image.Image, shadow: Colour, strength: int) -> Image.Image:
    """The goods on the ground, with what they keep off the light."""
    below = layer.getchannel("A").filter(ImageFilter.BoxBlur(SIDE / 45)).point(lambda value: value * strength // 255)
    scene.paste(shadow, (round(SIDE * 0.012), round(SIDE * 0.022)), below)
    scene.paste(layer, (0, 0), layer)
    return scene


def _damaged(layer: Image.Image, damage: str, chance: random.Random) -> Image.Image:
    whole, layer = layer.getchannel("A"), layer.copy()
    pen = ImageDraw.Draw(layer)
    x, y = SIDE * chance.uniform(0.52, 0.6), SIDE * chance.uniform(0.3, 0.4)
    if damage == "torn":
        crack = [(x + 18, y - 120)]
        while crack[-1][1] < y + 260:
            crack.append((crack[-1][0] + chance.uniform(-26, 22), crack[-1][1] + chance.uniform(22, 40)))
        pen.line(crack, fill=(28, 18, 12, 255), width=7, joint="curve")
        pen.line([(px + 4, py) for px, py in crack], fill=(250, 240, 226, 255), width=3, joint="curve")
        hole = [(x + chance.uniform(-34, 34), y + 60 + chance.uniform(-30, 30)) for _ in range(7)]
        pen.polygon(hole, fill=(30, 20, 14, 255))
        layer.putalpha(whole)
    elif damage == "stained":
        stain = Image.new("RGBA", layer.size, (92, 58, 24, 0))
        blot = Image.new("L", layer.size, 0)
        drops = ImageDraw.Draw(blot)
        for _ in range(6):
            r = chance.uniform(24, 70)
            cx, cy = x + chance.uniform(-80, 60), y + 80 + chance.uniform(-60, 90)
            drops.ellipse([cx - r, cy - r * 0.8, cx + r, cy + r * 0.8], fill=150)
        blot = blot.filter(ImageFilter.GaussianBlur(5))
        stain.putalpha(Image.composite(blot, Image.new("L", layer.size, 0), whole))
        layer.alpha_composite(stain)
    else:
        layer = ImageEnhance.Brightness(ImageEnhance.Color(layer).enhance(0.4)).enhance(1.22)
        layer.putalpha(whole)
    return layer


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
