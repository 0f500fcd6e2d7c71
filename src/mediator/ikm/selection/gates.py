"""Whether the gates of a criteria set stand open for a product on a day. Pure; a gate gives no points.

What a permit is worth is asked of ``producers.permits``. What is there but was looked at by nobody is
``unverified``: enough to apply with, and not enough to be selected by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from mediator.ikm.producers.models import Permit, Producer, Product
from mediator.ikm.producers.permits import best_answer
from mediator.ikm.selection.criteria import CriteriaSet, Gate

HOLDS, UNVERIFIED, MISSING = "holds", "unverified", "missing"
_LOOK_AGAIN = ("not_verified", "check_overdue")
BUSINESS = "business"


class GateState(NamedTuple):
    """How one gate stands: holds, unverified, or what hinders (a code of ``producers.permits.STEPS``); and the
    permit it is about (None: the product's origin, the producer's own NIB, or none)."""

    gate: Gate
    state: str
    permit: Permit | None = None

    @property
    def is_shown(self) -> bool:
        return self.state in (HOLDS, UNVERIFIED)


def look(
    criteria: CriteriaSet,
    producer: Producer,
    product: Product,
    permits: Sequence[Permit],
    on: date,
    seen: Iterable[str] = (),
) -> tuple[GateState, ...]:
    """How each gate stands. ``seen`` are gates whose papers a verifier looked at in this round of the application."""
    looked_at = frozenset(seen)
    states = []
    for gate in criteria.gates:
        found = _origin(gate, product) if gate.origin else _permit(gate, producer, product, permits, on)
        if found.state == UNVERIFIED and gate.id in looked_at:
            found = found._replace(state=HOLDS)
        states.append(found)
    return tuple(states)


def not_shown(states: Iterable[GateState]) -> tuple[str, ...]:
    """Gates for which nothing usable is there."""
    return tuple(state.gate.id for state in states if not state.is_shown)


def not_verified(states: Iterable[GateState]) -> tuple[str, ...]:
    """Gates whose papers nobody looked at."""
    return tuple(state.gate.id for state in states if state.state == UNVERIFIED)


def _origin(gate: Gate, product: Product) -> GateState:
    is_told = product.origin in gate.origin and product.origin_evidence.strip() != ""
    return GateState(gate, UNVERIFIED if is_told else MISSING)


def _permit(gate: Gate, producer: Producer, product: Product, permits: Sequence[Permit], on: date) -> GateState:
    answer = best_answer(permits, gate.requires, on, product=product.pk)
    permit = next((permit for permit in permits if permit.pk == answer.permit), None)
    if answer.counts:
        return GateState(gate, HOLDS, permit)
    if permit is None and gate.requires == BUSINESS and producer.nib:
        return GateState(gate, UNVERIFIED)
    return GateState(gate, UNVERIFIED if answer.why in _LOOK_AGAIN else answer.why, permit)
