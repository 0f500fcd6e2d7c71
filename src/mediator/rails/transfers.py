"""Instructing the rail, and finding out what became of it.

| stage | what is done next |
| --- | --- |
| queued | sent; a payout waits here while its book is frozen, or the rail needs an account and none is named |
| sending | the sender may have died: inquired about once its time is up |
| accepted, unknown | inquired about, with growing pauses |
| missing | the rail has never heard of it: inquired about again after half an hour, then sent again as it was |
| failed, returned | the money is due again: put in flight anew, under a new reference, after a pause |
| settled | nothing |

An unknown outcome is never answered with a new reference: only the rail's own word *failed* is.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection

from mediator.deals.engine import Engine
from mediator.deals.freezes import frozen_books
from mediator.rails import payouts
from mediator.rails.base import Notice, NoticeKind, Stage, TransferAnswer, TransferOrder
from mediator.rails.errors import RailError, Unreachable
from mediator.rails.intake import OPEN_STAGES
from mediator.rails.models import Transfer
from mediator.rails.payees import account_for
from mediator.rails.registry import find_rail
from mediator.rails.service import take

SEND_LEASE = timedelta(minutes=2)
INQUIRE_FIRST = timedelta(minutes=1)
INQUIRE_AT_MOST = timedelta(hours=6)
MISSING_FOR = timedelta(minutes=30)
"""How long a transfer that the rail can't find may still be on its way to the rail's books."""

NO_ACCOUNT = "no_account"
NO_ACCOUNT_PAUSE = timedelta(minutes=10)

AT_ONCE = 100

_log = logging.getLogger(__name__)

CLAIM = """
UPDATE transfer SET stage = coalesce(%s, stage), attempts = attempts + 1, sent_at = coalesce(sent_at, %s), next_at = %s
WHERE reference IN (
    SELECT reference FROM transfer WHERE stage = ANY(%s) AND next_at <= %s
        AND NOT (stage = 'queued' AND side = 'merchant' AND book_id = ANY(%s::uuid[]))
    ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED
)
RETURNING reference
"""

# A deal's terms may name any purchase; only the purchase itself says which deals it pays.
PAYMENTS_OF = """
SELECT p.reference, p.at FROM payment_code AS c JOIN rail_payment AS p ON p.code = c.code
WHERE p.rail = %(rail)s AND c.book_id = %(book)s AND c.deal_id = %(deal)s
UNION
SELECT p.reference, p.at FROM deal AS d
JOIN purchase AS b ON b.id = d.terms::jsonb ->> 'purchase'
    AND b.deals::jsonb @> jsonb_build_array(jsonb_build_array(d.book_id::text, d.id::text))
JOIN payment_code AS c ON c.purchase = b.id AND c.purchase <> ''
JOIN rail_payment AS p ON p.code = c.code
WHERE p.rail = %(rail)s AND d.book_id = %(book)s AND d.id = %(deal)s
ORDER BY 2
"""

_NOTICE = {
    Stage.SETTLED: NoticeKind.TRANSFER_SETTLED,
    Stage.FAILED: NoticeKind.TRANSFER_FAILED,
    Stage.RETURNED: NoticeKind.TRANSFER_RETURNED,
}


def send_due(engine: Engine) -> int:
    """Send what is queued; returns how many instructions went out. A frozen book's merchant is not paid."""
    total = 0
    while rows := _claim(["queued"], engine.now(), "sending"):
        for row in rows:
            now = engine.now()
            if _is_stopped(row, now):  # in the meantime: sending those before it took time
                _put_back(row, now)
                continue
            answer = _send(row, now)
            if answer is None:
                _put_back(row, now + NO_ACCOUNT_PAUSE, NO_ACCOUNT)
                continue
            _settle(engine, row, answer)
            total += 1
    return total


def recover(engine: Engine) -> int:
    """Inquire about every transfer whose outcome is not known and whose pause is over; returns how many."""
    total = 0
    while rows := _claim(["sending", "accepted", "unknown", "missing"], engine.now(), None):
        for row in rows:
            _settle(engine, row, _inquire(row))
        total += len(rows)
    return total


def retry_failed(engine: Engine) -> int:
    """Put money in flight again that a bank refused or sent back, after its pause; returns how many transfers."""
    now = engine.now()
    due = Transfer.objects.filter(stage__in=("failed", "returned"), next_at__lte=now).order_by("next_at")
    # A frozen book's merchant is not paid; what is due stays due until the book goes on.
    due = due.exclude(side="merchant", book_id__in=frozen_books(now))
    rows = list(due[: AT_ONCE * 5])
    started = payouts.start(engine, list({(str(row.book_id), str(row.deal_id)) for row in rows}), again=True)
    # Also of a book that was frozen in the meantime: trying once more does no harm, forgetting would.
    done = Transfer.objects.filter(reference__in=[row.reference for row in rows])
    done.exclude(side="merchant", book_id__in=frozen_books(now)).update(next_at=None)
    return started


def _claim(stages: list[str], now: datetime, to: str | None) -> list[Transfer]:
    """Take transfers that are due; until the lease ends nobody else takes them."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [to, now, now + SEND_LEASE, stages, now, list(frozen_books(now)), AT_ONCE])
        references = [row[0] for row in cursor.fetchall()]
    return list(Transfer.objects.filter(reference__in=references).order_by("at", "reference"))


def _is_stopped(row: Transfer, now: datetime) -> bool:
    return row.side == "merchant" and bool(frozen_books(now, [str(row.book_id)]))


def _put_back(row: Transfer, next_at: datetime, reason: str = "") -> None:
    """The rail has not heard of it: it waits as if it had never been taken."""
    Transfer.objects.filter(reference=row.reference, stage="sending").update(
        stage="queued", attempts=row.attempts - 1, sent_at=None, next_at=next_at, reason=reason
    )


def _send(row: Transfer, now: datetime) -> TransferAnswer | None:
    """What the rail answers; None when it was not told, because it needs an account and there is none."""
    payments: tuple[str, ...] = ()
    if row.side == "buyer":
        payments = _payments_of(row)
    try:
        rail = find_rail(row.rail)
        rail.check(row.currency, row.amount)
        account = account_for(row, now)
        if account is None and row.side == "merchant" and rail.needs_account:
            return None
        order = TransferOrder(row.reference, row.side, row.payee, row.currency, row.amount, payments, account)
        return rail.send(order)
    except Unreachable as error:
        return TransferAnswer(Stage.UNKNOWN, str(error))
    except (RailError, ValueError) as error:
        return TransferAnswer(Stage.FAILED, str(error))
    except Exception as error:
        _log.exception("transfer %s", row.reference)
        return TransferAnswer(Stage.UNKNOWN, f"{type(error).__name__}: {error}")


def _inquire(row: Transfer) -> TransferAnswer:
    try:
        return find_rail(row.rail).inquire(row.reference)
    except Exception as error:
        if not isinstance(error, RailError):
            _log.exception("transfer %s", row.reference)
        return TransferAnswer(Stage.UNKNOWN, str(error))


def _settle(engine: Engine, row: Transfer, answer: TransferAnswer) -> None:
    now = engine.now()
    kind = _NOTICE.get(answer.stage)
    if kind is not None:
        take(engine, row.rail, [Notice(kind, row.reference, row.currency, row.amount, reason=answer.reason)])
        return
    if answer.stage is Stage.NOT_FOUND:
        stage, next_at = _missing(row, now)
    else:
        stage, next_at = str(answer.stage), now + min(INQUIRE_FIRST * 2 ** min(row.attempts, 16), INQUIRE_AT_MOST)
    # A notice may have been faster: its word is the later one.
    Transfer.objects.filter(reference=row.reference, stage__in=OPEN_STAGES).update(
        stage=stage, reason=answer.reason, next_at=next_at
    )


def _missing(row: Transfer, now: datetime) -> tuple[str, datetime]:
    """Twice not found, half an hour after it was sent: the rail never got it, so it gets the same order again."""
    assert row.sent_at is not None
    may_send = row.sent_at + MISSING_FOR
    if row.stage == "missing" and now >= may_send:
        Transfer.objects.filter(reference=row.reference).update(sent_at=None)
        return "queued", now
    return "missing", max(may_send, now + INQUIRE_FIRST)


def _payments_of(row: Transfer) -> tuple[str, ...]:
    """References of what was paid on this deal, or on its purchase, by this rail, the first one first."""
    with connection.cursor() as cursor:
        cursor.execute(PAYMENTS_OF, {"rail": row.rail, "book": row.book_id, "deal": row.deal_id})
        return tuple(reference for reference, _ in cursor.fetchall())
