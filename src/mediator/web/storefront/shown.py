"""What pages show of goods: addresses of their photographs, where they come from, and who sells them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from mediator.mediation.photos.frozen import Promise
from mediator.shop.models import DealLink, Listing
from mediator.shop.places import place_name, regency_name
from mediator.web.pictures import Shown, shown


def goods(listings: Iterable[Listing]) -> list[dict[str, Any]]:
    """Listings as cards on a shelf."""
    return [
        {
            "url": reverse("product", args=[listing.pk]),
            "photo": photo_address(listing, 320),
            "title": listing.title,
            "price_minor": listing.price_minor,
            "currency": listing.currency,
            "place": regency_name(listing.regency),
            "is_first": listing.is_first,
            "is_gone": listing.stock == 0,
        }
        for listing in listings
    ]


def photo_address(listing: Listing, side: int) -> str:
    """The address of a listing's first photograph; "" when there is none."""
    if not listing.photos:
        return ""
    return f"{reverse('product-photo', args=[listing.pk, listing.photos[0]])}?side={side}"


def listing_photos(listing: Listing) -> list[Shown]:
    """A listing's photographs for the partial."""
    return shown(listing.photos, lambda digest: reverse("product-photo", args=[listing.pk, digest]), listing.title)


def link_photos(link: DealLink, promise: Promise) -> list[Shown]:
    """The photographs of a link's promise for the partial."""
    return shown(promise.photos, lambda digest: reverse("link-photo", args=[link.code, digest]), promise.title)


def absolute(path: str) -> str:
    """An address as others must write it."""
    return f"{settings.SITE_URL}{path}"


def link_address(link: DealLink) -> str:
    """What a merchant sends by chat."""
    return absolute(reverse("link", args=[link.code]))


def whatsapp(text: str) -> str:
    """An address that opens WhatsApp with this text ready to be sent."""
    return f"https://wa.me/?text={quote(text)}"


def seller_place(listing_or_merchant: Any) -> str:
    """Where goods come from, as on an envelope."""
    return place_name(listing_or_merchant.regency, listing_or_merchant.province)
