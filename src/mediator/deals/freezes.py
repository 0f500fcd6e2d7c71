"""Stopping a merchant's book, and letting it go on: by operators, for a reason, under four eyes.

While a freeze is in force the engine opens no new deal in the book and pays nothing out to its merchant. All else goes
on: buyers' refunds, deals under way, releases into the merchant's balance, mediation. One operator's word stops a book
at once, since money that stays where it is can still go anywhere; it lapses by itself unless a second operator
confirms it in time. Letting a book go on takes two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from mediator.deals.errors import DealsError
from mediator.deals.ids import uuid7
from mediator.deals.models import BookFreeze, OperatorAction
from mediator.ledger.models import Book

LAPSES_AFTER = timedelta(hours=24)
NOT_AGAIN_FOR = timedelta(days=7)
"""How long an operator whose freeze nobody confirmed can't freeze that book again: alone, nobody holds a merchant."""

MAX_REASON = 500


class FreezeError(DealsError):
    """A freeze, or the end of one, that can't be had as asked."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def freeze(book: str, by: str, reason: str, key: str, now: datetime) -> BookFreeze:
    """Stop a book at once, until ``LAPSES_AFTER`` or for good once somebody else confirms it.

    ``key`` is the form's: the same key again is the same freeze. FreezeError ``no_such_book``, ``no_reason``,
    ``frozen_already``, or ``not_alone_again``.
    """
    reason = _reason(reason)
    if not Book.objects.filter(id=book).exists():
        raise FreezeError("no_such_book", "There is no such book.")
    try:
        with transaction.atomic():
            known = BookFreeze.objects.filter(book_id=book, id=key).first()
            if known is not None:
                return known
            _close_lapsed(book, now)
            _refuse_alone_again(book, by, now)
            made = BookFreeze.objects.create(
                book_id=UUID(book), id=UUID(key), asked_by=by, reason=reason, at=now, lapses_at=now + LAPSES_AFTER
            )
            note("freeze", by, now, book=book, reason=reason)
            return made
    except IntegrityError:
        same = BookFreeze.objects.filter(book_id=book, id=key).first()
        if same is not None:
            return same
        raise FreezeError("frozen_already", "This book is stopped already.") from None


def confirm(book: str, freeze_id: str, by: str, now: datetime) -> BookFreeze:
    """The second operator's word: the freeze stays until it is lifted.

    FreezeError ``no_such_freeze``, ``lapsed``, ``same_person`` or ``confirmed_already``.
    """
    with transaction.atomic():
        row = _locked(book, freeze_id)
        if row.confirmed_by == by:
            return row
        if row.confirmed_by:
            raise FreezeError("confirmed_already", "Somebody else has confirmed it meanwhile.")
        _refuse_over(row, now)
        if row.asked_by == by:
            raise FreezeError("same_person", "Whoever stopped the book can't confirm it; ask another operator.")
        row.confirmed_by, row.confirmed_at = by, now
        row.save(update_fields=("confirmed_by", "confirmed_at"))
        note("confirm_freeze", by, now, book=book, reason=row.reason)
    return row


def ask_lift(book: str, freeze_id: str, by: str, reason: str, now: datetime) -> BookFreeze:
    """Ask that the book may go on; it stays stopped until another operator agrees.

    FreezeError ``no_such_freeze``, ``no_reason``, ``lapsed`` or ``lift_asked_already``.
    """
    reason = _reason(reason)
    with transaction.atomic():
        row = _locked(book, freeze_id)
        if row.lift_asked_by == by:
            return row
        if row.lift_asked_by:
            raise FreezeError("lift_asked_already", "Somebody else has asked for it meanwhile; you can agree.")
        _refuse_over(row, now)
        row.lift_asked_by, row.lift_reason, row.lift_at = by, reason, now
        row.save(update_fields=("lift_asked_by", "lift_reason", "lift_at"))
        note("ask_lift", by, now, book=book, reason=reason)
    return row


def confirm_lift(book: str, freeze_id: str, by: str, now: datetime) -> BookFreeze:
    """The second operator agrees: the book goes on from now.

    FreezeError ``no_such_freeze``, ``lift_not_asked``, ``lapsed`` or ``same_person``.
    """
    with transaction.atomic():
        row = _locked(book, freeze_id)
        if row.lift_confirmed_by == by:
            return row
        _refuse_over(row, now)
        if not row.lift_asked_by:
            raise FreezeError("lift_not_asked", "Nobody has asked to let this book go on; ask first.")
        if row.lift_asked_by == by:
            raise FreezeError("same_person", "Whoever asked to let the book go on can't agree to it.")
        row.lift_confirmed_by, row.lifted_at = by, now
        row.save(update_fields=("lift_confirmed_by", "lifted_at"))
        note("confirm_lift", by, now, book=book, reason=row.lift_reason)
    return row


def in_force(now: datetime) -> Q:
    """The freezes that stop their book at that time, as a filter."""
    return Q(lifted_at=None) & (Q(confirmed_at__isnull=False) | Q(lapses_at__gt=now))


def frozen_books(now: datetime, among: Iterable[str] | None = None) -> set[str]:
    """The ids of the books that are stopped."""
    rows = BookFreeze.objects.filter(in_force(now))
    if among is not None:
        rows = rows.filter(book_id__in=list(among))
    return {str(book) for book in rows.values_list("book_id", flat=True)}


def note(
    what: str, by: str, now: datetime, *, book: str = "", deal: str = "", about: str = "", reason: str = ""
) -> OperatorAction:
    """Write down what an operator did; call it in the transaction of what is done."""
    return OperatorAction.objects.create(
        id=UUID(uuid7()),
        at=now,
        by=by,
        what=what,
        book_id=UUID(book) if book else None,
        deal_id=UUID(deal) if deal else None,
        about=about[:MAX_REASON],
        reason=reason[:MAX_REASON],
    )


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise FreezeError("no_reason", "Say why: it is kept, and the merchant may ask.")
    return reason[:MAX_REASON]


def _locked(book: str, freeze_id: str) -> BookFreeze:
    row = BookFreeze.objects.select_for_update().filter(book_id=book, id=freeze_id).first()
    if row is None:
        raise FreezeError("no_such_freeze", "There is no such freeze.")
    return row


def _refuse_over(row: BookFreeze, now: datetime) -> None:
    if row.lifted_at is not None or (row.confirmed_at is None and row.lapses_at <= now):
        raise FreezeError("lapsed", "This freeze is over; the book goes on already.")


def _close_lapsed(book: str, now: datetime) -> None:
    """Write down that a freeze nobody confirmed ended by itself, so that there can be a new one."""
    lapsed = BookFreeze.objects.filter(book_id=book, lifted_at=None, confirmed_at=None, lapses_at__lte=now)
    for row in lapsed.select_for_update():
        row.lifted_at = row.lapses_at
        row.save(update_fields=("lifted_at",))


def _refuse_alone_again(book: str, by: str, now: datetime) -> None:
    alone = BookFreeze.objects.filter(book_id=book, asked_by=by, confirmed_at=None, lift_confirmed_by="")
    if alone.filter(lifted_at__gt=now - NOT_AGAIN_FOR).exists():
        raise FreezeError(
            "not_alone_again",
            "Your last freeze of this book lapsed because nobody confirmed it; another operator must ask this time.",
        )
