"""What a reader of marketplace data hands on: orders, what really happened to them, and the rows that made no sense.

A *happening* is a fact of the outside world ("the parcel was delivered", "the buyer wrote two stars"), not a command:
it is told in the order it really happened, even where no escrow would allow that order. Whoever maps happenings to
commands decides what a protocol makes of them.

Amounts are integers of the currency's minor unit. Times are timezone-aware UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

What = Literal[
    "paid",  # amount of this part, method
    "shipped",  # handed to the carrier
    "delivered",  # the carrier says it arrived
    "cancelled_by_buyer",
    "cancelled_by_merchant",
    "unavailable",  # the merchant has no such goods
    "accepted",  # the buyer says all is well
    "claim",  # claim, remedy, lines, quantities, amount wished back
    "merchant_answers",  # answer: agree, offer (amount), contest
    "buyer_answers",  # answer: agree, escalate, withdraw
    "mediator_decides",  # amount to the buyer, from 0 to the amount claimed
    "returned",  # the buyer sent the goods back
    "return_confirmed",  # the merchant has them again
    "review",  # score 1 to 5, note: the words. Never moves money
    "silence",  # from here on nobody acts: the clocks decide
    "end_of_data",  # the record stops here; what came later is not known
]
ClaimKind = Literal["not_arrived", "not_as_described", "damaged", "incomplete", "counterfeit"]
Remedy = Literal["refund", "partial_refund", "return_and_refund"]
Answer = Literal["agree", "offer", "contest", "escalate", "withdraw"]

RANK: dict[str, int] = {what: place for place, what in enumerate(What.__args__)}  # type: ignore[attr-defined]
"""Which of two happenings of the same second is told first: the plain course of a sale."""

MAX_NOTE = 500
"""A note keeps this many characters of somebody's words."""


class Item(Struct, frozen=True):
    """One line of a sale. ``unit_price`` is for one piece, ``freight`` for the whole line, both in minor units."""

    name: str
    quantity: int
    unit_price: int
    product: str = ""
    category: str = ""
    freight: int = 0

    @property
    def amount(self) -> int:
        """What the line costs the buyer."""
        return self.quantity * self.unit_price + self.freight


class Happening(Struct, frozen=True):
    """One fact and its moment; which fields mean something is said beside each word of ``What``."""

    at: datetime
    what: What
    amount: int = 0
    method: str = ""
    note: str = ""
    score: int | None = None
    claim: ClaimKind | None = None
    remedy: Remedy | None = None
    answer: Answer | None = None
    lines: tuple[int, ...] = ()
    quantities: tuple[int, ...] = ()
    """Of a claim: places in ``SellerPart.items``, and how many pieces of each are disputed."""


class SellerPart(Struct, frozen=True):
    """What one seller owes of an order, and what became of it: it becomes one deal."""

    seller: str
    city: str
    category: str
    items: tuple[Item, ...]
    amount: int
    happenings: tuple[Happening, ...]
    ship_until: datetime | None = None
    """Until when the seller promised to hand the parcel over, where the data says so."""


class Payment(Struct, frozen=True):
    """Money that came in for the whole order; each part's share of it is a ``paid`` happening of that part."""

    at: datetime
    amount: int
    method: str
    reference: str


class Order(Struct, frozen=True):
    """One order. ``line`` is the physical line its row begins on; ``explanations`` are keys of EXPLANATIONS."""

    order_id: str
    buyer: str
    currency: str
    placed_at: datetime
    payments: tuple[Payment, ...]
    parts: tuple[SellerPart, ...]
    explanations: tuple[str, ...]
    line: int
    promised_at: datetime | None = None
    """When the parcel was promised to arrive, as said when the order was placed."""


class BadRow(Struct, frozen=True):
    """A row that could not be understood: where it begins, why, and its first characters."""

    file: str
    line: int
    reason: str
    text: str


class ReplayInputError(ValueError):
    """Input that cannot be replayed. ``code`` is stable; the text says what would be right.

    Codes: ``missing_folder``, ``unknown_kind``, ``missing_file``, ``missing_column``, ``damaged_file``, ``bad_row``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


EXPLANATIONS: dict[str, str] = {
    # times that contradict each other
    "shipped_before_ordered": "The carrier had the parcel before the order was placed.",
    "shipped_before_paid": "The carrier had the parcel before the payment was approved.",
    "delivered_before_paid": "The parcel arrived before the payment was approved.",
    "delivered_before_shipped": "The parcel arrived before the carrier had it.",
    "delivered_late": "The parcel arrived after the day that was promised.",
    "delivered_without_date": "The status says delivered, without a time: the promised day stands in.",
    "delivered_without_shipping_date": "The parcel arrived though no time says when the carrier had it.",
    "review_before_delivery": "The buyer was asked for a review on a day before the parcel arrived.",
    # money
    "several_payments": "The order was paid in several payments; each seller has a proportional share of each.",
    "paid_too_much": "More was paid than goods and freight cost.",
    "paid_too_little": "Less was paid than goods and freight cost.",
    "payment_of_nothing": "A payment of 0 is recorded; nothing moves.",
    "no_payments": "No payment is recorded.",
    "payment_never_approved": "Payments are recorded but were never approved: no money came in.",
    "no_items": "No goods are recorded: one nameless seller and the amount paid stand in.",
    "no_amount": "Neither goods nor money are recorded: there is nothing to hold.",
    "price_placeholder": "The price is below Rp 1.000, likely a placeholder of the shop; taken as it is.",
    # how far the order came
    "several_sellers": "Goods of several sellers: one deal each.",
    "unavailable": "The merchant had no such goods.",
    "cancel_time_unknown": "When it was called off is not recorded: the last known time stands in.",
    "canceller_unknown": "Who cancelled is not recorded: taken as the buyer.",
    "cancelled_but_shipped": "Cancelled although the carrier had the parcel.",
    "cancelled_but_delivered": "Cancelled although the parcel arrived.",
    "left_created": "The record stops before payment.",
    "left_approved": "The record stops after payment.",
    "left_invoiced": "The record stops at the invoice: nothing was handed to a carrier.",
    "left_processing": "The record stops while the merchant prepares the parcel.",
    "left_shipped": "The record stops while the parcel travels.",
    # words
    "no_review": "The buyer wrote no review.",
    "several_reviews": "The buyer wrote several reviews.",
    "claim_from_words": "A bad review says what was wrong: taken as a claim.",
    "claim_part_unknown": "The words do not say which seller they mean: the claim is made on every part.",
    "several_complaints": "The words complain of several things; the first kind of the word table counts.",
    "bad_review_without_claim": "A bad review that claims nothing: accepted, no money moves.",
    "quantity_from_words": "How many were ordered is read from the review's words.",
    "quantity_assumed": "Pieces are missing but not how many were ordered: one more than were missing is assumed.",
    "share_assumed": "Something is missing without a number: a stated share of the price is claimed.",
    "city_ambiguous": "A city and a regency share the seller's place name; which is meant is not said.",
    "text_damaged": "Characters of the text were lost before it reached us.",
    "same_row_twice": "A row with the same cells came shortly before; both are taken.",
    # rows
    "row_refused": "A row of this order's goods, payments or reviews was malformed and is missing here.",
    "customer_unknown": "The buyer's row is missing; the order's own customer number stands in.",
    "seller_unknown": "The seller's row is missing: no city.",
}
"""Every code an order may carry, with the sentence a report prints."""
