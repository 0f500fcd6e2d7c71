"""The outside of the money: what the sandbox rail moved for the replayed orders, kept where a bank would keep it.

Idempotent by reference, like everything of a replay: the same payment or transfer is remembered once.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from mediator.deals.batch import Result
from mediator.ledger.cursors import hot_cursor
from mediator.protocol import Command
from mediator.rails.base import Totals
from mediator.rails.registry import find_rail
from mediator.rails.sandbox_store import PaymentRow, TransferRow, record_payments, record_transfers
from mediator.replay.mapping import Plan
from mediator.replay.mapping_flight import RAIL

SETTLED = frozenset({"payout_settled", "payback_settled"})


def remember_payments(plans: Iterable[Plan]) -> int:
    """The money that came in for these orders; returns how many payments are new."""
    return record_payments(
        PaymentRow(reference, plan.code, plan.currency, payment.amount, payment.at, rail=RAIL)
        for plan in plans
        for reference, payment in plan.payments
    )


def transfer_of(command: Command, result: Result) -> TransferRow | None:
    """The transfer that a settling command told of; None for any other command, and for one that was refused."""
    if command.name not in SETTLED or not result.ok or result.deal is None:
        return None
    terms, state = result.deal.terms, result.deal.state
    found = next(one for one in state.transfers if one.reference == command.details.reference)
    payee = terms.merchant if found.side == "merchant" else terms.buyer
    assert command.at is not None
    return TransferRow(found.reference, payee, terms.currency, found.amount, "settled", command.at, rail=RAIL)


def remember_transfers(rows: Iterable[TransferRow]) -> int:
    """The money that went out; returns how many transfers are new."""
    return record_transfers(rows)


def rail_totals(currency: str) -> Totals:
    """All that the rail says came in and went out in that currency, minor units."""
    connection.ensure_connection()
    with hot_cursor() as cursor:
        return find_rail(RAIL).totals(cursor.connection).get(currency, Totals(0, 0))
