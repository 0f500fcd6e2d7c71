"""Goods without a package: of clay, wood, reed and metal, and devices."""

from __future__ import annotations

import math

from mediator.example.drawing.brush import Brush, mix
from mediator.example.drawing.packed import _label

STEEL, WOOD = (176, 182, 188), (150, 108, 66)


def basket(b: Brush, label: str, option: str) -> None:
    """Woven of reed or rattan."""

    def weave(inner: Brush) -> None:
        inner.rect(0, 0, 100, 100, b.palette.dark)
        for row in range(14):
            for column in range(17):
                x, y = 12 + column * 4.7, 38 + row * 3.6
                colour = b.palette.main if (row + column) % 2 else b.palette.second
                inner.rect(x, y, x + 4.3, y + 3.2, mix(colour, b.palette.light, b.chance.uniform(0, 0.18)), 0.7)

    b.arc(24, 8, 76, 74, 190, 350, mix(b.palette.main, b.palette.dark, 0.4), 3.2)
    b.within(lambda m: m.poly([(15, 40), (85, 40), (76, 86), (24, 86)], (0, 0, 0)), weave)
    b.rect(13, 37, 87, 43, b.palette.main, 2.6)
    for wrap in range(19):
        b.line([(14 + wrap * 3.9, 37), (15.8 + wrap * 3.9, 43)], b.palette.dark, 0.4)
    b.shade(lambda m: m.rect(14, 76, 86, 88, (0, 0, 0)), b.palette.dark, 130, 5)


def bowl(b: Brush, label: str, option: str) -> None:
    """A glazed bowl."""

    def rings(inner: Brush) -> None:
        for x in range(14, 90, 7):
            inner.oval(x, 55, x + 5, 63, None, b.palette.light, 0.9)

    turns = [math.pi * step / 60 for step in range(61)]
    b.poly([(50 - 35 * math.cos(turn), 42 + 43 * math.sin(turn)) for turn in turns], b.palette.main)
    b.rect(39, 80, 61, 87, mix(b.palette.main, b.palette.dark, 0.4), 1.6)
    b.within(
        lambda m: m.poly([(16, 53), (84, 53), (80, 64), (20, 64)], (0, 0, 0)),
        rings,
    )
    b.oval(14, 33, 86, 52, b.palette.second)
    b.oval(17, 35, 83, 50, mix(b.palette.main, b.palette.dark, 0.55))
    b.shade(lambda m: m.oval(22, 55, 34, 76, (0, 0, 0)), (255, 255, 255), 120, 3)
    b.shade(lambda m: m.rect(70, 46, 88, 86, (0, 0, 0)), b.palette.dark, 120, 5)


def mug(b: Brush, label: str, option: str) -> None:
    """A mug with its handle."""
    b.arc(60, 36, 88, 70, 260, 100, mix(b.palette.main, b.palette.dark, 0.3), 4)
    b.rect(24, 28, 70, 84, b.palette.main, 5)
    b.oval(24, 22, 70, 35, mix(b.palette.main, b.palette.light, 0.4))
    b.oval(27, 24, 67, 33, b.palette.dark)
    b.rect(24, 62, 70, 66, b.palette.second)
    b.words(47, 53, label.split(" ", maxsplit=1)[0], 7, b.palette.light, 38)
    b.shade(lambda m: m.rect(28, 34, 33, 80, (0, 0, 0)), (255, 255, 255), 110, 2)


def pan(b: Brush, label: str, option: str) -> None:
    """A pan from above."""
    b.poly([(70, 50), (96, 46), (96, 54), (70, 58)], WOOD)
    b.oval(8, 18, 76, 86, mix(b.palette.main, b.palette.dark, 0.4))
    b.oval(12, 22, 72, 82, b.palette.main)
    b.oval(18, 28, 66, 76, None, mix(b.palette.main, (255, 255, 255), 0.16), 0.6)
    b.oval(24, 34, 60, 70, None, mix(b.palette.main, (255, 255, 255), 0.12), 0.6)
    b.shade(lambda m: m.poly([(22, 30), (40, 24), (30, 60), (18, 58)], (0, 0, 0)), (255, 255, 255), 60, 5)


def tool(b: Brush, label: str, option: str) -> None:
    """A blade in a wooden handle."""
    b.poly([(14, 70), (52, 34), (74, 12), (84, 22), (70, 46), (40, 64)], STEEL)
    b.poly([(14, 70), (52, 34), (56, 38), (22, 68)], mix(STEEL, (255, 255, 255), 0.5))
    b.poly([(10, 92), (6, 86), (26, 60), (36, 66)], WOOD)
    b.poly([(26, 60), (36, 66), (33, 70), (23, 64)], b.palette.second)
    for rivet in (0, 1, 2):
        b.oval(13 + rivet * 6, 78 - rivet * 6, 15 + rivet * 6, 80 - rivet * 6, mix(WOOD, (0, 0, 0), 0.5))


def device(b: Brush, label: str, option: str) -> None:
    """Something with a screen."""
    b.rect(20, 16, 80, 84, b.palette.dark, 6)
    b.rect(24, 20, 76, 66, mix(b.palette.main, b.palette.light, 0.25), 3)
    b.poly([(24, 20), (52, 20), (30, 66), (24, 66)], mix(b.palette.main, b.palette.light, 0.45))
    b.words(50, 43, label, 7, b.palette.light, 46)
    for key in range(3):
        b.oval(33 + key * 13, 71, 41 + key * 13, 79, b.palette.second if key == 1 else mix(b.palette.dark, STEEL, 0.35))


def keys(b: Brush, label: str, option: str) -> None:
    """A keyboard."""
    b.rect(6, 34, 94, 74, b.palette.dark, 3)
    for row in range(4):
        for column in range(12):
            x, y = 9 + column * 7, 37.5 + row * 8.8
            if row == 3 and 3 <= column <= 8:
                continue
            b.rect(x, y, x + 5.8, y + 7, b.palette.second if (row, column) == (0, 0) else b.palette.main, 1.2)
            b.words(
                x + 2.9, y + 3.3, "QWERTYUIOPASDFGHJKLZXCVBNM1234567890"[(row * 12 + column) % 36], 3, b.palette.light
            )
    b.rect(30, 63.9, 70.8, 71, b.palette.main, 1.2)


def coil(b: Brush, label: str, option: str) -> None:
    """A cable, rope or strap in a coil."""
    for turn in range(7):
        inset = turn * 4.2
        b.oval(
            16 + inset, 16 + inset, 84 - inset, 84 - inset, None, b.palette.main if turn % 2 else b.palette.second, 3
        )
    b.line([(82, 50), (94, 78)], b.palette.main, 3)
    b.rect(90, 76, 98, 88, STEEL, 1)
    b.rect(42, 12, 50, 44, b.palette.dark, 1)


def ball(b: Brush, label: str, option: str) -> None:
    """A ball."""
    b.oval(17, 17, 83, 83, b.palette.main)
    b.arc(-14, 14, 46, 86, 300, 60, b.palette.light, 1.4)
    b.arc(54, 14, 114, 86, 120, 240, b.palette.light, 1.4)
    b.shade(lambda m: m.oval(28, 24, 48, 42, (0, 0, 0)), (255, 255, 255), 130, 5)
    b.shade(lambda m: m.oval(40, 60, 90, 96, (0, 0, 0)), b.palette.dark, 120, 7)


def blocks(b: Brush, label: str, option: str) -> None:
    """A toy: blocks one on the other."""
    colours = (b.palette.main, b.palette.second, (222, 170, 64), (92, 140, 160), (196, 96, 84), b.palette.dark)
    for row, start in enumerate((14, 26, 38)):
        for column in range(3 - row):
            x, y = start + column * 24, 62 - row * 24
            colour = colours[(row * 2 + column + b.chance.randrange(2)) % len(colours)]
            b.rect(x, y, x + 23, y + 23, colour, 2)
            b.rect(x + 2, y + 2, x + 21, y + 21, mix(colour, (255, 255, 255), 0.15), 1.6)
            b.words(x + 11.5, y + 11, "ABCDEFGHIJ"[(row * 3 + column) % 10], 13, b.palette.light)


def lamp(b: Brush, label: str, option: str) -> None:
    """A small lamp with a shade."""
    b.rect(47, 46, 53, 80, WOOD)
    b.oval(32, 76, 68, 88, mix(WOOD, (0, 0, 0), 0.25))
    b.poly([(36, 14), (64, 14), (78, 50), (22, 50)], b.palette.main)
    b.shade(lambda m: m.oval(34, 30, 66, 60, (0, 0, 0)), (255, 236, 180), 200, 8)
    b.rect(22, 48, 78, 51, b.palette.second)


def ring(b: Brush, label: str, option: str) -> None:
    """Jewellery: a string of beads or pearls."""
    for bead in range(34):
        turn = bead * 2 * math.pi / 34
        x, y = 50 + 32 * math.cos(turn), 48 + 32 * math.sin(turn)
        colour = b.palette.main if bead % 4 else b.palette.second
        b.oval(x - 2.9, y - 2.9, x + 2.9, y + 2.9, colour)
        b.oval(x - 1.6, y - 1.8, x - 0.2, y - 0.4, mix(colour, (255, 255, 255), 0.7))
    b.poly([(50, 78), (56, 86), (50, 95), (44, 86)], b.palette.second)


def stool(b: Brush, label: str, option: str) -> None:
    """A piece of small furniture."""
    for x in (24, 70):
        b.poly(
            [(x, 40), (x + 6, 40), (x + (8 if x > 50 else -2), 88), (x + (3 if x > 50 else -7), 88)], b.palette.second
        )
    b.rect(30, 62, 70, 66, mix(b.palette.second, b.palette.dark, 0.3))
    b.rect(15, 30, 85, 42, b.palette.main, 2)
    for grain in range(4):
        b.line([(17, 32.4 + grain * 2.6), (83, 32.0 + grain * 2.7)], mix(b.palette.main, b.palette.dark, 0.25), 0.35)


def sandals(b: Brush, label: str, option: str) -> None:
    """A pair of sandals or shoes from above."""
    for x in (20, 54):
        b.oval(x, 14, x + 27, 52, b.palette.main)
        b.oval(x + 2, 46, x + 24, 88, b.palette.main)
        b.rect(x + 1.4, 30, x + 25, 68, b.palette.main)
        b.line([(x + 13, 24), (x + 3, 50)], b.palette.dark, 3.4)
        b.line([(x + 13, 24), (x + 24, 50)], b.palette.dark, 3.4)


def plant(b: Brush, label: str, option: str) -> None:
    """A plant in a pot."""
    for leaf in range(11):
        turn = math.pi * (0.08 + 0.84 * leaf / 10)
        x, y = 50 - 34 * math.cos(turn), 56 - 42 * math.sin(turn)
        colour = mix((66, 118, 76), (150, 182, 96), b.chance.random())
        b.poly([(50, 60), ((50 + x) / 2 - 4, (58 + y) / 2), (x, y), ((50 + x) / 2 + 5, (62 + y) / 2)], colour)
    b.poly([(32, 58), (68, 58), (63, 88), (37, 88)], b.palette.main)
    b.rect(29, 54, 71, 61, mix(b.palette.main, b.palette.dark, 0.2), 1.4)


def sack(b: Brush, label: str, option: str) -> None:
    """A tied sack of something loose."""
    b.poly([(38, 24), (62, 24), (80, 48), (82, 80), (74, 88), (26, 88), (18, 80), (20, 48)], b.palette.main)
    b.poly([(34, 10), (66, 10), (60, 24), (40, 24)], mix(b.palette.main, b.palette.light, 0.25))
    b.rect(38, 22, 62, 27, b.palette.dark, 1)
    b.shade(lambda m: m.oval(58, 44, 90, 92, (0, 0, 0)), b.palette.dark, 110, 6)
    _label(b, 50, 62, 36, 30, label)
