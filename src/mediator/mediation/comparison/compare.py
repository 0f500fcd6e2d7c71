"""Is the print of the promised picture on the received one? Yes and where, or: cannot compare and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from mediator.mediation.comparison import colour, features, geometry, picture
from mediator.mediation.comparison.reasons import WORDS, Reason, Words

PROMISED_SIDE = 300  # the goods fill a listing's picture ...
RECEIVED_SIDE = 480  # ... and less of a phone's
PROMISED_MOST, RECEIVED_MOST = 600, 1300

# Chosen on the grocery photographs; the tables are in docs/photos.md.
FEWEST_FEATURES = 40
MOST_REPEATED = 0.35
STRONG = 15.0
WEAK = 6.0

Polygon = tuple[tuple[float, float], ...]


class Verdict(StrEnum):
    """There is no third: a comparison of pictures cannot know that goods are different."""

    SAME_PRINT = "same_print"
    CANNOT_COMPARE = "cannot_compare"


@dataclass(frozen=True)
class Region:
    """Where the common print lies, corners as shares of width and height, so that it can be drawn at any size."""

    promised: Polygon
    received: Polygon


@dataclass(frozen=True)
class Comparison:
    """What was found. ``score`` is the number of inliers times how well the colours correlate inside the region."""

    verdict: Verdict
    reason: Reason
    inliers: int = 0
    score: float = 0.0
    region: Region | None = None
    colour: colour.ColourNote | None = None

    @property
    def words(self) -> Words:
        return WORDS[self.reason]


def compare(promised: bytes, received: bytes) -> Comparison:
    """The promised picture beside the received one. Same bytes, same answer; never raises on what the bytes are."""
    one, other = picture.decoded(promised, PROMISED_SIDE), picture.decoded(received, RECEIVED_SIDE)
    if one is None or other is None:
        return _abstain(Reason.UNREADABLE)
    return compare_pixels(one, other)


def compare_pixels(promised: picture.Pixels, received: picture.Pixels) -> Comparison:
    """The same on decoded pictures (uint8 RGB) of any size."""
    one, other = picture.at_side(promised, PROMISED_SIDE), picture.at_side(received, RECEIVED_SIDE)
    if min(*one.shape[:2], *other.shape[:2]) < picture.SMALLEST_SIDE:
        return _abstain(Reason.TOO_SMALL)
    found, reason = _common_print(one, other)
    if found is None:
        return Comparison(Verdict.CANNOT_COMPARE, reason, colour=colour.note(one, other, None))
    score = round(found.inliers * geometry.agreement(one, other, found), 2)
    on_received = found.onto_received(found.hull)
    masks = geometry.filled(found.hull, *one.shape[:2]), geometry.filled(on_received, *other.shape[:2])
    if score < STRONG:
        reason = Reason.WEAK_MATCH if score >= WEAK else Reason.NO_COMMON_PRINT
        return Comparison(Verdict.CANNOT_COMPARE, reason, found.inliers, score, colour=colour.note(one, other, None))
    return Comparison(
        Verdict.SAME_PRINT,
        Reason.PRINT_FOUND,
        found.inliers,
        score,
        Region(_shares(found.hull, one), _shares(on_received, other)),
        colour.note(one, other, masks),
    )


def _common_print(one: picture.Pixels, other: picture.Pixels) -> tuple[geometry.Mapping | None, Reason]:
    of_one = features.found(one, PROMISED_MOST)
    if len(of_one) < FEWEST_FEATURES:
        return None, Reason.PLAIN_PROMISED
    twins = features.repeated(of_one, max(one.shape))
    if twins.mean() > MOST_REPEATED:
        return None, Reason.REPEATING_PATTERN
    of_other = features.found(other, RECEIVED_MOST)
    if len(of_other) < FEWEST_FEATURES:
        return None, Reason.PLAIN_RECEIVED
    rows, columns = features.paired(of_one, of_other)
    found = geometry.mapping(of_one.places[rows], of_other.places[columns], max(other.shape))
    return found, Reason.NO_COMMON_PRINT


def _shares(polygon: geometry.Doubles, pixels: picture.Pixels) -> Polygon:
    """Corners as shares, cut to the picture's edge."""
    height, width = pixels.shape[:2]
    shares = np.clip(polygon / (width, height), 0, 1)
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in shares)


def _abstain(reason: Reason) -> Comparison:
    return Comparison(Verdict.CANNOT_COMPARE, reason)
