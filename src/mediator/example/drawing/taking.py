"""Draws and takes in pictures; apart from all models, so that a process without a database can do it."""

from __future__ import annotations

from mediator.example.drawing.scene import Look, promised
from mediator.mediation.photos.intake import Photo, take_in


def taken(asked: tuple[Look, int]) -> list[Photo]:
    """The shop's pictures of a look, from so many angles, as photographs."""
    look, angles = asked
    return [take_in(promised(look, angle)) for angle in range(angles)]
