"""What a standing is worked out from: what stands today of selection, mentoring and trade. Values only."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID


class Selected(NamedTuple):
    """A selection that nobody ended. ``valid_to`` is its last day; None: no end."""

    product: UUID
    application: UUID
    grade: str
    permille: int
    decided_at: datetime
    valid_to: date | None


class Mentored(NamedTuple):
    """A mentoring that was completed and not taken back; ``completed_on`` in Jakarta."""

    enrolment: UUID
    body: str
    completed_on: date


class Trading(NamedTuple):
    """Of a merchant's latest deals (``trading.MEANING``): so many of so many."""

    deals: int = 0
    shipped: int = 0
    to_ship: int = 0
    pictured: int = 0
    delivered: int = 0
    kept: int = 0
    sent: int = 0


class Facts(NamedTuple):
    """All that is known of a producer on a day. ``is_living``: neither closed, erased, nor merged into another."""

    on: date
    is_living: bool = True
    selections: tuple[Selected, ...] = ()
    mentored: tuple[Mentored, ...] = ()
    trading: Trading = Trading()
