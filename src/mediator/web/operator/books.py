"""Books as an operator looks for them, and what was done about each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from mediator.deals.freezes import in_force
from mediator.deals.ids import is_uuid
from mediator.deals.models import BookFreeze, OperatorAction
from mediator.ledger.models import Balance, Book
from mediator.shop.models import Merchant
from mediator.web.operator.queries import names_of

FOUND = 20


class BookRow(NamedTuple):
    """A book in a list."""

    id: str
    name: str
    currency: str


class Stop(NamedTuple):
    """A freeze with the people's names, as a page shows it."""

    row: BookFreeze
    book: BookRow
    asked_by: str
    confirmed_by: str
    lift_asked_by: str
    lift_confirmed_by: str
    is_in_force: bool


def find_books(text: str) -> list[BookRow]:
    """Books by id, or by the beginning of the merchant's name or its address in the shop."""
    text = text.strip()
    if not text:
        return []
    try:
        ids = [UUID(text)]
    except ValueError:
        by_name = Q(name__istartswith=text) | Q(slug__startswith=text.lower())
        ids = list(Merchant.objects.filter(by_name).order_by("name").values_list("book_id", flat=True)[:FOUND])
    found = book_rows(ids)
    return [found[str(one)] for one in ids if str(one) in found]


def book_rows(ids: Sequence[UUID | str]) -> dict[str, BookRow]:
    """Those books that exist, with their merchant's name, in two statements."""
    if not ids:
        return {}
    names = dict(Merchant.objects.filter(book_id__in=list(ids)).values_list("book_id", "name"))
    return {
        str(book.pk): BookRow(str(book.pk), names.get(book.pk) or book.name or book.merchant, book.currency)
        for book in Book.objects.filter(pk__in=ids)
    }


def running_stops(now: datetime) -> list[Stop]:
    """All freezes that are in force, the newest first."""
    return _stops(list(BookFreeze.objects.filter(in_force(now)).order_by("-at")[:50]), now)


def stops_of(book: str, now: datetime) -> list[Stop]:
    """Every freeze there was of a book, the newest first."""
    return _stops(list(BookFreeze.objects.filter(book_id=book).order_by("-at")[:50]), now)


def _stops(rows: list[BookFreeze], now: datetime) -> list[Stop]:
    people = {by for row in rows for by in (row.asked_by, row.confirmed_by, row.lift_asked_by, row.lift_confirmed_by)}
    names = names_of(people) | {"": ""}
    books = book_rows(list({row.book_id for row in rows}))
    return [
        Stop(
            row,
            books[str(row.book_id)],
            names[row.asked_by],
            names[row.confirmed_by],
            names[row.lift_asked_by],
            names[row.lift_confirmed_by],
            _is_in_force(row, now),
        )
        for row in rows
    ]


def _is_in_force(row: BookFreeze, now: datetime) -> bool:
    return row.lifted_at is None and (row.confirmed_at is not None or row.lapses_at > now)


def balances_of(book: str) -> list[tuple[str, int]]:
    """The book's accounts that are not empty, minor units."""
    rows = Balance.objects.filter(book_id=book).exclude(amount=0).order_by("account")
    return list(rows.values_list("account", "amount"))


def actions(book: str = "", before: str = "", limit: int = 20) -> tuple[list[dict[str, Any]], str]:
    """What operators did, the newest first (ids are in order of time), and the cursor of what came before."""
    rows = OperatorAction.objects.order_by("-id")
    if book:
        rows = rows.filter(book_id=book)
    if is_uuid(before):
        rows = rows.filter(id__lt=before)
    found = list(rows[: limit + 1])
    names = names_of({row.by for row in found})
    shown = [{"row": row, "by": names[row.by]} for row in found[:limit]]
    return shown, str(found[limit - 1].id) if len(found) > limit else ""
