"""Claims: opened, talked over, decided, carried out. A claim freezes what it disputes and nothing else."""

from __future__ import annotations

from datetime import timedelta

from msgspec import UnsetType

from mediator.protocol.deal import MAX_CLAIMS, Award, Claim, ClaimKind, Part, Remedy
from mediator.protocol.draft import Draft
from mediator.protocol.effects.common import number, parts, parts_value, side, text
from mediator.protocol.effects.fate import refund, refund_held, release, release_held

TALKING = frozenset({"claimed", "offered", "contested", "in_mediation"})


def open_claim(draft: Draft) -> None:
    """The buyer's claim freezes what it disputes and nothing else."""
    details = draft.details
    assert not isinstance(details.kind, UnsetType)
    assert not isinstance(details.remedy, UnsetType)
    _open(draft, details.kind, details.remedy, claimed_amount(draft), parts(draft))
    if not draft.balance("held"):
        pause_inspection(draft)


def pause_inspection(draft: Draft) -> None:
    """Nothing is held outside the claim: the parcel's clock stands still, and what was left of it is kept."""
    due = draft.state.due
    if due is not None and draft.state.parcel == "delivered":
        draft.changes["inspect_left_s"] = int((due - draft.now).total_seconds())
    draft.changes["due"] = None


def claim_not_arrived(draft: Draft) -> None:
    """No delivery in time: the clock claims for the buyer. When it has been claimed often enough, it is refunded."""
    draft.changes["due"] = None
    if draft.state.claims >= MAX_CLAIMS:
        draft.changes["parcel"] = "done"
        refund_held(draft)
        draft.changes["reason"] = "not_arrived"
        return
    _open(draft, ClaimKind.NOT_ARRIVED, Remedy.REFUND, draft.balance("held"), ())


def claimed_amount(draft: Draft) -> int:
    """What a claim disputes: the amount it names, or the value of the parts it names, or all that is held."""
    details = draft.details
    if not isinstance(details.amount, UnsetType):
        return details.amount
    if not isinstance(details.parts, UnsetType) and details.parts:
        return parts_value(draft, details.parts)
    return draft.balance("held")


def _open(draft: Draft, kind: ClaimKind, remedy: Remedy, amount: int, parts: tuple[Part, ...]) -> None:
    draft.post("dispute", ("held", -amount), ("disputed", amount))
    latest = draft.ring("talk_by")
    due = min(draft.ring("answer_by"), latest)
    draft.changes["claim"] = Claim("claimed", kind, remedy, amount, draft.now, latest, due, parts)
    draft.changes["claims"] = draft.state.claims + 1


def make_offer(draft: Draft) -> None:
    details = draft.details
    needs_return = details.needs_return is True
    offer = Award(side(draft), number(details.amount), needs_return, parts(draft), text(details.reason))
    draft.claim_changes["offer"] = offer


def note_evidence(draft: Draft) -> None:
    shown = text(draft.details.evidence)
    if shown:
        draft.claim_changes["evidence"] = (*draft.claim.evidence, f"{side(draft)}:{shown}")


def note_tracking(draft: Draft) -> None:
    draft.claim_changes["tracking"] = text(draft.details.tracking)


def hear(draft: Draft) -> None:
    """The case goes to a mediator: both sides have evidence_by to show what they have."""
    draft.claim_changes.update(evidence_until=draft.ring("evidence_by"), lead=False)


def hear_return(draft: Draft) -> None:
    """A return that is contested or got lost: the next decision is carried out without another return."""
    draft.claim_changes["return_done"] = True
    hear(draft)


def hand_to_lead(draft: Draft) -> None:
    draft.claim_changes["lead"] = True


def first_decision(draft: Draft) -> None:
    draft.claim_changes.update(decision=_decision(draft), agreed=())


def final_decision(draft: Draft) -> None:
    """A decision that cannot be appealed (again) is carried out at once."""
    _carry_out(draft, _decision(draft))


def accept_decision(draft: Draft) -> None:
    """When both sides have accepted, there is nothing to wait for."""
    agreed = (*draft.claim.agreed, side(draft))
    draft.claim_changes["agreed"] = agreed
    if len(agreed) == 2:
        execute(draft)


def appeal(draft: Draft) -> None:
    draft.claim_changes["appealed_by"] = side(draft)


def execute(draft: Draft) -> None:
    decision = draft.claim.decision
    assert decision is not None
    _carry_out(draft, decision)


def grant_wish(draft: Draft) -> None:
    """The buyer gets what was claimed, in the way it was claimed."""
    claim = draft.claim
    needs_return = claim.remedy is Remedy.RETURN_AND_REFUND and claim.kind is not ClaimKind.NOT_ARRIVED
    _carry_out(draft, Award(draft.command.actor.role, claim.amount, needs_return, claim.parts))


def grant_offer(draft: Draft) -> None:
    offer = draft.claim.offer
    assert offer is not None
    _carry_out(draft, offer)


def _carry_out(draft: Draft, award: Award) -> None:
    """Send the goods back first where the award says so, else pay."""
    draft.claim_changes["decision"] = award
    if award.needs_return and award.to_buyer and not draft.claim.return_done:
        draft.claim_changes.update(stage="returning", due=draft.ring("return_by"))
    else:
        _settle(draft, award.to_buyer)


def pay_award(draft: Draft) -> None:
    decision = draft.claim.decision
    assert decision is not None
    _settle(draft, decision.to_buyer)


def forfeit(draft: Draft) -> None:
    """The buyer did not send the goods back: the merchant is paid."""
    _settle(draft, 0)


def _settle(draft: Draft, to_buyer: int) -> None:
    disputed = draft.balance("disputed")
    to_buyer = min(to_buyer, disputed)
    refund(draft, "disputed", to_buyer)
    release(draft, "disputed", disputed - to_buyer)
    close(draft)
    resume(draft)


def drop(draft: Draft) -> None:
    """The claim is over and nothing came of it: the parcel's own clock runs on where it stood."""
    drop_claim(draft)
    resume(draft)


def drop_heard(draft: Draft) -> None:
    """A claim on delivered goods that is taken back before a mediator is the last one: hearings must come to an end."""
    drop(draft)
    if draft.state.parcel == "delivered":
        draft.changes["claims"] = MAX_CLAIMS


def resume(draft: Draft) -> None:
    """After a claim: money that is held again must have a clock or a fate, and a parcel that holds nothing is done."""
    state = draft.state
    if state.parcel == "done":
        release_held(draft)
    elif not draft.balance("held"):
        draft.changes.update(parcel="done", due=None)
    elif state.due is None:
        left = timedelta(seconds=state.inspect_left_s)
        draft.changes["due"] = draft.ring("deliver_by") if state.parcel == "shipped" else draft.now + left


def drop_claim(draft: Draft) -> None:
    claim = draft.state.claim
    if claim is not None and claim.stage != "closed":
        disputed = draft.balance("disputed")
        draft.post("undispute", ("disputed", -disputed), ("held", disputed))
        close(draft)


def close(draft: Draft) -> None:
    draft.claim_changes.update(stage="closed", due=None)


def _decision(draft: Draft) -> Award:
    details = draft.details
    needs_return = details.needs_return is True
    return Award(draft.command.actor.id, number(details.amount), needs_return, parts(draft), text(details.reason))
