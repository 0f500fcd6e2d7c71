"""How often somebody of Mediator opened a deal's evidence, for its two parties: as what and when, never who."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from mediator.mediation.cases.queries import view_counts
from mediator.protocol import Deal
from mediator.web.deal_words import VIEWER


class Seen(NamedTuple):
    """For ``core/parts/seen.html``."""

    role: str
    times: int
    last: datetime


def seen(deal: Deal) -> list[Seen] | None:
    """One query; None where there never was a claim, so that there was nothing to open."""
    if deal.state.claim is None:
        return None
    return [Seen(str(VIEWER.get(row.role, row.role)), row.times, row.last) for row in view_counts(deal.book, deal.id)]
