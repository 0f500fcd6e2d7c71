"""Facts of a card that say only what matters to a test; producers, products and listings for those with rows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from mediator.ikm.producers.models import Producer, Product
from mediator.ikm.strength.facts import DOMESTIC, IMPORTED, Declared, Facts, Good, Sector, Trading
from mediator.ikm.strength.gap import Packed
from mediator.ikm.strength.models import PriceObservation
from mediator.ikm.strength.tkdn import Component, Sheet, value_of
from mediator.shop.models import Listing, Merchant

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
QUALITY = {"grade": "1", "roast": "medium"}
PACK = Packed("g", Fraction(200))
COFFEE = (
    Component("material", "beans", 12_000_00, 10_000),
    Component("material", "bag", 6_000_00, 0),
    Component("labour", "roasting", 4_000_00, 10_000),
    Component("overhead", "gas", 2_000_00, 10_000),
)


def good(price: int = 20_000_00, origin: str = IMPORTED, **more: Any) -> Good:
    plain: dict[str, Any] = {
        "source": "survey", "title": "Kopi", "pack": PACK, "quality": QUALITY, "seen_on": TODAY, "trading": Trading(),
    }  # fmt: skip
    return Good(price_minor=price, origin=origin, **(plain | more))


def facts(**more: Any) -> Facts:
    """Coffee for Rp 30,000 beside five imports of equal quality for Rp 20,000, unless said otherwise."""
    plain: dict[str, Any] = {
        "product": UUID(int=1), "name": "Kopi Gayo", "category": "food", "hs": "090121", "kbli": "10761",
        "origin": DOMESTIC, "pack": PACK, "price_minor": 30_000_00, "quality": QUALITY,
        "goods": tuple(good() for _ in range(5)), "declared": None, "sectors": (), "own": Trading(),
        "local": Trading(), "imported": Trading(), "is_small_industry": False, "as_of": TODAY,
    }  # fmt: skip
    return Facts(**(plain | more))


def declared(components: tuple[Component, ...] = COFFEE, **more: Any) -> Declared:
    sheet = Sheet("permenperin-35-2025", components, **more)
    return Declared(1, sheet, value_of(sheet), TODAY)


def sector(**more: Any) -> Sector:
    plain: dict[str, Any] = {
        "source": "bps", "system": "hs", "code": "090121", "year": 2025, "money": "USD", "note": "", "countries": 200,
        "rca": None, "rsca": None, "rta": None, "michaely": None, "lafay": None, "balance": None, "penetration": None,
        "unit_value_ratio_bp": None, "unit_value_of": "",
    }  # fmt: skip
    return Sector(**(plain | more))


def producer(name: str = "Sari Kopi", merchant: Merchant | None = None) -> Producer:
    return Producer.objects.create(
        name=name, province="11", merchant=merchant.pk if merchant else None, made_at=NOW, changed_at=NOW
    )


def product(of: Producer, name: str = "Kopi Gayo", **more: Any) -> Product:
    plain: dict[str, Any] = {
        "kind": "food", "category": "food", "hs": "090121", "kbli": "10761", "origin": "domestic",
        "origin_evidence": "kebun sendiri", "unit": "g", "unit_quantity": 200, "price_minor": 30_000_00,
        "attributes": [["Grade", "1"], ["Roast", "Medium"]], "made_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Product.objects.create(producer=of, name=name, **(plain | more))


def listing(merchant: Merchant, price: int = 28_000_00, **more: Any) -> Listing:
    plain: dict[str, Any] = {
        "status": "live", "title": "Kopi", "category": "food", "price_minor": price, "weight_g": 250,
        "province": merchant.province, "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Listing.objects.create(merchant=merchant, **(plain | more))


def seen(ref: str, price: int = 20_000_00, origin: str = IMPORTED, **more: Any) -> PriceObservation:
    plain: dict[str, Any] = {
        "source": "survey", "observed_on": date(2026, 11, 1), "hs": "090121", "category": "food", "unit": "g",
        "quantity": 200, "attributes": QUALITY, "imported_at": NOW,
    }  # fmt: skip
    return PriceObservation.objects.create(ref=ref, price_minor=price, origin=origin, **(plain | more))
