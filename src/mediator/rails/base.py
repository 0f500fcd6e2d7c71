"""The interface of a rail: how money is asked for and sent, and what a rail says about it.

A rail talks to one licensed bank or payment provider. It signs and verifies exact bytes, translates, and nothing else:
it holds no rules of deals and writes nothing but its own tables. All amounts are integers of minor units.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
import psycopg

from mediator.money import check_amount, format_amount
from mediator.rails.errors import RailError

_NAME = re.compile(r"[a-z0-9_-]{1,32}")
_REFERENCE = re.compile(r"[\x21-\x7e]{1,128}")

Connection = psycopg.Connection[Any]


def check_name(name: str) -> str:
    """The name itself if it may be a rail's: it becomes part of an account's name. RailError ``bad_rail_name``."""
    if not _NAME.fullmatch(name):
        raise RailError(
            "bad_rail_name", "A rail's name has 1 to 32 lower-case letters, digits, hyphens or underscores."
        )
    return name


def check_reference(reference: str) -> str:
    """The reference itself if it may be one: 1 to 128 printable characters without spaces."""
    if not _REFERENCE.fullmatch(reference):
        raise RailError("bad_reference", "A reference has 1 to 128 printable ASCII characters and no spaces.")
    return reference


class Limit(msgspec.Struct, frozen=True):
    """What one payment or transfer may come to, both included, minor units."""

    least: int
    most: int


class PaymentRequest(msgspec.Struct, frozen=True):
    """Money asked of a buyer. ``code`` is ours, unique for ever, and comes back with the rail's notice."""

    code: str
    currency: str
    amount: int
    expires_at: datetime
    description: str = ""


class Show(StrEnum):
    """How a buyer is shown what to pay."""

    QR = "qr"
    VIRTUAL_ACCOUNT = "virtual_account"
    URL = "url"
    CODE = "code"


class PaymentInstruction(msgspec.Struct, frozen=True):
    """How the buyer pays: ``content`` is the QR's text, the account's number, the address, or a plain code.

    ``provider_reference`` is the rail's own id of the request, for later inquiries.
    """

    show: Show
    content: str
    expires_at: datetime
    provider_reference: str = ""


class Account(msgspec.Struct, frozen=True):
    """A payee's account: the bank by its clearing code, the number in clear, whose it is."""

    id: str
    bank: str
    number: str
    holder: str

    def __repr__(self) -> str:
        """No log shows a whole number."""
        return f"Account({self.id}, {self.bank} ····{self.number[-4:]})"


class TransferOrder(msgspec.Struct, frozen=True):
    """Money to be sent. ``reference`` is ours, unique for ever: the same reference is the same transfer.

    ``payee`` is the party's id. ``account`` is where a merchant's money goes, the same each time the reference is sent;
    None when none was named. ``payments`` are the rail's references of what
    the buyer paid on this deal, for rails that refund the payment itself instead of transferring.
    """

    reference: str
    side: str
    payee: str
    currency: str
    amount: int
    payments: tuple[str, ...] = ()
    account: Account | None = None


class Stage(StrEnum):
    """What a rail says of a transfer. ``NOT_FOUND`` answers inquiries only: the rail has never heard of it."""

    ACCEPTED = "accepted"
    SETTLED = "settled"
    FAILED = "failed"
    RETURNED = "returned"
    UNKNOWN = "unknown"
    NOT_FOUND = "not_found"


class TransferAnswer(msgspec.Struct, frozen=True):
    """``reason`` is the rail's own word for a failure."""

    stage: Stage
    reason: str = ""


class NoticeKind(StrEnum):
    PAYMENT = "payment"
    TRANSFER_SETTLED = "transfer_settled"
    TRANSFER_FAILED = "transfer_failed"
    TRANSFER_RETURNED = "transfer_returned"
    CHARGEBACK = "chargeback"
    CHARGEBACK_WON = "chargeback_won"


class Notice(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a rail says has happened.

    ``reference`` names it: the rail's own for payments and chargebacks (unique on that rail), ours for transfers.
    ``code`` is the payment code that the payment was for. ``payment`` is, for a chargeback, the payment's reference.
    """

    kind: NoticeKind
    reference: str
    currency: str = ""
    amount: int = 0
    code: str = ""
    payment: str = ""
    reason: str = ""
    at: datetime | None = None


class StatementLine(NamedTuple):
    """One movement of the rail's account: positive came in, negative went out, minor units."""

    at: datetime
    kind: str
    reference: str
    currency: str
    amount: int


class Totals(NamedTuple):
    """All that ever came in and went out, minor units of one currency, both counted positively."""

    in_minor: int
    out_minor: int


class Rail(ABC):
    """A way for money to come in and go out."""

    name: str
    limits: Mapping[str, Limit]
    """By currency; a currency that is not in it is not taken."""
    needs_account: bool = False
    """Whether a merchant's transfer needs a named account; one without then waits until there is one."""

    def check(self, currency: str, amount: int) -> None:
        """RailError ``currency_not_taken`` or ``out_of_limits``; MoneyError for what can't be paid at all."""
        check_amount(amount, currency)
        limit = self.limits.get(currency)
        if limit is None:
            raise RailError("currency_not_taken", f"{self.name} takes {', '.join(self.limits)}, not {currency}.")
        if not limit.least <= amount <= limit.most:
            least, most = format_amount(limit.least, currency), format_amount(limit.most, currency)
            raise RailError("out_of_limits", f"{self.name} moves {least} to {most} at once.")

    @abstractmethod
    def charge(self, request: PaymentRequest) -> PaymentInstruction:
        """Ask the rail to take this payment. The same request again gives an instruction for the same payment.

        RailError when the rail refuses; Unreachable when it did not answer.
        """

    @abstractmethod
    def send(self, order: TransferOrder) -> TransferAnswer:
        """Instruct the rail to send money. Idempotent by reference. Unreachable counts as ``UNKNOWN``."""

    @abstractmethod
    def inquire(self, reference: str) -> TransferAnswer:
        """What became of a transfer."""

    @abstractmethod
    def read_notice(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        """What a message of the rail says, after verifying its exact bytes. NotAuthentic when it is not the rail's,
        RailError ``bad_notice`` when it can't be read. Header names are lower case."""

    @abstractmethod
    def statement(self, start: datetime, end: datetime) -> Iterator[StatementLine]:
        """What the rail says moved from ``start`` (included) to ``end`` (excluded), in order of time."""

    @abstractmethod
    def totals(self, connection: Connection) -> dict[str, Totals]:
        """What the rail says came in and went out in all, by currency, read through that connection."""
