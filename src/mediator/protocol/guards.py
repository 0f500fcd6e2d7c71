"""When a row of the table holds. A guard answers with a refusal's code, or with "" when nothing stands against it.

Guards never change anything. Asked for the list of what somebody may do, they get a command without details; then
they answer whether any details would do.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET, UnsetType

from mediator.money import CURRENCIES
from mediator.protocol.deal import MAX_CLAIMS, ClaimKind, Part, Remedy, claim_is_open
from mediator.protocol.draft import Draft
from mediator.protocol.effects.claims import TALKING, claimed_amount
from mediator.protocol.effects.common import parts_value, rail_account, side

MAX_EXTENSION_DAYS = 7
MAX_FAILURES = 5
MAX_EVIDENCE = 20
"""Pieces of evidence a side may show in one claim; one piece may name a whole folder."""

DERISORY = 10
"""An offer below a tenth of the claim is no answer: it would only run out the clock."""


def covers_price(draft: Draft) -> str:
    amount = draft.details.amount
    if isinstance(amount, UnsetType):
        if draft.command.name == "pay":
            return ""
        amount = 0
    return "" if draft.balance("suspense") + amount >= draft.terms.amount else "not_enough_paid"


def may_ask_extension(draft: Draft) -> str:
    if draft.state.ship_extended or draft.state.extension_asked:
        return "only_once"
    days = draft.details.days
    return "" if isinstance(days, UnsetType) or 1 <= days <= MAX_EXTENSION_DAYS else "too_many_days"


def extension_is_asked(draft: Draft) -> str:
    return "" if draft.state.extension_asked else "nothing_asked"


def nothing_is_decided(draft: Draft) -> str:
    claim = draft.state.claim
    return "" if claim is None or claim.stage == "closed" or claim.stage in TALKING else "already_decided"


def something_is_held(draft: Draft) -> str:
    return "" if draft.balance("held") else "all_is_disputed"


def may_extend(draft: Draft) -> str:
    if draft.state.inspect_extended:
        return "only_once"
    return "" if draft.state.due is not None else "all_is_disputed"


def may_claim(draft: Draft) -> str:
    state = draft.state
    if claim_is_open(state):
        return "claim_is_open"
    if state.claims >= MAX_CLAIMS:
        return "too_many_claims"
    details = draft.details
    if isinstance(details.kind, UnsetType):
        return ""
    if isinstance(details.parts, tuple) and not _parts_fit(draft, details.parts):
        return "parts_do_not_fit"
    if details.remedy is Remedy.RETURN_AND_REFUND and details.kind is ClaimKind.NOT_ARRIVED:
        return "nothing_to_return"
    amount = claimed_amount(draft)
    held = draft.balance("held")
    if (
        isinstance(details.amount, int)
        and isinstance(details.parts, tuple)
        and amount > parts_value(draft, details.parts)
    ):
        return "more_than_the_parts"
    if amount % _quantum(draft) and amount != held:
        return "not_payable"
    return "" if 0 < amount <= held else "more_than_held"


def is_the_others_offer(draft: Draft) -> str:
    claim = draft.claim
    assert claim.offer is not None
    if claim.offer.by == side(draft):
        return "not_your_turn"
    return "" if draft.command.name == "agree" else offer_fits(draft)


def offer_fits(draft: Draft) -> str:
    """An offer is a payable part of what is disputed; a merchant's below a tenth of it is refused."""
    amount = draft.details.amount
    if isinstance(amount, UnsetType):
        return ""
    claim = draft.claim
    if not 0 <= amount <= claim.amount:
        return "more_than_disputed"
    if amount % _quantum(draft) and amount != claim.amount:
        return "not_payable"
    if draft.details.needs_return is True and claim.kind is ClaimKind.NOT_ARRIVED:
        return "nothing_to_return"
    if isinstance(draft.details.parts, tuple) and not _parts_fit(draft, draft.details.parts):
        return "parts_do_not_fit"
    if side(draft) == "merchant" and amount * DERISORY < claim.amount:
        return "offer_too_small"
    return ""


def has_room_for_evidence(draft: Draft) -> str:
    """Each side for itself: nobody can fill the page before the other has spoken."""
    own = f"{side(draft)}:"
    shown = sum(piece.startswith(own) for piece in draft.claim.evidence)
    return "" if shown < MAX_EVIDENCE else "enough_evidence"


def has_failed(draft: Draft) -> str:
    return "" if draft.state.failures.get(side(draft)) else "nothing_failed"


def parcel_has_arrived(draft: Draft) -> str:
    return "" if draft.state.parcel != "shipped" else "not_arrived"


def has_been_heard(draft: Draft) -> str:
    """Both sides have shown what they have, or had the time to; and the decision is about what is disputed."""
    claim = draft.claim
    heard = {shown.split(":", 1)[0] for shown in claim.evidence} >= {"buyer", "merchant"}
    if not heard and claim.evidence_until is not None and draft.now < claim.evidence_until:
        return "not_heard_yet"
    return _decision_fits(draft)


def is_final_hearing(draft: Draft) -> str:
    return has_been_heard(draft) if draft.claim.appealed_by else "may_be_appealed"


def is_another_mediator(draft: Draft) -> str:
    decision = draft.claim.decision
    assert decision is not None
    if decision.by == draft.command.actor.id:
        return "same_mediator"
    return _decision_fits(draft)


def _decision_fits(draft: Draft) -> str:
    details, claim = draft.details, draft.claim
    amount = details.amount
    if isinstance(amount, UnsetType):
        return ""
    if not 0 <= amount <= claim.amount:
        return "more_than_disputed"
    if amount % _quantum(draft) and amount != claim.amount:
        return "not_payable"
    if isinstance(details.parts, tuple) and not _parts_fit(draft, details.parts):
        return "parts_do_not_fit"
    if details.needs_return is True and claim.kind is ClaimKind.NOT_ARRIVED:
        return "nothing_to_return"
    return ""


def not_yet_accepted(draft: Draft) -> str:
    return "only_once" if side(draft) in draft.claim.agreed else ""


def lead_has_it(draft: Draft) -> str:
    return "" if draft.claim.lead else "lead_is_next"


def can_send(draft: Draft, side: str) -> str:
    if any(t.side == side and t.stage == "sent" for t in draft.state.transfers):
        return "already_sent"
    if draft.state.failures.get(side, 0) >= MAX_FAILURES:
        return "needs_another_account"
    if any(t.reference == draft.details.reference for t in draft.state.transfers):
        return "reference_is_used"
    return "" if draft.balance(side) > 0 else "nothing_due"


def is_in(draft: Draft, side: str, stage: str) -> str:
    reference, rail = draft.details.reference, draft.command.actor.id
    known = any(
        t.side == side and t.stage == stage and t.rail == rail and reference in (t.reference, UNSET)
        for t in draft.state.transfers
    )
    return "" if known else "no_such_transfer"


def is_new_chargeback(draft: Draft) -> str:
    details, state = draft.details, draft.state
    rail = draft.command.actor.id
    if any(c.reference == details.reference and c.rail == rail for c in state.chargebacks):
        return "reference_is_used"
    paid_in = -draft.balance(rail_account(rail)) + sum(
        t.amount for t in state.transfers if t.stage == "settled" and t.rail == rail
    )
    wanted = 1 if isinstance(details.amount, UnsetType) else details.amount
    return "" if wanted <= paid_in else "more_than_paid"


def is_open_chargeback(draft: Draft) -> str:
    reference, rail = draft.details.reference, draft.command.actor.id
    found = [c for c in draft.state.chargebacks if not c.won and c.rail == rail and reference in (c.reference, UNSET)]
    if not found:
        return "no_such_chargeback"
    return "" if any(draft.details.amount in (c.amount, UNSET) for c in found) else "not_what_was_taken"


def can_recover(draft: Draft) -> str:
    amount = draft.details.amount
    wanted = 1 if isinstance(amount, UnsetType) else amount
    return "" if wanted <= min(draft.balance("merchant"), draft.book.debt) else "nothing_to_recover"


def can_write_off(draft: Draft) -> str:
    amount = draft.details.amount
    wanted = 1 if isinstance(amount, UnsetType) else amount
    return "" if wanted <= min(-draft.balance("receivable"), draft.book.debt) else "no_such_debt"


def _parts_fit(draft: Draft, parts: tuple[Part, ...]) -> bool:
    """Each part names a line of this deal once, with a quantity that was bought."""
    lines = draft.terms.lines
    numbers = [part.line for part in parts]
    return (
        len(set(numbers)) == len(numbers)
        and all(1 <= part.line <= len(lines) for part in parts)
        and all(1 <= part.quantity <= lines[part.line - 1].quantity for part in parts)
    )


def _quantum(draft: Draft) -> int:
    return CURRENCIES[draft.terms.currency].quantum


def _for(check: Callable[..., str], *more: str) -> Callable[[Draft], str]:
    return lambda draft: check(draft, *more)


GUARDS: dict[str, Callable[[Draft], str]] = {
    guard.__name__: guard
    for guard in (
        covers_price,
        may_ask_extension,
        extension_is_asked,
        nothing_is_decided,
        something_is_held,
        may_extend,
        may_claim,
        is_the_others_offer,
        offer_fits,
        has_room_for_evidence,
        has_failed,
        parcel_has_arrived,
        has_been_heard,
        is_final_hearing,
        is_another_mediator,
        not_yet_accepted,
        lead_has_it,
        is_new_chargeback,
        is_open_chargeback,
        can_recover,
        can_write_off,
    )
}
for _who in ("merchant", "buyer"):
    GUARDS[f"can_send_{_who}"] = _for(can_send, _who)
    GUARDS[f"is_sent_{_who}"] = _for(is_in, _who, "sent")
    GUARDS[f"is_settled_{_who}"] = _for(is_in, _who, "settled")

ONLY_CHOOSE = frozenset({"not_arrived", "may_be_appealed", "lead_is_next"})
"""Codes that make the next row of the table count; nobody is ever refused with them."""

SENTENCES: dict[str, str] = {
    "not_enough_paid": "What was paid does not cover the price.",
    "only_once": "This can be done only once.",
    "too_many_days": f"Ask for 1 to {MAX_EXTENSION_DAYS} days.",
    "nothing_asked": "The merchant has not asked for more time.",
    "already_decided": "The claim has been decided; the decision is carried out first.",
    "all_is_disputed": "All of the money is disputed; the claim is settled first.",
    "claim_is_open": "A claim is open already; add evidence to it, or withdraw it.",
    "too_many_claims": f"A deal can be claimed on {MAX_CLAIMS} times.",
    "parts_do_not_fit": "Name each line of this deal at most once, with a quantity that was bought.",
    "nothing_to_return": "Goods that have not arrived cannot be sent back; ask for a refund.",
    "more_than_the_parts": "The amount is more than the named lines cost.",
    "more_than_held": "The amount must be above 0 and at most what is still held.",
    "not_payable": "The amount is not one that can be paid in this currency.",
    "not_your_turn": "Your own offer is on the table; the other side answers it.",
    "more_than_disputed": "The amount must be from 0 to what is disputed.",
    "offer_too_small": f"An offer must be at least 1/{DERISORY} of the claim; contest the claim if you owe nothing.",
    "enough_evidence": f"A side shows up to {MAX_EVIDENCE} pieces of evidence; put more into one.",
    "nothing_failed": "No transfer to you has failed since; nothing needs another account.",
    "not_heard_yet": "Both sides still have time to show evidence.",
    "same_mediator": "An appeal is decided by another mediator.",
    "already_sent": "Money is already on its way; wait for the rail's answer.",
    "needs_another_account": f"The transfer failed {MAX_FAILURES} times; another account is needed.",
    "reference_is_used": "That reference was used before.",
    "nothing_due": "Nothing is due.",
    "no_such_transfer": "No transfer with that reference is in that stage.",
    "more_than_paid": "That is more than this deal brought in.",
    "not_what_was_taken": "The chargeback was of another amount; an operator looks at it.",
    "no_such_chargeback": "No open chargeback has that reference.",
    "nothing_to_recover": "There is no such debt, or not so much money due.",
    "no_such_debt": "There is no debt of that amount on this deal.",
}
