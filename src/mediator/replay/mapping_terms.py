"""From a part of an order to the terms of its deal. Ids follow from the data alone: a second run meets the same deals.

Clocks are frozen at opening from what was known when the order was placed, never from what came later.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from msgspec import Struct

from mediator.deals.books import NewBook
from mediator.protocol import Facts, Line, Terms
from mediator.replay.orders import Order, Payment, SellerPart

NAMESPACE = UUID("6d656469-6174-5f72-8570-6c6179000001")
DAY = timedelta(days=1)
MAX_NAME = 200
MAX_SPAN_D = 365

CLOCKS: dict[str, dict[str, str]] = {
    # The data has no buyer's city, hence no route: the longest one's time to deliver. Inspecting is drawn from a table
    # that reaches 72 hours. The rest is the protocol's own.
    "tokopedia": {"deliver_by": "21d", "inspect_by": "3d"},
    # boleto slips can be paid for days; seven days to look at goods is what Brazil's consumer code gives a distance
    # buyer to think again (Lei 8.078/1990, art. 49). ship_by and deliver_by come from each order's own promises.
    "olist": {"pay_by": "7d", "inspect_by": "7d", "ship_by": "7d", "deliver_by": "30d"},
}
"""Terms a kind of data trades on where they are not the protocol's defaults (``docs/replay.md`` says why)."""

COUNTRIES = {"tokopedia": "ID", "olist": "BR"}
FREIGHT = {"tokopedia": "Ongkos kirim", "olist": "Frete"}
POLICIES = {"tokopedia": "qris", "olist": "free"}
"""What deals are charged by when nobody says: today's QRIS fee, and nothing where the shipped fees are of another
currency and another century of law."""


class Setting(Struct, frozen=True):
    """What one replay holds fixed. ``source`` names the data by its content (and seed), wherever it lies."""

    source: str
    kind: str
    policy: str
    drain: bool = False


def source_of(folder: Path, kind: str, seed: int) -> str:
    """The kind, a digest of the folder's CSV files, and the seed where chance has a part: ``tokopedia-1a2b3c4d5e6f-1``.

    The same files make the same source in any folder; one changed cell makes another.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name.endswith((".csv", ".csv.gz")):
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    name = f"{kind}-{digest.hexdigest()[:12]}"
    return f"{name}-{seed}" if kind == "tokopedia" else name


def book_id(source: str, seller: str) -> str:
    return str(uuid5(NAMESPACE, f"{source}\x1f{seller}"))


def deal_id(source: str, order_id: str, seller: str) -> str:
    return str(uuid5(NAMESPACE, f"{source}\x1f{order_id}\x1f{seller}"))


def merchant_id(source: str, seller: str) -> str:
    return f"{source}/{seller}"


def purchase_code(source: str, order_id: str) -> str:
    """At most 64 signs whatever the data's order numbers look like."""
    return "replay-" + uuid5(NAMESPACE, f"{source}\x1f{order_id}").hex


def rail_reference(source: str, payment: Payment) -> str:
    """The rail's own reference of a payment, unique on the rail."""
    return "replay-" + uuid5(NAMESPACE, f"{source}\x1fpayment\x1f{payment.reference}").hex


def new_book(setting: Setting, order: Order, part: SellerPart) -> NewBook:
    return NewBook(
        id=book_id(setting.source, part.seller),
        merchant=merchant_id(setting.source, part.seller),
        currency=order.currency,
        name=part.seller if not part.city else f"{part.seller} ({part.city})",
        platform=setting.source,
        country=COUNTRIES[setting.kind],
        policy=setting.policy,
    )


def terms_of(setting: Setting, order: Order, part: SellerPart) -> Terms:
    """The terms the part was sold on; the freight of all its lines is a line of its own."""
    lines = [Line(item.name[:MAX_NAME], item.quantity, item.unit_price, item.product[:64]) for item in part.items]
    freight = sum(item.freight for item in part.items)
    if freight:
        lines.append(Line(FREIGHT[setting.kind], 1, freight))
    return Terms(
        buyer=order.buyer,
        merchant=merchant_id(setting.source, part.seller),
        currency=order.currency,
        amount=part.amount,
        lines=tuple(lines),
        facts=Facts(category=part.category),
        clocks=_clocks(setting.kind, order, part),
        platform=setting.source,
        purchase=purchase_code(setting.source, order.order_id),
    )


def _clocks(kind: str, order: Order, part: SellerPart) -> dict[str, str]:
    """The kind's clocks; those an order names itself last as long as from placing it to the day that was named.

    A clock starts later than the order (at payment, at shipping), so it never rings before that day.
    """
    clocks = dict(CLOCKS[kind])
    if part.ship_until is not None:
        clocks["ship_by"] = _days(order.placed_at, part.ship_until)
    if order.promised_at is not None:
        clocks["deliver_by"] = _days(order.placed_at, order.promised_at)
    return clocks


def _days(start: datetime, end: datetime) -> str:
    """Whole days from start to end, begun ones too; at least one, at most a year."""
    return f"{min(MAX_SPAN_D, max(1, -((start - end) // DAY)))}d"
