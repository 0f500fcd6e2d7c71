"""Which product a government buyer may take: the ladder of Perpres 46/2025 art. 66(2), and the price preference.

Two numbers that are often taken for one: 40 % (TKDN + BMP) is asked of the *market*, whether such a product exists;
25 % (TKDN alone) is asked of the *product* that is bought. A product without a certificate has no value: that is not
0 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from mediator.ikm.strength.rulebook import rules
from mediator.ikm.strength.tkdn import WHOLE
from mediator.money import divide


class Offer(NamedTuple):
    """A product on the market: its certified TKDN and BMP (None: no certificate), and whether SIINas records it as
    made here."""

    id: str
    tkdn_bp: int | None
    bmp_bp: int | None = None
    is_recorded: bool = False


class Buying(NamedTuple):
    """The rung the market is on (a, b, c, d, or empty: no product made here), and the offers a buyer may take."""

    rung: str
    may_take: tuple[str, ...]


def is_triggered(offers: Sequence[Offer]) -> bool:
    """Market level: a product with TKDN + BMP of 40 % or more exists."""
    return any(
        offer.tkdn_bp is not None and offer.tkdn_bp + (offer.bmp_bp or 0) >= rules()["ladder"]["market_trigger"]
        for offer in offers
    )


def passes(offer: Offer) -> bool:
    """Product level: its own TKDN is 25 % or more."""
    return offer.tkdn_bp is not None and offer.tkdn_bp >= rules()["ladder"]["product_test"]


def buying(offers: Sequence[Offer]) -> Buying:
    """(a) the trigger is met: those of 25 % or more; (b) it is not: likewise; (c) none of those: less than 25 %;
    (d) none with a certificate: made here by SIINas' record."""
    passing = tuple(offer.id for offer in offers if passes(offer))
    if is_triggered(offers):
        return Buying("a", passing)
    if passing:
        return Buying("b", passing)
    certified = tuple(offer.id for offer in offers if offer.tkdn_bp is not None)
    if certified:
        return Buying("c", certified)
    recorded = tuple(offer.id for offer in offers if offer.is_recorded)
    return Buying("d" if recorded else "", recorded)


class Evaluated(NamedTuple):
    """A bid as it is compared: ``price_minor`` after the preference. The formula is from memory: ``confidence``."""

    price_minor: int
    preference_bp: Fraction
    confidence: str


def evaluated(bid_minor: int, tkdn_bp: int) -> Evaluated:
    """HEA = (1 - KP) x HP with KP = TKDN x at most 25 %. What is paid stays the bid; this price only ranks it."""
    rule = rules()["preference"]
    preference = Fraction(tkdn_bp * rule["most"], WHOLE)
    price = bid_minor * (1 - preference / WHOLE)
    return Evaluated(divide(price.numerator, price.denominator, 1), preference, rule["confidence"])
