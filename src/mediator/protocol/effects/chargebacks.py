"""Chargebacks, and the debts they leave."""

from __future__ import annotations

from msgspec.structs import replace

from mediator.protocol.deal import Chargeback, State, claim_is_open
from mediator.protocol.draft import Draft
from mediator.protocol.effects.claims import close, pause_inspection, resume
from mediator.protocol.effects.common import number, rail_account, text
from mediator.protocol.effects.fate import refund, release

_TAKEN_FIRST = ("buyer", "suspense", "held", "disputed", "merchant")


def charge_back(draft: Draft) -> None:
    """The rail took money back. It comes first from what is due to the buyer, then from what is still held, then
    from what the merchant has not been paid yet. Of the rest the merchant owes what was released to them; what went
    back to the buyer before (and is now taken a second time) is nobody's debt here but the operator's loss."""
    amount = rest = number(draft.details.amount)
    taken: dict[str, int] = {}
    for account in _TAKEN_FIRST:
        part = min(rest, draft.balance(account))
        if part:
            taken[account] = part
            rest -= part
    owed = min(rest, max(_released_and_kept(draft.state) - taken.get("merchant", 0), 0))
    if owed:
        taken["receivable"] = owed
    if rest > owed:
        taken["loss"] = rest - owed
    rail = draft.command.actor.id
    draft.post("chargeback", *((a, -n) for a, n in taken.items()), (rail_account(rail), amount))
    back = Chargeback(text(draft.details.reference), amount, taken, rail)
    draft.changes["chargebacks"] = (*draft.state.chargebacks, back)
    held = taken.get("held", 0) + taken.get("disputed", 0)
    if held:
        draft.changes["refunded"] = draft.state.refunded + held
        _end_what_is_empty(draft)


def _released_and_kept(state: State) -> int:
    """What was released to the merchant and no chargeback that stands has taken from them, minor units."""
    standing = [back.taken for back in state.chargebacks if not back.won]
    return state.released - sum(taken.get("merchant", 0) + taken.get("receivable", 0) for taken in standing)


def _end_what_is_empty(draft: Draft) -> None:
    """After money was taken out of the middle of a deal: machines that hold nothing any more come to their end."""
    claim = draft.state.claim
    disputed = draft.balance("disputed")
    if claim is not None and claim.stage != "closed":
        if disputed:
            draft.claim_changes["amount"] = disputed
        else:
            close(draft)
    if not draft.balance("held"):
        pause_inspection(draft)
        if not disputed and draft.state.parcel != "done":
            draft.changes.update(parcel="done", reason="chargeback")


def win_back(draft: Draft) -> None:
    """The rail gave the money again. It goes where it was taken from; what had been held is held again, or, if the
    deal is over, goes to the merchant when the goods were shipped, else to the buyer. What had been disputed is
    disputed again if a claim is open, else held."""
    state = draft.state
    reference = text(draft.details.reference)
    rail = draft.command.actor.id
    back = next(c for c in state.chargebacks if c.reference == reference and c.rail == rail and not c.won)
    held, disputed = back.taken.get("held", 0), back.taken.get("disputed", 0)
    debt = back.taken.get("receivable", 0)
    if not claim_is_open(state):
        held, disputed = held + disputed, 0
    standing_loss = sum(c.taken.get("loss", 0) for c in state.chargebacks if not c.won)
    lost = min(debt, -draft.balance("loss") - standing_loss)
    owed = min(debt - lost, draft.book.debt)
    draft.post(
        "chargeback_won",
        (rail_account(rail), -back.amount),
        ("held", held),
        ("disputed", disputed),
        ("buyer", back.taken.get("buyer", 0) + back.taken.get("suspense", 0)),
        ("merchant", back.taken.get("merchant", 0) + debt - lost - owed),
        ("receivable", owed),
        ("loss", lost + back.taken.get("loss", 0)),
    )
    draft.changes["chargebacks"] = tuple(replace(c, won=True) if c is back else c for c in state.chargebacks)
    if disputed:
        draft.claim_changes["amount"] = draft.balance("disputed")
    if held or disputed:
        draft.changes["refunded"] = state.refunded - held - disputed
        _settle_what_was_won(draft)


def _settle_what_was_won(draft: Draft) -> None:
    state = draft.state
    if state.parcel == "done":
        pay = release if state.courier else refund
        pay(draft, "held", draft.balance("held"))
    elif state.due is None and not claim_is_open(state):
        resume(draft)


def recover(draft: Draft) -> None:
    """Money due to the merchant on this deal pays a debt of the same book."""
    amount = number(draft.details.amount)
    draft.post("recover", ("merchant", -amount), ("receivable", amount))


def write_off(draft: Draft) -> None:
    """The operator gives up a debt; it becomes a loss that anyone can see."""
    amount = number(draft.details.amount)
    draft.post("write_off", ("receivable", amount), ("loss", -amount))
