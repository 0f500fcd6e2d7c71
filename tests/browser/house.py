"""The house the walks go through: a small shop, its people, one clock, and the worker's rounds by hand."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import cache

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail

from mediator.deals.ids import uuid7
from mediator.example.drawing.scene import Look, promised, received
from mediator.example.drawing.taking import taken
from mediator.example.shelves import keep_photo
from mediator.example.world import Told, World
from mediator.mediation.photos.intake import Photo
from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Delivery, Listing, Merchant
from mediator.shop.products import Product, save_product
from mediator.shop.tokens import deal_token
from tests.account.signing import PASSWORD, person

COFFEE = Look("pouch", "forest", "Kopi Gayo", "", 7)
BATIK = Look("cloth", "sogan", "kawung", "kawung", 8)
PRICES = {"Kopi arabika Gayo 250 g": (COFFEE, 78_000_00), "Kain batik kawung": (BATIK, 485_000_00)}


class House(World):
    """One shop with two products, its owner, and as many staff and buyers as a walk needs."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC), {}, {})
        self.rail.clock = self.clock
        self.owner = person(name="Ayu Wulandari", password=PASSWORD)
        self.merchant = self._open()
        for place, (title, (look, price)) in enumerate(PRICES.items()):
            self.looks[title] = look
            self.listings[title] = self._list(title, price, ("food", "women")[place])
        self.coffee, self.batik = self.listings.values()

    def _open(self) -> Merchant:
        shop = open_merchant(
            self.owner,
            "Batik Laweyan Ayu",
            "33",
            "33.72",
            self.now(),
            phone="+6281234567890",
            about="Batik dan kopi dari teman.",
            freight_near_minor=9_000_00,
            freight_far_minor=18_000_00,
        )
        Merchant.objects.filter(pk=shop.pk).update(is_curated=True, is_mentored=True)
        shop.refresh_from_db()
        return shop

    def _list(self, title: str, price: int, category: str) -> Listing:
        digest = keep_photo(_drawn(self.looks[title]), self.now())
        product = Product(title, "Seperti di foto.", (), category, price, 300, 200, (digest,))
        return save_product(self.merchant, product, None, uuid7(), self.now())

    def told(self, name: str, listing: Listing | None = None, buyer: Person | None = None, quantity: int = 1) -> Told:
        """A deal that goes on without clicks, to where a walk begins."""
        return Told(self, f"biasa-{name}", buyer, listing or self.coffee, quantity)

    def delivered(self, name: str, listing: Listing | None = None, quantity: int = 1) -> Told:
        """A deal whose parcel has arrived."""
        deal = self.told(name, listing, quantity=quantity)
        deal.order()
        deal.pay()
        self.later(hours=20)
        deal.ship()
        self.later(hours=30)
        deal.deliver()
        self.work()
        return deal

    def token(self, deal: Told) -> str:
        return deal_token(*deal.place, self.now())

    def later(self, **span: float) -> None:
        """Time passes, and the worker's rounds with it."""
        self.clock.advance(timedelta(**span))
        self.work()

    def latest(self) -> Told:
        """The deal that was opened last by a click, as one that can be told further."""
        row = Delivery.objects.order_by("opened_at", "deal_id").last()
        assert row is not None
        deal = self.told(f"klik-{row.deal_id}")
        deal.place, deal.buyer = (str(row.book_id), str(row.deal_id)), row.buyer
        return deal

    def mails(self) -> list[str]:
        """Subjects of what was sent by e-mail."""
        return [message.subject for message in mail.outbox]


class Staff:
    """One of Mediator's people, who signs in with a password and the code of a phone."""

    def __init__(self, *roles: StaffRole, name: str, courier: str = "") -> None:
        self.person = person(*roles, courier=courier, name=name, password=PASSWORD)
        self.secret = generate_totp_secret()
        TOTP.activate(self.person, self.secret)

    def code(self) -> str:
        """The six digits of this half minute."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30))


def photo_of(look: Look, damage: str = "") -> bytes:
    """What a buyer's phone takes of it."""
    return received(look, damage)


def studio(look: Look) -> bytes:
    """What the shop takes of it."""
    return promised(look)


@cache
def _drawn(look: Look) -> Photo:
    return taken((look, 1))[0]
