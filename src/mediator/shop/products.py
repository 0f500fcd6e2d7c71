"""A merchant's products: listed, written, paused. Nothing here touches a promise: what was sold stays as sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from mediator.mediation.errors import MediationError
from mediator.mediation.photos.frozen import Promise, freeze
from mediator.shop.models import Listing, Merchant
from mediator.shop.shelf import is_same

PAGE = 50
DRAFT, LIVE, PAUSED = "draft", "live", "paused"
MOST_STOCK = 1_000_000


class ProductRefused(Exception):
    """A product that can't be kept: ``code`` is a MediationError's, or ``sku_taken``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Product:
    """What a merchant says of one product. ``price_minor`` is minor units, ``stock`` None when it is not counted."""

    title: str
    text: str
    attributes: tuple[tuple[str, str], ...]
    category: str
    price_minor: int
    weight_g: int
    stock: int | None
    photos: tuple[str, ...]
    sku: str = ""
    status: str = LIVE

    def promise(self) -> Promise:
        """The promise it would be sold on; MediationError says what of it can't be promised."""
        return freeze(
            title=self.title,
            text=self.text,
            attributes=self.attributes,
            price_minor=self.price_minor,
            currency="IDR",
            weight_g=self.weight_g,
            photos=self.photos,
        )


def page_of(
    merchant: Merchant, status: str = "", text: str = "", after: str = "", limit: int = PAGE
) -> tuple[list[Listing], str]:
    """(products, where the next page begins or ""), the newest first."""
    found: QuerySet[Listing] = Listing.objects.filter(merchant=merchant)
    if status in (DRAFT, LIVE, PAUSED):
        found = found.filter(status=status)
    if text:
        found = found.filter(Q(title__icontains=text) | Q(sku__istartswith=text))
    if _is_id(after):
        found = found.filter(pk__lt=after)
    rows = list(found.order_by("-id")[: limit + 1])
    return rows[:limit], str(rows[limit - 1].pk) if len(rows) > limit else ""


def product_of(merchant: Merchant, listing: str | UUID) -> Listing | None:
    """One product of this merchant, or None."""
    return Listing.objects.filter(merchant=merchant, pk=listing).first()


def save_product(merchant: Merchant, product: Product, listing: Listing | None, key: str, now: datetime) -> Listing:
    """Write a product: a new one (``key`` is its id, so a second click is the same one) or a change of ``listing``.

    ProductRefused when it can't be promised, or another product of the shop has its sku.
    """
    try:
        tidy = product.promise()
    except MediationError as error:
        raise ProductRefused(error.code, error.message) from error
    values = {
        "title": tidy.title,
        "text": tidy.text,
        "attributes": [list(pair) for pair in product_attributes(product, tidy)],
        "category": product.category,
        "price_minor": product.price_minor,
        "weight_g": product.weight_g,
        "stock": product.stock,
        "photos": list(product.photos),
        "sku": product.sku.strip(),
        "status": product.status,
        "changed_at": now,
    } | place_of(merchant)
    try:
        with transaction.atomic():
            if listing is not None:
                if is_other_goods(listing, values):
                    values |= {"is_first": False, "rank": 0}
                for name, value in values.items():
                    setattr(listing, name, value)
                listing.save(update_fields=list(values))
                return listing
            made, _is_new = Listing.objects.get_or_create(
                pk=key, merchant=merchant, defaults={**values, "created_at": now}
            )
            return made
    except IntegrityError as error:
        raise ProductRefused("sku_taken", "Another product of this shop has that code.") from error


def product_attributes(product: Product, promise: Promise) -> Sequence[tuple[str, str]]:
    """The attributes as they are promised, in the order in which the merchant wrote them."""
    order = {name.strip().casefold(): place for place, (name, _) in enumerate(product.attributes)}
    return sorted(promise.attributes, key=lambda pair: order.get(pair[0].casefold(), len(order)))


def place_of(merchant: Merchant) -> dict[str, object]:
    """What a listing repeats of its merchant, so that the search needs one table. Neither ``is_first`` nor ``rank``:
    products are selected, never merchants, and ``ikm.standing`` alone puts a listing on the first shelf."""
    return {"province": merchant.province, "regency": merchant.regency}


def is_other_goods(listing: Listing, values: Mapping[str, Any]) -> bool:
    """Whether these values make a listing of the first shelf other goods than those that were selected."""
    return listing.is_first and not (
        values.get("category", listing.category) == listing.category and is_same(listing, _Changed(listing, values))
    )


class _Changed:
    """A listing as it would be with other values."""

    def __init__(self, listing: Listing, values: Mapping[str, Any]) -> None:
        self.title: str = values.get("title", listing.title)
        self.price_minor: int = values.get("price_minor", listing.price_minor)
        self.photos: Sequence[str] = values.get("photos", listing.photos)


def set_status(merchant: Merchant, listings: Sequence[str], status: str, now: datetime) -> int:
    """Pause products or show them again; returns how many changed. Another's are not touched."""
    assert status in (LIVE, PAUSED)
    ids = [listing for listing in listings if _is_id(listing)]
    chosen = Listing.objects.filter(merchant=merchant, pk__in=ids).exclude(status=status)
    return chosen.update(status=status, changed_at=now)


def move_products(merchant: Merchant, now: datetime) -> int:
    """After the merchant's place changed: its products say so too."""
    return Listing.objects.filter(merchant=merchant).update(**place_of(merchant), changed_at=now)


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
