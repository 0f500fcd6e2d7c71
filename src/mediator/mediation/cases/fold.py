"""A deal's claims, read off its history. Pure: the journal alone says what was claimed, decided and paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import UnsetType

from mediator.ledger.record import Record
from mediator.mediation.cases.catalogue import read_decision
from mediator.protocol import ClaimKind, Deal, Remedy, Role
from mediator.protocol.table import CLAIM_STATES

TO_DECIDE = ("in_mediation", "in_appeal")
_MOOT = {"accept", "deliver", "lose", "return_to_sender"}


@dataclass
class Claimed:
    """One claim of a deal, as far as its history has come. Amounts are minor units of what was disputed."""

    number: int
    kind: str
    remedy: str
    amount: int
    opened_at: datetime
    stage: str = "claimed"
    heard_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    lead: bool = False
    how: str = ""
    first_by: str = ""
    first_to_buyer: int | None = None
    final_by: str = ""
    appealed_by: str = ""
    is_reversed: bool | None = None
    reasons: tuple[str, ...] = ()
    reasons_version: int = 0
    needs_return: bool = False
    to_buyer: int = 0
    to_seller: int = 0
    disputed: int = field(default=0, repr=False)
    award_from: str = field(default="", repr=False)
    appealed_at: datetime | None = None

    @property
    def instance(self) -> int:
        """2 once it was appealed, and from then on."""
        return 2 if self.appealed_by else 1

    @property
    def wants(self) -> str:
        """Whom it waits for; see ``models.Case``."""
        if self.stage not in TO_DECIDE:
            return ""
        return f"{self.instance}-lead" if self.lead else str(self.instance)


def claims_of(deal: Deal, history: Iterable[Record]) -> list[Claimed]:
    """Every claim of the deal in order; ``history`` is all records of the deal by version."""
    claims: list[Claimed] = []
    current: Claimed | None = None
    for record in history:
        moved = [(e.kind, amount) for e in record.entries for account, amount in e.postings if account == "disputed"]
        if current is None:
            opened = sum(amount for kind, amount in moved if kind == "dispute")
            if opened:
                current = _open(record, len(claims) + 1, opened)
                claims.append(current)
            continue
        _follow(current, record, moved)
        if current.stage == "closed":
            current = None
    claim = deal.state.claim
    if current is not None and claim is not None:
        current.lead = claim.lead
    return claims


def _open(record: Record, number: int, amount: int) -> Claimed:
    details = record.details
    kind = ClaimKind.NOT_ARRIVED if isinstance(details.kind, UnsetType) else details.kind
    remedy = Remedy.REFUND if isinstance(details.remedy, UnsetType) else details.remedy
    return Claimed(number, kind.value, remedy.value, amount, record.at, due_at=record.claim_due, disputed=amount)


def _follow(claim: Claimed, record: Record, moved: list[tuple[str, int]]) -> None:
    """One more command on a deal with this claim open."""
    before = claim.stage
    claim.stage = record.status if record.status in CLAIM_STATES else "closed"
    claim.due_at = record.claim_due
    if claim.stage == "in_mediation" and claim.heard_at is None:
        claim.heard_at = record.at
    _award(claim, record, before)
    if record.name == "appeal":
        claim.appealed_by = "buyer" if record.actor.role is Role.BUYER else "merchant"
        claim.appealed_at = record.at
    for kind, amount in moved:
        claim.disputed += amount
        claim.to_buyer -= amount if kind == "refund" else 0
        claim.to_seller -= amount if kind == "release" else 0
        if kind.startswith("chargeback") and claim.disputed:
            claim.amount = claim.disputed
    if claim.stage == "closed":
        claim.closed_at, claim.due_at = record.at, None
        claim.how = _how(claim, record, before, moved)


def _award(claim: Claimed, record: Record, before: str) -> None:
    """Note where the award that will be carried out comes from."""
    if record.name == "decide":
        _decide(claim, record)
    elif record.name == "agree":
        claim.award_from = "agreed"
    elif record.name == "lapse" and before in ("claimed", "in_mediation") and claim.stage in ("returning", "closed"):
        claim.award_from = "granted"


def _decide(claim: Claimed, record: Record) -> None:
    details = record.details
    to_buyer = 0 if isinstance(details.amount, UnsetType) else details.amount
    needs_return = details.needs_return is True
    said = read_decision("" if isinstance(details.reason, UnsetType) else details.reason)
    if claim.appealed_by and claim.first_to_buyer is not None:
        same = (claim.first_to_buyer, claim.needs_return) == (to_buyer, needs_return)
        if claim.final_by == claim.first_by:
            claim.is_reversed = not same
    else:
        claim.first_by, claim.first_to_buyer = record.actor.id, to_buyer
    claim.decided_at = claim.decided_at or record.at
    claim.final_by, claim.needs_return = record.actor.id, needs_return
    claim.reasons, claim.reasons_version = said.codes, said.version
    claim.award_from = "decided"


def _how(claim: Claimed, record: Record, before: str, moved: list[tuple[str, int]]) -> str:
    kinds = {kind for kind, _ in moved}
    if record.name in ("chargeback", "chargeback_won"):
        return "chargeback"
    if record.name in _MOOT:
        return "moot"
    if "undispute" in kinds:
        return "withdrawn" if record.name == "withdraw" else "lapsed"
    if before == "returning":
        return "not_returned"
    return claim.award_from
