"""The gate to the first shelf: selected *and* mentored. One function; nothing is on that shelf without it.

The rule has no weights and no exceptions: every condition alone keeps a product out, no number of points lets it in.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

NOT_SELECTED, GRADE, BODIES = "not_selected", "grade_too_low", "too_few_bodies"
ORIGIN, ORIGIN_UNSHOWN = "origin_not_domestic", "origin_not_shown"
CLOSED, WITHDRAWN, PERMIT = "producer_closed", "product_withdrawn", "permit_lapsed"

CODES = (NOT_SELECTED, GRADE, BODIES, ORIGIN, ORIGIN_UNSHOWN, CLOSED, WITHDRAWN, PERMIT)
"""What may be missing, in the order in which it is said."""


class GatePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gate asks. ``permits`` are groups of kinds: of a group that was there, one must be valid."""

    least_bodies: int
    grades: tuple[str, ...]
    origins: tuple[str, ...]
    permits: dict[str, tuple[str, ...]]


class GateFacts(NamedTuple):
    """What is known of a product on a day.

    ``grade``: of the selection of this product that stands on that day, "" where none does. ``bodies``: different ones
    that have mentored its producer to the end. ``lapsed``: groups of permits that were there, none of which is valid.
    """

    grade: str = ""
    bodies: int = 0
    origin: str = "unknown"
    is_origin_shown: bool = False
    is_producer_living: bool = True
    is_withdrawn: bool = False
    lapsed: tuple[str, ...] = ()


class Gate(NamedTuple):
    """Whether it is open; if not, everything that is missing."""

    is_open: bool
    missing: tuple[str, ...]


def gate(facts: GateFacts, policy: GatePolicy) -> Gate:
    """Whether a product may lie on the first shelf."""
    is_missing = {
        NOT_SELECTED: facts.grade == "",
        GRADE: facts.grade != "" and facts.grade not in policy.grades,
        BODIES: facts.bodies < policy.least_bodies,
        ORIGIN: facts.origin not in policy.origins,
        ORIGIN_UNSHOWN: not facts.is_origin_shown,
        CLOSED: not facts.is_producer_living,
        WITHDRAWN: facts.is_withdrawn,
        PERMIT: bool(facts.lapsed),
    }
    missing = tuple(code for code in CODES if is_missing[code])
    return Gate(not missing, missing)
