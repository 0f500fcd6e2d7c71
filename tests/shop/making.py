"""Shops, listings and buyers for tests of the shop: each says only what matters to the test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from mediator.deals.books import NewBook, open_books
from mediator.deals.clock import SetClock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.mediation.photos.frozen import Promise, freeze
from mediator.people.models import Person
from mediator.shop.checkout import Address, Item, Order, Parcel
from mediator.shop.models import Listing, Member, Merchant

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PRICE = 50_000_00


def engine(now: datetime = NOW) -> tuple[Engine, SetClock]:
    clock = SetClock(now)
    return Engine(clock), clock


def merchant(name: str = "Kopi Gayo Mandiri", *, policy: str = "", currency: str = "IDR", **fields: Any) -> Merchant:
    given = {"province": "11", "regency": "11.04", "slug": f"toko-{uuid7()[-12:]}", "opened_at": NOW} | fields
    made = Merchant.objects.create(name=name, book_id=uuid7(), **given)
    open_books([NewBook(str(made.book_id), str(made.pk), currency, name=name, policy=policy)], NOW)
    made.refresh_from_db()
    return made


def member(shop: Merchant, email: str = "") -> Person:
    person = Person.objects.create_user(email or f"{uuid7()}@example.id", "kata sandi panjang", name="Sari")
    Member.objects.create(merchant=shop, person=person, role="owner", since=NOW)
    return person


def listing(shop: Merchant, title: str = "Kopi Gayo 250 g", **fields: Any) -> Listing:
    given = {
        "status": "live", "text": "Kopi arabika, disangrai sedang.", "attributes": [["Asal", "Takengon"]],
        "category": "food", "price_minor": PRICE, "weight_g": 300, "province": shop.province,
        "regency": shop.regency, "created_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Listing.objects.create(merchant=shop, title=title, **(given | fields))


def promise(title: str = "Kopi Gayo 250 g", price: int = PRICE, **fields: Any) -> Promise:
    given: dict[str, Any] = {"text": "", "weight_g": 300, "currency": "IDR"}
    return freeze(title=title, price_minor=price, **(given | fields))


def address(**fields: Any) -> Address:
    given = {"name": "Budi", "phone": "+6281234567890", "address": "Jl. Dago 1, RT 02", "regency": "32.73"}
    return Address(**(given | fields))


def parcel(shop: Merchant, *goods: Listing, quantity: int = 1, freight: int = 0, **fields: Any) -> Parcel:
    items = tuple(
        Item(promise(each.title, each.price_minor), quantity, each.category, str(each.pk)) for each in goods
    ) or (Item(promise(), quantity, "food"),)
    return Parcel(shop, items, freight, **fields)


def order(*parcels: Parcel, key: str = "", buyer: str = "", **fields: Any) -> Order:
    return Order(key or uuid7(), buyer or f"guest-{uuid7()}", address(), parcels, **fields)


def new_uuid() -> UUID:
    """An id of ours."""
    return UUID(uuid7())
