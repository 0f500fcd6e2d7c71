"""What producers show besides their goods: a paper, a page of their records, the place where they work, a meeting."""

from __future__ import annotations

from mediator.example.drawing.brush import Brush, Colour, mix

INK, PAPER, WALL = (52, 54, 60), (250, 248, 242), (238, 232, 222)
SKINS: tuple[Colour, ...] = ((141, 94, 66), (166, 116, 82), (120, 80, 58), (184, 134, 98))


def paper(b: Brush, label: str, option: str) -> None:
    """A sheet with a heading, its number and lines nobody can read; a made-up paper that looks like no real one."""
    b.rect(18, 8, 82, 94, mix(PAPER, b.palette.light, 0.25), 1)
    b.rect(18, 8, 82, 20, b.palette.main, 1)
    b.words(50, 14, label, 5.5, b.palette.light, 58)
    b.words(50, 28, option, 4.2, INK, 58)
    for line in range(9):
        y = 36 + line * 5
        b.rect(24, y, 24 + b.chance.uniform(34, 52), y + 1.2, mix(INK, PAPER, 0.62))
    b.oval(60, 78, 74, 92, None, b.palette.main, 1.2)
    b.words(67, 85, "CONTOH", 2.6, b.palette.main, 12)
    b.line([(26, 88), (30, 83), (33, 89), (38, 82), (44, 87)], b.palette.dark, 0.7)


def notes(b: Brush, label: str, option: str) -> None:
    """An open book of records: days, amounts, ticks."""
    for left, right in ((8, 50), (50, 92)):
        b.poly([(left, 20), (right, 16), (right, 84), (left, 88)], PAPER)
        for row in range(10):
            y = 27 + row * 5.6
            b.line([(left + 3, y + 1.6), (right - 3, y + 1.2)], mix(INK, PAPER, 0.8), 0.3)
            b.rect(left + 4, y - 1.6, left + b.chance.uniform(9, 14), y - 0.4, mix(INK, PAPER, 0.25))
            b.rect(left + 18, y - 1.6, left + b.chance.uniform(24, 34), y - 0.4, b.palette.main)
    b.line([(50, 16), (50, 86)], mix(INK, PAPER, 0.5), 0.8)
    b.words(29, 23, label, 3.4, b.palette.dark, 36)
    b.poly([(80, 92), (84, 88), (62, 60), (60, 60), (60, 63)], b.palette.second)


def room(b: Brush, label: str, option: str) -> None:
    """A workroom: a window, shelves with goods, a table."""
    b.rect(0, 0, 100, 100, mix(WALL, b.palette.ground, 0.5))
    b.rect(0, 74, 100, 100, mix(b.palette.second, WALL, 0.45))
    b.rect(8, 12, 34, 42, (206, 226, 232), 1)
    b.line([(21, 12), (21, 42)], PAPER, 1.4)
    b.line([(8, 27), (34, 27)], PAPER, 1.4)
    for shelf in (30, 48):
        b.rect(44, shelf, 94, shelf + 2, b.palette.dark)
        x = 46.0
        while x < 88:
            width, height = b.chance.uniform(4, 7), b.chance.uniform(7, 14)
            colour = b.chance.choice((b.palette.main, b.palette.second, b.palette.light))
            b.rect(x, shelf - height, x + width, shelf, colour, 1)
            x += width + b.chance.uniform(1, 3)
    b.poly([(6, 64), (90, 64), (96, 71), (2, 71)], mix(b.palette.second, b.palette.dark, 0.35))
    for leg in (9, 84):
        b.rect(leg, 71, leg + 4, 95, b.palette.dark)
    for thing in range(3):
        x = 16 + thing * 24 + b.chance.uniform(-4, 4)
        b.oval(x, 55, x + 13, 65, b.chance.choice((b.palette.main, b.palette.light, PAPER)))
    b.words(69, 10, label, 3.4, b.palette.dark, 46)


def meeting(b: Brush, label: str, option: str) -> None:
    """People around a table before a board; made of round shapes, so that they are nobody."""
    b.rect(0, 0, 100, 100, mix(WALL, b.palette.ground, 0.4))
    b.rect(16, 8, 84, 38, PAPER, 1)
    b.words(50, 17, label, 5, b.palette.main, 62)
    for line in range(3):
        b.rect(24, 24 + line * 4, b.chance.uniform(50, 76), 25.4 + line * 4, mix(INK, PAPER, 0.6))
    for place in range(6):
        x = 10 + place * 15 + b.chance.uniform(-1.5, 1.5)
        shirt = b.chance.choice((b.palette.main, b.palette.second, b.palette.dark, (92, 112, 130), (150, 96, 84)))
        b.oval(x, 52, x + 13, 84, shirt)
        b.oval(x + 2.5, 42, x + 10.5, 54, b.chance.choice(SKINS))
        b.oval(x + 2, 40.5, x + 11, 48, b.chance.choice(((30, 24, 22), b.palette.dark, b.palette.second)))
    b.rect(0, 72, 100, 100, mix(b.palette.second, b.palette.dark, 0.3))
    for sheet in range(5):
        x = 8 + sheet * 18 + b.chance.uniform(-2, 2)
        b.poly([(x, 80), (x + 11, 79), (x + 12, 87), (x - 1, 88)], PAPER)
