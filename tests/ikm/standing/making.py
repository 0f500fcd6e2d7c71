"""Producers with shops, selections, mentorings and records, for tests of standing: each says what matters to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from mediator.ikm.mentoring.models import Mentored
from mediator.ikm.producers.models import Permit, Producer, Product
from mediator.ikm.selection.models import Selected
from mediator.ikm.standing import rulesets
from mediator.ikm.standing.effects import Effects, read_effects
from mediator.ikm.standing.formula import Formula, read_formula
from mediator.ikm.standing.gate import GateFacts
from mediator.ikm.standing.models import GateRow, Standing, Trading
from mediator.people.models import new_id
from mediator.shop.models import Listing, Merchant
from tests.shop import making as shops

NOW = shops.NOW
TODAY = date(2026, 3, 2)
VALID_TO = date(2028, 3, 1)

FORMULA: Formula = read_formula(rulesets.shipped("formula"), "formula-1")
EFFECTS: Effects = read_effects(rulesets.shipped("effects"), "effects-1")

OPEN = GateFacts(grade="B", bodies=2, origin="domestic", is_origin_shown=True)
"""Facts that open the gate, with nothing to spare."""


def at(day: date) -> datetime:
    """Ten in the morning of that day in Jakarta."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def producer(shop: Merchant | None = None, **fields: Any) -> Producer:
    given = {
        "name": "Batik Sekar", "province": "33", "regency": "33.75", "merchant": shop and shop.pk,
        "made_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Producer.objects.create(**(given | fields))


def product(of: Producer, listing: Listing | None = None, **fields: Any) -> Product:
    given = {
        "name": "Kopi Gayo", "kind": "food", "category": "food", "origin": "domestic",
        "origin_evidence": "kebun sendiri, Takengon", "listing": listing and listing.pk,
        "made_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Product.objects.create(producer=of, **(given | fields))


def select(chosen: Product, grade: str = "B", **fields: Any) -> Selected:
    given = {
        "product_id": chosen.pk, "producer_id": chosen.producer_id, "grade": grade, "permille": 700,
        "organisation": "dinkop-aceh", "application_id": new_id(), "decided_at": NOW, "valid_to": VALID_TO,
    }  # fmt: skip
    return Selected.objects.create(**(given | fields))


def mentor(whom: Producer, *bodies: str, on: date = TODAY, **fields: Any) -> list[Mentored]:
    return [
        Mentored.objects.create(**({
            "enrolment_id": new_id(), "producer_id": whom.pk, "body": body, "organisation": f"{body}-1",
            "programme": f"{body}-2026", "completed_at": at(on),
        } | fields))
        for body in bodies
    ]  # fmt: skip


def permit(of: Producer, product_: Product | None = None, **fields: Any) -> Permit:
    given = {
        "kind": "p-irt", "number": f"2061104010001-{new_id().hex[-2:]}", "issued_on": TODAY - timedelta(days=300),
        "valid_to": VALID_TO, "verified_at": NOW, "verified_by": "a", "verified_how": "register",
        "made_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Permit.objects.create(producer=of, product=product_, **(given | fields))


class House:
    """A shop whose producer's product is selected and mentored by two bodies, so that its listing is first."""

    def __init__(
        self, *, policy: str = "", grade: str = "B", bodies: tuple[str, ...] = ("kemenperin", "dinkop")
    ) -> None:
        self.merchant = shops.merchant(policy=policy)
        self.listing = shops.listing(self.merchant)
        self.producer = producer(self.merchant)
        self.product = product(self.producer, self.listing)
        self.selected = select(self.product, grade)
        self.mentored = mentor(self.producer, *bodies)

    @property
    def id(self) -> UUID:
        return self.producer.pk

    def gate(self) -> GateRow:
        return GateRow.objects.get(product_id=self.product.pk)

    def standing(self) -> Standing:
        return Standing.objects.get(producer_id=self.producer.pk)

    def is_first(self) -> bool:
        self.listing.refresh_from_db()
        return self.listing.is_first

    def trade(self, good: int, of: int) -> None:
        """Give them a record without deals: so many of so many, in everything."""
        counts = dict.fromkeys(("to_ship", "delivered", "sent", "deals"), of)
        counts |= dict.fromkeys(("shipped", "pictured", "kept"), good)
        Trading.objects.update_or_create(producer_id=self.producer.pk, defaults={**counts, "as_of": NOW})
