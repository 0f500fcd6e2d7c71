"""Where a merchant's transfer goes: to the account they named. Who keeps the accounts says which (``set_book``).

The account is chosen once for each reference, when it is first sent, and noted on the transfer: sent again, the same
order goes to the same place, whatever was named since.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from mediator.rails.base import Account
from mediator.rails.models import Transfer


class AccountBook(Protocol):
    """Who knows the payees' accounts."""

    def in_force(self, payee: str, now: datetime) -> Account | None:
        """The account where this payee's money goes now; None when none is named, or it can't be read."""

    def by_id(self, account: str) -> Account | None:
        """An account by its id, whether or not it is still in force; None when it can't be read."""


class _Known:
    """Who is asked; nobody at first."""

    book: AccountBook | None = None


def set_book(book: AccountBook | None) -> None:
    """Have ``book`` say from now on where merchants' money goes."""
    _Known.book = book


def account_for(transfer: Transfer, now: datetime) -> Account | None:
    """The account this transfer goes to; None where none is named, and for a buyer's, which goes back as it came."""
    if transfer.side != "merchant" or _Known.book is None:
        return None
    if transfer.account:
        return _Known.book.by_id(transfer.account)
    chosen = _Known.book.in_force(transfer.payee, now)
    if chosen is not None:
        transfer.account = chosen.id
        Transfer.objects.filter(reference=transfer.reference).update(account=chosen.id)
    return chosen
