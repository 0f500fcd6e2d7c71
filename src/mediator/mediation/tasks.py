"""What is worked out later, in the background worker."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mediator.deals.clock import SYSTEM_CLOCK
from mediator.mediation import comparisons


@app.task(name="mediation.compare")
def compare(pairs: list[list[str]]) -> int:
    """Compare those pairs of kept photographs. Running twice changes nothing."""
    return comparisons.compute([(one, other) for one, other in pairs], SYSTEM_CLOCK.now())


def compare_soon(pairs: Sequence[comparisons.Pair]) -> None:
    """Ask the worker to compare those pairs. Asked again while that waits, it is asked once."""
    if not pairs:
        return
    lock = hashlib.sha256("".join(one + other for one, other in pairs).encode()).hexdigest()
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refusal must not spoil the transaction around us
        compare.configure(queueing_lock=f"compare/{lock[:32]}").defer(pairs=[list(pair) for pair in pairs])
