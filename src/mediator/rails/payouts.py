"""What begins when a deal owes money: the command that puts it in flight, then an order for the rail.

The command and the order are written in one transaction, before the rail hears anything. So a crash leaves either
nothing, or an order that waits to be sent. A merchant's debt of the same book is set off first.

A merchant may be paid some time after a release instead of at once (``set_pace``). The money waits in the book, not on
its way to the bank, so that a chargeback meanwhile still finds it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from mediator.deals.clock import Clock
from mediator.deals.engine import Engine
from mediator.deals.ids import uuid7
from mediator.deals.store import Event, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.store import read_heads
from mediator.protocol import Actor, Command, Deal, Details, Role
from mediator.rails.models import Transfer
from mediator.rails.registry import rail_names

SYSTEM = Actor(Role.SYSTEM)
SEND = {"merchant": "pay_out", "buyer": "pay_back"}
BOOKS_AT_ONCE = 50

# What the outbox has told of is long done; this finds deals whose events were lost with a dead letter, or that owe
# money by a rail that was not set up when they ended.
OWING = """
SELECT d.book_id::text, d.id::text
FROM (
    SELECT DISTINCT book_id FROM balance
    WHERE account IN ('merchant', 'buyer', 'payout_transit', 'refund_transit') AND amount <> 0 AND book_id > %s
    ORDER BY book_id LIMIT %s
) AS b
JOIN deal AS d ON d.book_id = b.book_id
WHERE (d.state::jsonb -> 'purse') ?| ARRAY['merchant', 'buyer', 'payout_transit', 'refund_transit']
ORDER BY d.book_id
"""

_log = logging.getLogger(__name__)


Pace = Callable[[Sequence[str]], Mapping[str, timedelta]]
"""Given books, how long after a release the merchant of each is paid; a book that is not named is paid at once."""


class _Paced:
    """Who is asked; nobody at first, so that every merchant is paid at once."""

    pace: Pace | None = None


def set_pace(pace: Pace | None) -> None:
    """Have ``pace`` say from now on how long money waits in these books; None: it waits nowhere."""
    _Paced.pace = pace


def on_events(events: Sequence[Event], clock: Clock) -> None:
    """The outbox's listener: whatever happened to a deal, see whether it owes money."""
    start(Engine(clock), list(dict.fromkeys((event.book, event.deal) for event in events)))


def start(engine: Engine, places: Sequence[tuple[str, str]], *, again: bool = False) -> int:
    """Put the money that these (book, deal) owe in flight; returns how many transfers are new.

    After a failure only ``again`` tries once more: a pause lies between, and a party may name another account.
    """
    if not places:
        return 0
    with transaction.atomic():
        with hot_cursor() as cursor:
            deals = [stored.deal for stored in read_deals(cursor, places).values()]
            heads = read_heads(cursor, sorted({deal.book for deal in deals}))
        debts = {book: head.debt for book, head in heads.items()}
        frozen = {book for book, head in heads.items() if head.is_frozen(engine.now())}
        waiting = _waiting(deals, frozen, engine.now())
        rails = set(rail_names())
        commands = [command for deal in deals for command in _commands(deal, debts, waiting, rails, again)]
        results = engine.apply(commands) if commands else []
        moved = {(result.deal.book, result.deal.id): result.deal for result in results if result.deal is not None}
        return _order([moved.get((deal.book, deal.id), deal) for deal in deals], engine.now())


def look_again(engine: Engine) -> int:
    """Go over all books that owe money or have some in flight; returns how many transfers were found to be missing."""
    found = 0
    after = "00000000-0000-0000-0000-000000000000"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OWING, [after, BOOKS_AT_ONCE])
            places = cursor.fetchall()
        if not places:
            return found
        for first in range(0, len(places), 500):
            found += start(engine, places[first : first + 500])
        after = places[-1][0]


def _waiting(deals: Sequence[Deal], frozen: set[str], now: datetime) -> set[str]:
    """The deals whose merchant is not paid now: the book is frozen, or what its pace says has not passed since the
    deal last moved. What a bank refused has waited already."""
    paces = _Paced.pace(sorted({deal.book for deal in deals})) if _Paced.pace is not None else {}
    early = {
        deal.id
        for deal in deals
        if not deal.state.failures.get("merchant") and now < deal.state.changed_at + paces.get(deal.book, timedelta(0))
    }
    return early | {deal.id for deal in deals if deal.book in frozen}


def _commands(deal: Deal, debts: dict[str, int], waiting: set[str], rails: set[str], again: bool) -> Iterable[Command]:
    state = deal.state
    for side, name in SEND.items():
        due = state.purse.get(side, 0)
        if due <= 0 or any(t.side == side and t.stage == "sent" for t in state.transfers):
            continue
        if side == "merchant" and debts[deal.book] > 0:
            amount = min(due, debts[deal.book])
            debts[deal.book] -= amount
            due -= amount
            yield Command(deal.book, deal.id, "recover", SYSTEM, f"recover/{deal.version}", Details(amount=amount))
        if state.failures.get(side) and not again:
            continue
        if side == "merchant" and deal.id in waiting:
            continue  # looked for again every half hour, so it goes out when the book goes on or the time has passed
        if state.rail not in rails:
            _log.warning("deal %s owes money by the rail %s, which is not set up", deal.id, state.rail)
        elif due:
            details = Details(reference=uuid7())
            yield Command(deal.book, deal.id, name, SYSTEM, f"{name}/{deal.version}", details)


def _order(deals: Iterable[Deal], now: datetime) -> int:
    """Write an order for every transfer of these deals that has none."""
    rows = [_row(deal, place, now) for deal in deals for place in range(len(deal.state.transfers))]
    known = set(Transfer.objects.filter(reference__in=[r.reference for r in rows]).values_list("reference", flat=True))
    new = [row for row in rows if row.reference not in known]
    Transfer.objects.bulk_create(new, ignore_conflicts=True)
    return sum(row.next_at is not None for row in new)


def _row(deal: Deal, place: int, now: datetime) -> Transfer:
    sent = deal.state.transfers[place]
    is_open = sent.stage == "sent"
    return Transfer(
        reference=sent.reference,
        rail=sent.rail,
        book_id=deal.book,
        deal_id=deal.id,
        side=sent.side,
        payee=deal.terms.merchant if sent.side == "merchant" else deal.terms.buyer,
        currency=deal.terms.currency,
        amount=sent.amount,
        stage="queued" if is_open else sent.stage,
        at=now,
        next_at=now if is_open else None,
    )
