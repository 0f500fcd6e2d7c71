"""Real orders of a Brazilian marketplace (Olist) as orders with one part a seller, impossible times and all.

Every order row that can be read yields an order; whatever contradicts itself in it is told as it stands and named by an
explanation. The set has no claims and no outcomes of claims: a review of one or two stars whose words say what was
wrong is taken as a claim, and what came of it is left to the clocks. docs/replay.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from msgspec import structs

from mediator import money
from mediator.replay.delays import share_bp
from mediator.replay.olist_tables import BRASILIA, CURRENCY, Goods, Paid, Purchase, Reviewed, Tables
from mediator.replay.orders import RANK, BadRow, Happening, Item, Order, Payment, SellerPart
from mediator.replay.words import Complaint, complaint

UNKNOWN_SELLER = "olist-unknown"
QUANTUM = money.currency(CURRENCY).quantum


def read_olist(folder: Path) -> Iterator[BadRow | Order]:
    """First the rows that make no sense, file by file, then every order by the time it was placed."""
    return _read(Tables(folder))  # here, so that a missing file is told at once and not at the first row


def _read(opened: Tables) -> Iterator[BadRow | Order]:
    with opened as tables:
        yield from tables.load()
        if tables.last_time is None:
            return
        for purchase in tables.purchases():
            yield _order(tables, purchase, tables.last_time)


def _order(tables: Tables, purchase: Purchase, end: datetime) -> Order:
    why = time_explanations(purchase)
    pieces = tables.goods(purchase.order_id)
    payments = tables.paid(purchase.order_id)
    reviews = tables.reviews(purchase.order_id)
    sales = _sales(tables, pieces) or _nameless_sale(payments, why)
    claimed = _claimed(purchase, reviews, why)
    why += _payment_explanations(purchase, payments, sales) + _review_explanations(purchase, reviews)
    if len(sales) > 1:
        why.append("several_sellers")
        if claimed is not None:
            why.append("claim_part_unknown")
    counted = claimed is not None and _is_counted(sales, claimed[1])
    if claimed is not None and claimed[1].kind == "incomplete" and sales:
        why.append("quantity_from_words" if counted else "share_assumed")
    if tables.has_refused(purchase.order_id):
        why.append("row_refused")

    received = _received(purchase, payments)
    shares = split([payment.amount for payment in received], [_total(items) for items in sales.values()])
    course = list(_course(purchase)) + [
        Happening(review.written_at, "review", score=review.score, note=review.words) for review in reviews
    ]
    parts = []
    for place, (seller, items) in enumerate(sales.items()):
        happenings = course + _part_paid(received, [row[place] for row in shares])
        if claimed is not None:
            happenings.append(_claim(items, *claimed, counted))
        happenings += _last(purchase, happenings, claimed is not None, end)
        part = _part(seller, tables.look_up("seller", seller) or "", items, happenings)
        parts.append(structs.replace(part, ship_until=_ship_until(pieces, seller)))
    buyer = tables.look_up("customer", purchase.customer)
    if buyer is None:
        why.append("customer_unknown")
    if any(seller != UNKNOWN_SELLER and tables.look_up("seller", seller) is None for seller in sales):
        why.append("seller_unknown")
    return Order(
        order_id=purchase.order_id,
        buyer=buyer or purchase.customer,
        currency=CURRENCY,
        placed_at=purchase.placed_at,
        payments=received,
        parts=tuple(parts),
        explanations=tuple(why),
        line=purchase.line,
        promised_at=purchase.promised_at,
    )


def _sales(tables: Tables, pieces: Sequence[Goods]) -> dict[str, tuple[Item, ...]]:
    """The lines of each seller; equal pieces are one line with a quantity."""
    counts: dict[Goods, int] = {}
    for found in pieces:
        piece = structs.replace(found, ship_until=None)
        counts[piece] = counts.get(piece, 0) + 1
    sales: dict[str, tuple[Item, ...]] = {}
    for piece, count in counts.items():
        category = tables.look_up("product", piece.product) or ""
        item = Item(
            name=category or "produto",
            quantity=count,
            unit_price=piece.price,
            product=piece.product,
            category=category,
            freight=piece.freight * count,
        )
        sales[piece.seller] = (*sales.get(piece.seller, ()), item)
    return sales


def _nameless_sale(payments: Sequence[Paid], why: list[str]) -> dict[str, tuple[Item, ...]]:
    """No goods are recorded: what was paid stands in for them."""
    why.append("no_items")
    total = sum(payment.amount for payment in payments)
    if total == 0:
        why.append("no_amount")
        return {}
    return {UNKNOWN_SELLER: (Item(name="produto", quantity=1, unit_price=total),)}


def _ship_until(pieces: Sequence[Goods], seller: str) -> datetime | None:
    """The seller's limit for handing over: of several pieces the latest, as they travel together."""
    limits = [piece.ship_until for piece in pieces if piece.seller == seller and piece.ship_until is not None]
    return max(limits, default=None)


def _total(items: Sequence[Item]) -> int:
    return sum(item.amount for item in items)


def split(amounts: Sequence[int], wanted: Sequence[int]) -> list[list[int]]:
    """Each payment over the parts, in proportion to ``wanted``, to the cent: one row a payment, one column a part.

    First the sum of all payments is allocated, so that parts paid exactly are exact; then each payment in turn by what
    the parts still miss of that. Sums of rows are the payments, sums of columns the allocation of the whole.
    """
    if not wanted:
        return [[] for _ in amounts]
    missing = money.allocate(sum(amounts), wanted, QUANTUM)
    rows: list[list[int]] = []
    for amount in amounts:
        shares = money.allocate(amount, missing, QUANTUM)
        missing = [part - share for part, share in zip(missing, shares, strict=True)]
        rows.append(shares)
    return rows


def _received(purchase: Purchase, payments: Sequence[Paid]) -> tuple[Payment, ...]:
    """The payments that moved money: approved, and above 0."""
    at = purchase.approved_at
    if at is None:
        return ()
    return tuple(
        Payment(at, payment.amount, payment.method, f"{purchase.order_id}-{payment.number}")
        for payment in payments
        if payment.amount > 0
    )


def _course(purchase: Purchase) -> Iterator[Happening]:
    """The parcel's way and how the order was called off, with the real times even where they are impossible."""
    if purchase.carrier_at is not None:
        yield Happening(purchase.carrier_at, "shipped")
    delivered_at = purchase.delivered_at
    if delivered_at is not None:
        yield Happening(delivered_at, "delivered")
    elif purchase.status == "delivered":
        stands_in = max(_known(purchase), purchase.promised_at or purchase.placed_at)
        yield Happening(stands_in, "delivered", note="no time recorded; the promised day stands in")
    if purchase.status == "canceled":
        yield Happening(_known(purchase), "cancelled_by_buyer", note="time and canceller are not recorded")
    if purchase.status == "unavailable":
        yield Happening(_known(purchase), "unavailable", note="time is not recorded")


def _known(purchase: Purchase) -> datetime:
    """The last time the order's own row knows of what happened."""
    times = (purchase.placed_at, purchase.approved_at, purchase.carrier_at, purchase.delivered_at)
    return max(time for time in times if time is not None)


def _claimed(purchase: Purchase, reviews: Sequence[Reviewed], why: list[str]) -> tuple[Reviewed, Complaint] | None:
    """The first bad review that says what was wrong, while there is money to claim: paid and not called off."""
    if purchase.approved_at is None or purchase.status in ("canceled", "unavailable"):
        return None
    bad = [review for review in reviews if review.score <= 2]
    for review in bad:
        found = complaint(review.words, "pt")
        if found is not None:
            why.append("claim_from_words")
            if found.others:
                why.append("several_complaints")
            return review, found
    if bad:
        why.append("bad_review_without_claim")
    return None


def _part_paid(received: Sequence[Payment], shares: Sequence[int]) -> list[Happening]:
    return [
        Happening(payment.at, "paid", amount=share, method=payment.method, note=payment.reference)
        for payment, share in zip(received, shares, strict=True)
        if share > 0
    ]


def _last(purchase: Purchase, happenings: Sequence[Happening], has_claim: bool, end: datetime) -> list[Happening]:
    """What follows the last happening: silence, the end of the record, or nothing where the order was called off."""
    last = max((happening.at for happening in happenings), default=purchase.placed_at)
    if purchase.status in ("canceled", "unavailable"):
        return []
    if purchase.status == "delivered" and not has_claim:
        return [Happening(last, "silence")]
    return [Happening(max(last, end), "end_of_data")]


def _part(seller: str, city: str, items: tuple[Item, ...], happenings: list[Happening]) -> SellerPart:
    happenings.sort(key=lambda happening: (happening.at, RANK[happening.what]))
    return SellerPart(
        seller=seller,
        city=city,
        category=items[0].category,
        items=items,
        amount=_total(items),
        happenings=tuple(happenings),
    )


def _is_counted(sales: dict[str, tuple[Item, ...]], found: Complaint) -> bool:
    """Whether the words say how many pieces are missing and the order is one line, so that it is clear of what."""
    items = [item for sale in sales.values() for item in sale]
    return found.missing is not None and len(items) == 1 and found.missing < items[0].quantity


def _claim(items: Sequence[Item], review: Reviewed, found: Complaint, counted: bool) -> Happening:
    """The claim on one part: all of it, or of an incomplete one the counted pieces, else the stated share."""
    quantities, wished = tuple(item.quantity for item in items), _total(items)
    if found.kind == "incomplete" and counted and found.missing is not None:
        quantities, wished = (found.missing,), found.missing * items[0].unit_price
    elif found.kind == "incomplete":
        share = money.divide(wished * share_bp("missing_part_of_price"), 10_000, QUANTUM, money.Rounding.FLOOR)
        wished = max(QUANTUM, share)
    return Happening(
        review.written_at,
        "claim",
        amount=wished,
        claim=found.kind,
        remedy=found.remedy,
        lines=tuple(range(len(items))),
        quantities=quantities,
        note=found.phrase,
    )


def time_explanations(purchase: Purchase) -> list[str]:
    """What is odd in the times and the status of one order."""
    placed, approved, carrier = purchase.placed_at, purchase.approved_at, purchase.carrier_at
    delivered, status = purchase.delivered_at, purchase.status
    called_off = status in ("canceled", "unavailable")
    promised = purchase.promised_at
    found = {
        "shipped_before_ordered": carrier is not None and carrier < placed,
        "shipped_before_paid": carrier is not None and approved is not None and carrier < approved,
        "delivered_before_paid": delivered is not None and approved is not None and delivered < approved,
        "delivered_before_shipped": delivered is not None and carrier is not None and delivered < carrier,
        "delivered_late": delivered is not None and promised is not None and _day(delivered) > _day(promised),
        "delivered_without_date": status == "delivered" and delivered is None,
        "delivered_without_shipping_date": carrier is None and (delivered is not None or status == "delivered"),
        "unavailable": status == "unavailable",
        "cancel_time_unknown": called_off,
        "canceller_unknown": status == "canceled",
        "cancelled_but_delivered": called_off and delivered is not None,
        "cancelled_but_shipped": called_off and carrier is not None and delivered is None,
        f"left_{status}": status in ("created", "approved", "invoiced", "processing", "shipped"),
    }
    return [code for code, true in found.items() if true]


def _payment_explanations(
    purchase: Purchase, payments: Sequence[Paid], sales: dict[str, tuple[Item, ...]]
) -> list[str]:
    total, wanted = sum(payment.amount for payment in payments), sum(_total(items) for items in sales.values())
    found = {
        "no_payments": not payments,
        "payment_of_nothing": any(payment.amount == 0 for payment in payments),
        "payment_never_approved": bool(payments) and purchase.approved_at is None,
        "several_payments": len(payments) > 1,
        "paid_too_much": bool(payments) and total > wanted,
        "paid_too_little": bool(payments) and total < wanted,
    }
    return [code for code, true in found.items() if true]


def _review_explanations(purchase: Purchase, reviews: Sequence[Reviewed]) -> list[str]:
    delivered = purchase.delivered_at
    early = delivered is not None and any(_day(review.asked_at) < _day(delivered) for review in reviews)
    found = {"no_review": not reviews, "several_reviews": len(reviews) > 1, "review_before_delivery": early}
    return [code for code, true in found.items() if true]


def _day(moment: datetime) -> date:
    """The calendar day where the parties live."""
    return moment.astimezone(BRASILIA).date()
