"""How far two curators agree beyond chance: Cohen's weighted kappa with quadratic weights, as an exact fraction.

    kappa = 1 - sum(w * observed) / sum(w * expected),   w(i, j) = (i - j)^2 / (k - 1)^2

``observed`` is the share of pairs of ratings that fell on (i, j), ``expected`` the share if both had rated as they did
on the whole but independently of each other; (k - 1)^2 cancels out and is left away. Source: J. Cohen, "Weighted kappa:
nominal scale agreement with provision for scaled disagreement or partial credit", Psychological Bulletin 70 (1968)
213-220, from memory; the tests hold the formula against figures worked out by hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

Pairs = Iterable[tuple[int, int]]


def weighted_kappa(pairs: Pairs) -> Fraction | None:
    """Of the pairs of scores two curators gave to the same things; at most 1.

    None where nothing can be said: no pairs, or both gave one and the same score to everything, so that chance alone
    explains all of their agreement.
    """
    counted = Counter(pairs)
    count = sum(counted.values())
    if not count:
        return None
    rows: Counter[int] = Counter()
    columns: Counter[int] = Counter()
    for (one, other), times in counted.items():
        rows[one] += times
        columns[other] += times
    observed = Fraction(sum((one - other) ** 2 * times for (one, other), times in counted.items()), count)
    expected = Fraction(
        sum(
            (one - other) ** 2 * of_one * of_other
            for one, of_one in rows.items()
            for other, of_other in columns.items()
        ),
        count * count,
    )
    return None if expected == 0 else 1 - observed / expected


def matrix(scores: Mapping[str, Mapping[tuple[str, str], int]]) -> dict[tuple[str, str], tuple[int, Fraction | None]]:
    """For each two curators with something in common: how many scores they share, and their kappa.

    ``scores``: curator to (application, item) to score. Keys of the answer are ordered pairs, each once.
    """
    raters: dict[tuple[str, str], list[str]] = defaultdict(list)
    for who in sorted(scores):
        for what in scores[who]:
            raters[what].append(who)
    shared: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for what, people in raters.items():
        for place, one in enumerate(people):
            for other in people[place + 1 :]:
                shared[one, other].append((scores[one][what], scores[other][what]))
    return {pair: (len(found), weighted_kappa(found)) for pair, found in sorted(shared.items())}


def permille(value: Fraction) -> int:
    """Rounded to the nearest, halves away from zero: for showing, never for deciding."""
    scaled = abs(value) * 1000
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole
