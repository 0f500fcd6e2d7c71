"""Producers of the example's shops: profile, permits, products; written as their owners would."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from mediator.example.ikm import papers
from mediator.example.ikm.pictures import Digests, of_runs
from mediator.example.ikm.plans import Goods, Plan, plans
from mediator.ikm.privacy import consents
from mediator.ikm.producers.goods import Goods as Said
from mediator.ikm.producers.goods import save_goods
from mediator.ikm.producers.models import Permit, Producer, Product
from mediator.ikm.producers.permit_service import PermitGiven, fulfil_commitment, record_permit
from mediator.ikm.producers.profiles import Profile, begin
from mediator.people.models import Person
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Listing, Member, Merchant
from mediator.shop.places import regency_name

SPACE = UUID("6d656469-6174-6f72-8000-696b6d696b6d")
QUALITY: dict[str, tuple[tuple[str, str], ...]] = {
    "520852": (("Bahan", "katun"),), "090121": (("Jenis", "arabika"), ("Sangrai", "sedang")),
    "180632": (("Kakao", "70 %"),), "691200": (("Glasir", "aman pangan"),), "040900": (("Jenis", "madu hutan"),),
    "460212": (("Bahan", "rotan"),),
}  # fmt: skip
"""What makes prices comparable, by HS code."""


@dataclass
class Made:
    """A producer of the example with what belongs to it; ``products`` by listing's title."""

    plan: Plan
    producer: Producer
    owner: Person
    photos: Digests
    listings: dict[str, Listing]
    products: dict[str, Product] = field(default_factory=dict)

    def shown(self, goods: Goods) -> list[str]:
        """Pictures of a product: the shop's, and of other runs."""
        return [*self.listings[goods.listing].photos, *of_runs(self.photos, goods.listing)]

    @property
    def place(self) -> list[str]:
        return [self.photos[f"room/{self.plan.shop}"], self.photos[f"notes/{self.plan.shop}"]]

    @property
    def nib_paper(self) -> str:
        return self.photos[f"paper/{self.plan.shop}"]


def key(*about: object) -> str:
    """The key of something that is done once."""
    return str(uuid5(SPACE, "/".join(map(str, about))))


def make_all(
    listings: dict[str, Listing], photos: Digests, offices: Mapping[str, Person], now: datetime
) -> dict[str, Made]:
    """Every producer with permits and products as of ``now``, by the shop's name. ``offices``: who speaks for the
    dinas of a province."""
    made = {}
    for number, plan in enumerate(plans()):
        made[plan.shop] = _make(plan, listings, photos, offices, now + timedelta(hours=5 * number))
    return made


def _make(
    plan: Plan, listings: dict[str, Listing], photos: Digests, offices: Mapping[str, Person], now: datetime
) -> Made:
    merchant = Merchant.objects.get(name=plan.shop)
    owner = Member.objects.select_related("person").get(merchant=merchant, role="owner").person
    chance = random.Random(plan.shop)
    profile = Profile(
        plan.shop, merchant.regency, papers.nib(plan.shop), owner_name=plan.owner, phone=merchant.phone,
        email=owner.email, address=f"Jl. Contoh {1 + chance.randrange(90)}, {regency_name(merchant.regency)}",
        kbli=plan.kbli, workers=plan.workers, capital_minor=plan.capital_minor, sales_minor=plan.sales_minor,
        figures_year=jakarta_date(now).year - 1,
        started_on=date(plan.since, 1 + chance.randrange(12), 1 + chance.randrange(28)),
    )  # fmt: skip
    made = Made(plan, begin(merchant, profile, now), owner, photos, listings)
    record_permit(made.producer, PermitGiven("nib", made.producer.nib, issuer="OSS", file=made.nib_paper), now)
    for goods in plan.goods:
        made.products[goods.listing] = _product(made, goods, now)
        _licences(made, goods, offices[merchant.province], now)
    if plan.completed:
        consents.give(made.producer.pk, "contact", "kemenperin-ikma", str(owner.pk), now + timedelta(days=1))
    return made


def _product(made: Made, goods: Goods, now: datetime) -> Product:
    listing = made.listings[goods.listing]
    said = Said(
        goods.name, goods.kind, listing.category, goods.hs, made.plan.kbli, listing.pk, "domestic",
        f"Dibuat di tempat kami di {regency_name(made.producer.regency)}; bahan utama dari Indonesia.", goods.unit,
        goods.quantity, listing.price_minor, QUALITY.get(goods.hs, ()),
    )  # fmt: skip
    return save_goods(made.producer, said, None, key("product", goods.listing), now)


def _licences(made: Made, goods: Goods, office: Person, now: datetime) -> None:
    """What the law asks of food and cosmetics; given by the producer, verified by nobody yet. Training, inspection and
    label of a P-IRT were done within its three months."""
    product = made.products[goods.listing]
    issued = jakarta_date(now) - timedelta(days=400)
    regency = made.producer.regency
    if goods.kind == "cosmetics":
        number, paper = papers.notification(goods.name), made.photos[f"licence/{goods.listing}"]
        _record(made, PermitGiven("bpom-other", number, product, "BPOM", "", paper, issued), now)
    if goods.kind != "food":
        return
    paper = made.photos[f"licence/{goods.listing}"]
    number = papers.pirt(goods.pirt, regency, goods.name, issued.year + 5)
    issuer = f"Dinas Kesehatan {regency_name(regency)}"
    licence = _record(made, PermitGiven("p-irt", number, product, issuer, "", paper, issued), now)
    fulfil_commitment(licence, office, issued + timedelta(days=60), now)
    number = papers.halal(regency[:2], goods.name, issued)
    _record(made, PermitGiven("halal", number, product, "BPJPH", "", paper, issued), now)


def _record(made: Made, given: PermitGiven, now: datetime) -> Permit:
    permit, _ = record_permit(made.producer, given, now)
    return permit
