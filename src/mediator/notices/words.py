"""The words of every notice, by its kind; ``kind/party`` where both are told of it. Title and text.

A title names no person and no goods: it is read on locked screens and in lists of mail. A text says what happened, what
to do, until when, and what happens otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Words(NamedTuple):
    title: _StrPromise
    text: _StrPromise


WORDS: dict[str, Words] = {
    "pay": Words(
        _("Pay by %(until)s"),
        _(
            "Your order at %(merchant)s, %(goods)s, costs %(amount)s. Pay through Mediator by %(until)s: the money is "
            "held until you have seen the goods."
        ),
    ),
    "waits_for_payment": Words(
        _("Waiting for the buyer's payment"),
        _("%(goods)s, %(amount)s: the buyer has until %(until)s to pay. Ship nothing before that."),
    ),
    "pay_the_rest": Words(
        _("Part of the payment is missing"),
        _(
            "%(suspense)s of %(amount)s has come in for %(goods)s. Pay the missing %(missing)s by %(until)s, or "
            "everything is paid back to you."
        ),
    ),
    "take_late_payment": Words(
        _("Paid late: do you still want the order?"),
        _(
            "The buyer paid for %(goods)s after the time was up. Take the order by %(until)s, or the money goes back "
            "to the buyer."
        ),
    ),
    "paid_late": Words(
        _("Your payment came late"),
        _(
            "Your payment for %(goods)s came after the time was up. %(merchant)s may still take it until %(until)s; "
            "otherwise you get all of it back."
        ),
    ),
    "ship": Words(
        _("Paid: ship by %(until)s"),
        _(
            "%(goods)s is paid and Mediator holds %(amount)s. Hand it to the courier by %(until)s, or the buyer is "
            "refunded."
        ),
    ),
    "money_is_held": Words(
        _("Your payment is in, and held for you"),
        _(
            "Mediator holds your %(amount)s for %(goods)s. %(merchant)s must ship by %(until)s, or you get it back. "
            "Nobody is paid before you have had time to look at the goods."
        ),
    ),
    "expired/buyer": Words(
        _("The order has expired"),
        _("The time to pay for %(goods)s is over and the order has ended. Whatever you paid late comes back to you."),
    ),
    "expired/merchant": Words(
        _("An order has expired"), _("%(goods)s was not paid in time, so the order has ended. Ship nothing.")
    ),
    "cancelled/buyer": Words(
        _("The order was cancelled"),
        _("The order of %(goods)s was cancelled before it was paid in full. Whatever you paid comes back to you."),
    ),
    "cancelled/merchant": Words(
        _("An order was cancelled"), _("The order of %(goods)s was cancelled before it was paid. Ship nothing.")
    ),
    "answer_cancel": Words(
        _("The buyer wants to cancel: answer by %(until)s"),
        _(
            "The buyer wants to cancel %(goods)s. Agree, or say that it is on its way. Without an answer by %(until)s "
            "it is cancelled and the buyer is refunded."
        ),
    ),
    "cancel_refused": Words(
        _("The seller is packing already"),
        _("%(merchant)s keeps your order of %(goods)s and must ship it by %(until)s, or you are refunded."),
    ),
    "grant_days": Words(
        _("The seller asks for more days"),
        _(
            "%(merchant)s asks for %(days)s more days to ship %(goods)s. If you don't agree, the old date stands: "
            "%(until)s, or you are refunded."
        ),
    ),
    "days_granted": Words(
        _("More days to ship: until %(until)s"),
        _("The buyer gave you more days for %(goods)s. Ship it by %(until)s, or the buyer is refunded."),
    ),
    "on_its_way": Words(
        _("Your order is on its way"),
        _("%(goods)s was handed to %(courier)s, number %(tracking)s. If it has not come by %(until)s, tell us then."),
    ),
    "look_at_it": Words(
        _("It has arrived: look at it by %(until)s"),
        _(
            "%(goods)s has arrived. Look at it, and say by %(until)s if something is wrong: otherwise %(merchant)s is "
            "paid."
        ),
    ),
    "arrived": Words(
        _("The parcel has arrived"),
        _("%(goods)s has arrived. The buyer has until %(until)s to look at it; then you are paid."),
    ),
    "answer_claim": Words(
        _("A claim: answer by %(until)s"),
        _(
            "The buyer says something is wrong with %(goods)s; it is about %(disputed)s. Answer by %(until)s, or the "
            "buyer gets what the claim asks for."
        ),
    ),
    "claimed_for_you": Words(
        _("We asked the seller where your order is"),
        _(
            "%(goods)s has not arrived in time. We opened a claim for you: if %(merchant)s does not answer by "
            "%(until)s, you get your money back."
        ),
    ),
    "answer_offer": Words(
        _("An offer: answer by %(until)s"),
        _(
            "For %(goods)s you are offered this: the buyer gets %(offered)s of the disputed %(disputed)s. Agree, make "
            "another offer or ask a mediator by %(until)s; without an answer a mediator takes over."
        ),
    ),
    "offer_waits": Words(
        _("Your offer is waiting"),
        _(
            "Your offer for %(goods)s, %(offered)s to the buyer, is waiting for an answer until %(until)s; then a "
            "mediator takes over."
        ),
    ),
    "claim_contested": Words(
        _("The seller disagrees: go on by %(until)s"),
        _(
            "%(merchant)s says your claim about %(goods)s is wrong. Ask a mediator by %(until)s if you want to go on; "
            "otherwise the claim ends (if nothing has arrived, a mediator decides)."
        ),
    ),
    "mediator_looks/buyer": Words(
        _("A mediator is looking at it"),
        _(
            "A mediator decides about %(goods)s by %(until)s. Until then %(disputed)s stays held. Show photographs and "
            "words on the deal's page; the mediator sees nothing else."
        ),
    ),
    "mediator_looks/merchant": Words(
        _("A mediator is looking at it"),
        _(
            "A mediator decides about %(goods)s by %(until)s. Until then %(disputed)s stays held. Show photographs and "
            "words on the deal's page; the mediator sees nothing else."
        ),
    ),
    "decided/buyer": Words(
        _("The mediator has decided: appeal by %(until)s"),
        _(
            "About %(goods)s: you get %(awarded)s of the disputed %(disputed)s. If you think that is wrong, ask for "
            "another look by %(until)s; after that it is carried out."
        ),
    ),
    "decided/merchant": Words(
        _("The mediator has decided: appeal by %(until)s"),
        _(
            "About %(goods)s: the buyer gets %(awarded)s of the disputed %(disputed)s. If you think that is wrong, ask "
            "for another look by %(until)s; after that it is carried out."
        ),
    ),
    "appealed/buyer": Words(
        _("Another mediator takes a second look"),
        _("The decision about %(goods)s is looked at again, by somebody else, by %(until)s. Money stays where it is."),
    ),
    "appealed/merchant": Words(
        _("Another mediator takes a second look"),
        _("The decision about %(goods)s is looked at again, by somebody else, by %(until)s. Money stays where it is."),
    ),
    "send_it_back": Words(
        _("Send it back by %(until)s"),
        _(
            "Send %(goods)s back to %(merchant)s by %(until)s and write down the tracking number. If it is not sent, "
            "the claim ends and the seller is paid."
        ),
    ),
    "goods_come_back": Words(
        _("The buyer sends the goods back"),
        _("The buyer has until %(until)s to send %(goods)s back to you. The money stays held meanwhile."),
    ),
    "goods_on_way_back": Words(
        _("The goods are on their way back"),
        _("%(goods)s is on its way back to you, number %(return_tracking)s. Say so when it has come."),
    ),
    "check_return": Words(
        _("The return has arrived: check it by %(until)s"),
        _("%(goods)s is back. Check it by %(until)s and say if something is wrong; otherwise the buyer is refunded."),
    ),
    "released": Words(
        _("The money of an order is yours"),
        _("%(goods)s is done: the money, less fees, is on its way to your bank account."),
    ),
    "merchant_was_paid": Words(
        _("The order is done"),
        _("%(goods)s is accepted and %(merchant)s is paid. Thank you for buying through Mediator."),
    ),
    "refunded": Words(
        _("You get your money back"), _("You get back %(refunded)s for %(goods)s. It is on its way to you.")
    ),
    "buyer_was_refunded": Words(
        _("The buyer is refunded: ship nothing"),
        _("The order of %(goods)s has ended and %(refunded)s goes back to the buyer. If it is not shipped, keep it."),
    ),
    "split/buyer": Words(
        _("The case is closed"), _("About %(goods)s: you get back %(refunded)s. It is on its way to you.")
    ),
    "split/merchant": Words(
        _("The case is closed"),
        _("About %(goods)s: %(refunded)s goes back to the buyer, %(released)s less fees is yours and on its way."),
    ),
    "money_arrived": Words(_("Your money has arrived"), _("%(paid_out)s for %(goods)s is in your bank account.")),
    "payout_failed": Words(
        _("The bank refused your money: check your account"),
        _("%(paid_out)s for %(goods)s could not be paid to your bank account. Check the account; the money is safe."),
    ),
    "refund_arrived": Words(_("Your refund has arrived"), _("%(paid_back)s for %(goods)s was paid back to you.")),
    "refund_failed": Words(
        _("Your refund could not be paid"),
        _("%(paid_back)s for %(goods)s could not be paid back. Tell us where to send it; the money is safe."),
    ),
    "charged_back": Words(
        _("The payment provider took money back"),
        _("The buyer's bank took back money for %(goods)s. Your page shows how much, and what you can do."),
    ),
    "won_back": Words(
        _("The payment provider gave money again"), _("Money that was taken back for %(goods)s was given again.")
    ),
    "ended": Words(_("The order has ended"), _("The order of %(goods)s has ended.")),
    "goes_on": Words(_("How your order stands"), _("On the deal's page you see how %(goods)s stands.")),
}

REMINDED = {24: _("One day left: %(title)s"), 3: _("Three hours left: %(title)s")}
"""The title of a reminder, by the hours it comes before the clock rings."""


def words_of(kind: str, party: str) -> Words:
    return WORDS.get(kind) or WORDS[f"{kind}/{party}"]
