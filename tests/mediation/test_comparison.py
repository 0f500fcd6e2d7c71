"""Promised beside received, on pictures drawn here: a printed label, a repeating cloth, plain goods."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from mediator.mediation.comparison import WORDS, Reason, Verdict, ciede2000, compare, geometry
from mediator.mediation.comparison.colour import lab, linear_rgb

REAL = Path(os.environ.get("MEDIATOR_PHOTOS", Path(__file__).parents[3] / "shared" / "data" / "photos_grocery"))

# Sharma, Wu, Dalal 2005, table 1: L1 a1 b1 L2 a2 b2 and the difference
SHARMA = np.loadtxt(
    """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
""".strip().splitlines()
)

CORNERS = np.array([[0, 0], [600, 0], [600, 600], [0, 600]], np.float32)
SEEN_AT = np.array([[190, 120], [640, 150], [620, 590], [170, 560]], np.float32)  # a hand's perspective


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(out, "PNG")
    return out.getvalue()


def label(words: tuple[str, ...], seed: int) -> np.ndarray:
    """A printed label: words in several sizes, a badge and some shapes."""
    rng = np.random.default_rng(seed)
    pixels = np.full((600, 600, 3), (246, 238, 214), np.uint8)
    for _ in range(14):
        centre, colour = rng.integers(40, 560, 2).tolist(), rng.integers(20, 230, 3).tolist()
        cv2.ellipse(pixels, centre, rng.integers(8, 50, 2).tolist(), float(rng.integers(180)), 0, 360, colour, -1)
    for row, word in enumerate(words):
        cv2.putText(pixels, word, (30, 90 + 85 * row), row % 4, 1.3 + 0.25 * (row % 3), (40, 20, 90), 3, cv2.LINE_AA)
    return pixels


def seen_by_a_phone(pixels: np.ndarray, seed: int = 3) -> np.ndarray:
    """On a table, aslant, in warm uneven light, with noise."""
    rng = np.random.default_rng(seed)
    table = cv2.resize(rng.integers(70, 150, (12, 12, 3)).astype(np.uint8), (800, 700), interpolation=cv2.INTER_CUBIC)
    matrix = cv2.getPerspectiveTransform(CORNERS, SEEN_AT)
    laid = cv2.warpPerspective(pixels, matrix, (800, 700))
    mask = cv2.warpPerspective(np.full(pixels.shape, 255, np.uint8), matrix, (800, 700)) > 127
    light = np.linspace(0.65, 1.05, 800)[None, :, None] * np.array([1.0, 0.93, 0.8])
    return np.clip(np.where(mask, laid, table) * light + rng.normal(0, 6, laid.shape), 0, 255).astype(np.uint8)


def cloth(step: int = 60) -> np.ndarray:
    """One motif over and over, as on batik cap."""
    pixels = np.full((600, 600, 3), (240, 225, 190), np.uint8)
    for y in range(0, 660, step):
        for x in range(0, 660, step):
            cv2.ellipse(pixels, (x, y), (22, 10), 45, 0, 360, (90, 50, 20), -1, cv2.LINE_AA)
            cv2.circle(pixels, (x + step // 2, y + step // 2), 9, (30, 40, 90), 3, cv2.LINE_AA)
            cv2.line(pixels, (x, y), (x + 14, y - 20), (140, 80, 30), 3, cv2.LINE_AA)
    return pixels


COFFEE = label(("KOPI GAYO", "Arabika", "250 gram", "Takengon", "Aceh", "Giling kasar"), 1)
TEA = label(("TEH MELATI", "Slawi", "40 kantong", "Tegal", "Wangi", "Seduh panas"), 2)
PLAIN = np.repeat(np.linspace(120, 200, 600).astype(np.uint8)[None, :, None], 600, axis=0).repeat(3, axis=2)


def test_the_formula_gives_the_published_differences_both_ways() -> None:
    one, other, expected = SHARMA[:, :3], SHARMA[:, 3:6], SHARMA[:, 6]
    assert np.abs(ciede2000(one, other) - expected).max() < 1e-4
    assert np.abs(ciede2000(other, one) - expected).max() < 1e-4


def test_lab_of_white_and_of_pure_red() -> None:
    rows = lab(linear_rgb(np.array([[255, 255, 255], [255, 0, 0], [0, 0, 0]], np.uint8)))
    assert rows == pytest.approx(np.array([[100, 0, 0], [53.24, 80.09, 67.20], [0, 0, 0]]), abs=0.02)


def test_a_label_photographed_aslant_is_found_where_it_lies() -> None:
    found = compare(png(COFFEE), png(seen_by_a_phone(COFFEE)))
    assert (found.verdict, found.reason) == (Verdict.SAME_PRINT, Reason.PRINT_FOUND)
    assert found.region is not None
    received = np.array(found.region.received) * (800, 700)
    promised = np.array(found.region.promised, np.float32)[None] * 600
    expected = cv2.perspectiveTransform(promised, cv2.getPerspectiveTransform(CORNERS, SEEN_AT))[0]
    assert np.abs(received - expected).max() < 20
    assert found.colour is not None
    assert found.colour.within_region


def test_the_same_bytes_give_the_same_answer_in_any_thread() -> None:
    promised, received = png(COFFEE), png(seen_by_a_phone(COFFEE))
    first = compare(promised, received)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(compare, [promised] * 3, [received] * 3)) == [first] * 3


@pytest.mark.parametrize(
    ("promised", "received", "reasons"),
    [
        (COFFEE, seen_by_a_phone(TEA), {Reason.NO_COMMON_PRINT, Reason.WEAK_MATCH}),
        (COFFEE, seen_by_a_phone(COFFEE)[:, ::-1], {Reason.NO_COMMON_PRINT, Reason.WEAK_MATCH}),
        (cloth(), seen_by_a_phone(cloth()), {Reason.REPEATING_PATTERN}),
        (cloth(), cloth(), {Reason.REPEATING_PATTERN}),
        (PLAIN, seen_by_a_phone(COFFEE), {Reason.PLAIN_PROMISED}),
        (COFFEE, PLAIN, {Reason.PLAIN_RECEIVED}),
        (COFFEE[:40, :40], COFFEE, {Reason.TOO_SMALL}),
        (COFFEE[:1], COFFEE, {Reason.TOO_SMALL}),
    ],
    ids=["another label", "mirrored", "cloth", "cloth itself", "plain promise", "plain photo", "small", "a line"],
)
def test_where_it_cannot_tell_it_abstains_and_says_why(
    promised: np.ndarray, received: np.ndarray, reasons: set[Reason]
) -> None:
    found = compare(png(promised), png(received))
    assert found.verdict is Verdict.CANNOT_COMPARE
    assert found.reason in reasons
    assert found.region is None


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a" + b"\0" * 40, png(TEA)[:200], b"\xff\xd8\xff" * 9])
def test_bytes_that_are_no_picture_are_an_answer_not_an_error(content: bytes) -> None:
    assert compare(content, png(TEA)).reason is Reason.UNREADABLE
    assert compare(png(TEA), content).reason is Reason.UNREADABLE


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (8000, 7000)).save(out, "PNG")
    assert compare(out.getvalue(), png(TEA)).reason is Reason.UNREADABLE


def test_a_phone_held_upright_is_read_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(np.rot90(seen_by_a_phone(COFFEE))).save(out, "JPEG", quality=95, exif=exif)
    found = compare(png(COFFEE), out.getvalue())
    assert found.region is not None
    assert np.array(found.region.received)[:, 0].max() < 0.9


@pytest.mark.parametrize(
    ("matrix", "possible"),
    [
        ([[1, 0, 5], [0, 1, 5]], True),
        ([[0, -1, 5], [1, 0, 5]], True),
        ([[-1, 0, 5], [0, 1, 5]], False),
        ([[9, 0, 5], [0, 9, 5]], False),
        ([[0.05, 0, 5], [0, 0.05, 5]], False),
        ([[2, 0, 5], [0, 0.4, 5]], False),
    ],
    ids=["as it is", "turned", "mirrored", "grown", "shrunk", "squeezed"],
)
def test_only_what_a_camera_could_make_is_a_mapping(matrix: list[list[float]], possible: bool) -> None:
    assert geometry.is_possible(np.array(matrix, dtype=np.float64)) is possible


def test_no_words_say_that_the_goods_differ() -> None:
    assert set(WORDS) == set(Reason)
    assert {verdict.value for verdict in Verdict} == {"same_print", "cannot_compare"}
    for words in WORDS.values():
        assert words.id
        assert words.en


@pytest.mark.slow
@pytest.mark.skipif(not (REAL / "pairs.csv").is_file(), reason="the grocery photographs are not here")
def test_on_real_photographs_it_does_at_least_as_well_as_published() -> None:
    from mediator.bench import photos

    report = photos.measure(REAL, stride=6)
    assert report.area("random") >= 0.93
    assert report.area("alike") >= 0.81
    own = [o for o in report.outcomes if o.pair.group != "Packages"]
    assert sum(o.verdict == Verdict.CANNOT_COMPARE for o in own) >= 0.95 * len(own)
