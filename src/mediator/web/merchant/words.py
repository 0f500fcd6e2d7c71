"""Words of the desk: groups of deals, what a refused command means, how money and sheets are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mediator.deals.batch import Result
from mediator.web.acting import refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = dict[str, "_StrPromise"]

TABS: Words = {
    "answer": _("To answer"),
    "ship": _("To ship"),
    "way": _("On the way"),
    "inspected": _("Being inspected"),
    "claims": _("Claims"),
    "unpaid": _("Waiting for payment"),
    "over": _("Finished"),
}

EMPTY: Words = {
    "answer": _("Nobody waits for your answer."),
    "ship": _("Nothing to ship now. A paid deal appears here at once."),
    "way": _("No parcel is on its way."),
    "inspected": _("Nobody is inspecting goods now."),
    "claims": _("No claim is open."),
    "unpaid": _("No deal waits for its payment."),
    "over": _("No deal has ended yet."),
}

_REFUSED: Words = {
    "no_such_deal": _("Your shop has no such deal."),
    "key_reused": _("This form was sent before with other content. Open the page again."),
    "not_enough_paid": _("What came in does not cover the price, so it can only be given back."),
    "only_once": _("That can be done once, and it has been."),
    "too_many_days": _("At most 7 more days."),
    "more_than_disputed": _("That is more than the claim is about."),
    "not_payable": _("Write whole rupiah."),
    "offer_too_small": _(
        "An offer below a tenth of the claim is no answer. Offer more, or say that the claim is wrong."
    ),
    "not_your_turn": _("It is the buyer's turn to answer your offer."),
    "nothing_to_return": _("What has not arrived can't be sent back."),
    "enough_evidence": _("You have shown as much as one side may show."),
    "nothing_failed": _("No payout has failed, so nothing needs another try."),
    "clock_has_rung": _("The time for this was up before you pressed."),
    "not_now": _("The deal has moved on meanwhile, so this is not possible any more."),
    "bad_text": _("Something written here is too long, or can't be written."),
    "evidence_key_used": _("This form was sent before with other words. Open the page again."),
    "evidence_empty": _("Write a few words, or add a photograph."),
    "evidence_too_long": _("At most 5,000 characters."),
}


def why(result: Result) -> str:
    """Why a command changed nothing, for a merchant."""
    return say(result.code) or refusal(result)


def say(code: str) -> str:
    """What a refusal's code means; "" for one that has no words here."""
    return str(_REFUSED[code]) if code in _REFUSED else ""


ENTRY: Words = {
    "fund": _("Buyer paid"),
    "suspend": _("Payment came in, waiting"),
    "release": _("Deal released to you"),
    "refund": _("Given back to the buyer"),
    "dispute": _("Disputed by the buyer"),
    "undispute": _("No longer disputed"),
    "payout": _("Sent to your bank"),
    "payout_settled": _("Arrived at your bank"),
    "payout_failed": _("Your bank refused it"),
    "payout_returned": _("Your bank sent it back"),
    "chargeback": _("Payment provider took it back"),
    "chargeback_won": _("Payment provider gave it again"),
    "recover": _("Set against your debt"),
}
"""What an entry of the ledger was, by its kind."""


def entry(kind: str) -> str:
    return str(ENTRY.get(kind, kind))


STAGE: Words = {
    "queued": _("about to be sent"),
    "sending": _("being sent"),
    "accepted": _("accepted by the bank"),
    "unknown": _("waiting for the bank's word"),
    "missing": _("waiting for the bank's word"),
    "settled": _("arrived"),
    "failed": _("refused by the bank"),
    "returned": _("sent back by the bank"),
}

STAGE_TONE = {"settled": "good", "failed": "bad", "returned": "bad"}

COLUMN: Words = {
    "sku": _("Code"),
    "title": _("Name"),
    "text": _("Description"),
    "category": _("Category"),
    "price": _("Price (Rp)"),
    "price_minor": _("Price (Rp)"),
    "weight_g": _("Weight (gram)"),
    "stock": _("Stock"),
    "status": _("Status"),
    "attributes": _("Details"),
}

SHEET: Words = {
    "too_large": _("The file is too large; at most %(about)s MB."),
    "not_a_sheet": _("This is not a CSV or XLSX file that can be read. Save it again from your spreadsheet."),
    "too_many_rows": _("At most %(about)s rows at once. Split the file."),
    "too_many_columns": _("At most %(about)s columns."),
    "no_header": _("The first row must name the columns, as the template does."),
    "column_missing": _("The column “%(about)s” is missing. The template shows all names."),
    "column_twice": _("The column “%(about)s” is there twice. Take one out."),
    "nothing_in_it": _("There is no product below the first row."),
}

PROBLEM: Words = {
    "missing": _("It is empty; every new product needs it."),
    "sku_bad": _("At most 64 visible characters."),
    "sku_twice": _("The same code stands in line %(right)s already."),
    "price_bad": _("Not a price in whole rupiah."),
    "price_range": _("A price is above zero and not astronomic."),
    "weight_bad": _("Not a weight in grams or kilograms."),
    "weight_range": _("A weight is from 1 gram to 1,000 kg."),
    "stock_bad": _("Not a count; leave it empty if you don't count."),
    "status_bad": _("Not a status."),
    "category_unknown": _("There is no such category."),
    "attributes_bad": _("Write name and value with a colon."),
    "promise_text_empty": _("It is empty."),
    "promise_text_too_long": _("It is too long (name 150, description 5,000 characters)."),
    "promise_text_control": _("It has an invisible control character; write it again."),
    "promise_attribute_twice": _("One detail is named twice."),
    "promise_too_many_attributes": _("At most 40 details."),
    "promise_too_many_photos": _("At most 12 photographs."),
    "promise_weight_bad": _("A weight is from 1 gram to 1,000 kg."),
    "sku_taken": _("Another product of your shop has this code."),
}


def sheet_fault(code: str, about: str) -> str:
    """Why a sheet can't be read."""
    shown = str(COLUMN[about]) if about in COLUMN else about
    return str(SHEET[code]) % {"about": shown}


def problem(code: str, right: str) -> str:
    """What is wrong in a cell."""
    words = PROBLEM.get(code)
    return str(words) % {"right": right} if words else _now("This can't be promised as it is written.")


PRODUCT_STATUS: Words = {"live": _("on sale"), "paused": _("paused"), "draft": _("draft, not shown")}
PRODUCT_TONE = {"live": "good", "paused": "wait", "draft": ""}
