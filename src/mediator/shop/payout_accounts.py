"""Where a merchant's money goes. Who takes over a sign-in must not take over the money: a new account counts only after
``WAIT``, and the owners are told at once. The very first one counts at once, for there is none to protect."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from mediator.deals.ids import is_uuid
from mediator.people.models import Person
from mediator.rails.base import Account
from mediator.shop.models import Merchant, PayoutAccount
from mediator.shop.secrets import NotOurs, seal, unseal

WAIT = timedelta(hours=72)
FEWEST_DIGITS, MOST_DIGITS = 6, 20

BANKS: dict[str, str] = {
    "014": "BCA", "002": "BRI", "008": "Mandiri", "009": "BNI", "451": "BSI (Bank Syariah Indonesia)", "200": "BTN",
    "022": "CIMB Niaga", "013": "Permata", "011": "Danamon", "028": "OCBC", "019": "Panin", "016": "Maybank Indonesia",
    "426": "Mega", "147": "Muamalat", "542": "Jago", "535": "SeaBank", "501": "BCA Digital (blu)", "213": "SMBC (BTPN)",
    "547": "BTPN Syariah", "490": "Neo Commerce", "567": "Allo Bank", "153": "Sinarmas", "023": "UOB Indonesia",
    "046": "DBS Indonesia", "441": "KB Bank (Bukopin)", "503": "Nobu", "157": "Maspion", "506": "Mega Syariah",
    "536": "BCA Syariah", "110": "Bank BJB", "111": "Bank Jakarta (DKI)", "113": "Bank Jateng", "114": "Bank Jatim",
}  # fmt: skip
"""Banks by the three digits of the clearing, the most used first. Names are those on their cards."""


class AccountRefused(Exception):
    """An account that can't be kept, with a stable ``code``: ``bad_number``, ``unknown_bank`` or ``no_holder``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def tidy_number(text: str) -> str:
    """The digits of an account number, without the spaces, dots and hyphens people put between them; AccountRefused."""
    plain = "".join(letter for letter in text if letter not in " .-\u00a0")
    if not (plain.isascii() and plain.isdigit() and FEWEST_DIGITS <= len(plain) <= MOST_DIGITS):
        message = f"An account number has {FEWEST_DIGITS} to {MOST_DIGITS} digits."
        raise AccountRefused("bad_number", message)
    return plain


def add_account(
    merchant: Merchant, person: Person, bank: str, number: str, holder: str, now: datetime
) -> tuple[PayoutAccount, bool]:
    """(the account, whether it is new). The same account again, while it counts or waits, is the one that is there."""
    number, holder = tidy_number(number), " ".join(holder.split())
    if bank not in BANKS:
        raise AccountRefused("unknown_bank", f"No bank has the code {bank!r}.")
    if not holder:
        raise AccountRefused("no_holder", "An account belongs to somebody.")
    with transaction.atomic():
        # Two first accounts at the same moment would both count at once.
        Merchant.objects.select_for_update().get(pk=merchant.pk)
        kept = list(PayoutAccount.objects.filter(merchant=merchant, withdrawn_at=None).order_by("-active_from", "-id"))
        running = next((row for row in kept if row.active_from <= now), None)
        waiting = [row for row in kept if row.active_from > now]
        for row in [*waiting[:1], *([running] if running and not waiting else [])]:
            if row.bank == bank and _number_of(row) == number:
                return row, False
        added = PayoutAccount.objects.create(
            merchant=merchant, bank=bank, number=seal(number), last_digits=number[-4:], holder=holder,
            added_by=str(person.pk), added_at=now, active_from=now if running is None else now + WAIT,
        )  # fmt: skip
        return added, True


def withdraw_account(merchant: Merchant, account: str, now: datetime) -> PayoutAccount | None:
    """Take back an account that does not count yet; None when there is none such. Taking back twice changes nothing."""
    with transaction.atomic():
        row = PayoutAccount.objects.select_for_update().filter(merchant=merchant, pk=account).first()
        if row is None or (row.withdrawn_at is None and row.active_from <= now):
            return None
        if row.withdrawn_at is None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
        return row


def account_in_force(merchant: Merchant, now: datetime) -> PayoutAccount | None:
    """Where money goes now."""
    kept = PayoutAccount.objects.filter(merchant=merchant, withdrawn_at=None, active_from__lte=now)
    return kept.order_by("-active_from", "-id").first()


class NamedAccounts:
    """The merchants' accounts, for the rails (``rails.payees``)."""

    def in_force(self, payee: str, now: datetime) -> Account | None:
        merchant = Merchant.objects.filter(pk=payee).first() if is_uuid(payee) else None
        row = account_in_force(merchant, now) if merchant is not None else None
        return _opened(row) if row is not None else None

    def by_id(self, account: str) -> Account | None:
        row = PayoutAccount.objects.filter(pk=account).first()
        return _opened(row) if row is not None else None


def accounts_of(merchant: Merchant) -> list[PayoutAccount]:
    """All that were ever named, the latest first."""
    return list(PayoutAccount.objects.filter(merchant=merchant).order_by("-added_at", "-id")[:50])


def accounts_by_id(ids: Iterable[str]) -> dict[str, PayoutAccount]:
    """Those accounts by their ids, in one query."""
    return {str(pk): row for pk, row in PayoutAccount.objects.in_bulk({each for each in ids if each}).items()}


def bank_name(code: str) -> str:
    """The bank as people call it; its code when it is unknown here."""
    return BANKS.get(code, code)


def _opened(row: PayoutAccount) -> Account | None:
    number = _number_of(row)
    return Account(str(row.pk), row.bank, number, row.holder) if number else None


def _number_of(row: PayoutAccount) -> str:
    """The number in clear; "" when it was sealed under another key, and so is not the same as any."""
    try:
        return unseal(row.number)
    except NotOurs:
        return ""
