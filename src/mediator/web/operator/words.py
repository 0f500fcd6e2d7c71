"""What the operator's desk calls things."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediator.deals.freezes import FreezeError
from mediator.rails.errors import RailError

DONE = {
    "freeze": gettext_lazy("stopped a book"),
    "confirm_freeze": gettext_lazy("confirmed the stop"),
    "ask_lift": gettext_lazy("asked to let the book go on"),
    "confirm_lift": gettext_lazy("let the book go on"),
    "assign": gettext_lazy("assigned money to a deal"),
    "declare_tie": gettext_lazy("declared a tie"),
    "end_tie": gettext_lazy("ended a tie"),
    "redeliver": gettext_lazy("had given-up events delivered again"),
}
STAGE = {
    "queued": gettext_lazy("waiting to be sent"),
    "sending": gettext_lazy("being sent"),
    "accepted": gettext_lazy("taken by the bank"),
    "unknown": gettext_lazy("no answer yet"),
    "missing": gettext_lazy("not found by the bank"),
    "failed": gettext_lazy("refused, to be sent again"),
    "returned": gettext_lazy("sent back, to be sent again"),
}
WHY = {
    "unknown_code": gettext_lazy("No payment was asked for under the code that was given."),
    "wrong_currency": gettext_lazy("It came in another currency than was asked for."),
    "no_such_deal": gettext_lazy("The deal it was meant for does not exist."),
    "wrong_book": gettext_lazy("The deal it was meant for lies in another book."),
    "not_now": gettext_lazy("The deal it was meant for takes no payment any more."),
    "not_yours": gettext_lazy("The deal it was meant for takes no payment from this provider."),
    "bad_amount": gettext_lazy("The amount can't be a payment."),
}
SIDE = {"merchant": gettext_lazy("seller"), "buyer": gettext_lazy("buyer")}
ACCOUNT = {
    "held": gettext_lazy("held for buyers"),
    "disputed": gettext_lazy("held, disputed"),
    "suspense": gettext_lazy("paid in part or late"),
    "merchant": gettext_lazy("owed to the seller"),
    "buyer": gettext_lazy("owed to buyers"),
    "payout_transit": gettext_lazy("on its way to the seller"),
    "refund_transit": gettext_lazy("on its way to buyers"),
    "receivable": gettext_lazy("the seller's debt"),
    "fee": gettext_lazy("fees"),
    "tax": gettext_lazy("tax"),
}


def account(name: str) -> str:
    """What an account of a book is called; a rail's is what lies with the payment provider (negative: it owes us)."""
    if name.startswith("rail."):
        return _("with the provider %(rail)s") % {"rail": name.removeprefix("rail.")}
    return str(ACCOUNT.get(name, name))


def why(code: str, reason: str) -> str:
    """Why money fits no deal; the sentence that was kept where there is no code, or one that is not known here."""
    return str(WHY.get(code, reason))


AUDITED_BY = {"night": gettext_lazy("at night"), "command line": gettext_lazy("from the command line")}


def refusal(error: FreezeError | RailError) -> str:
    """Why it was not done, and what to do about it, in the reader's language."""
    known = {
        "no_reason": _("Say why: it is kept, and the merchant may ask."),
        "frozen_already": _("This book is stopped already."),
        "confirmed_already": _("Somebody else has confirmed it meanwhile."),
        "lift_asked_already": _("Somebody else has asked for it meanwhile; you can agree."),
        "same_person": _("It takes two: another operator must do this."),
        "lift_not_asked": _("Nobody has asked to let this book go on; ask first."),
        "lapsed": _("This stop is over; the book goes on already."),
        "not_alone_again": _(
            "Your last stop of this book lapsed because nobody confirmed it; another operator must ask this time."
        ),
        "no_such_payment": _("This money is no longer there."),
        "assigned_already": _("This money was assigned to another deal meanwhile."),
    }
    return known.get(error.code) or str(error)
