"""What a merchant's own deals say of it, for a buyer who has never bought there. Figures, never stars.

Taken from the merchant's most recent deals only, so that it costs the same for a large shop and a small one, and so
that last month counts and not five years ago.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.core.cache import caches
from django.db import connection

from mediator.shop.models import Merchant

RECENT = 1_000
KEPT_S = 300
"""How old a figure may be, seconds."""

# Not shipped in time is what the clock ended before a courier had the parcel; who let a cancellation's clock run out
# did not answer in time either. A claim counts as lost when it closed with money for the buyer.
RECENT_DEALS = """
WITH recent AS (
    SELECT state::jsonb AS state FROM deal WHERE book_id = %s ORDER BY id DESC LIMIT %s
), seen AS (
    SELECT state ->> 'parcel' = 'done' AS is_over,
           coalesce(state ->> 'courier', '') <> '' AS is_shipped,
           coalesce(state ->> 'reason', '') = 'lapse' AS is_lapsed,
           coalesce((state ->> 'refunded')::bigint, 0) > 0 AS is_refunded,
           coalesce((state ->> 'released')::bigint, 0) > 0 AS is_released,
           coalesce(state #>> '{claim,stage}', '') = 'closed' AS had_claim
    FROM recent
)
SELECT count(*) FILTER (WHERE is_over),
       count(*) FILTER (WHERE is_over AND is_released),
       count(*) FILTER (WHERE is_shipped),
       count(*) FILTER (WHERE is_over AND is_lapsed AND NOT is_shipped),
       count(*) FILTER (WHERE is_over AND is_shipped),
       count(*) FILTER (WHERE is_over AND is_shipped AND had_claim AND is_refunded)
FROM seen
"""


class Standing(NamedTuple):
    """Of the last ``RECENT`` deals: how many are over, in how many of those the merchant was paid (wholly or in part),
    how many of a thousand were shipped in time, and how many of a thousand shipped ones ended with money for the buyer
    after a claim. None: there is nothing yet to say it of."""

    deals: int
    released: int
    on_time_permille: int | None
    claims_permille: int | None
    since: datetime

    @property
    def is_new(self) -> bool:
        return self.deals == 0

    @property
    def on_time_percent(self) -> int | None:
        return None if self.on_time_permille is None else self.on_time_permille // 10

    @property
    def claims_percent(self) -> float | None:
        return None if self.claims_permille is None else self.claims_permille / 10


def standing_of(merchant: Merchant) -> Standing:
    """The merchant's standing, at most ``KEPT_S`` old; one statement, bounded, when it is not at hand."""
    place = f"standing/{merchant.book_id}"
    counts = caches["figures"].get(place)
    if counts is None:
        with connection.cursor() as cursor:
            cursor.execute(RECENT_DEALS, [merchant.book_id, RECENT])
            counts = cursor.fetchone()
        caches["figures"].set(place, counts, KEPT_S)
    over, released, shipped, lapsed, arrived, lost = counts
    return Standing(over, released, _permille(shipped, shipped + lapsed), _permille(lost, arrived), merchant.opened_at)


def _permille(part: int, whole: int) -> int | None:
    return part * 1000 // whole if whole else None
