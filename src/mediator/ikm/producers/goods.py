"""A producer's products as they are selected: what it is, where it is made, and which listing of the shop sells it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.kbli import hs_name
from mediator.ikm.producers.models import Producer, Product
from mediator.ikm.producers.permit_service import look_again
from mediator.ikm.producers.service import mark_changed
from mediator.shop.models import Listing

ORIGINS = ("domestic", "mixed", "imported", "unknown")
UNITS = ("piece", "g", "ml", "m")
MOST_PRODUCTS = 500
FROZEN = ("name", "kind", "hs", "origin", "unit", "unit_quantity", "attributes")
"""What a selection was about; and its listing, once it has one: else other goods would be sold under it."""

# The table of the selection lies above this package and is therefore named in SQL, not imported.
IS_SELECTED = "SELECT EXISTS (SELECT FROM ikm_selected WHERE product_id = %s AND ended_at IS NULL)"


@dataclass(frozen=True)
class Goods:
    """What a producer says of a product. ``unit_quantity`` is how many of ``unit`` one piece on sale holds."""

    name: str
    kind: str
    category: str
    hs: str = ""
    kbli: str = ""
    listing: UUID | None = None
    origin: str = "unknown"
    origin_evidence: str = ""
    unit: str = "piece"
    unit_quantity: int = 1
    price_minor: int | None = None
    attributes: tuple[tuple[str, str], ...] = ()


def save_goods(producer: Producer, goods: Goods, product: Product | None, key: str, now: datetime) -> Product:
    """Write a product: a new one (``key`` is its id, so a second click is the same one) or a change of ``product``.

    What curators looked at stays: of a selected product, ``FROZEN`` can't change. IkmError ``name_missing``,
    ``origin_bad``, ``unit_bad``, ``hs_unknown``, ``listing_not_yours``, ``listing_taken``, ``product_twice``,
    ``product_selected`` or ``too_many``.
    """
    _check(producer, goods)
    values = asdict(goods) | {"name": " ".join(goods.name.split()), "changed_at": now}
    values["attributes"] = [list(pair) for pair in goods.attributes]
    try:
        with transaction.atomic():
            Producer.objects.select_for_update().get(pk=producer.pk)
            if product is None:
                if Product.objects.filter(producer=producer).count() >= MOST_PRODUCTS:
                    raise IkmError("too_many", f"At most {MOST_PRODUCTS} products.")
                product, _ = Product.objects.get_or_create(
                    pk=UUID(key), producer=producer, defaults=values | {"made_at": now}
                )
            else:
                product = _rewrite(Product.objects.select_for_update().get(pk=product.pk), values, now)
            mark_changed([producer.pk], now)
    except IntegrityError as error:
        if "listing" in str(error):
            raise IkmError("listing_taken", "Another product is sold by this listing.", field="listing") from error
        raise IkmError("product_twice", "You have a product of this name already.", field="name") from error
    return product


def _rewrite(product: Product, values: dict[str, object], now: datetime) -> Product:
    _refuse_frozen(product, values)
    is_made_otherwise = any(getattr(product, name) != values[name] for name in ("kind", "origin", "attributes"))
    for name, value in values.items():
        setattr(product, name, value)
    product.save(update_fields=list(values))
    if is_made_otherwise:
        look_again(product, now)
    return product


def is_selected(product: Product) -> bool:
    """Whether a selection of this product stands."""
    with connection.cursor() as cursor:
        cursor.execute(IS_SELECTED, [product.pk])
        return bool(cursor.fetchone()[0])


def _refuse_frozen(product: Product, values: dict[str, object]) -> None:
    frozen = [*FROZEN, *(["listing"] if product.listing is not None else [])]
    changed = next((name for name in frozen if getattr(product, name) != values[name]), None)
    if changed is not None and is_selected(product):
        raise IkmError(
            "product_selected",
            "This was selected as it is. For other goods make another product and apply with it.",
            field=changed,
        )


def _check(producer: Producer, goods: Goods) -> None:
    for is_right, code, field, message in (
        (goods.name.strip(), "name_missing", "name", "Write what the product is called."),
        (goods.origin in ORIGINS, "origin_bad", "origin", f"Origin is one of {', '.join(ORIGINS)}."),
        (goods.unit in UNITS and goods.unit_quantity > 0, "unit_bad", "unit_quantity", "A quantity is above zero."),
        (not goods.hs or hs_name(goods.hs), "hs_unknown", "hs", "This is no HS code of six digits."),
    ):
        if not is_right:
            raise IkmError(code, message, field=field)
    if goods.listing is not None:
        is_own = producer.merchant is not None and (
            Listing.objects.filter(pk=goods.listing, merchant_id=producer.merchant).exists()
        )
        if not is_own:
            raise IkmError("listing_not_yours", "This listing is not of your shop.", field="listing")
