"""What a product's page says to programs."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from mediator.ikm.accredited import jsonld
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Listing
from mediator.web import acting

register = template.Library()


@register.simple_tag
def product_for_programs(listing: Listing) -> SafeString:
    """schema.org's Product as a data block, which is no script and so no matter of the page's policy. ``jsonld``
    escapes whatever could end it."""
    text = jsonld.product(listing, jakarta_date(acting.now()))
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
