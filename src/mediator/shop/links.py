"""Deal links: an offer made in a chat. Its promise is frozen when the link is made, not when somebody pays."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db import connection, transaction

from mediator.deals.engine import Engine
from mediator.deals.models import Deal as DealRow
from mediator.mediation.photos.frozen import Promise
from mediator.mediation.promises import keep_promise
from mediator.protocol import Actor, Command, Details, Role
from mediator.shop.models import DealLink, Listing, Merchant
from mediator.shop.shelf import clocks_of, other_goods

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letter that looks like another: a code may be read out on the telephone."""

CODE_LENGTH = 10
LIVES_DAYS = (7, 1, 3, 30)
"""How long a link may be open; the first is meant unless the merchant says otherwise."""

CLOCKS: dict[str, tuple[str, ...]] = {
    "ship_by": ("1wd", "3wd", "5wd", "7wd", "14wd"),
    "deliver_by": ("3d", "7d", "14d", "21d"),
    "inspect_by": ("3d", "5d", "7d", "14d", "30d"),
}
"""The clocks a merchant may set on a link, and to what; never to less time for the buyer to look than usual."""

MAX_QUANTITY = 99

# An order that was not paid in its time holds nothing, from that moment on: not only once its clock has been noticed.
_HOLDS = "d.status NOT IN ('expired', 'cancelled') AND NOT (d.status = 'opened' AND d.due_at <= %(now)s)"
OPEN_DEALS = f"""
SELECT count(*) FROM delivery AS y JOIN deal AS d ON d.book_id = y.book_id AND d.id = y.deal_id
WHERE y.link = %(link)s AND y.link <> '' AND {_HOLDS}
"""  # noqa: S608  made of the constants above
UNPAID = f"""
SELECT y.book_id::text, y.deal_id::text, y.purchase, d.due_at
FROM delivery AS y JOIN deal AS d ON d.book_id = y.book_id AND d.id = y.deal_id
WHERE y.link = %(link)s AND y.link <> '' AND d.status = 'opened' AND {_HOLDS}
ORDER BY y.opened_at DESC LIMIT 1
"""  # noqa: S608  made of the constants above


class LinkState(StrEnum):
    """Whether a link can be paid by; why not."""

    OPEN = "open"
    USED = "used"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Offer:
    """What a merchant puts into a link. ``freight_minor`` None: by the merchant's rates and the buyer's province."""

    promise: Promise
    category: str = "other"
    quantity: int = 1
    freight_minor: int | None = None
    uses: str = "once"
    lives_days: int = LIVES_DAYS[0]
    clocks: Mapping[str, str] = field(default_factory=dict)
    listing: Listing | None = None


def make_link(merchant: Merchant, offer: Offer, key: str, by: str, now: datetime) -> DealLink:
    """Freeze the offer and put it under a code. The same key of the same merchant is the same link.

    MediationError when the words can't be promised; ValueError for a clock or a use that is not offered.
    """
    for name, span in offer.clocks.items():
        if span not in CLOCKS.get(name, ()):
            raise ValueError(f"A link can't set {name} to {span}.")
    if offer.uses not in ("once", "many") or not 1 <= offer.quantity <= MAX_QUANTITY:
        raise ValueError("A link is for once or many, and for 1 to 99 pieces.")
    link, _ = DealLink.objects.get_or_create(
        merchant=merchant,
        key=key,
        defaults={
            "code": new_code(),
            "listing": offer.listing,
            "promise": keep_promise(offer.promise, now),
            "title": offer.promise.title,
            "category": offer.category,
            "price_minor": offer.promise.price_minor,
            "currency": offer.promise.currency,
            "quantity": offer.quantity,
            "freight_minor": offer.freight_minor,
            "clocks": _usual_clocks(merchant, offer) | dict(offer.clocks),
            "uses": offer.uses,
            "created_by": by,
            "created_at": now,
            "expires_at": now + timedelta(days=offer.lives_days),
        },
    )
    return link


def _usual_clocks(merchant: Merchant, offer: Offer) -> dict[str, str]:
    """What the merchant's standing gives goods of the first shelf; what the merchant says of a clock goes before."""
    if offer.listing is None:
        return {}
    item = Offered(offer.promise, str(offer.listing.pk), offer.category)
    return dict(clocks_of([merchant], other_goods([[item]]))[0])


class Offered(NamedTuple):
    """The goods of a link, as the shelf compares them."""

    promise: Promise
    listing: str
    category: str


def new_code() -> str:
    """A code nobody can guess: one of 8 * 10**14."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def state_of(link: DealLink, now: datetime) -> LinkState:
    """Whether somebody may pay by this link now. A link for once is used while its deal runs, and after."""
    if link.closed_at is not None:
        return LinkState.CLOSED
    if link.uses == "once" and open_deals_of(link.code, now):
        return LinkState.USED
    return LinkState.EXPIRED if link.expires_at <= now else LinkState.OPEN


def open_deals_of(code: str, now: datetime) -> int:
    """How many deals came by the link and were not given up before money came."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_DEALS, {"link": code, "now": now})
        return int(cursor.fetchone()[0])


class Unpaid(NamedTuple):
    """The order that holds a link for one buyer and is not paid yet; ``until`` when its pay clock rings."""

    book: str
    deal: str
    purchase: str
    until: datetime


def unpaid_of(link: DealLink, now: datetime) -> Unpaid | None:
    """The order that keeps others from paying by this link, as long as nothing has been paid for it."""
    if link.uses != "once":
        return None
    with connection.cursor() as cursor:
        cursor.execute(UNPAID, {"link": link.code, "now": now})
        row = cursor.fetchone()
    return Unpaid(*row) if row else None


def free(engine: Engine, link: DealLink, now: datetime) -> bool:
    """Cancel the unpaid order that holds the link, as its merchant; False when there is none (any more).

    The deal's row is locked before it is looked at: money that comes in the same moment is either here first, and then
    nothing is cancelled, or comes to a cancelled deal and goes back. Busy when both met.
    """
    with transaction.atomic():
        unpaid = unpaid_of(link, now)
        if unpaid is None:
            return False
        row = DealRow.objects.select_for_update().filter(book_id=unpaid.book, id=unpaid.deal).values("status").first()
        if row is None or row["status"] != "opened":
            return False
        actor = Actor(Role.MERCHANT, str(link.merchant_id))
        command = Command(unpaid.book, unpaid.deal, "cancel", actor, f"cancel/free/{unpaid.deal}", Details())
        return engine.apply([command])[0].ok


def lock_for_use(code: str, now: datetime) -> bool:
    """Whether the link may be paid by, with nobody else paying by it until this transaction ends."""
    link = DealLink.objects.select_for_update().filter(code=code).first()
    return link is not None and state_of(link, now) is LinkState.OPEN


def close(link: DealLink, now: datetime) -> None:
    """Nobody can pay by it any more; deals that came by it go on. Closing twice changes nothing."""
    DealLink.objects.filter(code=link.code, closed_at=None).update(closed_at=now)
    link.refresh_from_db(fields=["closed_at"])
