"""Two engines, one answer: whether cells that were made in two ways are the same to the last rupiah."""

from __future__ import annotations

import numpy as np

from ..errors import mistrust
from .cells import Cells


def engines_agree(one: Cells, other: Cells) -> None:
    """Pass when both have the same cells; else WeighError ``engines_disagree`` that names the first difference."""
    if one.edges != other.edges:
        raise _disagreement("they were cut at different edges")
    for kind in ("keys", "sums", "extra"):
        mine, theirs = getattr(one, kind), getattr(other, kind)
        if list(mine) != list(theirs):
            raise _disagreement(f"one has the {kind} {', '.join(mine)}, the other {', '.join(theirs)}")
    if one.rows != other.rows or len(one) != len(other):
        raise _disagreement(f"{one.rows} merchants gave {len(one)} cells, and {other.rows} gave {len(other)}")
    for kind in ("keys", "sums", "extra"):
        for name, column in getattr(one, kind).items():
            differs = np.flatnonzero(column != getattr(other, kind)[name])
            if len(differs):
                place = differs[0]
                found = f"{column[place]} and {getattr(other, kind)[name][place]}"
                raise _disagreement(f"{name} of cell {place} is {found} ({len(differs)} cells differ)")


def _disagreement(how: str) -> Exception:
    return mistrust("engines_disagree", f"Two engines gave different cells, so neither is shown: {how}.")
