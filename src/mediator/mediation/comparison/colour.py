"""The colour side note: how far the dominant colours are apart to the eye, after the light has been evened out.

A side note because a phone's white balance, a screen and a lamp move colours further than a dyer does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediator.mediation.comparison.picture import Pixels

Doubles = NDArray[np.float64]
Rgb = tuple[int, int, int]

SHADES_OF_GREY = 6  # the Minkowski norm of Finlayson and Trezzi 2004
MOST_GAIN = 2.0  # a red field is not a red lamp: the light is evened out this far and no further
BIN = 12.0  # Lab units; colours of one bin are one colour
MOST_COLOURS = 3
SMALLEST_SHARE = 0.1
SAMPLE = 6_000

# IEC 61966-2-1: linear sRGB to XYZ under D65
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = TO_XYZ.sum(axis=1)


@dataclass(frozen=True)
class ColourNote:
    """Dominant colours (sRGB after white balance, most common first); ``difference`` is CIEDE2000 between the sets."""

    promised: tuple[Rgb, ...]
    received: tuple[Rgb, ...]
    difference: float
    within_region: bool


def note(promised: Pixels, received: Pixels, masks: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None) -> ColourNote:
    """Compared inside the masks, or in the middle half of both pictures where there are none."""
    inside = masks or (_middle(promised), _middle(received))
    one, other = (_dominant(pixels, mask) for pixels, mask in zip((promised, received), inside, strict=True))
    return ColourNote(
        promised=_swatches(one),
        received=_swatches(other),
        difference=_apart(one, other),
        within_region=masks is not None,
    )


def lab(linear: Doubles) -> Doubles:
    """CIE L*a*b* (D65) of linear sRGB rows, CIE 15:2004."""
    ratio = linear @ TO_XYZ.T / WHITE
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = root[:, 0], root[:, 1], root[:, 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def linear_rgb(srgb: NDArray[np.uint8]) -> Doubles:
    share = np.asarray(srgb, dtype=np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def balanced(linear: Doubles, light_of: Doubles) -> Doubles:
    """Rows as under a grey light, the light estimated from ``light_of``."""
    light = np.mean(light_of**SHADES_OF_GREY, axis=0) ** (1 / SHADES_OF_GREY)
    gain = np.clip(light.mean() / np.maximum(light, 1e-6), 1 / MOST_GAIN, MOST_GAIN)
    return np.asarray(np.clip(linear * gain, 0, 1), dtype=np.float64)


def ciede2000(one: Doubles, other: Doubles) -> Doubles:
    """Colour difference of Lab rows.

    Sharma, Wu, Dalal: The CIEDE2000 Color-Difference Formula, Color Research and Application 30(1), 2005, equations
    2 to 22, with kL = kC = kH = 1.
    """
    (l1, a1, b1), (l2, a2, b2) = np.asarray(one, np.float64).T, np.asarray(other, np.float64).T
    chroma7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - np.sqrt(chroma7 / (chroma7 + 25.0**7)))
    c1, c2 = np.hypot(a1 * stretch, b1), np.hypot(a2 * stretch, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1 * stretch)) % 360, np.degrees(np.arctan2(b2, a2 * stretch)) % 360
    grey = c1 * c2 == 0

    turn = h2 - h1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    d_l, d_c = l2 - l1, c2 - c1
    d_h = np.where(grey, 0.0, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2))

    l_mean, c_mean, both = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    across = np.where(both < 360, both + 360, both - 360)  # the mean hue when the shorter way goes through zero
    hue = np.where(grey, both, np.where(np.abs(h1 - h2) > 180, across, both) / 2)

    t = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    rotation = np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2)))
    r_t = -2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7)) * np.sin(rotation)
    light, chroma, tint = d_l / s_l, d_c / s_c, d_h / s_h
    squared = light**2 + chroma**2 + tint**2 + r_t * chroma * tint
    return np.asarray(np.sqrt(np.maximum(squared, 0)), dtype=np.float64)


def _cos(degrees: Doubles) -> Doubles:
    return np.asarray(np.cos(np.radians(degrees)), dtype=np.float64)


@dataclass(frozen=True)
class _Dominant:
    linear: Doubles
    shares: Doubles


def _dominant(pixels: Pixels, mask: NDArray[np.bool_]) -> _Dominant:
    every = linear_rgb(_sampled(pixels.reshape(-1, 3)))
    chosen = pixels[mask] if mask.any() else pixels.reshape(-1, 3)
    rows = balanced(linear_rgb(_sampled(chosen)), every)
    cells = np.floor(lab(rows) / BIN).astype(np.int64)
    keys = (cells + 64) @ np.array([1 << 16, 1 << 8, 1])  # one number a cell: unique() over rows is ten times slower
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_COLOURS]
    kept = [cell for place, cell in enumerate(order) if place == 0 or counts[cell] >= SMALLEST_SHARE * len(rows)]
    means = np.stack([rows[which == cell].mean(axis=0) for cell in kept])
    return _Dominant(means, counts[kept] / counts[kept].sum())


def _apart(one: _Dominant, other: _Dominant) -> float:
    """Each colour against the nearest of the other side, by share, both ways."""
    first, second = lab(one.linear), lab(other.linear)
    gaps = np.stack([ciede2000(np.broadcast_to(row, second.shape), second) for row in first])
    there, back = float(gaps.min(axis=1) @ one.shares), float(gaps.min(axis=0) @ other.shares)
    return round((there + back) / 2, 2)


def _swatches(dominant: _Dominant) -> tuple[Rgb, ...]:
    share = dominant.linear
    srgb = np.where(share <= 0.0031308, share * 12.92, 1.055 * share ** (1 / 2.4) - 0.055)
    return tuple((int(r), int(g), int(b)) for r, g, b in np.round(srgb * 255).astype(int))


def _middle(pixels: Pixels) -> NDArray[np.bool_]:
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.bool_)
    mask[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    return mask


def _sampled(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return rows[:: max(1, len(rows) // SAMPLE)]
