"""From what somebody means to buy to deals: one deal a merchant, one purchase for all, in one transaction.

The order's key makes it happen once: a second click, a second tab and the back button find the deals that the first
made. Nothing of an order is believed but what to buy: prices, freight and fees are the shop's own, and when they are
no longer what the buyer saw, nothing is opened and the buyer is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mediator.deals.batch import Result
from mediator.deals.engine import Engine
from mediator.deals.errors import Busy
from mediator.deals.ids import uuid7
from mediator.deals.purchases import Purchase, PurchaseError, Share, open_purchase, read_purchase
from mediator.deals.store import read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.mediation.photos.frozen import Promise
from mediator.mediation.promises import keep_bundle, keep_promise
from mediator.money import MoneyError
from mediator.people.models import Person
from mediator.protocol import Actor, Command, Deal, Details, Facts, Line, Role, Terms
from mediator.shop import stock
from mediator.shop.fees import Quoted, quote, quotes
from mediator.shop.links import lock_for_use
from mediator.shop.models import Delivery, Member, Merchant
from mediator.shop.places import zone_of_province
from mediator.shop.shelf import other_goods
from mediator.shop.tokens import deal_token

__all__ = ["Address", "CheckoutError", "Item", "Opened", "Order", "Parcel", "open_deals", "opened_before", "quote"]

FREIGHT_NAME = "Ongkos kirim"
FREIGHT_SKU = "freight"
LONGEST_TITLE = 200


class CheckoutError(Exception):
    """An order that opens nothing. ``code`` is stable; ``listing`` or ``merchant`` names what it is about, if any."""

    def __init__(self, code: str, message: str, *, listing: str = "", merchant: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.listing = listing
        self.merchant = merchant


@dataclass(frozen=True)
class Item:
    """Goods of a parcel: their frozen promise, how many, and the listing they come from ("" for words of a link)."""

    promise: Promise
    quantity: int
    category: str = ""
    listing: str = ""

    @property
    def total_minor(self) -> int:
        return self.promise.price_minor * self.quantity


@dataclass(frozen=True)
class Parcel:
    """What one merchant sends: one deal. ``link`` is the code of the deal link it came by, if any."""

    merchant: Merchant
    items: tuple[Item, ...]
    freight_minor: int = 0
    clocks: tuple[tuple[str, str], ...] = ()
    link: str = ""

    @property
    def goods_minor(self) -> int:
        return sum(item.total_minor for item in self.items)

    @property
    def category(self) -> str:
        """What most of the money is for: a deal has one category, and its fee may depend on it."""
        sums: dict[str, int] = {}
        for item in self.items:
            sums[item.category] = sums.get(item.category, 0) + item.total_minor
        return max(sums, key=lambda code: (sums[code], code))


@dataclass(frozen=True)
class Address:
    """Where the parcels go and how the buyer is reached. ``phone`` in E.164; ``regency`` a Kemendagri code."""

    name: str
    phone: str
    address: str
    regency: str
    email: str = ""
    postcode: str = ""
    note: str = ""

    @property
    def province(self) -> str:
        return self.regency[:2]


@dataclass(frozen=True)
class Order:
    """``buyer`` is ``str(person.id)`` or ``guest-<uuid>``. ``seen_minor`` is the total the buyer agreed to; None asks
    for no such check (seeds and tests)."""

    key: str
    buyer: str
    address: Address
    parcels: tuple[Parcel, ...]
    person: Person | None = None
    language: str = "id"
    seen_minor: int | None = None

    @property
    def code(self) -> str:
        """The purchase's code: the same for the same buyer and key, and not to be guessed from either alone."""
        return hashlib.sha256(f"mediator.shop.checkout/{self.buyer}/{self.key}".encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Opened:
    """The deals of an order, in its order, and a token for each. ``is_new``: this call opened them."""

    purchase_code: str
    deals: tuple[Deal, ...]
    tokens: tuple[str, ...]
    is_new: bool = True


def open_deals(engine: Engine, order: Order, now: datetime) -> Opened:
    """Open every deal of an order, or none. The same order again gives the same deals.

    CheckoutError ``empty``, ``own_shop``, ``price_changed``, ``sold_out``, ``link_closed``, ``too_much``, ``busy``, or
    the engine's code when it refuses a deal (``book_frozen``, ``no_policy_in_force``, ...).
    """
    before = opened_before(order.code, now)
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _open(engine, order, now)
    except PurchaseError as error:
        if error.code != "purchase_exists":
            raise CheckoutError(error.code, str(error)) from error
        before = opened_before(order.code, now)
        assert before is not None, "a purchase that exists can be read"
        return before
    except MoneyError as error:
        raise CheckoutError("too_much", str(error)) from error
    except Busy as error:
        raise CheckoutError("busy", str(error)) from error


def opened_before(code: str, now: datetime) -> Opened | None:
    """The deals of a purchase that was opened already."""
    purchase = read_purchase(code)
    if purchase is None:
        return None
    places = [(share.book, share.deal) for share in purchase.deals]
    with hot_cursor() as cursor:
        stored = read_deals(cursor, places)
    return _opened(purchase, [stored[place].deal for place in places], now, is_new=False)


def _open(engine: Engine, order: Order, now: datetime) -> Opened:
    if not order.parcels:
        raise CheckoutError("empty", "There is nothing to buy in this order.")
    _refuse_own_shop(order)
    are_other = other_goods([parcel.items for parcel in order.parcels])
    fees = quotes(
        [
            Quoted(str(p.merchant.book_id), p.goods_minor + p.freight_minor, _currency(p), p.category, is_other)
            for p, is_other in zip(order.parcels, are_other, strict=True)
        ],
        now,
    )
    totals = [p.goods_minor + p.freight_minor + fee for p, fee in zip(order.parcels, fees, strict=True)]
    if order.seen_minor is not None and sum(totals) != order.seen_minor:
        raise CheckoutError("price_changed", "The total is no longer what the buyer saw.")
    shares = [Share(str(p.merchant.book_id), uuid7(), t) for p, t in zip(order.parcels, totals, strict=True)]
    # Whoever opens the same order at the same time waits here, and finds these deals instead of opening others.
    purchase = open_purchase(order.code, _currency(order.parcels[0]), shares, now)
    for parcel in order.parcels:
        if parcel.link and not lock_for_use(parcel.link, now):
            raise CheckoutError("link_closed", "This link is closed, used or out of date.")
    _take_stock(order, shares)
    commands = [
        _command(order, parcel, share, fee, is_other, now)
        for parcel, share, fee, is_other in zip(order.parcels, shares, fees, are_other, strict=True)
    ]
    results = engine.apply(commands)
    _refuse_unless_all(order, results)
    Delivery.objects.bulk_create(
        _delivery(order, parcel, share, now) for parcel, share in zip(order.parcels, shares, strict=True)
    )
    deals = [result.deal for result in results if result.deal is not None]
    return _opened(purchase, deals, now, is_new=True)


def _refuse_own_shop(order: Order) -> None:
    """Nobody buys of a shop they work for: such a deal would pay for a good standing, not for goods."""
    if order.person is None:
        return
    ids = [parcel.merchant.pk for parcel in order.parcels]
    own = Member.objects.filter(person=order.person, merchant_id__in=ids).values_list("merchant_id", flat=True).first()
    if own is not None:
        raise CheckoutError("own_shop", "You work for this shop, so you can't buy of it.", merchant=str(own))


def _take_stock(order: Order, shares: Sequence[Share]) -> None:
    wanted = [
        stock.Wanted(share.book, share.deal, item.listing, item.quantity)
        for parcel, share in zip(order.parcels, shares, strict=True)
        for item in parcel.items
        if item.listing
    ]
    try:
        stock.take(wanted)
    except stock.SoldOut as error:
        raise CheckoutError("sold_out", str(error), listing=error.listing) from error


def _command(order: Order, parcel: Parcel, share: Share, fee: int, is_other: bool, now: datetime) -> Command:
    terms = Terms(
        buyer=order.buyer,
        merchant=str(parcel.merchant.pk),
        currency=_currency(parcel),
        amount=share.amount,
        lines=lines_of(parcel),
        buyer_fee=fee,
        facts=Facts(category=parcel.category, other_goods=is_other),
        clocks=dict(parcel.clocks),
        purchase=order.code,
        promise=_promise(parcel, now),
    )
    actor = Actor(Role.BUYER, order.buyer)
    return Command(share.book, share.deal, "open", actor, f"open/{order.key}", Details(terms=terms))


def lines_of(parcel: Parcel) -> tuple[Line, ...]:
    """The lines of a deal: the goods, then freight as a line of its own, so that a claim can name either."""
    goods = tuple(
        Line(item.promise.title, item.quantity, item.promise.price_minor, item.listing[-12:]) for item in parcel.items
    )
    if not parcel.freight_minor:
        return goods
    return (*goods, Line(FREIGHT_NAME, 1, parcel.freight_minor, FREIGHT_SKU))


def _promise(parcel: Parcel, now: datetime) -> str:
    """The digest of what is promised: of the one promise, or of the bundle of several."""
    kept = [(keep_promise(item.promise, now), item.quantity) for item in parcel.items]
    if len(kept) == 1 and kept[0][1] == 1:
        return kept[0][0]
    return keep_bundle(kept, now)


def _refuse_unless_all(order: Order, results: Sequence[Result]) -> None:
    for parcel, result in zip(order.parcels, results, strict=True):
        if not result.ok:
            raise CheckoutError(result.code, result.message, merchant=str(parcel.merchant.pk))


def _delivery(order: Order, parcel: Parcel, share: Share, now: datetime) -> Delivery:
    to, first = order.address, parcel.items[0].promise
    more = f" +{len(parcel.items) - 1}" if len(parcel.items) > 1 else ""
    return Delivery(
        book_id=share.book,
        deal_id=share.deal,
        buyer=order.buyer,
        person=order.person,
        name=to.name,
        phone=to.phone,
        email=to.email,
        address=to.address,
        province=to.province,
        regency=to.regency,
        postcode=to.postcode,
        note=to.note,
        language=order.language,
        zone=zone_of_province(to.province),
        title=first.title[: LONGEST_TITLE - len(more)] + more,
        photo=first.photos[0] if first.photos else "",
        purchase=order.code,
        link=parcel.link,
        listings=[*(item.listing for item in parcel.items), *([""] if parcel.freight_minor else [])],
        opened_at=now,
    )


def _opened(purchase: Purchase, deals: Sequence[Deal], now: datetime, *, is_new: bool) -> Opened:
    tokens = tuple(deal_token(deal.book, deal.id, now) for deal in deals)
    return Opened(purchase.code, tuple(deals), tokens, is_new)


def _currency(parcel: Parcel) -> str:
    return parcel.items[0].promise.currency
