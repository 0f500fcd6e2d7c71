"""What a change of fees does to everyone: prices, sales, surplus, profit, taxes, rails; then the net for Indonesia.

The formulas are ``mediator.weigh.model``'s; here they are only put in order. A parameter is [draws, 1] or [draws,
sectors]; results are rupiah a year, new less old, one value a draw (``Outcome.total``) or one a draw and sector.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mediator.weigh.answer import Channel
from mediator.weigh.model.balance import net_for_indonesia
from mediator.weigh.model.demand import Demand, Market, demand
from mediator.weigh.model.entry import active_sellers, sellers_with_access
from mediator.weigh.model.government import import_duty, turnover_tax, vat_on_goods
from mediator.weigh.model.pass_through import price_ratio
from mediator.weigh.model.producers import profit_after, profit_before
from mediator.weigh.model.rail import (
    foreign_rail_share,
    operator_split,
    platform_commission_change,
    rail_attraction,
    switching,
)
from mediator.weigh.model.symbols import DOMESTIC_GOODS, GROUPS, IMPORTED_GOODS, INDONESIAN_MERCHANTS

from .case import ByGroup, Rates, Sellers, rail_parts, shares_before
from .structure import Floats, ratio

FOREIGN_MERCHANTS = ("china", "other")
MARGINS = dict.fromkeys(DOMESTIC_GOODS, "margin_domestic") | {
    "resold": "margin_resold",
    "china": "margin_foreign",
    "other": "margin_foreign",
}
ROUNDING = 1e-5
"""Half a rupiah on a fee of fifty thousand: fees nearer than this are the same."""

Parameters = Mapping[str, Floats]


@dataclass(frozen=True)
class Outcome:
    """Every measure of ``answer.MEASURES`` but ``held_back_*``, by draw and sector; see ``total``."""

    by_sector: Mapping[str, Floats]
    sales_before: Mapping[str, Floats]

    def total(self) -> dict[str, Floats]:
        """The measures summed over sectors, one value a draw; percentages are of all sectors' sales and spending."""
        sums = {name: values.sum(axis=1) for name, values in self.by_sector.items() if name != "price_log"}
        domestic = sum(self.sales_before[group] for group in DOMESTIC_GOODS)
        spending = sum(self.sales_before[group] for group in GROUPS)
        sums["sales_domestic_percent"] = 100 * sums["sales_domestic"] / np.asarray(domestic).sum(axis=1)
        weights = spending / np.asarray(spending).sum(axis=1, keepdims=True)
        sums["price_percent"] = 100 * np.expm1((weights * self.by_sector["price_log"]).sum(axis=1))
        return sums


def effects(p: Parameters, before: Rates, after: Rates, sellers: Sellers, channel: Channel = "fee") -> Outcome:
    """What changes when fees go from ``before`` to ``after``. ``channel`` "entry" also lets sellers come and go.

    WeighError ``not_converged`` when the demand system can't be solved.
    """
    shape = np.broadcast_shapes(*(np.shape(value) for value in p.values()))
    shares = shares_before(p, sellers.curated_part)
    spending = p["gmv_usd"] * p["exchange_rate"] * p["weight"]
    sales0 = {group: np.broadcast_to(share * spending, shape) for group, share in shares.items()}
    rails = _rails(p, before, after, rail_parts(p, sellers))
    sigma = np.maximum(p["sigma"] * p["sigma_scale"], SIGMA_LEAST)
    home, abroad = (np.maximum(np.maximum(p[name], sigma), SIGMA_INSIDE) for name in ("sigma_domestic", "sigma_m"))
    market = Market(spending, shares, sigma, home, abroad, p["eta"])
    prices = {g: price_ratio(rails.cost0[g], rails.cost1[g], p["pass_through"]) for g in GROUPS}
    sold = demand(market, prices) if channel == "fee" else _with_entry(p, market, prices, rails, sales0)
    measures = _measures(p, before, rails, sales0, sold, prices)
    return Outcome({name: np.broadcast_to(values, shape) for name, values in measures.items()}, sales0)


SIGMA_LEAST = 1.05
SIGMA_INSIDE = 1.8
"""Goods of one nest are at least as alike as those of different nests, and enough alike that one more seller is worth
a finite amount: as sigma nears 1 the worth of variety, N^(-1 / (sigma - 1)), grows without limit."""


@dataclass(frozen=True)
class _Rails:
    """By group: part of sales on the rail before and after, its net rates, and what of every sale it takes."""

    part0: ByGroup
    part1: ByGroup
    rate0: ByGroup
    rate1: ByGroup

    @property
    def cost0(self) -> dict[str, Floats]:
        return {group: self.part0[group] * self.rate0[group] for group in GROUPS}

    @property
    def cost1(self) -> dict[str, Floats]:
        """What the new fee takes of a sale, where it went over the rail already: what reaches prices and profit."""
        return {group: self.part0[group] * self.rate1[group] for group in GROUPS}


def _rails(p: Parameters, before: Rates, after: Rates, part0: ByGroup) -> _Rails:
    """Indonesian merchants may move sales between the domestic rail and this one; foreign ones have no other here."""
    rate0 = {group: np.asarray(before.net(group)) for group in GROUPS}
    rate1 = {group: _net(before.fee[group], after.fee[group], after.waived[group]) for group in GROUPS}
    part1 = dict(part0)
    for group in INDONESIAN_MERCHANTS:
        liking = rail_attraction(part0[group], p["rail_choice_kappa"], rate0[group], p["domestic_rail_fee"])
        moved = foreign_rail_share(liking, p["rail_choice_kappa"], rate1[group], p["domestic_rail_fee"])
        part1[group] = np.where((part0[group] > 0) & (rate1[group] != rate0[group]), moved, part0[group])
    return _Rails(part0, part1, rate0, rate1)


def _net(before: Floats, after: Floats, waived: Floats) -> Floats:
    """What is charged after waivers. Fees charged deal by deal are rounded, those on cells are not: where only that
    makes them differ from the baseline's, the baseline's fee counts, less the same part waived."""
    fee = np.where(np.abs(after - before) <= ROUNDING * before, before, after)
    return fee * (1 - ratio(waived, after))


def _with_entry(p: Parameters, market: Market, prices: ByGroup, rails: _Rails, sales0: ByGroup) -> Demand:
    """Foreign sellers come because the rail lets them be paid at all (``access_entry``), and follow the profit that the
    new fee gives those who were there. Their own coming doesn't deter others: the most that may come, not a settled
    number. Indonesian merchants stay as many as they are; what they lose is their profit.
    """
    cost0, cost1 = rails.cost0, rails.cost1
    sold = demand(market, prices)
    masses: dict[str, Floats] = {}
    for group in FOREIGN_MERCHANTS:
        margin = p[MARGINS[group]]
        earned = profit_before(margin, sales0[group], cost0[group])
        earns = profit_after(margin, cost0[group], cost1[group], prices[group], sold.sales[group])
        there = sellers_with_access(1.0, p["access_entry"])
        masses[group] = active_sellers(there, earned, earns, p["entry_elasticity"])
    return demand(market, prices, masses)


def _measures(
    p: Parameters, before: Rates, rails: _Rails, sales0: ByGroup, sold: Demand, prices: ByGroup
) -> dict[str, Floats]:
    change = {group: sold.sales[group] - sales0[group] for group in GROUPS}
    waived = {g: (rails.rate0[g] - rails.rate1[g]) * rails.part0[g] * sales0[g] for g in GROUPS}
    found: dict[str, Floats] = {
        "waived_indonesia": _sum(waived, INDONESIAN_MERCHANTS),
        "waived_china": waived["china"],
        "waived_other": waived["other"],
        "waived": _sum(waived, GROUPS),
        "sales_domestic": _sum(change, DOMESTIC_GOODS),
        **{f"sales_{group}": change[group] for group in GROUPS},
        "price_log": np.log(sold.price_index),
        "consumers": sold.consumer_surplus_change,
        "platform": platform_commission_change(_sum(change, GROUPS), p["platform_commission"]),
    }
    found |= _rail_measures(p, rails, sales0, sold)
    found |= _profit_measures(p, rails, sales0, sold, prices)
    found["vat"] = _vat(p, change, sold) + found.pop("vat_on_fees")
    at_border = change["china"] + change["other"] + change["resold"] * (1 - p["margin_resold"])
    found["duty"] = import_duty(at_border, p["duty"], p["duty_collected"])
    indonesian = _sum(change, INDONESIAN_MERCHANTS)
    found["income_tax"] = turnover_tax(indonesian, p["income_tax_rate"], p["tax_compliance"])
    found["government"] = found["vat"] + found["duty"] + found["income_tax"]
    found["profit_indonesia"] = found["profit_indonesia"] - found["income_tax"]
    found["net"] = net_for_indonesia(
        found["consumers"], found["profit_indonesia"], found["government"], found["rail_indonesia"]
    )
    return found


def _vat(p: Parameters, change: ByGroup, sold: Demand) -> Floats:
    """PPN on goods online, and on what buyers then spend less or more elsewhere."""
    parts = (
        (_sum(change, DOMESTIC_GOODS), "ppn_coverage_domestic"),
        (_sum(change, IMPORTED_GOODS), "ppn_coverage_imports"),
        (sold.outside_change, "ppn_coverage_outside"),
    )
    return np.asarray(sum(vat_on_goods(part, p["ppn_rate"], p[coverage]) for part, coverage in parts))


def _rail_measures(p: Parameters, rails: _Rails, sales0: ByGroup, sold: Demand) -> dict[str, Floats]:
    """Revenue of the weighed rail and of the domestic one, and what Indonesian merchants save by changing rails."""
    revenue = np.zeros(())
    domestic = np.zeros(())
    for group in GROUPS:
        taken = rails.rate1[group] * rails.part1[group] * sold.sales[group]
        revenue = revenue + taken - rails.rate0[group] * rails.part0[group] * sales0[group]
        if group in INDONESIAN_MERCHANTS:
            moved = switching(
                sold.sales[group], rails.part0[group], rails.part1[group], rails.rate1[group], p["domestic_rail_fee"]
            )
            domestic = domestic + moved.domestic_rail
    # What a policy takes includes PPN, so that whoever is relieved saves it and the state loses it: a transfer.
    taxed = vat_on_goods(revenue, p["ppn_rate"], 1.0)
    here, _ = operator_split(revenue - taxed, p["rail_owner_domestic"])
    return {"rail": revenue, "domestic_rail": domestic, "rail_indonesia": here + domestic, "vat_on_fees": taxed}


def _profit_measures(p: Parameters, rails: _Rails, sales0: ByGroup, sold: Demand, prices: ByGroup) -> dict[str, Floats]:
    cost0, cost1 = rails.cost0, rails.cost1
    profit: dict[str, Floats] = {}
    for group in GROUPS:
        margin = p[MARGINS[group]]
        gained = profit_after(margin, cost0[group], cost1[group], prices[group], sold.sales[group])
        profit[group] = gained - profit_before(margin, sales0[group], cost0[group])
        if group in INDONESIAN_MERCHANTS:
            profit[group] = (
                profit[group]
                + switching(
                    sold.sales[group],
                    rails.part0[group],
                    rails.part1[group],
                    rails.rate1[group],
                    p["domestic_rail_fee"],
                ).merchants
            )
    return {
        **{f"profit_{group}": profit[group] for group in INDONESIAN_MERCHANTS},
        "profit_indonesia": _sum(profit, INDONESIAN_MERCHANTS),
        "profit_abroad": _sum(profit, FOREIGN_MERCHANTS),
    }


def _sum(values: ByGroup, groups: tuple[str, ...]) -> Floats:
    return np.asarray(sum(values[group] for group in groups))
