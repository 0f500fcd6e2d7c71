"""``mediator.policy.price`` for arrays of deals: every line of every deal the same to the last unit."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mediator.money import CURRENCIES
from mediator.policy import ChargeLine, Facts, Policy, price
from mediator.policy.model import Threshold

from ..merchants import COUNTRIES, Codes, Flags
from .exact import Ints
from .levy import levy
from .status import Status
from .thresholds import Free, kink, limits_of, notch, sliding


@dataclass(frozen=True)
class Deals:
    """One row a deal; money in int64 minor units of ``currency``.

    ``amount``: released to the merchant on the deal. ``world_before``, ``indonesia_before``, ``rail_before``: the
    merchant's turnover of the calendar year before the deal, in each of the senses a threshold may mean; live pricing
    knows only the rail's. ``country``, ``size_class``, ``category``: codes, places in ``countries``,
    ``merchants.SIZE_CLASSES`` and ``categories``. ``rail`` and ``on`` (the date) are those of all deals.
    """

    amount: Ints
    world_before: Ints
    indonesia_before: Ints
    rail_before: Ints
    country: Codes
    size_class: Codes
    curated: Flags
    mentored: Flags
    category: Codes
    categories: Sequence[str]
    rail: str
    on: datetime.date
    currency: str = "IDR"
    countries: Sequence[str] = COUNTRIES

    def __len__(self) -> int:
        return len(self.amount)

    def before(self, base: str) -> Ints:
        """The turnover before each deal in the sense of a threshold's base."""
        return {"world": self.world_before, "indonesia": self.indonesia_before, "rail": self.rail_before}[base]


@dataclass(frozen=True)
class Line:
    """What one rule or waiver comes to in every deal, in minor units: fees and taxes 0 or more, waivers 0 or less."""

    rule: str
    kind: str
    bearer: str
    amount: Ints


@dataclass(frozen=True)
class Charges:
    """All lines, in the order of the policy; a line stands here also for the deals where it comes to nothing."""

    lines: tuple[Line, ...]

    def of(self, deal: int) -> tuple[ChargeLine, ...]:
        """The lines of one deal as ``price`` gives them, lines of nothing left out."""
        found = ((line, int(line.amount[deal])) for line in self.lines)
        return tuple(ChargeLine(line.rule, line.kind, line.bearer, amount) for line, amount in found if amount)


def charge(policy: Policy, deals: Deals) -> Charges:
    """What ``policy`` takes and gives in every deal, equal to ``price`` where all three turnovers are the rail's.

    PolicyError: as ``price``, when any deal has what it refuses. OverflowError when turnover passes int64.
    """
    _check(policy, deals)
    status = Status(
        deals.country,
        deals.size_class,
        deals.curated,
        deals.mentored,
        deals.category,
        deals.categories,
        deals.rail,
        deals.countries,
    )
    levied = levy(
        policy, deals.amount, status, CURRENCIES[deals.currency].quantum, lambda limit: _free(limit, policy, deals)
    )
    fees = [Line(owed.rule.id, "fee", owed.rule.bearer, owed.gross) for owed in levied.fees]
    waived = [Line(given.waiver.id, "waiver", given.bearer, -given.amount) for given in levied.waived]
    taxes = [Line(owed.rule.id, "tax", owed.rule.bearer, owed.gross) for owed in levied.taxes]
    return Charges((*fees, *waived, *taxes))


def _check(policy: Policy, deals: Deals) -> None:
    """Let ``price`` itself refuse what it would refuse of the least amount and turnover of all."""
    befores = (deals.world_before, deals.indonesia_before, deals.rail_before)
    least = min((int(before.min()) for before in befores if len(before)), default=0)
    amount = min(int(deals.amount.min()) if len(deals) else 0, 0)
    price(Facts(amount=amount, currency=deals.currency, on=deals.on, turnover=min(least, 0)), policy)
    most = max((int(before.max()) for before in befores if len(before)), default=0)
    if len(deals) and most + int(deals.amount.max()) >= 2**63:
        raise OverflowError("turnover with the deal's amount must stay below 2**63 minor units")


def _free(threshold: Threshold, policy: Policy, deals: Deals) -> Free:
    limits = limits_of(threshold, policy)
    before = deals.before(threshold.base) if threshold.over == "calendar_year" else np.zeros_like(deals.amount)
    if threshold.kind == "kink":
        return kink(limits, before, deals.amount)
    return (notch if threshold.kind == "notch" else sliding)(limits, before + deals.amount)
