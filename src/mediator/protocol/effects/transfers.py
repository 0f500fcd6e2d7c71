"""Money out, in two phases: in flight, then settled, failed, or (later) returned."""

from __future__ import annotations

from msgspec.structs import replace

from mediator.protocol.deal import Transfer
from mediator.protocol.draft import Draft
from mediator.protocol.effects.common import rail_account, side, text

KEPT_FAILURES = 10
"""Failed transfers a deal remembers; the rails' own table has them all."""


def send(draft: Draft, side: str) -> None:
    amount = draft.balance(side)
    transfer = Transfer(text(draft.details.reference), side, amount, draft.state.rail)
    draft.post(_OUT[side], (side, -amount), (_TRANSIT[side], amount))
    draft.changes["transfers"] = (*_without_old_failures(draft.state.transfers), transfer)


def _without_old_failures(transfers: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
    """A failed transfer moves nothing any more: an account that never works must not make the deal grow for ever."""
    failed = [t for t in transfers if t.stage == "failed"]
    old = failed[:-KEPT_FAILURES]
    return tuple(t for t in transfers if t not in old) if old else transfers


def _move_transfer(draft: Draft, side: str, stage: str) -> Transfer:
    reference = text(draft.details.reference)
    found = next(t for t in draft.state.transfers if t.reference == reference and t.side == side)
    moved = replace(found, stage=stage)
    draft.changes["transfers"] = tuple(moved if t is found else t for t in draft.state.transfers)
    return found


def settle(draft: Draft, side: str) -> None:
    sent = _move_transfer(draft, side, "settled")
    draft.post(f"{_OUT[side]}_settled", (_TRANSIT[side], -sent.amount), (rail_account(sent.rail), sent.amount))
    draft.changes["failures"] = {who: count for who, count in draft.state.failures.items() if who != side}


def fail(draft: Draft, side: str) -> None:
    sent = _move_transfer(draft, side, "failed")
    draft.post(f"{_OUT[side]}_failed", (_TRANSIT[side], -sent.amount), (side, sent.amount))
    _count_failure(draft, side)


def bounce(draft: Draft, side: str) -> None:
    """The bank had taken it and sent it back later: a failure after a success is a failure."""
    sent = _move_transfer(draft, side, "returned")
    draft.post(f"{_OUT[side]}_returned", (rail_account(sent.rail), -sent.amount), (side, sent.amount))
    _count_failure(draft, side)


def _count_failure(draft: Draft, side: str) -> None:
    failures = draft.state.failures
    draft.changes["failures"] = {**failures, side: failures.get(side, 0) + 1}


def update_account(draft: Draft) -> None:
    """A party that named another account may be paid again."""
    party = side(draft)
    draft.changes["failures"] = {who: count for who, count in draft.state.failures.items() if who != party}


_OUT = {"merchant": "payout", "buyer": "payback"}
_TRANSIT = {"merchant": "payout_transit", "buyer": "refund_transit"}
