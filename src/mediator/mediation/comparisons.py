"""Comparisons of kept photographs: computed once in the background, kept by the two digests, read by pages.

A page asks ``found_for`` and never waits; what is missing it asks for with ``compare_soon``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from mediator.mediation.errors import MediationError
from mediator.mediation.keeping import photo_store
from mediator.mediation.models import ComparisonResult

VERSION = 1
MOST_PROMISED, MOST_RECEIVED = 4, 6
"""Of a deal at most so many photographs are compared with each other: 24 pairs take about 7 s of the worker."""

Pair = tuple[str, str]
Polygon = tuple[tuple[float, float], ...]


class Found(msgspec.Struct, frozen=True):
    """What was found on a pair: ``reason`` is a code of ``comparison.reasons``; corners as shares of each picture."""

    is_same_print: bool
    reason: str
    score: float = 0.0
    on_promised: Polygon = ()
    on_received: Polygon = ()
    colour_difference: float | None = None


def pairs_of(promised: Sequence[str], received: Sequence[str]) -> list[Pair]:
    """The pairs that are compared: each received photograph with each promised one, within the limits."""
    return [(one, other) for other in received[:MOST_RECEIVED] for one in promised[:MOST_PROMISED] if one != other]


def found_for(pairs: Sequence[Pair]) -> dict[Pair, Found]:
    """What is known of those pairs, in one query."""
    if not pairs:
        return {}
    rows = ComparisonResult.objects.filter(
        promised__in={one for one, _ in pairs}, received__in={other for _, other in pairs}, version=VERSION
    ).values_list("promised", "received", "found")
    known = {(one, other): msgspec.json.decode(found, type=Found) for one, other, found in rows}
    return {pair: known[pair] for pair in pairs if pair in known}


def compute(pairs: Sequence[Pair], now: datetime) -> int:
    """Compare those pairs that were not compared yet, and keep what was found; how many. Takes about 0.3 s a pair.

    A photograph that can't be read now is left for another time.
    """
    known, done = found_for(pairs), 0
    for promised, received in dict.fromkeys(pairs):
        if (promised, received) in known:
            continue
        try:
            found = look(promised, received)
        except MediationError:
            continue
        body = msgspec.json.encode(found).decode()
        row = ComparisonResult(promised=promised, received=received, version=VERSION, found=body, at=now)
        ComparisonResult.objects.bulk_create([row], ignore_conflicts=True)
        done += 1
    return done


def look(promised: str, received: str) -> Found:
    """Compare two kept photographs now. MediationError when one can't be read."""
    from mediator.mediation.comparison import Verdict, compare  # its libraries are large, and only the worker needs it

    store = photo_store()
    seen = compare(store.get(promised), store.get(received))
    return Found(
        seen.verdict is Verdict.SAME_PRINT,
        seen.reason.value,
        seen.score,
        seen.region.promised if seen.region else (),
        seen.region.received if seen.region else (),
        seen.colour.difference if seen.colour else None,
    )
