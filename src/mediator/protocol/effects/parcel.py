"""What happens to the parcel: shipping, delivery, inspection, and the fate of what nobody disputes."""

from __future__ import annotations

from datetime import timedelta

from mediator.protocol.draft import Draft
from mediator.protocol.effects.claims import TALKING, drop_claim
from mediator.protocol.effects.common import number, text
from mediator.protocol.effects.fate import refund_held, release_held


def release_all(draft: Draft) -> None:
    """The buyer has the goods and is content: a claim that they have not arrived is moot."""
    drop_claim(draft)
    release_held(draft)


def refund_all(draft: Draft) -> None:
    """The courier lost the parcel or brought it back: no merchant is paid for it."""
    drop_claim(draft)
    refund_held(draft)


def hand_over(draft: Draft) -> None:
    draft.changes["courier"] = text(draft.details.courier)
    draft.changes["tracking"] = text(draft.details.tracking)


def ask_extension(draft: Draft) -> None:
    draft.changes["extension_asked"] = number(draft.details.days)


def extend_shipping(draft: Draft) -> None:
    assert draft.state.ship_due is not None
    due = draft.state.ship_due + timedelta(days=draft.state.extension_asked)
    draft.changes.update(due=due, ship_due=due, ship_extended=True, extension_asked=0)


def extend_inspection(draft: Draft) -> None:
    assert draft.state.due is not None
    added = draft.ring("extend_by") - draft.now
    draft.changes.update(due=draft.state.due + added, inspect_extended=True)


def close_not_arrived(draft: Draft) -> None:
    """A verified delivery answers the claim that the parcel has not arrived; what was decided before stands."""
    claim = draft.state.claim
    if claim is None or claim.stage == "closed":
        return
    if claim.stage in TALKING:
        drop_claim(draft)
    else:
        draft.changes["due"] = None
