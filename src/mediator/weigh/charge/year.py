"""What a policy charges a merchant in a year, rounded deal by deal.

A merchant's year on the rail is ``rail_rp // ticket_rp`` equal deals of ``ticket_rp``, then one of what is left. How a
threshold over the calendar year is judged:

- *notch* and *sliding* by the year's turnover Z of their base, known beforehand, because "businesses below US$ 1
  million a year" is a status: every deal of the year is judged alike. For the base rail that is ``price`` with the
  turnover Z - amount before each deal.
- *kink* as turnover comes in: it frees the first T of Z. With base rail that is ``price`` deal by deal. With another
  base, the rail's sales are taken to be spread over the year as the base's are, so that T is reached when T * rail / Z
  of the rail's sales are made; the fee of the one deal that crosses it is freed in part. THIS IS APPROXIMATE: a real
  merchant's seasons differ on and off the rail. Exact is only that the free part of a year's rail sales is min(T, Z)/Z.

Thresholds over a deal look at the deal alone. Thresholds of rules, such as a tax's, are judged in the same way.

Charges are counted that a sale bears, by its merchant or its buyer; what an operator bears itself is left out. All
deals of a stretch between two crossings are alike, so a merchant costs a few prices, not one a deal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mediator.money import CURRENCIES, Rounding
from mediator.policy.model import Policy, Threshold

from ..merchants import Flags, Merchants
from ..vocabulary import SECTORS
from .exact import Ints, Wide, multiply, multiply_divide
from .levy import levy
from .reading import check_rupiah
from .status import Status
from .thresholds import Free, Limits, kink, limits_of, notch, sliding

SEN = 10 ** CURRENCIES["IDR"].exponent
BORNE_BY_SALES = ("merchant", "buyer")
BLOCK = 1 << 15
"""Merchants reckoned at a time: their columns stay in the processor's cache."""


@dataclass(frozen=True)
class YearCharges:
    """Whole rupiah a year for every merchant, all 0 or more, NOT times its weight.

    ``fee_rp`` before waivers, ``waived_rp`` of it given back, ``tax_rp`` withheld.
    """

    fee_rp: Ints
    waived_rp: Ints
    tax_rp: Ints


def charge_year(
    policy: Policy, merchants: Merchants, *, categories: Sequence[str] = SECTORS, rail: str = "alipay"
) -> YearCharges:
    """What ``policy`` comes to for each merchant's year, whatever its date of validity.

    ``categories``: the word that a rule's ``category`` is compared with, for each code of ``merchants.sector``.
    WeighError ``policy_not_in_rupiah``; OverflowError when something passes int64.
    """
    check_rupiah(policy)
    totals = np.zeros((3, len(merchants)), np.int64)
    limits = {threshold: _in_rupiah(threshold, policy) for threshold in _thresholds(policy)}
    for start in range(0, len(merchants), BLOCK):
        rows = slice(start, start + BLOCK)
        year = _Year(
            merchants.rail_rp[rows],
            merchants.ticket_rp[rows],
            merchants.world_rp[rows],
            merchants.indonesia_rp[rows],
            Status(
                merchants.country[rows],
                merchants.size_class[rows],
                merchants.curated[rows],
                merchants.mentored[rows],
                merchants.sector[rows],
                categories,
                rail,
            ),
        )
        for stretch in _stretches(year, limits):
            _add(totals[:, rows], policy, year, stretch, limits)
    return YearCharges(*totals)


@dataclass(frozen=True)
class _Year:
    """A block of merchants."""

    rail_rp: Ints
    ticket_rp: Ints
    world_rp: Ints
    indonesia_rp: Ints
    status: Status

    def turnover(self, base: str) -> Ints:
        return {"world": self.world_rp, "indonesia": self.indonesia_rp, "rail": self.rail_rp}[base]

    def take(self, rows: Ints) -> _Year:
        return _Year(
            self.rail_rp[rows],
            self.ticket_rp[rows],
            self.world_rp[rows],
            self.indonesia_rp[rows],
            self.status.take(rows),
        )


@dataclass(frozen=True)
class _Stretch:
    """``count`` equal deals of ``amount_rp`` one after the other, the first after ``before_rp`` on the rail."""

    before_rp: Ints
    amount_rp: Ints
    count: Ints


LimitsOf = dict[Threshold, Limits]


def _stretches(year: _Year, limits: LimitsOf) -> Iterator[_Stretch]:
    """The year in stretches within which no kink is crossed; a deal that crosses one is a stretch of its own."""
    deals = year.rail_rp // year.ticket_rp
    made = deals * year.ticket_rp
    start = np.zeros_like(deals)
    kinks = [limit for limit in limits if limit.kind == "kink" and limit.over == "calendar_year"]
    crossings = [np.minimum(_reach(limit, limits[limit], year)[0] // year.ticket_rp, deals) for limit in kinks]
    for crossing in np.sort(np.array(crossings), axis=0) if kinks else ():
        yield _Stretch(start * year.ticket_rp, year.ticket_rp, crossing - start)
        is_crossed = (crossing < deals) & (crossing >= start)
        yield _Stretch(crossing * year.ticket_rp, year.ticket_rp, is_crossed.astype(np.int64))
        start = np.maximum(start, crossing + 1)
    yield _Stretch(start * year.ticket_rp, year.ticket_rp, deals - start)
    rest = year.rail_rp - made
    yield _Stretch(made, rest, (rest > 0).astype(np.int64))


def _reach(threshold: Threshold, limits: Limits, year: _Year) -> tuple[Ints, Ints]:
    """The rail sales at which a kink is reached, T * rail / Z, rounded down and up; all of them if it never is."""
    if threshold.base == "rail":
        floor, ceiling = limits.low // limits.scale, -(-limits.low // limits.scale)
        return np.minimum(year.rail_rp, floor), np.minimum(year.rail_rp, ceiling)
    turnover = year.turnover(threshold.base)
    down, up = year.rail_rp.copy(), year.rail_rp.copy()
    above = np.flatnonzero(turnover > limits.low // limits.scale)
    if len(above):
        times = multiply(turnover[above], limits.scale)
        down[above] = multiply_divide(year.rail_rp[above], limits.low, times, 1, Rounding.FLOOR)
        up[above] = multiply_divide(year.rail_rp[above], limits.low, times, 1, Rounding.CEILING)
    return down, up


def _add(totals: Ints, policy: Policy, year: _Year, stretch: _Stretch, limits: LimitsOf) -> None:
    """Add what a stretch comes to; merchants that have none of it are left out."""
    rows = np.flatnonzero(stretch.count > 0)
    if not len(rows):
        return
    if len(rows) == len(stretch.count):
        totals += _cost(policy, year, stretch, limits)
    else:
        some = _Stretch(stretch.before_rp[rows], stretch.amount_rp[rows], stretch.count[rows])
        totals[:, rows] += _cost(policy, year.take(rows), some, limits)
    if totals.min() < 0:
        raise OverflowError("a merchant's yearly charges pass 2**63 rupiah")


def _cost(policy: Policy, year: _Year, stretch: _Stretch, limits: LimitsOf) -> Ints:
    """Fees, waived and taxes of a stretch, in three rows of rupiah."""
    amount = multiply(stretch.amount_rp, SEN).astype(np.int64, copy=False)

    def free_of(threshold: Threshold) -> Free:
        return _free(threshold, limits[threshold], year, stretch, amount)

    levied = levy(policy, amount, year.status, CURRENCIES["IDR"].quantum, free_of)
    found = np.zeros((3, len(amount)), np.int64)
    for owed in levied.fees:
        if owed.rule.bearer in BORNE_BY_SALES:
            found[0] += owed.gross
    for given in levied.waived:
        if given.bearer in BORNE_BY_SALES:
            found[1] += given.amount
    for owed in levied.taxes:
        if owed.rule.bearer in BORNE_BY_SALES:
            found[2] += owed.gross
    for row in found:
        if row.any():
            rupiah = row // SEN
            assert np.array_equal(rupiah * SEN, row), f"{policy.reference} charged a part of a rupiah"
            row[:] = multiply(rupiah, stretch.count)
    return found


def _free(threshold: Threshold, limits: Limits, year: _Year, stretch: _Stretch, amount: Ints) -> Free:
    """What a threshold frees of each deal of a stretch; ``limits`` are in rupiah."""
    if threshold.over == "deal":
        in_sen = Limits(limits.low, limits.high, limits.scale // SEN)
        if threshold.kind == "kink":
            return kink(in_sen, np.zeros_like(amount), amount)
        return (notch if threshold.kind == "notch" else sliding)(in_sen, amount)
    turnover = year.turnover(threshold.base)
    if threshold.kind == "notch":
        return notch(limits, turnover)
    if threshold.kind == "sliding":
        return sliding(limits, turnover)
    return _running(threshold, limits, year, stretch)


def _running(threshold: Threshold, limits: Limits, year: _Year, stretch: _Stretch) -> Free:
    """A kink as sales come in: the part of the amount that lies below T * rail / Z."""
    down, up = _reach(threshold, limits, year)
    whole: Flags = stretch.before_rp + stretch.amount_rp <= down
    rows = np.flatnonzero(~whole & (stretch.before_rp < up))
    if not len(rows):
        return Free(whole)
    before, amount = stretch.before_rp[rows], stretch.amount_rp[rows]
    if threshold.base == "rail":
        return Free(whole, rows, limits.low - multiply(before, limits.scale), multiply(amount, limits.scale))
    scaled: Wide = multiply(year.turnover(threshold.base)[rows], limits.scale)
    reached = multiply(year.rail_rp[rows], limits.low)
    return Free(whole, rows, reached - multiply(scaled, before), multiply(scaled, amount))


def _thresholds(policy: Policy) -> list[Threshold]:
    limits = [*(rule.threshold for rule in policy.rules), *(waiver.threshold for waiver in policy.waivers)]
    return list(dict.fromkeys(threshold for threshold in limits if threshold is not None))


def _in_rupiah(threshold: Threshold, policy: Policy) -> Limits:
    limits = limits_of(threshold, policy)
    return Limits(limits.low, limits.high, limits.scale * SEN)
