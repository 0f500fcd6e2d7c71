"""How much of a share is certain: the lower end of Wilson's interval, in whole numbers, the same in Python and SQL.

E. B. Wilson, Probable inference, the law of succession, and statistical inference (JASA 22, 1927). For k of n with
z = Z/100, multiplied out so that only one square root is left:

    (20000 n k + Z² n - Z ⌈√((40000 k (n - k) + Z² n) n)⌉) / (20000 n² + 2 Z² n)

The root is rounded up and the quotient down, so the result is never above the exact one. Up to n = 1,000 everything
under the root is below 2**52, where PostgreSQL's double precision gives the same whole number.
"""

from __future__ import annotations

from math import isqrt

MOST_COUNTED = 1_000
"""Deals that are looked at: the latest. Keeps the arithmetic exact, and last year from weighing for ever."""


def lower_permille(part: int, whole: int, z_percent: int) -> int:
    """The lower end for ``part`` of ``whole``, permille, rounded down; 0 where there is nothing yet."""
    assert 0 <= part <= whole <= MOST_COUNTED, (part, whole)
    if whole == 0:
        return 0
    square = z_percent * z_percent
    under = (40_000 * part * (whole - part) + square * whole) * whole
    root = isqrt(under)
    root += root * root < under
    above = 20_000 * whole * part + square * whole - z_percent * root
    return max(0, 1000 * above // (20_000 * whole * whole + 2 * square * whole))


LOWER_PERMILLE = """
CASE WHEN {whole} = 0 THEN 0 ELSE greatest(0, 1000::bigint * (20000::bigint * {whole} * {part}
    + {z}::bigint * {z} * {whole} - {z}::bigint * ceil(sqrt(((40000::bigint * {part} * ({whole} - {part})
    + {z}::bigint * {z} * {whole}) * {whole})::double precision))::bigint)
    / (20000::bigint * {whole} * {whole} + 2::bigint * {z} * {z} * {whole}))::integer END
"""


def lower_sql(part: str, whole: str, z_percent: int) -> str:
    """The same as an expression over two columns, which are 0, not NULL, where there is nothing yet."""
    return " ".join(LOWER_PERMILLE.format(part=part, whole=whole, z=z_percent).split())
