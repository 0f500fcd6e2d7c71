"""Local features: where a picture has something of its own, and which places of two pictures look the same.

SIFT (Lowe 2004) with the root of its normalised values (Arandjelovic and Zisserman 2012), Lowe's ratio test, and
agreement of both directions.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediator.mediation.comparison.picture import Pixels

Floats = NDArray[np.float32]

CONTRAST = 0.02  # half of SIFT's usual, for pale print
RATIO = 0.8
TWIN = 0.4  # a feature with a neighbour this near in its own picture (0 equal, 1.41 unrelated) is repeated
APART = 0.04  # of the long side: nearer than this, a twin is the same spot seen twice


@dataclass(frozen=True)
class Features:
    """Places (x, y in pixels) and what they look like, one row each of unit length."""

    places: Floats
    looks: Floats

    def __len__(self) -> int:
        return len(self.places)


def found(pixels: Pixels, most: int) -> Features:
    """At most ``most`` features, the strongest first."""
    sift = cv2.SIFT.create(nfeatures=most, contrastThreshold=CONTRAST)
    points, values = sift.detectAndCompute(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), None)
    if values is None or not len(points):
        return Features(np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32))
    places = np.array([point.pt for point in points], np.float32)[:most]
    sums = values.sum(axis=1, keepdims=True) + 1e-7
    return Features(places, np.sqrt(values / sums).astype(np.float32)[:most])


def repeated(features: Features, side: int) -> NDArray[np.bool_]:
    """Which features look like another one elsewhere in the same picture, as all do in a repeating pattern."""
    gaps = _squared_gaps(features.looks, features.looks)
    across = _squared_gaps(features.places, features.places)
    gaps[across < (APART * side) ** 2] = np.inf
    return np.asarray(gaps.min(axis=1) < TWIN**2, dtype=np.bool_)


def paired(one: Features, other: Features) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows that are each other's nearest, and clearly nearer than the second nearest."""
    nothing = np.zeros(0, np.intp)
    if len(one) < 2 or len(other) < 2:
        return nothing, nothing
    gaps = _squared_gaps(one.looks, other.looks)
    rows = np.arange(len(one))
    nearest = gaps.argmin(axis=1)
    both_ways = gaps.argmin(axis=0)[nearest] == rows
    first = gaps[rows, nearest]
    gaps[rows, nearest] = np.inf
    kept = both_ways & (first < RATIO**2 * gaps.min(axis=1))
    return rows[kept], nearest[kept]


def _squared_gaps(one: Floats, other: Floats) -> Floats:
    squares = (one * one).sum(axis=1)[:, None] + (other * other).sum(axis=1)[None, :]
    return np.asarray(np.maximum(squares - 2 * (one @ other.T), 0), dtype=np.float32)
