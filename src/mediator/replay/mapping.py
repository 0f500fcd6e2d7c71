"""From an order to books, a purchase, and each deal's commands in the order of time. Pure: no database, no clock.

Every order comes out as a plan, whatever its record says. A plan is made by asking the protocol itself, command by
command (``mapping_pilot``), so it holds only what the protocol takes; what it refuses is counted with its code and an
explanation. The same data makes the same plan with the same ids and keys, so applying it twice does nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from mediator.deals.books import NewBook
from mediator.deals.purchases import Share
from mediator.protocol import Command
from mediator.replay.mapping_pilot import Pilot
from mediator.replay.mapping_terms import Setting, deal_id, new_book, purchase_code, rail_reference, terms_of
from mediator.replay.orders import Order, Payment

NOT_OPENED = "not_opened"


class DealPlan(Struct, frozen=True):
    """One deal: every command the protocol takes, by time; how it ends; why it came so; what was refused, by code."""

    book: NewBook
    deal: str
    amount: int
    commands: tuple[Command, ...]
    status: str
    explanations: frozenset[str]
    refused: Counter[str]


class Plan(Struct, frozen=True):
    """One order. ``payments`` is the money that came in for all of it, each with the rail's reference; ``shares`` what
    each deal costs. Without goods and money there is no deal."""

    code: str
    currency: str
    payments: tuple[tuple[str, Payment], ...]
    deals: tuple[DealPlan, ...]
    shares: tuple[Share, ...]


def plan_order(order: Order, setting: Setting, own: Iterable[int] | None = None) -> Plan:
    """The plan of an order; of the deals only those at the places ``own`` when given."""
    wanted = range(len(order.parts)) if own is None else own
    shares = []
    for part in order.parts:
        book = new_book(setting, order, part)
        shares.append(Share(book.id, deal_id(setting.source, order.order_id, part.seller), part.amount))
    deals = tuple(_plan_part(order, setting, place) for place in wanted)
    code = purchase_code(setting.source, order.order_id)
    payments = tuple((rail_reference(setting.source, payment), payment) for payment in order.payments)
    return Plan(code, order.currency, payments, deals, tuple(shares))


def _plan_part(order: Order, setting: Setting, place: int) -> DealPlan:
    part = order.parts[place]
    book = new_book(setting, order, part)
    terms = terms_of(setting, order, part)
    name = deal_id(setting.source, order.order_id, part.seller)
    references = {payment.reference: rail_reference(setting.source, payment) for payment in order.payments}
    if len(order.payments) == 1:
        references[""] = rail_reference(setting.source, order.payments[0])  # a reader need not name the only one
    pilot = Pilot(book.id, name, terms, part, references)
    deal = pilot.fly(order.placed_at, drain=setting.drain)
    return DealPlan(
        book=book,
        deal=name,
        amount=part.amount,
        commands=tuple(pilot.commands),
        status=deal.status if deal else NOT_OPENED,
        explanations=frozenset(pilot.why),
        refused=pilot.refused,
    )
