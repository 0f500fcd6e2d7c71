"""Goods in a package with a printed label."""

from __future__ import annotations

import math

from mediator.example.drawing.brush import Brush, Colour, mix


def _label(b: Brush, x: float, y: float, width: float, height: float, label: str, ink: Colour | None = None) -> None:
    """A printed label around (x, y): a mark, a name, a second line and fine print, so that two look alike only if they
    are the same."""
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    ink = ink or b.palette.dark
    b.rect(left, top, right, bottom, b.palette.light, 1.4)
    b.rect(left + 1, top + 1, right - 1, top + 1.5, b.palette.second)
    b.rect(left + 1, bottom - 1.5, right - 1, bottom - 1, b.palette.second)
    mark = min(height * 0.17, 5.5)
    _mark(b, x, top + height * 0.25, mark)
    first, _, rest = label.partition(" ")
    b.words(x, top + height * 0.52, first.upper(), height * 0.2, ink, width * 0.86)
    if rest:
        b.words(x, top + height * 0.68, rest, height * 0.12, b.palette.main, width * 0.84)
    for row in range(2):
        length = width * b.chance.uniform(0.5, 0.78)
        at = top + height * (0.8 + row * 0.07)
        at_x = x - length / 2
        while at_x < x + length / 2:
            step = b.chance.uniform(0.8, 2.6)
            b.rect(at_x, at, min(at_x + step, x + length / 2), at + 0.7, mix(b.palette.light, ink, 0.55))
            at_x += step + 0.6


def _mark(b: Brush, x: float, y: float, size: float) -> None:
    """A small emblem: leaf, sun, mountain or star."""
    which = b.chance.randrange(4)
    if which == 0:
        b.poly([(x, y - size), (x + size * 0.7, y), (x, y + size), (x - size * 0.7, y)], b.palette.main)
        b.line([(x, y - size), (x, y + size)], b.palette.light, 0.4)
    elif which == 1:
        for ray in range(12):
            turn = ray * math.pi / 6
            b.line([(x, y), (x + size * math.cos(turn), y + size * math.sin(turn))], b.palette.second, 0.5)
        b.oval(x - size * 0.55, y - size * 0.55, x + size * 0.55, y + size * 0.55, b.palette.main)
    elif which == 2:
        b.poly(
            [(x - size, y + size * 0.7), (x - size * 0.2, y - size), (x + size * 0.6, y + size * 0.7)], b.palette.main
        )
        b.poly(
            [(x, y + size * 0.7), (x + size * 0.6, y - size * 0.4), (x + size * 1.2, y + size * 0.7)], b.palette.second
        )
    else:
        reach = [size if n % 2 == 0 else size * 0.45 for n in range(10)]
        turns = [n * math.pi / 5 for n in range(10)]
        points = [(x + r * math.sin(t), y - r * math.cos(t)) for r, t in zip(reach, turns, strict=True)]
        b.poly(points, b.palette.main)


def pouch(b: Brush, label: str, option: str) -> None:
    """A standing pouch, sealed above."""
    b.poly([(27, 16), (73, 16), (76, 30), (78, 84), (22, 84), (24, 30)], b.palette.main)
    b.rect(27, 14, 73, 21, mix(b.palette.main, b.palette.dark, 0.25), 1)
    for line in range(3):
        b.rect(28, 15.4 + line * 1.7, 72, 15.8 + line * 1.7, mix(b.palette.main, (255, 255, 255), 0.25))
    b.shade(lambda m: m.poly([(22, 30), (31, 30), (28, 84), (21, 84)], (0, 0, 0)), b.palette.dark, 120, 3)
    b.shade(lambda m: m.poly([(70, 30), (78, 30), (79, 84), (72, 84)], (0, 0, 0)), b.palette.dark, 120, 3)
    b.shade(lambda m: m.poly([(36, 24), (42, 24), (40, 82), (34, 82)], (0, 0, 0)), (255, 255, 255), 60, 3)
    _label(b, 50, 53, 40, 40, label)


def jar(b: Brush, label: str, option: str) -> None:
    """A glass jar with its lid; what is in it shows."""
    b.rect(28, 26, 72, 84, mix(b.palette.light, (220, 228, 228), 0.5), 6)
    b.rect(30, 34, 70, 82, b.palette.main, 5)
    b.shade(lambda m: m.rect(30, 34, 70, 44, (0, 0, 0)), b.palette.second, 120, 4)
    b.rect(31, 15, 69, 27, b.palette.dark, 2.4)
    for rib in range(15):
        b.rect(32.4 + rib * 2.4, 17, 33.0 + rib * 2.4, 26, mix(b.palette.dark, (255, 255, 255), 0.18))
    _label(b, 50, 60, 34, 32, label)
    b.shade(lambda m: m.rect(32, 30, 36, 80, (0, 0, 0), 2), (255, 255, 255), 150, 1.2)


def bottle(b: Brush, label: str, option: str) -> None:
    """A bottle with a long neck."""
    b.rect(44, 9, 56, 17, b.palette.dark, 1.4)
    b.poly([(45.5, 17), (54.5, 17), (55, 30), (66, 42), (66, 85), (34, 85), (34, 42), (45, 30)], b.palette.main)
    b.rect(34, 78, 66, 88, b.palette.main, 3)
    _label(b, 50, 63, 31.5, 34, label)
    b.shade(lambda m: m.rect(37, 42, 40, 84, (0, 0, 0), 1), (255, 255, 255), 140, 1)
    b.shade(lambda m: m.rect(60, 40, 67, 88, (0, 0, 0)), b.palette.dark, 120, 2.5)


def box(b: Brush, label: str, option: str) -> None:
    """A carton, seen a little from above and the side."""
    b.poly([(18, 32), (30, 20), (84, 20), (72, 32)], mix(b.palette.main, (255, 255, 255), 0.25))
    b.poly([(72, 32), (84, 20), (84, 70), (72, 84)], mix(b.palette.main, b.palette.dark, 0.45))
    b.rect(18, 32, 72, 84, b.palette.main)
    b.poly([(42, 32), (54, 20), (60, 20), (48, 32)], mix(b.palette.second, (255, 255, 255), 0.3))
    b.rect(42, 32, 48, 38, b.palette.second)
    _label(b, 45, 60, 42, 36, label)


def tube(b: Brush, label: str, option: str) -> None:
    """A tube that stands on its cap."""
    b.poly([(33, 12), (67, 12), (64, 72), (36, 72)], b.palette.main)
    b.rect(33, 10, 67, 15, mix(b.palette.main, b.palette.dark, 0.25), 0.8)
    b.rect(38, 72, 62, 87, b.palette.dark, 1.6)
    _label(b, 50, 44, 25, 36, label)
    b.shade(lambda m: m.rect(37, 14, 40, 72, (0, 0, 0)), (255, 255, 255), 120, 1.4)
    b.shade(lambda m: m.rect(60, 14, 68, 88, (0, 0, 0)), b.palette.dark, 110, 2.5)


def book(b: Brush, label: str, option: str) -> None:
    """A book, its title on the cover."""
    b.poly([(27, 14), (77, 14), (79, 18), (79, 87), (75, 87), (27, 84)], (236, 230, 216))
    b.rect(24, 13, 75, 85, b.palette.main, 1)
    b.rect(24, 13, 29, 85, mix(b.palette.main, b.palette.dark, 0.4), 1)
    words = label.split()
    half = (len(words) + 1) // 2
    for row, line in enumerate((" ".join(words[:half]), " ".join(words[half:]))):
        b.words(52, 27 + row * 9, line, 7, b.palette.light, 40)
    _mark(b, 52, 58, 11)
    b.rect(36, 76, 68, 77, b.palette.light)
    b.words(52, 80, "terbitan contoh", 2.6, b.palette.light, 30)


def tin(b: Brush, label: str, option: str) -> None:
    """A low round tin, lid on."""
    b.oval(16, 56, 84, 84, mix(b.palette.main, b.palette.dark, 0.5))
    b.rect(16, 48, 84, 70, mix(b.palette.main, b.palette.dark, 0.3))
    b.oval(16, 32, 84, 64, b.palette.second)
    b.oval(18, 33, 82, 62, b.palette.main)
    b.oval(30, 38, 70, 57, b.palette.light)
    b.words(50, 45.5, label.split(" ", maxsplit=1)[0].upper(), 6, b.palette.dark, 32)
    b.words(50, 51.5, " ".join(label.split(" ")[1:]), 3.6, b.palette.main, 28)
    b.shade(lambda m: m.rect(74, 40, 86, 84, (0, 0, 0)), b.palette.dark, 110, 4)
