"""What a buyer pays on top of the goods: the buyer's part of the fee policy of the merchant's book, and freight.

The same figures the engine demands when the deal opens: it refuses any other, so a page that shows a wrong one fails
loudly instead of charging it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mediator.deals.charging import Policies, facts_of, read_policies
from mediator.ledger.cursors import Cursor, hot_cursor
from mediator.ledger.store import Head, read_heads
from mediator.protocol.calendar import jakarta_date
from mediator.protocol.deal import Terms
from mediator.shop.models import Merchant

ADOPTED = "SELECT coalesce(string_agg(reference || digest, ',' ORDER BY reference), '') FROM policy"


class Quoted(NamedTuple):
    """Something to quote: whose goods, for how much (freight included, minor units), and what they are filed under.

    ``other_goods``: not all of them were selected (``shop.shelf``), so they don't have a selected producer's fee.
    """

    book: str
    goods_minor: int
    currency: str
    category: str = ""
    other_goods: bool = False


class _Known:
    """The policies as last read, and which versions those were: read again when others have been adopted."""

    adopted = ""
    policies = Policies()


def quote(merchant: Merchant, goods_minor: int, currency: str, now: datetime, category: str = "") -> int:
    """The buyer's part of the fee on ``goods_minor`` (freight included), minor units; 0 where sellers bear it all."""
    return quotes([Quoted(str(merchant.book_id), goods_minor, currency, category)], now)[0]


def quotes(wanted: Sequence[Quoted], now: datetime) -> list[int]:
    """The same for several merchants, in two statements however many there are."""
    with hot_cursor() as cursor:
        heads = read_heads(cursor, sorted({each.book for each in wanted}))
        policies = _policies(cursor)
    return [_quote(each, heads.get(each.book), policies, now) for each in wanted]


def _quote(wanted: Quoted, head: Head | None, policies: Policies, now: datetime) -> int:
    if head is None or not head.policy:
        return 0
    on = jakarta_date(now)
    policy = policies.in_force(head.policy, on)
    if policy is None:
        return 0  # the engine refuses to open the deal and says so
    facts = facts_of(head, wanted.category, other_goods=wanted.other_goods)
    terms = Terms("", "", wanted.currency, wanted.goods_minor, (), policy.reference, policy.digest, facts=facts)
    return policies.buyer_fee(terms, wanted.goods_minor, on)


def _policies(cursor: Cursor) -> Policies:
    row = cursor.execute(ADOPTED, prepare=True).fetchone()
    assert row is not None
    if row[0] != _Known.adopted:
        _Known.policies, _Known.adopted = read_policies(), row[0]
    return _Known.policies


def freight(merchant: Merchant, province: str, weight_g: int) -> int:
    """What sending ``weight_g`` to a province costs the buyer, minor units: the merchant's rate a started kilogram."""
    rate = merchant.freight_near_minor if province == merchant.province else merchant.freight_far_minor
    return rate * max(1, -(-weight_g // 1000))
