"""How well the comparison of photographs does on real ones: ROC, abstention by class of goods, time a pair.

Works on a folder with ``pairs.csv`` (class_id, coarse_id, group, promised, received) and the pictures it names.
    python -m mediator.bench.photos FOLDER [CHART.svg]
Which pairs are compared is fixed, not drawn: two runs over one folder give the same numbers.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from scipy.stats import rankdata

from mediator.mediation.comparison import Comparison, Verdict, compare

RANDOM_OTHERS = 3
LOOK_ALIKES = 2
TIMED_PAIRS = 60
THRESHOLDS = (6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 22.0, 26.0, 30.0)


@dataclass(frozen=True)
class Pair:
    """``kind``: the same product, a random other, or another of the same coarse class (a look-alike)."""

    kind: str
    group: str
    promised: str
    received: str


@dataclass(frozen=True)
class Outcome:
    pair: Pair
    verdict: str
    reason: str
    inliers: int
    score: float
    colour: float


@dataclass(frozen=True)
class Report:
    outcomes: tuple[Outcome, ...]
    milliseconds: tuple[float, ...]

    def scores(self, kind: str, packaged: bool = True) -> list[float]:
        return [o.score for o in self.outcomes if o.pair.kind == kind and (o.pair.group == "Packages") == packaged]

    def area(self, other: str, packaged: bool = True) -> float:
        return area_under_roc(self.scores("same", packaged), self.scores(other, packaged))


def area_under_roc(same: Iterable[float], other: Iterable[float]) -> float:
    """The chance that a same pair scores above another; ties count half (Mann and Whitney)."""
    first, second = list(same), list(other)
    ranks = rankdata([*first, *second])
    return float((ranks[: len(first)].sum() - len(first) * (len(first) + 1) / 2) / (len(first) * len(second)))


def pairs_of(folder: Path, stride: int = 1) -> Iterator[Pair]:
    """Every ``stride``-th received picture with its own promise, some others' and some look-alikes'."""
    with (folder / "pairs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    promises = {(row["class_id"], row["coarse_id"], row["group"] == "Packages"): row["promised"] for row in rows}
    for place, row in enumerate(rows[::stride]):
        packaged = row["group"] == "Packages"
        others = [k for k in promises if k[0] != row["class_id"] and k[2] == packaged]
        alike = [k for k in others if k[1] == row["coarse_id"]]
        yield Pair("same", row["group"], row["promised"], row["received"])
        for kind, pool, most in (("random", others, RANDOM_OTHERS), ("alike", alike, LOOK_ALIKES)):
            for step in range(min(most, len(pool))):  # 7 and 11 share no divisor with most pool sizes: spread evenly
                yield Pair(kind, row["group"], promises[pool[(7 * place + 11 * step) % len(pool)]], row["received"])


def measure(folder: Path, stride: int = 1, workers: int = 2) -> Report:
    pairs = list(pairs_of(folder, stride))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread) as pool:
        outcomes = tuple(pool.map(_outcome, [folder] * len(pairs), pairs, chunksize=16))
    return Report(outcomes, tuple(timed(folder, pairs[:: max(1, len(pairs) // TIMED_PAIRS)])))


def timed(folder: Path, pairs: Iterable[Pair]) -> Iterator[float]:
    """Milliseconds of each comparison from bytes, on one core."""
    threads = cv2.getNumThreads()
    _one_thread()
    try:
        for pair in pairs:
            contents = (folder / pair.promised).read_bytes(), (folder / pair.received).read_bytes()
            start = time.perf_counter()
            compare(*contents)
            yield (time.perf_counter() - start) * 1000
    finally:
        cv2.setNumThreads(threads)


def tables(report: Report) -> str:
    """The tables of docs/photos.md."""
    kinds = ("same", "random", "alike")
    lines = [
        "| printed packages, one against | AUC | pairs |",
        "| --- | --- | --- |",
        f"| a random other package | {report.area('random'):.3f} | {len(report.scores('random'))} |",
        f"| one of the same coarse class | {report.area('alike'):.3f} | {len(report.scores('alike'))} |",
        f"| produce, a random other | {report.area('random', False):.3f} | {len(report.scores('random', False))} |",
        "",
        "| score at least | same | random other | look-alike | produce, any |",
        "| --- | --- | --- | --- | --- |",
    ]
    produce = [score for kind in kinds for score in report.scores(kind, packaged=False)]
    for threshold in THRESHOLDS:
        shares = [_share(report.scores(kind), threshold) for kind in kinds] + [_share(produce, threshold)]
        lines.append(f"| {threshold:g} | " + " | ".join(f"{share:.1%}" for share in shares) + " |")
    lines += ["", "| goods, own promise | pairs | abstains | why |", "| --- | --- | --- | --- |"]
    for group in sorted({o.pair.group for o in report.outcomes}):
        own = [o for o in report.outcomes if o.pair.group == group and o.pair.kind == "same"]
        why = Counter(o.reason for o in own if o.verdict == Verdict.CANNOT_COMPARE)
        words = ", ".join(f"{reason} {count}" for reason, count in why.most_common())
        lines.append(f"| {group} | {len(own)} | {sum(why.values()) / len(own):.1%} | {words} |")
    middle, late, most = np.percentile(report.milliseconds, [50, 95, 100])
    lines += ["", "| colour difference, median | same | random other |", "| --- | --- | --- |"]
    for name, packaged in (("packages", True), ("produce", False)):
        medians = [np.median(_colours(report, kind, packaged)) for kind in ("same", "random")]
        lines.append(f"| {name} | {medians[0]:.1f} | {medians[1]:.1f} |")
    lines += ["", f"One core, from bytes: p50 {middle:.0f} ms, p95 {late:.0f} ms, most {most:.0f} ms."]
    return "\n".join(lines)


def chart(report: Report) -> str:
    """The two ROC curves as a small SVG."""
    size, left, top = 320, 56, 20
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 390" role="img" aria-labelledby="t" '
        'font-family="system-ui, sans-serif" font-size="12" fill="#1f2421">',
        '<title id="t">ROC of the photo comparison on printed packages</title>',
        '<rect width="420" height="390" fill="#fbfaf7"/>',
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" fill="#ffffff" stroke="#dcdcd3"/>',
        f'<path d="M{left} {top + size}L{left + size} {top}" stroke="#dcdcd3" stroke-dasharray="4 4"/>',
    ]
    for place, (kind, colour, name) in enumerate(
        (("random", "#0b6b52", "against a random package"), ("alike", "#8a3b12", "against a look-alike"))
    ):
        steps = _curve(report.scores("same"), report.scores(kind))
        path = "L".join(f"{left + x * size:.1f} {top + size - y * size:.1f}" for x, y in steps)
        lines.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        label = f"{name}: AUC {report.area(kind):.3f}"
        spot = f'x="{left + size - 12}" y="{top + size - 36 + 20 * place}" text-anchor="end"'
        lines.append(f'<text {spot} fill="{colour}">{label}</text>')
    for share in (0, 0.5, 1):
        lines.append(f'<text x="{left + share * size}" y="{top + size + 18}" text-anchor="middle">{share:.0%}</text>')
        lines.append(f'<text x="{left - 8}" y="{top + size - share * size + 4}" text-anchor="end">{share:.0%}</text>')
    lines.append(
        f'<text x="{left + size / 2}" y="{top + size + 36}" text-anchor="middle">other packages that pass</text>'
    )
    lines.append(
        f'<text transform="translate(14 {top + size / 2}) rotate(-90)" text-anchor="middle">same that pass</text>'
    )
    return "\n".join([*lines, "</svg>", ""])


def _curve(same: list[float], other: list[float]) -> list[tuple[float, float]]:
    thresholds = sorted({*same, *other}, reverse=True)
    return [(0.0, 0.0), *((_share(other, at), _share(same, at)) for at in thresholds)]


def _share(scores: list[float], threshold: float) -> float:
    return sum(score >= threshold for score in scores) / len(scores)


def _colours(report: Report, kind: str, packaged: bool) -> list[float]:
    return [o.colour for o in report.outcomes if o.pair.kind == kind and (o.pair.group == "Packages") == packaged]


def _outcome(folder: Path, pair: Pair) -> Outcome:
    found: Comparison = compare((folder / pair.promised).read_bytes(), (folder / pair.received).read_bytes())
    difference = found.colour.difference if found.colour else float("nan")
    return Outcome(pair, found.verdict.value, found.reason.value, found.inliers, found.score, difference)


def _one_thread() -> None:
    cv2.setNumThreads(1)


if __name__ == "__main__":
    measured = measure(Path(sys.argv[1]))
    sys.stdout.write(tables(measured) + "\n")
    if len(sys.argv) > 2:
        Path(sys.argv[2]).write_text(chart(measured))
