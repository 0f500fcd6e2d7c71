"""What a basket or a link comes to for a buyer in a province: parcels with their freight, and the bill of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.frozen import Promise, freeze
from mediator.mediation.promises import promises_of
from mediator.protocol.calendar import span
from mediator.shop.baskets import Group
from mediator.shop.checkout import CheckoutError, Item, Parcel
from mediator.shop.fees import Quoted, freight, quotes
from mediator.shop.models import DealLink, Listing, Merchant
from mediator.shop.shelf import clocks_of, other_goods


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
    def clocks(self) -> dict[str, str]:
        """The clock overrides of the parcels, for the page that asks for the money; of several spans the shortest, so
        that nobody is told of more time than they have."""
        shortest: dict[str, str] = {}
        for name, text in (clock for parcel in self.parcels for clock in parcel.clocks):
            if name not in shortest or span(text).delta < span(shortest[name]).delta:
                shortest[name] = text
        return shortest

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
    are_other = other_goods([parcel.items for parcel, _ in parcels])
    clocks = clocks_of([parcel.merchant for parcel, _ in parcels], are_other)
    timed = [(replace(parcel, clocks=own), known) for (parcel, known), own in zip(parcels, clocks, strict=True)]
    return _bills(timed, are_other, now)


def link_bills(link: DealLink, quantity: int, province: str, now: datetime) -> Bills:
    """The bill of a deal link for so many pieces. Its promise is the one frozen when it was made, price and all."""
    promise = promises_of(link.promise)[0].promise
    count = quantity if link.uses == "many" else link.quantity
    item = Item(promise, count, link.category, str(link.listing_id or ""))
    merchant, fixed = link.merchant, link.freight_minor
    cost = fixed if fixed is not None else freight(merchant, province, promise.weight_g * count)
    parcel = Parcel(merchant, (item,), cost, tuple(sorted(link.clocks.items())), link.code)
    known = fixed is not None or _is_known(merchant, province)
    return _bills([(parcel, known)], other_goods([parcel.items]), now)


def _item(listing: Listing, quantity: int) -> Item:
    try:
        return Item(promise_of(listing), quantity, listing.category, str(listing.pk))
    except (MediationError, ValueError, TypeError) as error:
        raise CheckoutError("not_promisable", str(error), listing=str(listing.pk)) from error


def _is_known(merchant: Merchant, province: str) -> bool:
    return bool(province) or merchant.freight_near_minor == merchant.freight_far_minor


def _bills(parcels: Sequence[tuple[Parcel, bool]], are_other: Sequence[bool], now: datetime) -> Bills:
    wanted = [
        Quoted(
            str(p.merchant.book_id), p.goods_minor + p.freight_minor, p.items[0].promise.currency, p.category, is_other
        )
        for (p, _), is_other in zip(parcels, are_other, strict=True)
    ]
    fees = quotes(wanted, now) if wanted else []
    return Bills(
        tuple(
            Bill(parcel, parcel.goods_minor, parcel.freight_minor if is_known else None, fee)
            for (parcel, is_known), fee in zip(parcels, fees, strict=True)
        )
    )
