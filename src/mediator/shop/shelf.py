"""The first shelf, as the shop knows it: a listing is on it (``is_first``) because one product was selected.

It is ``ikm.standing`` that puts a listing there. The shop only takes away: a listing that becomes other goods leaves
the shelf in the same moment, and a deal has the fee of selected goods only when all of its goods are on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from mediator.shop.models import Listing, Merchant

MOST_PRICE_CHANGE_PERCENT = 50
"""A price that rises or falls by more is taken for other goods: a size, a quantity or a quality has changed."""

_WORD = re.compile(r"[^\W_]+")


class Goods(Protocol):
    """What a buyer recognises goods by: a listing, or a promise."""

    @property
    def title(self) -> str: ...

    @property
    def price_minor(self) -> int: ...

    @property
    def photos(self) -> Sequence[str]: ...


class HasGoods(Protocol):
    """Something of a parcel (``checkout.Item``)."""

    @property
    def promise(self) -> Goods: ...

    @property
    def listing(self) -> str: ...

    @property
    def category(self) -> str: ...


def is_same(before: Goods, after: Goods) -> bool:
    """Whether these are still the goods that were looked at: the same words of the title, no photograph that was not
    there, and a price within ``MOST_PRICE_CHANGE_PERCENT``. The text may say more, the stock may change."""
    return (
        _words(before.title) == _words(after.title)
        and set(after.photos) <= set(before.photos)
        and bool(after.photos) == bool(before.photos)
        and 100 * abs(after.price_minor - before.price_minor) <= MOST_PRICE_CHANGE_PERCENT * before.price_minor
    )


def _words(title: str) -> list[str]:
    return _WORD.findall(title.casefold())


def other_goods(parcels: Sequence[Sequence[HasGoods]]) -> list[bool]:
    """Of each parcel's goods, whether any of them is not on the first shelf, or not what lies there; one statement."""
    wanted = {item.listing for goods in parcels for item in goods if item.listing}
    first = {str(one.pk): one for one in Listing.objects.filter(pk__in=wanted, is_first=True)} if wanted else {}

    def is_first(item: HasGoods) -> bool:
        kept = first.get(item.listing)
        return kept is not None and kept.category == item.category and is_same(kept, item.promise)

    return [not all(is_first(item) for item in goods) for goods in parcels]


# how long a buyer has to look at goods of the first shelf, by the merchant's standing; set by whoever knows it

InspectionReader = Callable[[Sequence[UUID]], Mapping[UUID, str]]
"""Given merchants' ids, the span (``36h``) of each that has one of its own."""


class _Inspection:
    """Who is asked; nobody at first, so that every deal has the usual clock."""

    reader: InspectionReader | None = None


def ask_inspection(reader: InspectionReader | None) -> None:
    """Have ``reader`` say from now on how long goods of the first shelf may be looked at; None: nobody says."""
    _Inspection.reader = reader


def clocks_of(merchants: Sequence[Merchant], are_other: Sequence[bool]) -> list[tuple[tuple[str, str], ...]]:
    """The clock overrides of a parcel of each merchant: none where its goods are others."""
    asked = [merchant.pk for merchant, is_other in zip(merchants, are_other, strict=True) if not is_other]
    spans = _Inspection.reader(asked) if _Inspection.reader is not None and asked else {}
    return [
        (("inspect_by", spans[merchant.pk]),) if not is_other and merchant.pk in spans else ()
        for merchant, is_other in zip(merchants, are_other, strict=True)
    ]


def clocks_of_listing(listing: Listing) -> dict[str, str]:
    """The clock overrides a deal over this listing alone would have, for its page."""
    return dict(clocks_of([listing.merchant], [not listing.is_first])[0])
