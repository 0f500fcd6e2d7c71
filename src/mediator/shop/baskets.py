"""Baskets: what somebody means to buy. A visitor's lies under an id in the session; a person's follows the person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import connection, transaction

from mediator.people.models import Person
from mediator.shop.models import Basket, BasketItem, Listing, Merchant

MOST_ITEMS = 60
MOST_PIECES = 999

MERGE = """
INSERT INTO basket_item (basket_id, listing_id, quantity, price_minor, added_at)
SELECT %s, listing_id, quantity, price_minor, added_at FROM basket_item WHERE basket_id = %s
ON CONFLICT (basket_id, listing_id) DO UPDATE
SET quantity = greatest(basket_item.quantity, excluded.quantity), price_minor = excluded.price_minor
"""


@dataclass(frozen=True)
class Row:
    """An item of a basket. ``seen_minor`` is the price the buyer saw when it was put in."""

    listing: Listing
    quantity: int
    seen_minor: int

    @property
    def total_minor(self) -> int:
        return self.listing.price_minor * self.quantity

    @property
    def problem(self) -> str:
        """ "gone": no longer sold; "few": not that many left; "price": another price than was seen; "" else."""
        if self.listing.status != "live" or self.listing.stock == 0:
            return "gone"
        if self.listing.stock is not None and self.listing.stock < self.quantity:
            return "few"
        return "price" if self.seen_minor != self.listing.price_minor else ""

    @property
    def can_be_bought(self) -> bool:
        return self.problem in ("", "price")


@dataclass(frozen=True)
class Group:
    """What of a basket is one merchant's: one parcel, one deal."""

    merchant: Merchant
    rows: tuple[Row, ...]

    @property
    def buyable(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.can_be_bought)


def find(basket_id: str | UUID | None, person: Person | None) -> Basket | None:
    """The basket of a person, else of the visitor with that id; one that was another's is nobody's here."""
    if person is not None:
        return Basket.objects.filter(person=person).order_by("-changed_at").first()
    if not basket_id:
        return None
    return Basket.objects.filter(pk=basket_id, person=None).first()


def bring_along(basket_id: str | UUID, person: Person, now: datetime) -> None:
    """After a sign-in: what the visitor had in the basket joins what the person has; the larger quantity counts."""
    with transaction.atomic():
        visitors = Basket.objects.select_for_update().filter(pk=basket_id, person=None).first()
        if visitors is None:
            return
        own = Basket.objects.select_for_update().filter(person=person).order_by("-changed_at").first()
        if own is None:
            visitors.person, visitors.changed_at = person, now
            visitors.save(update_fields=["person", "changed_at"])
            return
        with connection.cursor() as cursor:
            cursor.execute(MERGE, [own.pk, visitors.pk])
        visitors.delete()


def open_basket(person: Person | None, now: datetime) -> Basket:
    """A new, empty one."""
    return Basket.objects.create(person=person, changed_at=now)


def put(basket: Basket, listing: Listing, quantity: int, now: datetime) -> bool:
    """Have so many of a listing in the basket, at the price as it is now; none takes it out. False: it is full.

    It says how many there are to be, not how many more: a second click changes nothing.
    """
    if quantity <= 0:
        BasketItem.objects.filter(basket=basket, listing=listing).delete()
    elif basket.items.exclude(listing=listing).count() >= MOST_ITEMS:
        return False
    else:
        BasketItem.objects.update_or_create(
            basket=basket,
            listing=listing,
            defaults={"quantity": min(quantity, MOST_PIECES), "price_minor": listing.price_minor},
            create_defaults={
                "quantity": min(quantity, MOST_PIECES),
                "price_minor": listing.price_minor,
                "added_at": now,
            },
        )
    Basket.objects.filter(pk=basket.pk).update(changed_at=now)
    return True


def contents(basket: Basket | None) -> list[Group]:
    """What is in it, by merchant, in the order in which merchants' goods were first put in. One query."""
    if basket is None:
        return []
    items = basket.items.select_related("listing__merchant").order_by("added_at", "id")
    rows = [Row(item.listing, item.quantity, item.price_minor) for item in items]
    places: dict[UUID, int] = {}
    for row in rows:
        places.setdefault(row.listing.merchant_id, len(places))
    rows.sort(key=lambda row: places[row.listing.merchant_id])
    grouped = groupby(rows, key=lambda row: row.listing.merchant_id)
    return [Group(group[0].listing.merchant, tuple(group)) for group in (list(rows) for _, rows in grouped)]


def empty(basket: Basket, listings: list[str]) -> None:
    """Take out what was bought."""
    BasketItem.objects.filter(basket=basket, listing_id__in=listings).delete()


def see_prices(basket: Basket) -> None:
    """The buyer has been shown the prices as they are now."""
    for item in basket.items.select_related("listing"):
        if item.price_minor != item.listing.price_minor:
            BasketItem.objects.filter(pk=item.pk).update(price_minor=item.listing.price_minor)
