"""Draws and takes in pictures; apart from all models, so that a process without a database can do it."""

from __future__ import annotations

from mediator.example.drawing.scene import Look, promised, snapped
from mediator.mediation.photos.intake import Photo, take_in

QUICK = 0
"""Instead of a number of angles: a quick picture, as a producer sends one along."""


def taken(asked: tuple[Look, int]) -> list[Photo]:
    """The shop's pictures of a look, from so many angles, as photographs; or a quick one."""
    look, angles = asked
    if angles == QUICK:
        return [take_in(snapped(look))]
    return [take_in(promised(look, angle)) for angle in range(angles)]
