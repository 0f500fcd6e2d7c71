"""Money that fits no deal, and the operator's word on where it belongs."""

from __future__ import annotations

import msgspec
from django.db import transaction

from mediator.deals.batch import Result
from mediator.deals.engine import Engine
from mediator.deals.purchases import Payment, Share, pay_command
from mediator.protocol import Command
from mediator.rails.errors import RailError
from mediator.rails.models import RailPayment, UnmatchedPayment


def assign(engine: Engine, rail: str, reference: str, book: str, deal: str, by: str, part: int = 0) -> Result:
    """Bring unmatched money to a deal as a payment. The deal's own rules say what it does there.

    RailError ``no_such_payment`` or ``assigned_already``; a refused command leaves the money where it is.
    """
    with transaction.atomic():
        row = UnmatchedPayment.objects.select_for_update().filter(rail=rail, reference=reference, part=part).first()
        if row is None:
            raise RailError("no_such_payment", f"{rail} has no unmatched payment {reference}, part {part}.")
        if row.assigned_at is not None and (str(row.book_id), str(row.deal_id)) != (book, deal):
            raise RailError("assigned_already", f"That money was assigned to deal {row.deal_id}.")
        share = Share(book, deal, row.amount)
        command = _assigned(pay_command(share, Payment(rail, reference, row.amount), row.currency), part)
        result = engine.apply([command])[0]
        if result.ok and row.assigned_at is None:
            where = UnmatchedPayment.objects.filter(rail=rail, reference=reference, part=part)
            where.update(assigned_at=engine.now(), assigned_by=by, book_id=book, deal_id=deal)
            _remember(row, share)
        return result


def _assigned(command: Command, part: int) -> Command:
    """Under a key of its own: the same payment may have brought the same deal another share, and no reference that
    a rail makes up may look like it."""
    rail, reference = command.actor.id, command.details.reference
    assert isinstance(reference, str)
    return msgspec.structs.replace(command, key=f"rail/{rail}/assigned/{part}/{reference}")


def _remember(row: UnmatchedPayment, share: Share) -> None:
    """The payment went to this deal after all: a chargeback will look for it there."""
    paid = RailPayment.objects.select_for_update().get(rail=row.rail, reference=row.reference)
    shares = msgspec.json.decode(paid.shares, type=tuple[Share, ...])
    kept = (*shares[: row.part], share, *shares[row.part + 1 :])
    encoded = msgspec.json.encode(kept).decode()
    RailPayment.objects.filter(rail=row.rail, reference=row.reference).update(shares=encoded)
