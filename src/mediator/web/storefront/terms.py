"""The clocks of a deal in words a buyer or seller reads: what is waited for, for how long, what happens then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mediator.protocol.table import CLOCKS
from mediator.web.deal_words import Words, then

SAYS: Words = {
    "pay_by": _("The buyer pays"),
    "top_up_by": _("If too little was paid, the buyer pays the rest"),
    "revive_by": _("If it was paid too late, the seller takes the deal after all"),
    "ship_by": _("The seller hands the parcel to a courier"),
    "cancel_by": _("If the buyer wants to cancel while it is being packed, the seller answers"),
    "deliver_by": _("The parcel arrives"),
    "inspect_by": _("The buyer looks at the goods"),
    "extend_by": _("If the buyer takes more time (once), that is"),
    "answer_by": _("If the buyer makes a claim, the seller answers"),
    "reply_by": _("If somebody makes an offer, the other answers"),
    "pursue_by": _("If the seller contests the claim, the buyer asks a mediator"),
    "talk_by": _("Both talk for at most"),
    "evidence_by": _("With a mediator: both show their evidence"),
    "decide_by": _("The mediator decides"),
    "lead_by": _("If the mediator did not, the lead mediator decides"),
    "appeal_by": _("After a decision, either asks once for another look"),
    "panel_by": _("Another mediator looks at it"),
    "return_by": _("If goods go back, the buyer sends them"),
    "transit_by": _("The return arrives"),
    "confirm_by": _("The seller looks at the return"),
}

BENEFITS: Words = {
    "nobody": _("nobody"),
    "buyer": _("the buyer"),
    "merchant": _("the seller"),
    "whoever waits": _("whoever waits"),
    "whoever won": _("whoever was found right"),
}

FOR_BUYERS = ("pay_by", "ship_by", "deliver_by", "inspect_by", "answer_by")
"""What is said beside goods; the whole list has a page of its own."""

_SPAN = re.compile(r"(\d+)(h|d|wd)")


class Term(NamedTuple):
    """One clock in words."""

    clock: str
    says: str
    span: str
    then: str
    benefits: str


def span_words(span: str) -> str:
    """A clock's span as people say it: "48h" is two days."""
    found = _SPAN.fullmatch(span)
    assert found, span
    count, unit = int(found[1]), found[2]
    if unit == "wd":
        return ngettext("%d working day", "%d working days", count) % count
    if unit == "d":
        return ngettext("%d day", "%d days", count) % count
    if count % 24 == 0 and count > 24:
        return span_words(f"{count // 24}d")
    return ngettext("%d hour", "%d hours", count) % count


def terms(clocks: Mapping[str, str] | None = None, names: Iterable[str] = tuple(CLOCKS)) -> list[Term]:
    """Those clocks, each with its span in this deal (``clocks``) or else the usual one."""
    own = clocks or {}
    return [
        Term(
            name,
            str(SAYS[name]),
            span_words(own.get(name, CLOCKS[name].span)),
            then(name),
            str(BENEFITS[CLOCKS[name].benefits]),
        )
        for name in names
    ]
