"""What the shop and the rails ask of a standing: how long buyers may look, and how soon money goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from mediator.ikm.standing.models import Pace


def inspection_of(merchants: Sequence[UUID]) -> Mapping[UUID, str]:
    """The inspection clock of each merchant who has one of their own (``shop.shelf``)."""
    rows = Pace.objects.filter(merchant_id__in=merchants).exclude(inspect_by="")
    return dict(rows.values_list("merchant_id", "inspect_by"))


def payout_after(books: Sequence[str]) -> Mapping[str, timedelta]:
    """How long released money waits in each book where it waits (``rails.payouts``)."""
    rows = Pace.objects.filter(book_id__in=books, payout_after_h__gt=0).values_list("book_id", "payout_after_h")
    return {str(book): timedelta(hours=hours) for book, hours in rows}
