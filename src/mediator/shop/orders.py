"""What a basket or a link comes to for a buyer in a province: parcels with their freight, and the bill of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.frozen import Promise, freeze
from mediator.mediation.promises import promises_of
from mediator.shop.baskets import Group
from mediator.shop.checkout import CheckoutError, Item, Parcel
from mediator.shop.fees import Quoted, freight, quotes
from mediator.shop.models import DealLink, Listing, Merchant


@dataclass(frozen=True)
class Bill:
    """What one parcel costs, minor units. ``freight_minor`` None: it depends on a place that is not known yet."""

    parcel: Parcel
    goods_minor: int
    freight_minor: int | None
    fee_minor: int

    @property
    def total_minor(self) -> int:
        return self.goods_minor + (self.freight_minor or 0) + self.fee_minor


@dataclass(frozen=True)
class Bills:
    """All bills of an order."""

    bills: tuple[Bill, ...]

    @property
    def total_minor(self) -> int:
        return sum(bill.total_minor for bill in self.bills)

    @property
    def is_whole(self) -> bool:
        """Whether nothing of it depends on a place that is not known yet."""
        return all(bill.freight_minor is not None for bill in self.bills)

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        return tuple(bill.parcel for bill in self.bills)


def promise_of(listing: Listing) -> Promise:
    """A listing, frozen as it is now. MediationError when its words can't be promised."""
    return freeze(
        title=listing.title,
        text=listing.text,
        attributes=[(str(name), str(value)) for name, value in listing.attributes],
        price_minor=listing.price_minor,
        currency=listing.currency,
        weight_g=listing.weight_g,
        photos=listing.photos,
    )


def basket_bills(groups: Sequence[Group], province: str, now: datetime) -> Bills:
    """The bills of what can be bought of a basket. ``province`` "": freight that depends on it is not known."""
    parcels = []
    for group in groups:
        if not group.buyable:
            continue
        weight_g = sum(row.listing.weight_g * row.quantity for row in group.buyable)
        items = tuple(_item(row.listing, row.quantity) for row in group.buyable)
        cost = freight(group.merchant, province, weight_g)
        parcels.append((Parcel(group.merchant, items, cost), _is_known(group.merchant, province)))
    return _bills(parcels, now)


def link_bills(link: DealLink, quantity: int, province: str, now: datetime) -> Bills:
    """The bill of a deal link for so many pieces. Its promise is the one frozen when it was made, price and all."""
    promise = promises_of(link.promise)[0].promise
    count = quantity if link.uses == "many" else link.quantity
    item = Item(promise, count, link.category, str(link.listing_id or ""))
    merchant, fixed = link.merchant, link.freight_minor
    cost = fixed if fixed is not None else freight(merchant, province, promise.weight_g * count)
    parcel = Parcel(merchant, (item,), cost, tuple(sorted(link.clocks.items())), link.code)
    return _bills([(parcel, fixed is not None or _is_known(merchant, province))], now)


def _item(listing: Listing, quantity: int) -> Item:
    try:
        return Item(promise_of(listing), quantity, listing.category, str(listing.pk))
    except (MediationError, ValueError, TypeError) as error:
        raise CheckoutError("not_promisable", str(error), listing=str(listing.pk)) from error


def _is_known(merchant: Merchant, province: str) -> bool:
    return bool(province) or merchant.freight_near_minor == merchant.freight_far_minor


def _bills(parcels: Sequence[tuple[Parcel, bool]], now: datetime) -> Bills:
    wanted = [
        Quoted(str(p.merchant.book_id), p.goods_minor + p.freight_minor, p.items[0].promise.currency, p.category)
        for p, _ in parcels
    ]
    fees = quotes(wanted, now) if wanted else []
    return Bills(
        tuple(
            Bill(parcel, parcel.goods_minor, parcel.freight_minor if is_known else None, fee)
            for (parcel, is_known), fee in zip(parcels, fees, strict=True)
        )
    )
