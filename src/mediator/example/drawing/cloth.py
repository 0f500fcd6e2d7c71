"""Cloth and what is sewn of it: the patterns are the archipelago's own, simplified to what a small picture shows."""

from __future__ import annotations

import math
from collections.abc import Callable

from mediator.example.drawing.brush import Brush, mix

Pattern = Callable[[Brush], None]


def plain(b: Brush) -> None:
    b.rect(0, 0, 100, 100, b.palette.main)


def kawung(b: Brush) -> None:
    """Four petals around a dot, in rows: Java's oldest."""
    b.rect(0, 0, 100, 100, b.palette.dark)
    step = 11.0
    for row in range(-1, 11):
        for column in range(-1, 11):
            x, y = column * step, row * step
            for dx, dy, w, h in ((0, -2.7, 2.0, 2.9), (0, 2.7, 2.0, 2.9), (-2.7, 0, 2.9, 2.0), (2.7, 0, 2.9, 2.0)):
                b.oval(x + dx - w, y + dy - h, x + dx + w, y + dy + h, b.palette.light)
                b.oval(x + dx - w / 3, y + dy - h / 3, x + dx + w / 3, y + dy + h / 3, b.palette.main)
            b.oval(x + 4.9, y + 4.9, x + 6.1, y + 6.1, b.palette.second)


def parang(b: Brush) -> None:
    """Slanting bands of blades."""
    b.rect(0, 0, 100, 100, b.palette.main)
    for band in range(-10, 14):
        x = band * 13.0
        b.line([(x, 100), (x + 100, 0)], b.palette.light, 1.2)
        for place in range(0, 100, 8):
            at = x + place + 6
            b.oval(at - 2.6, 100 - place - 4.6, at + 2.6, 100 - place + 4.6, b.palette.dark)
            b.oval(at - 1.3, 100 - place - 2.6, at + 1.3, 100 - place + 2.6, b.palette.second)


def clouds(b: Brush) -> None:
    """Mega mendung of Cirebon: clouds in clouds."""
    b.rect(0, 0, 100, 100, b.palette.main)
    for row in range(5):
        for column in range(5):
            x, y = column * 24.0 - (row % 2) * 12, row * 22.0 + 6
            for ring in range(5):
                shrink = ring * 0.95
                colour = mix(b.palette.dark, b.palette.light, ring / 4)
                for dx, r in ((-6, 6), (0, 8.5), (6.5, 5.5)):
                    b.oval(x + dx - r + shrink, y - r * 0.8 + shrink, x + dx + r - shrink, y + r * 0.8 - shrink, colour)


def ikat(b: Brush) -> None:
    """Bands of lozenges with the feathered edge of dyed thread."""
    b.rect(0, 0, 100, 100, b.palette.main)
    for row in range(6):
        y = row * 18.0 + 4
        b.rect(0, y - 1.4, 100, y, b.palette.second)
        b.rect(0, y + 13, 100, y + 13.8, b.palette.light)
        for column in range(9):
            x = column * 13.0 + (row % 2) * 6.5
            for size, colour in ((6.0, b.palette.dark), (4.2, b.palette.light), (2.2, b.palette.second)):
                b.poly([(x, y + 6.5 - size), (x + size, y + 6.5), (x, y + 6.5 + size), (x - size, y + 6.5)], colour)
    for thread in range(130):
        x = thread * 0.78
        b.line([(x, 0), (x, 100)], mix(b.palette.main, b.palette.dark, 0.35), 0.09)


def songket(b: Brush) -> None:
    """Gold thread on a deep ground, with a border."""
    gold = (214, 170, 84)
    b.rect(0, 0, 100, 100, b.palette.main)
    for row in range(16):
        for column in range(16):
            x, y = column * 7.0 + (row % 2) * 3.5, row * 6.4
            b.poly([(x, y - 1.5), (x + 1.5, y), (x, y + 1.5), (x - 1.5, y)], gold)
    for y in (12, 82):
        b.rect(0, y, 100, y + 9, mix(b.palette.dark, gold, 0.15))
        for column in range(21):
            x = column * 5.0
            b.poly([(x, y + 1), (x + 2.4, y + 8), (x - 2.4, y + 8)], gold)


def stripes(b: Brush) -> None:
    """Lurik: thin stripes, the same on both sides."""
    b.rect(0, 0, 100, 100, b.palette.main)
    colours = (b.palette.light, b.palette.second, b.palette.dark)
    x = 0.0
    while x < 100:
        width = b.chance.choice((0.5, 0.8, 1.4, 2.4))
        b.rect(x, 0, x + width, 100, b.chance.choice(colours))
        x += width + b.chance.choice((1.2, 2.0, 3.2))


def flowers(b: Brush) -> None:
    """Scattered flowers, as on coast batik and on many a prayer dress."""
    b.rect(0, 0, 100, 100, b.palette.light)
    for row in range(7):
        for column in range(7):
            x, y = column * 16.0 + (row % 2) * 8 + b.chance.uniform(-1.5, 1.5), row * 15.0 + b.chance.uniform(-1.5, 1.5)
            for petal in range(5):
                turn = petal * 2 * math.pi / 5 + row
                px, py = x + 2.6 * math.cos(turn), y + 2.6 * math.sin(turn)
                b.oval(px - 2.0, py - 2.0, px + 2.0, py + 2.0, b.palette.main)
            b.oval(x - 1.3, y - 1.3, x + 1.3, y + 1.3, b.palette.second)
            b.line([(x, y + 4), (x + 2, y + 8)], b.palette.dark, 0.4)


PATTERNS: dict[str, Pattern] = {
    "plain": plain, "kawung": kawung, "parang": parang, "clouds": clouds, "ikat": ikat, "songket": songket,
    "stripes": stripes, "flowers": flowers,
}  # fmt: skip


def folded(b: Brush, label: str, pattern: str) -> None:
    """A length of cloth, folded, with its lower layers showing."""
    for layer in range(3):
        y = 74 + layer * 3.2
        b.rect(19 + layer, y - 8, 81 - layer, y + 3, mix(b.palette.main, b.palette.dark, 0.2 + layer * 0.2), 2)
    b.within(lambda m: m.rect(18, 24, 82, 74, (0, 0, 0), 2.5), PATTERNS[pattern])
    b.shade(lambda m: m.rect(18, 60, 82, 76, (0, 0, 0)), b.palette.dark, 90, 5)
    b.shade(lambda m: m.rect(48, 24, 52, 74, (0, 0, 0)), b.palette.dark, 70, 2.5)
    b.shade(lambda m: m.rect(20, 24, 46, 34, (0, 0, 0)), (255, 255, 255), 60, 4)
    if label:
        b.rect(60, 62, 78, 71, b.palette.light, 0.8)
        b.words(69, 66.5, label, 3.4, b.palette.dark, 15)


def shirt(b: Brush, label: str, pattern: str) -> None:
    """A shirt with short sleeves."""
    outline = [(36, 18), (27, 22), (12, 36), (21, 47), (29, 41), (29, 84), (71, 84), (71, 41), (79, 47), (88, 36),
               (73, 22), (64, 18), (57, 23), (43, 23)]  # fmt: skip
    b.within(lambda m: m.poly(outline, (0, 0, 0)), PATTERNS[pattern])
    b.poly([(36, 18), (50, 31), (43, 23)], mix(b.palette.main, b.palette.dark, 0.35))
    b.poly([(64, 18), (50, 31), (57, 23)], mix(b.palette.main, b.palette.dark, 0.35))
    b.line([(50, 31), (50, 84)], mix(b.palette.main, b.palette.dark, 0.5), 0.5)
    for button in range(5):
        b.oval(49.3, 36 + button * 10, 50.9, 37.6 + button * 10, b.palette.light)
    b.shade(lambda m: m.poly([(29, 41), (36, 41), (34, 84), (29, 84)], (0, 0, 0)), b.palette.dark, 110, 2.5)
    b.shade(lambda m: m.poly([(71, 41), (64, 41), (66, 84), (71, 84)], (0, 0, 0)), b.palette.dark, 110, 2.5)


def dress(b: Brush, label: str, pattern: str) -> None:
    """A long dress or prayer dress, wide below."""
    outline = [(42, 14), (36, 18), (25, 42), (34, 46), (37, 40), (28, 86), (72, 86), (63, 40), (66, 46), (75, 42),
               (64, 18), (58, 14), (50, 19)]  # fmt: skip
    b.within(lambda m: m.poly(outline, (0, 0, 0)), PATTERNS[pattern])
    for fold in (38, 46, 54, 62):
        b.shade(lambda m, x=fold: m.poly([(x, 44), (x + 1, 44), (x + 2.5, 86), (x - 1.5, 86)], (0, 0, 0)),  # type: ignore[misc]
                b.palette.dark, 90, 1.5)  # fmt: skip
    b.arc(42, 8, 58, 22, 20, 160, b.palette.second, 1)


def bag(b: Brush, label: str, pattern: str) -> None:
    """A bag with two handles."""
    b.arc(34, 14, 66, 60, 180, 360, b.palette.dark, 2.4)
    b.within(lambda m: m.poly([(24, 38), (76, 38), (81, 84), (19, 84)], (0, 0, 0)), PATTERNS[pattern])
    b.rect(23.5, 36, 76.5, 41, b.palette.dark, 1)
    b.shade(lambda m: m.rect(18, 74, 82, 86, (0, 0, 0)), b.palette.dark, 110, 4)
    b.rect(42, 58, 58, 66, b.palette.light, 1)
    b.words(50, 62, label, 3.6, b.palette.dark, 14)


def sheet(b: Brush, label: str, pattern: str) -> None:
    """A scarf or shawl that hangs over a rod."""
    b.rect(10, 17, 90, 19.5, (128, 98, 66), 1.2)
    hem = [(79, 80), (70, 84), (60, 80), (50, 84), (40, 80), (30, 84), (21, 80)]
    b.within(lambda m: m.poly([(24, 18), (76, 18), *hem], (0, 0, 0)), PATTERNS[pattern])
    for fold in (34, 50, 66):
        b.shade(lambda m, x=fold: m.poly([(x, 18), (x + 2, 18), (x + 3, 84), (x - 1, 84)], (0, 0, 0)),  # type: ignore[misc]
                b.palette.dark, 120, 2)  # fmt: skip
    b.shade(lambda m: m.rect(20, 18, 80, 24, (0, 0, 0)), (255, 255, 255), 70, 2)
