"""A listing as schema.org sees it: a Product with its Offer and seller, and the certificates that anyone can check.

Certificates are there only while the product is on the accredited list: elsewhere they would be read as more than they
are. The text is safe inside ``<script type="application/ld+json">``, whatever a title says.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.conf import settings

from mediator.ikm.accredited import queries
from mediator.money import CURRENCIES
from mediator.shop.models import Listing

_UNSAFE = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
_CONTEXT = "https://schema.org"


def product(listing: Listing, today: date) -> str:
    """The JSON-LD of a listing's page. ``listing.merchant`` should be loaded; one statement more asks the list."""
    return escaped(as_product(listing, queries.of_listing(listing.pk, today)))


def escaped(thing: dict[str, Any]) -> str:
    """JSON that no HTML parser takes for the end of a script or a comment, and no JavaScript for a line's end."""
    return json.dumps(thing, ensure_ascii=False).translate(_UNSAFE)


def as_product(listing: Listing, document: dict[str, Any] | None) -> dict[str, Any]:
    """The thing itself; ``document`` is what the accredited list says of it, None when it is not on it."""
    address = f"{settings.SITE_URL}/p/{listing.pk}"
    found: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Product",
        "@id": address,
        "url": address,
        "name": listing.title,
        "category": listing.category,
        "image": [f"{address}/photo/{digest}" for digest in listing.photos],
        "weight": {"@type": "QuantitativeValue", "value": listing.weight_g, "unitCode": "GRM"},
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in listing.attributes
        ],
        "offers": _offer(listing, address, document),
    }
    if listing.text:
        found["description"] = listing.text
    if listing.sku:
        found["sku"] = listing.sku
    if document is not None:
        found["hasCertification"] = _certifications(document, "selection")
    return {name: value for name, value in found.items() if value != []}


def _offer(listing: Listing, address: str, document: dict[str, Any] | None) -> dict[str, Any]:
    is_there = listing.status == "live" and listing.stock != 0
    seller: dict[str, Any] = {
        "@type": "Organization",
        "name": listing.merchant.name,
        "url": f"{settings.SITE_URL}/shop/{listing.merchant.slug}",
    }
    if document is not None and (mentored := _certifications(document, "mentoring")):
        seller["hasCertification"] = mentored
    return {
        "@type": "Offer",
        "url": address,
        "price": _decimal(listing.price_minor, listing.currency),
        "priceCurrency": listing.currency,
        "availability": f"{_CONTEXT}/{'InStock' if is_there else 'OutOfStock'}",
        "itemCondition": f"{_CONTEXT}/NewCondition",
        "seller": seller,
    }


def _certifications(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [_certification(each, document) for each in document["certificates"] if each["kind"] == kind]


def _certification(certificate: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    found = {
        "@type": "Certification",
        "name": "Kurasi IKM" if certificate["kind"] == "selection" else "Pendampingan IKM",
        "certificationIdentification": certificate["serial"],
        "certificationStatus": f"{_CONTEXT}/CertificationActive",
        "issuedBy": {"@type": "Organization", "identifier": certificate["organisation"]},
        "datePublished": certificate["issued_on"],
        "url": certificate["url"],
    }
    if certificate["valid_to"]:
        found["expires"] = certificate["valid_to"]
    if certificate["kind"] == "selection":
        found["certificationRating"] = {"@type": "Rating", "ratingValue": document["selection"]["grade"]}
    return found


def _decimal(minor: int, currency: str) -> str:
    """An amount as schema.org writes it: digits with a point, "25000.00"."""
    exponent = CURRENCIES[currency].exponent
    whole, rest = divmod(minor, 10**exponent)
    return f"{whole}.{rest:0{exponent}d}" if exponent else str(whole)
