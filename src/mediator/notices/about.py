"""Where a deal stands, as one line: notices about the same place are the same notice, and another place ends them."""

from __future__ import annotations

from datetime import datetime

from mediator.notices.table import COSTS, MONEY, Party
from mediator.protocol.deal import Deal, Role, claim_is_open
from mediator.protocol.table import FINAL_STATUSES

_MONEY_KINDS = {kind: party for party, kind in MONEY.values()}
_SAME = {"packed": "funded"}
"""Packing moves no clock and asks nothing: what was told of the paid deal still holds."""


def about(deal: Deal, kind: str) -> str:
    """The place that a notice of this kind is about, of at most 255 characters."""
    state = deal.state
    if kind in ("charged_back", "won_back"):
        latest = [c for c in state.chargebacks if c.won == (kind == "won_back")]
        return f"{kind} {latest[-1].reference}"[:255] if latest else kind
    if kind in _MONEY_KINDS:
        sent = [t for t in state.transfers if t.side == _MONEY_KINDS[kind]]
        return f"{sent[-1].stage} {sent[-1].reference}"[:255] if sent else kind
    status = _SAME.get(deal.status, deal.status)
    if status in FINAL_STATUSES:
        return f"{status} {'late' if state.rail else 'unpaid'}" if status == "expired" else status
    words = [status, str(state.claims), f"{clock_due(deal):%Y%m%dT%H%M%S}" if clock_due(deal) else "-"]
    claim = state.claim
    if status == "offered" and claim is not None and claim.offer is not None:
        words.append(f"{claim.offer.by} {claim.offer.to_buyer} {claim.offer.needs_return} {claim.offer.reason[-16:]}")
    if kind == "grant_days":
        words.append(f"+{state.extension_asked}")
    return " ".join(words)[:255]


def clock_due(deal: Deal) -> datetime | None:
    """When the clock of the status rings: the claim's while one is open, else the parcel's."""
    claim = deal.state.claim
    if claim is not None and claim_is_open(deal.state):
        return claim.due
    return deal.state.due


def who_answers(deal: Deal) -> Party | None:
    """Whoever did not make the offer on the table."""
    claim = deal.state.claim
    if claim is None or claim.offer is None:
        return None
    return "merchant" if claim.offer.by == Role.BUYER else "buyer"


def may_lose(deal: Deal) -> Party | None:
    """The party that loses something when the clock of this status rings."""
    row = COSTS.get(deal.status)
    return row[1] if row else None
