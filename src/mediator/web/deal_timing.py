"""The clocks of a deal in words: which ring, when, what happens if nobody acts, and to whose benefit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mediator.ledger.record import Record
from mediator.protocol import Deal, clock_of
from mediator.protocol.table import CLAIM_STATES, CLOCKS
from mediator.web import deal_words

BENEFITS = {
    "nobody": _("nobody loses or wins by it"),
    "buyer": _("in the buyer's favour"),
    "merchant": _("in the seller's favour"),
    "whoever waits": _("so that nobody waits for ever"),
    "whoever won": _("in favour of whoever was found right"),
}


@dataclass(frozen=True)
class Ring:
    """One running clock: its name in the protocol, when it rings, what happens then, and for whom it is good."""

    name: str
    at: datetime
    then: str
    benefits: str
    about: str
    """Which part of the money it is about, where two run side by side."""


def rings_of(deal: Deal) -> list[Ring]:
    """The clocks that run, the next one first. Of two at the same time the claim's counts."""
    state, claim = deal.state, deal.state.claim
    found = []
    if claim is not None and claim.due is not None:
        name = "lead_by" if claim.stage == "in_mediation" and claim.lead else clock_of("claim", claim.stage)
        found += [_ring(name, claim.due, _("what is disputed"))] if name else []
    if state.due is not None:
        name = clock_of("parcel", state.parcel)
        found += [_ring(name, state.due, _("what is not disputed"))] if name else []
    return sorted(found, key=lambda ring: ring.at)


def _ring(name: str, at: datetime, about: object) -> Ring:
    return Ring(name, at, deal_words.then(name), str(BENEFITS[CLOCKS[name].benefits]), str(about))


def rung(before: Record, lapse: Record) -> str:
    """The name of the clock whose ringing is that lapse; "" if the record before it ran none."""
    of_claim = before.claim_due is not None and (before.parcel_due is None or before.claim_due <= before.parcel_due)
    if of_claim and before.status == "in_mediation":
        return "decide_by" if lapse.status == "in_mediation" else "lead_by"
    if of_claim:
        return clock_of("claim", before.status) or ""
    if before.status in CLAIM_STATES:
        return "inspect_by"  # the parcel's clock runs beside a claim only while the goods are inspected
    return clock_of("parcel", before.status) or ""
