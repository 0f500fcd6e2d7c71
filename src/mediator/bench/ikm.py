"""``mediator bench ikm``: registers read in, standing worked out, and the first shelf, at a size that is named.

Two databases of its own, one after the other: a register is imported into an empty one (and once more, which must
change nothing); another is filled with producers, listings and trading records, for the standing and the shelf.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mediator.bench import ikm_import, ikm_standing
from mediator.bench.engine import machine
from mediator.bench.place import durability

TARGETS = {"import_seconds_per_million": 300, "standing_seconds_per_million": 60, "shelf_p95_ms": 100}
"""Of issue 5: a million producers with permits read in, their standing, and the shelf among a million listings."""

Step = Callable[[str], None]


def measure(*, producers: int, listings: int = 0, on_step: Step = lambda _: None) -> dict[str, Any]:
    """Run both measurements; returns the object that ``--json`` prints. ``listings`` 0: as many as producers."""
    imported = ikm_import.measure(producers, on_step=on_step)
    standing = ikm_standing.measure(producers, listings or producers, on_step=on_step)
    figures = {name: (imported | standing)[name] for name in TARGETS}
    return {
        **figures,
        "targets": TARGETS,
        "producers": producers,
        "listings": listings or producers,
        "import": imported,
        "standing": standing,
        "server": durability(),
        "machine": machine(),
    }
