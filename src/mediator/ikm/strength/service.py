"""What happens to local-content sheets, and how a way of the card becomes a mentor's task. One transaction each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Product
from mediator.ikm.strength.card import Card, card_of
from mediator.ikm.strength.models import TkdnSheet
from mediator.ikm.strength.queries import facts_of
from mediator.ikm.strength.tkdn import Sheet, value_of


def card_for(product: Product, now: datetime) -> Card:
    """The product's card as of now."""
    return card_of(facts_of(product, now))


def declare_sheet(product: Product, sheet: Sheet, by: str, key: UUID, now: datetime) -> TkdnSheet:
    """Keep a local-content sheet as the product's next version. The same key again is the same sheet.

    IkmError of ``tkdn.check_sheet``; ``sheet_elsewhere`` when the key was used for another product.
    """
    value = value_of(sheet)
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        known = TkdnSheet.objects.filter(pk=key).first()
        if known is not None:
            if known.product_id != product.pk:
                raise IkmError("sheet_elsewhere", "This form was used for another product.")
            return known
        latest = TkdnSheet.objects.filter(product=product).order_by("-version").first()
        return TkdnSheet.objects.create(
            id=key,
            product=product,
            version=latest.version + 1 if latest else 1,
            regulation=sheet.regulation,
            components=[list(each) for each in sheet.components],
            has_factory_here=sheet.has_factory_here,
            has_workforce_here=sheet.has_workforce_here,
            research_bp=sheet.research_bp,
            bmp=[list(pair) for pair in sheet.bmp],
            by=sheet.by,
            is_small_industry=sheet.is_small_industry,
            tkdn_bp=value.tkdn_bp,
            bmp_bp=value.bmp_bp,
            made_by=by,
            made_at=now,
        )
