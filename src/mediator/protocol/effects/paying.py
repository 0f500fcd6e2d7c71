"""Money in: enough, too little, too much, too late, or twice."""

from __future__ import annotations

from msgspec import UnsetType

from mediator.protocol.draft import Draft
from mediator.protocol.effects.common import rail_account, text


def fund(draft: Draft) -> None:
    """What came, with what came before, pays the price; anything above it is due back to the buyer."""
    paid, rail = _payment(draft)
    waiting = draft.balance("suspense")
    price = draft.terms.amount
    over = waiting + paid - price
    draft.post("fund", (rail_account(rail), -paid), ("suspense", -waiting), ("held", price), ("buyer", over))
    draft.changes["rail"] = rail
    draft.changes["ship_due"] = draft.changes["due"]


def suspend(draft: Draft) -> None:
    """Money that does not (yet) pay for anything waits in suspense."""
    paid, rail = _payment(draft)
    draft.post("suspend", (rail_account(rail), -paid), ("suspense", paid))
    draft.changes["rail"] = rail


def return_payment(draft: Draft) -> None:
    """Money that came twice or too late is due back to the buyer at once."""
    paid, rail = _payment(draft)
    draft.post("return_payment", (rail_account(rail), -paid), ("buyer", paid))
    if not draft.state.rail:
        draft.changes["rail"] = rail


def return_suspense(draft: Draft) -> None:
    waiting = draft.balance("suspense")
    draft.post("return_suspense", ("suspense", -waiting), ("buyer", waiting))


def _payment(draft: Draft) -> tuple[int, str]:
    """What this command brings in, and by which rail; ``revive`` brings nothing new."""
    details = draft.details
    if isinstance(details.amount, UnsetType):
        return 0, draft.state.rail
    return details.amount, text(details.rail)
