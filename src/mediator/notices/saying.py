"""What a notice says: title, text and address, made of the deal as it stands at this moment. Pure but for language."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from mediator.notices import figures
from mediator.notices.about import clock_due, who_answers
from mediator.notices.table import STANDING, Party
from mediator.notices.words import REMINDED, words_of
from mediator.protocol.deal import Deal
from mediator.protocol.table import FINAL_STATUSES
from mediator.shop.tokens import deal_token


class Said(NamedTuple):
    """A notice in words. ``url`` is absolute; a buyer's opens the deal without an account."""

    title: str
    text: str
    url: str


class Reader(NamedTuple):
    """Who reads it, in which language and zone; ``merchant`` is the merchant's name as people know it."""

    party: Party
    language: str
    zone: str
    merchant: str


def say(deal: Deal, kind: str, reader: Reader, now: datetime, hours: int = 0) -> Said:
    """The words of a notice of that kind about the deal; ``hours`` makes it a reminder."""
    with translation.override(reader.language):
        words, values = words_of(kind, reader.party), _values(deal, reader)
        title = str(words.title) % values
        if hours:
            title = str(REMINDED[hours]) % {"title": title}
        return Said(title, str(words.text) % values, address(deal, reader.party, now))


def stands(deal: Deal, party: Party) -> str:
    """The kind of notice that says how the deal stands now, for that party."""
    if deal.status == "offered":
        return "answer_offer" if who_answers(deal) == party else "offer_waits"
    known = STANDING.get((deal.status, party))
    return known or ("ended" if deal.status in FINAL_STATUSES else "goes_on")


def address(deal: Deal, party: Party, now: datetime) -> str:
    """Where the party sees the deal: a buyer by a freshly signed link, a merchant after signing in."""
    if party == "buyer":
        return settings.SITE_URL + reverse("deal", args=[deal_token(deal.book, deal.id, now)])
    return settings.SITE_URL + reverse("merchant-deal", args=[deal.id])


def _values(deal: Deal, reader: Reader) -> dict[str, str]:
    state, currency = deal.state, deal.terms.currency
    claim = state.claim
    sums = {
        "amount": deal.terms.amount,
        "suspense": state.purse.get("suspense", 0),
        "missing": max(0, deal.terms.amount - state.purse.get("suspense", 0)),
        "disputed": claim.amount if claim else 0,
        "offered": claim.offer.to_buyer if claim and claim.offer else 0,
        "awarded": claim.decision.to_buyer if claim and claim.decision else 0,
        "released": state.released,
        "refunded": state.refunded,
        "paid_out": _last_sent(deal, "merchant"),
        "paid_back": _last_sent(deal, "buyer"),
    }
    return {
        "goods": figures.goods(deal),
        "merchant": reader.merchant,
        "until": figures.moment(clock_due(deal), reader.zone),
        "courier": state.courier.upper(),
        "tracking": state.tracking,
        "return_tracking": claim.tracking if claim else "",
        "days": str(state.extension_asked),
        **{name: figures.amount(minor, currency) for name, minor in sums.items()},
    }


def _last_sent(deal: Deal, side: str) -> int:
    """What the latest transfer to that side was of."""
    amounts = [transfer.amount for transfer in deal.state.transfers if transfer.side == side]
    return amounts[-1] if amounts else 0
