"""A shop's own products; another's are not there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from mediator.ikm.producers.models import Product
from mediator.shop.models import Merchant


def product_or_404(merchant: Merchant, product: UUID) -> Product:
    """A product of this shop's producer; another's is not there."""
    found = (
        Product.objects.select_related("producer")
        .filter(pk=product, producer__merchant=merchant.pk, producer__merged_into=None)
        .first()
    )
    if found is None:
        raise Http404
    return found
