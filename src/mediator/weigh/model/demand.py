"""What buyers buy when prices change: a nested demand system with constant elasticities, in ratios new/old.

    online goods of a sector
    |- domestic goods: curated, producers          (elasticity ``sigma_domestic`` inside)
    `- imported goods: resold, china, other        (elasticity ``sigma_imports`` inside)

Between the two branches the elasticity is ``sigma``; between online goods and everything else it is ``eta``. Because
all is in ratios, only shares of spending and elasticities are needed, no levels of quality or taste ("exact hat
algebra": Dekle, Eaton and Kortum 2008, IMF Staff Papers 55(3)). The solution is a closed form, so there is nothing to
iterate; prices so extreme that it leaves the range of numbers are refused with ``not_converged``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mediator.weigh.errors import refusal

from .checks import (
    SUM_TOLERANCE,
    ByGroup,
    Floats,
    Values,
    array,
    require_converged,
    require_positive,
    require_share,
    require_sum_of_one,
)
from .symbols import DOMESTIC_GOODS, GROUPS, IMPORTED_GOODS


@dataclass(frozen=True)
class Market:
    """Where demand starts from.

    ``spending``: on online goods, rupiah a year. ``shares``: of it by group, adding up to 1; a group that is left out
    has none. ``sigma``, ``sigma_domestic``, ``sigma_imports``, ``eta``: elasticities, pure numbers, at least 0; 1 is
    taken exactly, as the limit it is.
    """

    spending: Values
    shares: ByGroup
    sigma: Values
    sigma_domestic: Values
    sigma_imports: Values
    eta: Values

    def __post_init__(self) -> None:
        if strangers := set(self.shares) - set(GROUPS):
            raise refusal("unknown_group", f"Groups of goods are {', '.join(GROUPS)}, not {min(strangers)}.")
        total = sum(
            (
                require_share(share, "share_out_of_range", f"The share of {group}")
                for group, share in self.shares.items()
            ),
            start=np.zeros(()),
        )
        require_sum_of_one(total, "The shares of groups in spending")
        for name in ("sigma", "sigma_domestic", "sigma_imports", "eta"):
            values = array(getattr(self, name))
            if not (np.isfinite(values) & (values >= 0)).all():
                raise refusal("parameter_out_of_range", f"{name} must be 0 or more.")
        if not (np.isfinite(array(self.spending)) & (array(self.spending) >= 0)).all():
            raise refusal("spending_negative", "Spending must be 0 or more.")

    def share(self, group: str) -> Floats:
        """A group's share of spending before."""
        return array(self.shares.get(group, 0.0))


@dataclass(frozen=True)
class Demand:
    """What came of it. ``price_index``: of online goods, new/old. ``spending``: on them, new. ``sales``: by group, new.

    ``consumer_surplus_change`` and ``outside_change`` (what is spent on everything else) are in the unit of spending.
    """

    price_index: Floats
    spending: Floats
    sales: Mapping[str, Floats]
    consumer_surplus_change: Floats
    outside_change: Floats


def demand(market: Market, prices: ByGroup, masses: ByGroup | None = None) -> Demand:
    """Buyers' answer to prices (ratios new/old by group; 1 where left out) and to numbers of sellers.

    ``masses``: how many times as many varieties a group has as before (1 where left out); see ``variety_price``.
    Raises WeighError ``price_not_positive``, ``variety_needs_sigma`` or ``not_converged``.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        domestic = _Nest.of(market, DOMESTIC_GOODS, market.sigma_domestic, prices, masses or {})
        imported = _Nest.of(market, IMPORTED_GOODS, market.sigma_imports, prices, masses or {})
        log_price = _log_index([(nest.share, nest.log_price) for nest in (domestic, imported)], market.sigma)
        spending = array(market.spending)
        after = spending * np.exp((1 - array(market.eta)) * log_price)
        sales: dict[str, Floats] = {}
        total = np.zeros(())
        for nest in (domestic, imported):
            branch = _moved(nest.share, nest.log_price - log_price, market.sigma)
            for group, share in nest.inner.items():
                part = branch * _moved(share, nest.log_prices[group] - nest.log_price, nest.sigma)
                total = total + part
                sales[group] = part * after
    is_sound = np.isfinite(log_price) & np.isfinite(after) & (np.abs(total - 1) <= SUM_TOLERANCE)
    require_converged(np.asarray(is_sound), "The demand system")
    surplus = consumer_surplus_change(spending, log_price, market.eta)
    return Demand(np.exp(log_price), after, sales, surplus, spending - after)


def consumer_surplus_change(spending: Values, log_price_index: Values, eta: Values) -> Floats:
    """What buyers gain: E / (1 - eta) (1 - P^(1 - eta)), and -E ln P at eta = 1; in the unit of spending.

    The area under a demand curve of constant elasticity between the old price index and the new one (Marshall; the
    integral of E P^-eta). Takes ln P, because P near 1 loses digits.
    """
    power = 1 - array(eta)
    logs = array(log_price_index)
    is_log = power == 0
    safe = np.where(is_log, 1.0, power)
    return np.asarray(-array(spending) * np.where(is_log, logs, np.expm1(power * logs) / safe))


def variety_price(mass: Values, sigma: Values) -> Floats:
    """The price ratio that ``mass`` times as many varieties are worth: N^(-1 / (sigma - 1)).

    More sellers are worth to buyers what lower prices would be, the more so the less alike they are; it needs sigma
    above 1 where the mass is not 1. Source: Dixit and Stiglitz 1977, American Economic Review 67(3); Feenstra 1994,
    American Economic Review 84(1).
    """
    return np.exp(_log_variety(mass, sigma))


def _log_variety(mass: Values, sigma: Values) -> Floats:
    many, elasticity = require_positive(mass, "mass_not_positive", "The number of sellers"), array(sigma)
    changes = many != 1
    if (changes & (elasticity <= 1)).any():
        raise refusal("variety_needs_sigma", "New sellers can only be valued where sigma is above 1.")
    return np.asarray(-np.log(many) / np.where(changes, elasticity - 1, 1.0))


@dataclass(frozen=True)
class _Nest:
    """One branch: its share of spending, its groups' shares of it, and logs of prices new/old."""

    share: Floats
    sigma: Values
    inner: Mapping[str, Floats]
    log_prices: Mapping[str, Floats]
    log_price: Floats

    @classmethod
    def of(cls, market: Market, groups: tuple[str, ...], sigma: Values, prices: ByGroup, masses: ByGroup) -> _Nest:
        share = sum((market.share(group) for group in groups), start=np.zeros(()))
        over = np.where(share > 0, share, 1.0)
        inner = {group: market.share(group) / over for group in groups}
        logs: dict[str, Floats] = {}
        for group in groups:
            price = require_positive(prices.get(group, 1.0), "price_not_positive", f"The price of {group}")
            logs[group] = np.log(price) + _log_variety(masses.get(group, 1.0), sigma)
        return cls(share, sigma, inner, logs, _log_index([(inner[group], logs[group]) for group in groups], sigma))


def _log_index(parts: list[tuple[Floats, Floats]], sigma: Values) -> Floats:
    """ln of the price index [sum s p^(1-sigma)]^(1/(1-sigma)), of shares and log prices; sum s ln p at sigma = 1.

    Source: the index dual to CES utility (Arrow, Chenery, Minhas and Solow 1961). Written with expm1 and log1p it
    keeps all digits when prices are near 1 or sigma is.
    """
    power = 1 - array(sigma)
    is_log = power == 0
    safe = np.where(is_log, 1.0, power)
    grown = sum((share * np.expm1(safe * logs) for share, logs in parts), start=np.zeros(()))
    flat = sum((share * logs for share, logs in parts), start=np.zeros(()))
    return np.asarray(np.where(is_log, flat, np.log1p(grown) / safe))


def _moved(share: Floats, log_relative_price: Floats, sigma: Values) -> Floats:
    """A share after its price moved against the index: s (p/P)^(1 - sigma). CES demand in ratios."""
    return np.asarray(share * np.exp((1 - array(sigma)) * log_relative_price))
