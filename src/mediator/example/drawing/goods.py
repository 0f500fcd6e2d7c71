"""Every kind of goods that can be drawn, by the name the goods' lists use."""

from __future__ import annotations

from collections.abc import Callable

from mediator.example.drawing import cloth, packed, places, things
from mediator.example.drawing.brush import Brush

Drawing = Callable[[Brush, str, str], None]
"""Draws on the brush; given the words for a label, and an option: a cloth's pattern."""

KINDS: dict[str, Drawing] = {
    "cloth": cloth.folded, "shirt": cloth.shirt, "dress": cloth.dress, "bag": cloth.bag, "sheet": cloth.sheet,
    "pouch": packed.pouch, "jar": packed.jar, "bottle": packed.bottle, "box": packed.box, "tube": packed.tube,
    "book": packed.book, "tin": packed.tin, "sack": things.sack, "basket": things.basket, "bowl": things.bowl,
    "mug": things.mug, "pan": things.pan, "tool": things.tool, "device": things.device, "keys": things.keys,
    "coil": things.coil, "ball": things.ball, "blocks": things.blocks, "lamp": things.lamp, "ring": things.ring,
    "stool": things.stool, "sandals": things.sandals, "plant": things.plant,
    "paper": places.paper, "notes": places.notes, "room": places.room, "meeting": places.meeting,
}  # fmt: skip
