"""What a merchant may do with a deal, as pages: one row a command, with its words, its form and what it leads to.

Which of them may be done now is asked of the protocol. Words and photographs go into evidence; the command names it by
its digest, because the journal is kept for ever and people's words may not be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mediator.protocol import Deal
from mediator.protocol.deal import ClaimKind
from mediator.protocol.guards import DERISORY, MAX_EXTENSION_DAYS
from mediator.web.forms import Form, RupiahField
from mediator.web.merchant.couriers import OTHER, courier_choices, courier_code
from mediator.web.templatetags.mediator import amount
from mediator.web.uploads import PhotosField

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_WORDS = 5_000


class Sure(Form):
    """Nothing to fill in."""

    def details(self) -> dict[str, Any]:
        """What the command carries besides the evidence."""
        return {}

    def fit(self, deal: Deal) -> None:
        """Suit the form to the deal before it is drawn or read."""


def _words(label: Any, hint: Any = "", *, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, help_text=hint, max_length=MOST_WORDS, widget=area, required=required)


class Ship(Sure):
    courier = forms.ChoiceField(label=_("Courier"), choices=courier_choices)
    other = forms.CharField(label=_("Name of another courier"), max_length=32, required=False)
    tracking = forms.CharField(
        label=_("Tracking number"), max_length=64, help_text=_("From the courier's receipt; the buyer follows it.")
    )
    photos = PhotosField(
        label=_("Photographs before you close the parcel"),
        required=False,
        help_text=_("The goods, the packing and the label. They are your best proof if something is said to be wrong."),
    )

    def clean_tracking(self) -> str:
        return tidy_tracking(self.cleaned_data["tracking"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("courier") == OTHER and not courier_code(data.get("other", "")):
            self.add_error("other", _("Write the courier's name."))
        return data

    def details(self) -> dict[str, Any]:
        data = self.cleaned_data
        courier = courier_code(data["other"]) if data["courier"] == OTHER else data["courier"]
        return {"courier": courier, "tracking": data["tracking"]}


def tidy_tracking(text: str) -> str:
    """A tracking number without spaces; ValidationError when it is none."""
    plain = "".join(text.split())
    if not plain or not plain.isascii() or not plain.isprintable() or len(plain) > 64:
        raise ValidationError(_("Letters and digits, as on the courier's receipt."))
    return plain


class MoreDays(Sure):
    days = forms.TypedChoiceField(
        label=_("How many more days?"), choices=[(n, n) for n in range(1, MAX_EXTENSION_DAYS + 1)], coerce=int
    )

    def details(self) -> dict[str, Any]:
        return {"days": self.cleaned_data["days"]}


class Reason(Sure):
    words = _words(_("Why?"), _("The buyer reads it."))


class Offer(Sure):
    amount = RupiahField(label=_("How much does the buyer get back?"), zero=True)
    needs_return = forms.BooleanField(label=_("The buyer sends the goods back first"), required=False)
    words = _words(_("What do you propose, and why?"), _("The buyer reads it."))
    photos = PhotosField(label=_("Photographs"), required=False)

    def fit(self, deal: Deal) -> None:
        claim = deal.state.claim
        if claim is None:
            return
        most, currency = claim.amount, deal.terms.currency
        self.fields["amount"].help_text = _now("From %(least)s to %(most)s: the claim is about %(most)s.") % {
            "least": amount(-(-most // DERISORY), currency),
            "most": amount(most, currency),
        }
        if claim.kind is ClaimKind.NOT_ARRIVED:
            del self.fields["needs_return"]

    def details(self) -> dict[str, Any]:
        return {"amount": self.cleaned_data["amount"], "needs_return": self.cleaned_data.get("needs_return", False)}


class Shown(Sure):
    """Words, and photographs where there are any."""

    words = _words(_("What happened, as you see it?"), _("The buyer reads it, and a mediator if one is asked."))
    photos = PhotosField(label=_("Photographs"), required=False)


class Ask(Sure):
    words = _words(_("What should the mediator know?"), required=False)
    photos = PhotosField(label=_("Photographs"), required=False)


@dataclass(frozen=True)
class Deed:
    """One command as a merchant meets it. ``says`` is what it does to goods and money; ``purpose`` is that of what
    is shown with it, and ``after`` what is said when it is done."""

    command: str
    words: _StrPromise
    says: _StrPromise
    after: _StrPromise
    form: Callable[..., Sure] = Sure
    purpose: str = ""
    tone: str = ""
    place: int = field(default=50)


DEEDS: tuple[Deed, ...] = (
    Deed("ship", _("Ship it"), _("You handed the parcel over. The buyer gets the number; the courier's time runs."),
         _("Shipped. The buyer has the tracking number."), Ship, "dispatch", "", 10),
    Deed("pack", _("I am packing it"), _("The buyer can still ask to cancel, but no longer cancel alone."),
         _("Noted: you are packing."), tone="second", place=20),
    Deed("revive", _("Take the late payment"), _("The deal goes on as if paid in time; your time to ship starts now."),
         _("The deal goes on. Ship it in time."), place=10),
    Deed("decline", _("Give the late payment back"), _("The buyer gets all of it back and the deal stays closed."),
         _("The money goes back to the buyer."), tone="second", place=20),
    Deed("agree_cancel", _("Agree to cancel"), _("The buyer gets all the money back. Don't ship."),
         _("Cancelled. The buyer gets the money back."), place=20),
    Deed("refuse_cancel", _("Keep the deal, I am packing"), _("The deal goes on; you ship in the time that is left."),
         _("The deal goes on. Ship it in time."), tone="second", place=21),
    Deed("agree", _("Agree"), _("The buyer gets what is asked for; nothing can change that afterwards."),
         _("Agreed. What was agreed is carried out now."), place=10),
    Deed("offer", _("Offer another solution"), _("The buyer agrees, answers with another offer, or asks a mediator."),
         _("Your offer is with the buyer."), Offer, "answer", "second", 20),
    Deed("contest", _("The claim is wrong"), _("The buyer takes the claim back or asks a mediator, who looks at what "
         "both of you show."), _("The buyer reads your answer."), Shown, "answer", "second", 30),
    Deed("submit_evidence", _("Show the mediator something"), _("Both the buyer and the mediator see it."),
         _("The mediator sees it now."), Shown, "mediation", "", 10),
    Deed("accept_decision", _("Accept the decision"), _("If the buyer accepts too, it is carried out at once."),
         _("You accepted the decision."), place=10),
    Deed("appeal", _("Ask for another look"), _("Another mediator decides once more, and that is final."),
         _("Another mediator will look at it."), Shown, "appeal", "second", 20),
    Deed("confirm_return", _("The return is all right"), _("You have the goods back in good order; the buyer gets the "
         "money."), _("Confirmed. The buyer gets the money back."), place=10),
    Deed("contest_return", _("The return is not all right"), _("A mediator looks at it and decides."),
         _("A mediator will look at it."), Shown, "return", "second", 20),
    Deed("escalate", _("Ask a mediator"), _("A mediator reads everything and decides; both can still show more."),
         _("A mediator has been asked."), Ask, "mediation", "second", 40),
    Deed("ask_extension", _("Ask for more days to ship"), _("You may ask once. It counts only when the buyer agrees."),
         _("The buyer has been asked."), MoreDays, tone="second", place=40),
    Deed("update_account", _("Try the payout again"), _("Once your bank account is right: the money is sent again."),
         _("The payout is tried again."), place=30),
    Deed("cancel", _("Cancel the deal"), _("The buyer gets all the money back, and nothing is shipped."),
         _("Cancelled. Whatever was paid goes back to the buyer."), Reason, "answer", "danger", 90),
)  # fmt: skip

BY_COMMAND = {deed.command: deed for deed in DEEDS}
