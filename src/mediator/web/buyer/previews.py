"""What a button would do to the money, said before it is pressed: the rules are asked, on a copy that nobody keeps."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from mediator.protocol import Actor, ClaimKind, Command, Deal, Details, Outcome, Remedy, allowed_actions, decide
from mediator.protocol.deal import claim_is_open
from mediator.web.templatetags.mediator import amount as amount_words

_SAMPLES: dict[str, Details] = {
    "claim": Details(kind=ClaimKind.DAMAGED, remedy=Remedy.REFUND),
    "appeal": Details(reason="?"),
    "send_back": Details(tracking="?"),
    "submit_evidence": Details(evidence="?"),
}
"""What a command is tried with where it needs details; an offer is tried with all that is disputed."""


def after(deal: Deal, names: tuple[str, ...], actor: Actor, now: datetime) -> Deal | None:
    """The deal as it would be after those commands; None when they would be refused."""
    for name in names:
        details = _sample(deal, name)
        outcome = decide(deal, Command(deal.book, deal.id, name, actor, "preview", details), now)
        if not isinstance(outcome, Outcome):
            return None
        deal = outcome.deal
    return deal


def _sample(deal: Deal, name: str) -> Details:
    if name == "offer" and deal.state.claim is not None:
        return Details(amount=deal.state.claim.amount)
    return _SAMPLES.get(name, Details())


def can_claim_at_once(deal: Deal, actor: Actor, now: datetime) -> bool:
    """Whether a parcel that nobody marked as delivered can be received and claimed on in one go."""
    if "deliver" not in {action.command for action in allowed_actions(deal, actor, now)}:
        return False
    return after(deal, ("deliver", "claim"), actor, now) is not None


def effect_words(before: Deal, then: Deal) -> list[str]:
    """What changes for the money between two states of one deal, in sentences for its buyer."""
    unit = before.terms.currency

    def words(minor: int) -> str:
        return amount_words(minor, unit)

    sentences = []
    to_seller = then.state.released - before.state.released
    to_buyer = then.state.refunded - before.state.refunded
    frozen = then.state.purse.get("disputed", 0) - before.state.purse.get("disputed", 0)
    if to_seller:
        sentences.append(_("%(amount)s goes to the seller. This can't be undone.") % {"amount": words(to_seller)})
    if to_buyer:
        sentences.append(_("%(amount)s goes back to you.") % {"amount": words(to_buyer)})
    if frozen > 0:
        sentences.append(_("%(amount)s is frozen until the claim is settled.") % {"amount": words(frozen)})
    elif frozen < 0 and not to_seller and not to_buyer:
        sentences.append(_("%(amount)s is no longer disputed, and stays held.") % {"amount": words(-frozen)})
    held = then.state.purse.get("held", 0)
    if held and frozen > 0 and claim_is_open(then.state):
        sentences.append(_("The other %(amount)s stays held.") % {"amount": words(held)})
    if not sentences:
        sentences.append(_("No money moves now."))
    return sentences
