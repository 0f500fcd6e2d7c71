"""What the codes of cases are called on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediator.mediation.errors import MediationError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = dict[str, _StrPromise]

HOW: Words = {
    "decided": gettext_lazy("decided by a mediator"),
    "agreed": gettext_lazy("the two agreed"),
    "granted": gettext_lazy("granted, because nobody answered in time"),
    "withdrawn": gettext_lazy("taken back by the buyer"),
    "lapsed": gettext_lazy("lapsed, because it was not pursued"),
    "not_returned": gettext_lazy("the goods were not sent back"),
    "moot": gettext_lazy("settled by what happened to the parcel"),
    "chargeback": gettext_lazy("ended by a chargeback"),
    "": gettext_lazy("still open"),
}
"""How a case ended."""

SHARE: Words = {
    "buyer": gettext_lazy("all to the buyer"),
    "seller": gettext_lazy("all to the seller"),
    "split": gettext_lazy("shared"),
}

BURDEN: Words = {
    "buyer": gettext_lazy("The buyer proves it"),
    "seller": gettext_lazy("The seller proves it"),
    "both": gettext_lazy("Whoever relies on it proves it"),
    "none": gettext_lazy("Nobody needs to prove it"),
}

FAVOURS: Words = {
    "buyer": gettext_lazy("speaks for the buyer"),
    "seller": gettext_lazy("speaks for the seller"),
    "both": gettext_lazy("can speak for either"),
}

WHY_ASSIGNED: Words = {
    "drawn": gettext_lazy("drawn among those with the least work"),
    "lead": gettext_lazy("handed up to a lead by the clock"),
    "by_lead": gettext_lazy("given by hand"),
}

WHY_ENDED: Words = {
    "recused": gettext_lazy("gave it up"),
    "taken": gettext_lazy("a lead took it from them"),
    "away": gettext_lazy("away before its clock rings"),
    "appealed": gettext_lazy("appealed: somebody else decides"),
    "lead": gettext_lazy("handed up to a lead"),
    "by_lead": gettext_lazy("given to somebody else"),
}

AGAINST: Words = {
    "declared": gettext_lazy("declared a tie to a party"),
    "member": gettext_lazy("works for the seller"),
    "customer": gettext_lazy("bought there in the last year"),
    "is_buyer": gettext_lazy("is the buyer"),
    "same_phone": gettext_lazy("has the phone number of a party"),
    "same_email": gettext_lazy("has the e-mail address of a party"),
    "courier": gettext_lazy("works for the courier"),
    "other_instance": gettext_lazy("had to do with the other instance"),
    "recused": gettext_lazy("gave the case up before"),
    "away": gettext_lazy("is away"),
    "not_lead": gettext_lazy("is not a lead"),
    "no_role": gettext_lazy("is no mediator"),
}
"""Why somebody could not have a case."""

PROPOSAL: Words = {
    "waiting": gettext_lazy("waiting for a second pair of eyes"),
    "decided": gettext_lazy("decided"),
    "sent_back": gettext_lazy("sent back by the second reader"),
    "taken_back": gettext_lazy("taken back"),
    "stale": gettext_lazy("stale: the deal had moved on"),
    "refused": gettext_lazy("refused by the rules"),
}

TIE_KIND: Words = {
    "merchant": gettext_lazy("a shop"),
    "buyer": gettext_lazy("a buyer"),
    "person": gettext_lazy("a person"),
}


def fault(error: MediationError) -> str:
    """What is wrong, in the reader's language; the error's own sentence for what nobody translated."""
    known = {
        "not_your_case": _("Only the mediator who has this case decides it."),
        "tied_now": _("You are close to a party of this case by now. Give it up, so that somebody else decides."),
        "nothing_to_decide": _("This case does not wait for a decision now."),
        "waiting_already": _("A decision of this case is waiting to be confirmed already."),
        "no_reason": _("Choose at least one rule that the decision rests on."),
        "unknown_reason": _("Choose rules of the catalogue that are for this kind of claim."),
        "too_many_reasons": _("Choose at most 6 rules: those that the decision really rests on."),
        "words_missing": _("Explain it in at least 20 characters."),
        "words_too_long": _("At most 4,000 characters."),
        "not_your_own": _("Somebody else confirms a decision that you proposed."),
        "may_not_confirm": _("You may not confirm a decision of this case."),
        "no_such_proposal": _("There is no such proposal."),
        "no_words": _("Say why, in up to 300 characters."),
        "may_not_have_it": _("This person may not have this case."),
        "tie_bad": _("Say who it is and what ties you to them."),
    }
    return known.get(error.code) or error.message


def refused(code: str) -> str:
    """Why the rules refuse a decision, in the reader's language; "" for what ``acting.refusal`` knows."""
    known = {
        "not_heard_yet": _(
            "Both sides still have time to show what they have. Decide when both have, or the time is up."
        ),
        "more_than_disputed": _("The amount must be from 0 to what is disputed."),
        "not_payable": _("Write whole rupiah: that is what can be paid."),
        "nothing_to_return": _("Goods that have not arrived cannot be sent back."),
        "parts_do_not_fit": _("Name only goods of this deal, and no more of them than were bought."),
        "same_mediator": _("An appeal is decided by another mediator."),
    }
    return known.get(code, "")
