"""What a buyer reads: where the deal stands, and what each button does. What is allowed, the protocol says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Stand(NamedTuple):
    """A status for its buyer: a headline, and what to do or to wait for."""

    headline: _StrPromise
    lead: _StrPromise


STANDS: dict[str, Stand] = {
    "opened": Stand(
        _("Waiting for your payment"),
        _("Nothing is held yet. Once you have paid, the money is held, and the seller is told to send."),
    ),
    "part_paid": Stand(
        _("Part of your payment came in"),
        _("The rest is still missing. If it doesn't come in time, what came is paid back to you."),
    ),
    "late": Stand(
        _("Your payment came late"),
        _("The seller may still take it and send. If not, all of it is paid back to you."),
    ),
    "funded": Stand(
        _("Your money is held. The seller sends next"),
        _("The seller gets nothing until you have inspected the goods. Not sent in time: you are refunded."),
    ),
    "packed": Stand(
        _("The seller is packing"),
        _("Your money is held. If the parcel isn't handed to the courier in time, you are refunded."),
    ),
    "cancel_asked": Stand(
        _("You asked to cancel"),
        _("The seller answers, or sends after all. Without an answer it is cancelled, and you are refunded."),
    ),
    "shipped": Stand(
        _("Your parcel is on its way"),
        _("Your money stays held. If nothing arrives in time, it becomes a claim by itself: you need not do anything."),
    ),
    "delivered": Stand(
        _("It has arrived: look at it well"),
        _("Your money is still held. Compare the goods with what was promised before the time is up."),
    ),
    "claimed": Stand(
        _("Your claim is with the seller"),
        _("The seller agrees, offers something else, or contests. Without an answer you get what you asked for."),
    ),
    "offered": Stand(
        _("There is an offer to settle your claim"),
        _("Agree, propose something else, or ask a mediator. What is disputed stays held meanwhile."),
    ),
    "contested": Stand(
        _("The seller contests your claim"),
        _("Ask a mediator if you see it otherwise. The disputed money stays held until then."),
    ),
    "in_mediation": Stand(
        _("A mediator looks into it"),
        _("Show everything that helps: photographs, the label, what was written. The disputed money stays held."),
    ),
    "decided": Stand(
        _("The mediator has decided"),
        _("Accept the decision, or ask another mediator to look. Then it is carried out."),
    ),
    "in_appeal": Stand(
        _("Another mediator looks at it"),
        _("The second decision is final. The disputed money stays held until then."),
    ),
    "returning": Stand(
        _("Send the goods back"),
        _("You get the money once they are back. Send them in time, with a tracking number."),
    ),
    "sent_back": Stand(
        _("The goods are on their way back"),
        _("You get the money once the seller has them. If they don't arrive, a mediator looks into it."),
    ),
    "returned": Stand(
        _("The goods are back with the seller"),
        _("The seller looks at them now. No answer in time counts as all right, and you are refunded."),
    ),
    "released": Stand(_("Done: the seller has been paid"), _("Thank you. You can keep the receipt of this deal.")),
    "refunded": Stand(
        _("Done: you are refunded"),
        _("The money goes back the way it came. How far it is stands below."),
    ),
    "split": Stand(
        _("Done: the money was shared"),
        _("Part went to the seller, part goes back to you. How much stands below."),
    ),
    "expired": Stand(
        _("This deal has expired"),
        _("It was not paid in time, so nothing was bought. If you pay now, the seller is asked first."),
    ),
    "cancelled": Stand(
        _("This deal was cancelled"),
        _("Nothing was bought. Whatever you may have paid goes back to you."),
    ),
}  # fmt: skip


class Doing(NamedTuple):
    """A button: its words, its look (class of the button), and which form asks for the details.

    ``form`` names one of ``forms.FORMS``. ``says`` is what it means, on its own page; ``done`` is said afterwards.
    """

    words: _StrPromise
    tone: str
    form: str
    says: _StrPromise
    done: _StrPromise


DOINGS: dict[str, Doing] = {
    "accept": Doing(
        _("Received and good"), "", "confirm",
        _("You have the goods, and they are what was promised. The seller is paid, and you can't claim any more."),
        _("Thank you. The seller is paid."),
    ),
    "agree": Doing(
        _("Agree to the offer"), "", "confirm",
        _("The offer is carried out, and your claim is settled with it."),
        _("Agreed. It is being carried out."),
    ),
    "accept_decision": Doing(
        _("Accept the decision"), "", "confirm",
        _("When the seller accepts too, the decision is carried out at once; otherwise when the time is up."),
        _("You accepted the decision."),
    ),
    "send_back": Doing(
        _("I have sent it back"), "", "tracking",
        _("Write the courier's tracking number. You get the money once the goods are back."),
        _("Noted: the goods are on their way back."),
    ),
    "deliver": Doing(
        _("It has arrived, I want to inspect it"), "second", "confirm",
        _("You have the parcel and open it now. From here on you have time to inspect it; the seller isn't paid yet."),
        _("Good. Look at everything in peace; the time for it is shown below."),
    ),
    "agree_extension": Doing(
        _("Give the seller more days"), "second", "confirm",
        _("The seller asked for more time to send. If you don't want that, you need not do anything."),
        _("The seller has more time now."),
    ),
    "extend": Doing(
        _("More time"), "second", "confirm",
        _("You get more time to inspect the goods. This can be done once."),
        _("You have more time now."),
    ),
    "claim": Doing(
        _("Something is wrong"), "danger", "claim",
        _("Tell us what is wrong and show it. The seller answers first; a mediator decides if you don't agree."),
        _("Your claim is with the seller."),
    ),
    "submit_evidence": Doing(
        _("Show evidence"), "second", "evidence",
        _("The mediator and the seller see it."),
        _("Your evidence was added."),
    ),
    "offer": Doing(
        _("Propose something else"), "second", "offer",
        _("The seller answers your proposal. Until then what is disputed stays held."),
        _("Your proposal is with the seller."),
    ),
    "escalate": Doing(
        _("Ask a mediator"), "second", "words",
        _("A person of Mediator who knows neither of you looks at everything and decides."),
        _("A mediator looks into it now."),
    ),
    "appeal": Doing(
        _("Ask another mediator"), "second", "appeal",
        _("Another mediator looks at everything anew. That decision is final, and it may be less good for you."),
        _("Another mediator looks at it now."),
    ),
    "update_account": Doing(
        _("Try my refund again"), "second", "confirm",
        _("Your bank refused the refund. When your account can take money again, we try once more."),
        _("We send the refund again."),
    ),
    "withdraw": Doing(
        _("Take the claim back"), "second", "confirm",
        _("Your claim ends, and nothing comes of it."),
        _("Your claim is taken back."),
    ),
    "cancel": Doing(
        _("Cancel"), "danger", "confirm",
        _("You don't want the goods any more."),
        _("Done. How it goes on is shown below."),
    ),
}  # fmt: skip
"""In the order in which the buttons stand on the page."""

ARRIVED_AND_GOOD = _("It has arrived and is good")
ARRIVED_AND_WRONG = _("It has arrived and something is wrong")
"""For a parcel that nobody has marked as delivered yet."""

REST_IS_GOOD = _("The rest is good")
REST_SAYS = _("Your claim goes on. What it does not dispute is paid to the seller now.")
"""For ``accept`` beside an open claim on a part."""

REFUSED: dict[str, tuple[str, _StrPromise]] = {
    "more_than_held": ("amount", _("The amount must be above zero and at most what is still held.")),
    "more_than_the_parts": ("amount", _("That is more than the goods you named cost.")),
    "not_payable": ("amount", _("Write whole rupiah.")),
    "more_than_disputed": ("amount", _("At most what is disputed.")),
    "parts_do_not_fit": ("", _("Name no more of anything than you bought.")),
    "nothing_to_return": ("remedy", _("What has not arrived can't be sent back; ask for the money back.")),
    "too_many_claims": ("", _("You have claimed as often as a deal allows.")),
    "claim_is_open": ("", _("Your claim is open already; it is shown on the page of the deal.")),
    "enough_evidence": ("", _("You have shown as many pieces as one side may. Ask the mediator if more is needed.")),
    "not_your_turn": ("", _("Your own proposal is on the table; the seller answers it.")),
    "only_once": ("", _("This can be done only once.")),
    "all_is_disputed": ("", _("All of the money is disputed; your claim is settled first.")),
    "already_decided": ("", _("Your claim has been decided; the decision is carried out first.")),
    "nothing_asked": ("", _("The seller no longer asks for more time.")),
    "nothing_failed": ("", _("No refund to you has failed; there is nothing to try again.")),
    "key_reused": (
        "",
        _("This form was sent already, with other words. Open the page of the deal to see what was taken."),
    ),
}
"""A refusal of the rules, by its code: the field it belongs to, and what to do about it."""
