"""Cases as rows, kept up from the outbox. A row is read off the deal's history, so making it again makes the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from mediator.deals.clock import Clock
from mediator.deals.keys import WIDTH, link_of
from mediator.deals.store import Event, Stored, read_deals
from mediator.ledger.cursors import hot_cursor
from mediator.ledger.record import Record, read_body
from mediator.mediation.cases.fold import Claimed, claims_of
from mediator.mediation.cases.lock import take_lock
from mediator.mediation.cases.models import Case
from mediator.protocol import Deal
from mediator.protocol.decide import event_name
from mediator.protocol.table import CLAIM, TABLE

Places = list[tuple[str, str]]

_OF_CLAIMS = frozenset({event_name("claim")} | {event_name(move.command) for move in CLAIM})
_MAY_END_CLAIMS = frozenset(
    event_name(move.command) for move in TABLE if move.machine != "claim" and move.command != "claim"
)
_NEVER = frozenset(event_name(name) for name in ("open", "pay", "ship", "pay_out", "payout_settled", "payback_settled"))

WITH_OPEN_CASE = """
SELECT DISTINCT c.book_id::text, c.deal_id::text FROM mediation_case AS c
JOIN unnest(%s::uuid[], %s::uuid[]) AS w (book_id, deal_id) USING (book_id, deal_id) WHERE c.closed_at IS NULL
"""

BODIES = """
SELECT j.book_id::text, j.body FROM journal AS j
JOIN unnest(%s::uuid[], %s::bigint[]) AS w (book_id, seq) USING (book_id, seq) ORDER BY j.book_id, j.seq
"""

READ_OFF = (
    "version", "kind", "remedy", "amount", "stage", "instance", "lead", "wants", "due_at", "heard_at", "decided_at",
    "closed_at", "how", "first_by", "first_to_buyer", "final_by", "appealed_by", "is_reversed", "reasons",
    "reasons_version", "needs_return", "to_buyer", "to_seller", "courier",
)  # fmt: skip
"""The columns that the journal decides; who has the case is not among them."""


def on_events(events: Sequence[Event], clock: Clock) -> None:
    """The outbox's listener: whatever concerns a claim is read again, then whoever waits for a mediator gets one."""
    from mediator.mediation.cases.assigning import assign_waiting

    places = _concerned(events)
    if places and refresh(places):
        assign_waiting(clock.now())


def refresh(places: Iterable[tuple[str, str]]) -> list[Case]:
    """Make the rows of all claims of these deals (book, deal) anew; a constant number of statements."""
    wanted = list(dict.fromkeys(places))
    with transaction.atomic():
        take_lock()
        with hot_cursor() as cursor:
            stored = {p: s for p, s in read_deals(cursor, wanted).items() if s.deal.state.claim is not None}
        rows = [row for place, history in _histories(stored).items() for row in _rows(stored[place].deal, history)]
        Case.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["book_id", "deal_id", "number"],
            update_fields=READ_OFF,
        )
    return rows


def _concerned(events: Sequence[Event]) -> Places:
    """The deals whose claims these events may have moved."""
    sure = {(e.book, e.deal) for e in events if e.event in _OF_CLAIMS}
    perhaps = {(e.book, e.deal) for e in events if e.event in _MAY_END_CLAIMS - _NEVER} - sure
    if perhaps:
        with connection.cursor() as cursor:
            cursor.execute(WITH_OPEN_CASE, [[book for book, _ in perhaps], [deal for _, deal in perhaps]])
            sure.update(cursor.fetchall())
    return sorted(sure)


def _histories(stored: dict[tuple[str, str], Stored]) -> dict[tuple[str, str], list[Record]]:
    """Every record of each of these deals by version; links that several deals share are read once."""
    links = sorted(
        {
            (book, link_of(one.keys, version))
            for (book, _), one in stored.items()
            for version in range(1, len(one.keys) // WIDTH + 1)
        }
    )
    found: dict[tuple[str, str], list[Record]] = defaultdict(list)
    if links:
        with connection.cursor() as cursor:
            cursor.execute(BODIES, [[book for book, _ in links], [seq for _, seq in links]])
            for book, body in cursor.fetchall():
                for record in read_body(body):
                    if (book, record.deal) in stored:
                        found[book, record.deal].append(record)
    return {place: sorted(records, key=lambda record: record.version) for place, records in found.items()}


def _rows(deal: Deal, history: list[Record]) -> list[Case]:
    return [_row(deal, claim) for claim in claims_of(deal, history)]


def _row(deal: Deal, claim: Claimed) -> Case:
    terms, is_closed = deal.terms, claim.closed_at is not None
    return Case(
        book_id=deal.book,
        deal_id=deal.id,
        number=claim.number,
        version=deal.version,
        kind=claim.kind,
        remedy=claim.remedy,
        amount=claim.amount,
        currency=terms.currency,
        category=terms.facts.category,
        merchant=terms.merchant,
        buyer=terms.buyer,
        courier=deal.state.courier,
        stage=claim.stage,
        instance=claim.instance,
        lead=claim.lead and not is_closed,
        wants=claim.wants,
        due_at=claim.due_at,
        opened_at=claim.opened_at,
        heard_at=claim.heard_at,
        decided_at=claim.decided_at,
        closed_at=claim.closed_at,
        how=claim.how,
        first_by=claim.first_by,
        first_to_buyer=claim.first_to_buyer,
        final_by=claim.final_by,
        appealed_by=claim.appealed_by,
        is_reversed=claim.is_reversed,
        reasons=list(claim.reasons),
        reasons_version=claim.reasons_version,
        needs_return=claim.needs_return,
        to_buyer=claim.to_buyer if is_closed else None,
        to_seller=claim.to_seller if is_closed else None,
    )


def case_of(book: str, deal: str, *, version: int = 0) -> Case | None:
    """The latest case of a deal as the outbox has it; read again at once when the deal is at a later ``version``."""
    newest = Case.objects.filter(book_id=book, deal_id=deal).order_by("-number").first()
    if version and (newest is None or newest.version < version):
        refresh([(book, deal)])
        newest = Case.objects.filter(book_id=book, deal_id=deal).order_by("-number").first()
    return newest


def opened_at(history: Sequence[Record]) -> datetime:
    """When a deal was opened: which version of the catalogue it is decided by."""
    return history[0].at
