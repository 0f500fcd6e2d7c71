"""Do the paired places lie on one mapping from picture to picture that a camera could make?

An affine mapping: a label is nearly flat and seen from some distance. A homography has two more numbers to bend and
fits accidents better: on the grocery photographs it tells same from other worse (docs/photos.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediator.mediation.comparison.picture import Pixels

Doubles = NDArray[np.float64]

FEWEST = 4
TOLERANCE = 0.012  # of the received picture's long side
ROUNDS = 2000
LARGEST_SCALE, SMALLEST_SCALE = 5.0, 0.12
MOST_SQUEEZE = 3.0  # one axis against the other: seen from more than 70 degrees aside
SMOOTH = 3.0  # pixels of blur before colours are compared


@dataclass(frozen=True)
class Mapping:
    """How the promised picture lies on the received one, and the pairs that say so."""

    matrix: Doubles
    inliers: int
    hull: Doubles

    def onto_received(self, points: Doubles) -> Doubles:
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2], dtype=np.float64)


def mapping(promised: NDArray[np.float32], received: NDArray[np.float32], side: int) -> Mapping | None:
    """The mapping most pairs agree on, or None where there is none that a camera could make.

    OpenCV's RANSAC draws from a generator it seeds anew at every call: the same pairs give the same mapping.
    """
    if len(promised) < FEWEST:
        return None
    matrix, mask = cv2.estimateAffine2D(
        promised, received, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE * side, maxIters=ROUNDS, confidence=0.999
    )
    if matrix is None or not np.isfinite(matrix).all() or not is_possible(np.asarray(matrix, dtype=np.float64)):
        return None
    kept = promised[mask.ravel() > 0]
    spots = np.unique(np.round(kept), axis=0)  # one spot seen in two directions counts once
    if len(spots) < FEWEST:
        return None
    hull = np.asarray(cv2.convexHull(kept).reshape(-1, 2), dtype=np.float64)
    return Mapping(np.asarray(matrix, dtype=np.float64), len(spots), hull)


def is_possible(matrix: Doubles) -> bool:
    """Not mirrored, not grown or shrunk beyond reason, not squeezed to a line."""
    linear = matrix[:, :2]
    if np.linalg.det(linear) <= 0:
        return False
    longest, shortest = np.linalg.svd(linear)[1]
    return bool(longest <= LARGEST_SCALE and shortest >= SMALLEST_SCALE and longest / shortest <= MOST_SQUEEZE)


def agreement(promised: Pixels, received: Pixels, found: Mapping) -> float:
    """How alike the two pictures are inside the hull once laid on each other: correlation of blurred Lab, 0 to 1."""
    height, width = promised.shape[:2]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = np.asarray(cv2.warpAffine(received, found.matrix, (width, height), flags=flags), dtype=np.uint8)
    inside = filled(found.hull, height, width)
    if inside.sum() < 50:
        return 0.0
    one, other = (_blurred_lab(pixels)[inside] for pixels in (promised, laid))
    one, other = one - one.mean(axis=0), other - other.mean(axis=0)
    spread = float(np.sqrt((one * one).sum() * (other * other).sum()))
    return max(0.0, float((one * other).sum()) / spread) if spread > 0 else 0.0


def filled(polygon: Doubles, height: int, width: int) -> NDArray[np.bool_]:
    """The pixels inside a convex polygon."""
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, np.round(polygon).astype(np.int32), 1)
    return mask > 0


def _blurred_lab(pixels: Pixels) -> Doubles:
    blurred = cv2.GaussianBlur(pixels, (0, 0), SMOOTH)
    return np.asarray(cv2.cvtColor(blurred, cv2.COLOR_RGB2LAB), dtype=np.float64)
